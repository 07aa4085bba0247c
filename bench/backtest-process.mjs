// `fleetlens backtest` as a whole process, beside the same trigger in DuckDB SQL, interleaved, a process each.
//
//   FLEETLENS_PYTHON=python3 node scripts/bench.mjs backtest-process [--rows 5000000] [--rounds 5]
//   node scripts/bench.mjs backtest-process --memory [--rows 100000000]
//
// Rows of 1,000 vehicles as a fleet writes them, mixed by time: 10 Hz, positions, some rows twice, some values missing. The
// events of both must be equal. fleetlens also works out what was driven and where, and writes its report. `--memory`
// prints the peak memory of a run alone, with rows of 3,000 vehicles mixed by time and sorted by vehicle, and of a single
// vehicle in order and out of it. Needs `npm run build` and, for the race, a Python with duckdb. Writes
// bench/backtest-process.json.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openDuckDb } from "../dist/src/engine/index.js";
import { fleetlens, measure, median, root } from "./measure.mjs";

const { values } = parseArgs({
  options: { rows: { type: "string" }, rounds: { type: "string", default: "5" }, memory: { type: "boolean" } },
});
const python = process.env["FLEETLENS_PYTHON"] ?? "python3";
const folder = await mkdtemp(join(tmpdir(), "fleetlens-bench-"));
const policy = join(folder, "policy.yaml");
const out = join(folder, "out");

const POLICY = `schema: fleetlens.policy/1
version: 1.0.0
signals: {accel_g: {unit: g, range: [-2, 2]}}
triggers:
  - id: hard_brake
    when: {mode: all, conditions: [{name: brake, signal: accel_g, op: "<=", enter: -0.25}]}
    dwell_ms: 300
`;

/** Vehicles, and by SQL the vehicle v and the place k in time of each row i. */
const LAYOUTS = {
  mixed: { words: "mixed by time", vehicles: 3000, of: (n) => [`i % ${n}`, `i // ${n}`] },
  sorted: {
    words: "sorted by vehicle",
    vehicles: 3000,
    of: (n, rows) => [`i // ${Math.floor(rows / n)}`, `i % ${Math.floor(rows / n)}`],
  },
  one_sorted: { words: "of one vehicle in order", vehicles: 1, of: () => ["0", "i"] },
  one_disordered: {
    words: "of one vehicle out of order",
    vehicles: 1,
    of: () => ["0", "i - i % 64 + (i % 64) * 37 % 64"],
  },
};

/** Writes rows; a vehicle's go on for ten rows at a time below the threshold, once in a while. */
async function generate(rows, vehicles, layout) {
  const path = join(folder, `${layout}.parquet`);
  const engine = await openDuckDb({ allowedFiles: [path], memory: "2GB" });
  const [v, k] = LAYOUTS[layout].of(vehicles, rows);
  const twice = "CASE WHEN hash(i, 1) % 1000 = 0 THEN 1 ELSE 0 END";
  await engine.run(
    `COPY (SELECT printf('vehicle-%05d', v) AS vehicle_id, 1700000000000 + 100 * (k - ${twice}) AS ts,
      40 + v * 0.001 + k % 1000000 * 0.00001 AS lat, -74 + k % 1000000 * 0.00001 AS lon,
      CASE WHEN hash(i, 2) % 100 = 0 THEN 'nan'::DOUBLE ELSE (hash(i, 3) % 1000) / 5000
        - CASE WHEN hash(v, k // 10) % 500 = 0 THEN 0.5 ELSE 0.2 END END AS accel_g
      FROM (SELECT i, ${v} AS v, ${k} AS k FROM range(${rows}) r(i))) TO ${engine.dialect.literal(path)}
      (FORMAT parquet, USE_TMP_FILE false)`,
  );
  await engine.close();
  return path;
}

const ours = (path, threads) =>
  [...fleetlens, "backtest", "--policy", policy, "--logs", path, "--out", out].concat(
    threads === null ? [] : ["--threads", String(threads)],
  );

/** Events of both, or an error where one has what the other has not. */
async function sameEvents(theirs) {
  const files = [join(out, "events.parquet"), theirs];
  const engine = await openDuckDb({ allowedFiles: files });
  const [a, b] = files.map((file) => `SELECT * FROM read_parquet(${engine.dialect.literal(file)})`);
  const [counts] = await engine.rows({
    sql: `SELECT (SELECT count(*) FROM (${a})) AS events, (SELECT count(*) FROM (${a} EXCEPT ALL ${b})) AS ours,
      (SELECT count(*) FROM (${b} EXCEPT ALL ${a})) AS theirs`,
  });
  await engine.close();
  if (counts.ours !== 0n || counts.theirs !== 0n) {
    throw new Error(`of ${counts.events} events ${counts.ours} are ours alone, ${counts.theirs} theirs alone`);
  }
  return Number(counts.events);
}

async function race() {
  const rows = Number(values.rows ?? 5e6);
  const path = await generate(rows, 1000, "mixed");
  const theirs = join(folder, "sql.parquet");
  const result = { rows, events: 0 };
  for (const [name, threads] of [
    ["one_thread", 1],
    ["default_threads", cpus().length],
  ]) {
    const rounds = [];
    for (let round = 0; round < Number(values.rounds); round++) {
      const fleet = await measure(ours(path, threads));
      const sql = await measure([python, "bench/backtest-process.py", path, theirs, String(threads)]);
      result.events = await sameEvents(theirs);
      rounds.push({ load: loadavg()[0], fleetlens: fleet, sql });
      console.error(`${name} round ${round + 1}`, JSON.stringify(rounds.at(-1)));
    }
    const of = (who, what) => median(rounds.map((one) => one[who][what]));
    result[name] = {
      threads,
      rounds,
      ratio_of_medians: {
        wall: of("fleetlens", "wall") / of("sql", "wall"),
        cpu: of("fleetlens", "cpu") / of("sql", "cpu"),
      },
    };
    const { wall, cpu } = result[name].ratio_of_medians;
    console.log(
      `${rows} rows, ${threads} thread(s): fleetlens ${of("fleetlens", "wall").toFixed(2)} s, SQL ${of("sql", "wall").toFixed(2)} s; ratio wall ${wall.toFixed(2)}, CPU ${cpu.toFixed(2)}; ${result.events} events, equal`,
    );
  }
  return { race: result };
}

async function memory() {
  const rows = Number(values.rows ?? 1e8);
  const found = {};
  for (const [layout, { words, vehicles }] of Object.entries(LAYOUTS)) {
    const path = await generate(rows, vehicles, layout);
    const { wall, cpu, rss } = await measure(ours(path, null));
    await rm(path);
    found[layout] = { vehicles, wall, cpu, rss };
    console.log(`${rows} rows ${words}: ${rss.toFixed(0)} MiB, ${wall.toFixed(1)} s, CPU ${cpu.toFixed(1)} s`);
  }
  return { memory: { rows, ...found } };
}

try {
  await writeFile(policy, POLICY);
  const part = values.memory ? await memory() : await race();
  const duckdb = await openDuckDb();
  const told = spawnSync(python, ["-c", "import duckdb; print(duckdb.__version__)"]);
  const versions = { node: process.version, duckdb: duckdb.version, "duckdb-py": String(told.stdout ?? "").trim() };
  await duckdb.close();
  const target = join(root, "bench/backtest-process.json");
  const before = existsSync(target) ? JSON.parse(await readFile(target, "utf8")) : {};
  const head = { schema: "fleetlens.bench-backtest-process/1", versions, cpu: cpus()[0]?.model ?? "unknown" };
  await writeFile(target, `${JSON.stringify({ ...before, ...head, ...part }, null, 2)}\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
