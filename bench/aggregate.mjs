// `fleetlens aggregate` beside DuckDB's Python client of the same version and polars, one thread each, interleaved, a process
// each; with FLEETLENS_DUCKDB2_PYTHON, a Python that has duckdb 2.0.0, beside that as well.
//
//   FLEETLENS_PYTHON=python3 node bench/aggregate.mjs [--rows 100000000] [--rounds 5]
//
// Needs `npm run build`, a Python with duckdb of the same version as @duckdb/node-api and polars, and the shared data beside the
// repository (or --rows N, which generates N rows). Writes bench/aggregate.json.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { openDuckDb } from "../dist/src/engine/index.js";
import { fleetlens, measure, median, root } from "./measure.mjs";

const { values } = parseArgs({ options: { rows: { type: "string" }, rounds: { type: "string", default: "5" } } });
const python = process.env["FLEETLENS_PYTHON"] ?? "python3";
const duckdb2 = process.env["FLEETLENS_DUCKDB2_PYTHON"];
const folder = await mkdtemp(join(tmpdir(), "fleetlens-bench-"));
const MEMORY = "1GB";

async function dataset() {
  if (!values.rows) {
    const path = resolve(root, "../shared/data/helios/earth_vc_minutely_2020-05.parquet");
    if (!existsSync(path)) throw new Error("no shared data beside the repository; generate rows with --rows N");
    return { name: "helios", path, columns: ["vc", "time", "running_gpu_num"], seconds: 60 };
  }
  const path = join(folder, "rows.parquet");
  const engine = await openDuckDb({ allowedFiles: [path], memory: "4GB" });
  await engine.run(
    `COPY (SELECT 'queue-' || (i % 64) AS queue, TIMESTAMP '2024-01-01' + INTERVAL 1 SECOND * (i // 64) AS time,
      hash(i) % 512 AS gpus FROM range(${Number(values.rows)}) r(i)) TO ${engine.dialect.literal(path)} (FORMAT parquet)`,
  );
  await engine.close();
  return { name: `generated ${values.rows}`, path, columns: ["queue", "time", "gpus"], seconds: 1 };
}

try {
  const { name, path, columns, seconds } = await dataset();
  const [queue, time, value] = columns;
  const outs = Object.fromEntries(
    ["fleetlens", "python", "polars", ...(duckdb2 ? ["duckdb2"] : [])].map((one) => [one, join(folder, `${one}.json`)]),
  );
  const contenders = {
    fleetlens: [...fleetlens, "aggregate"].concat(
      ["--input", path, "--queue-col", queue, "--time-col", time, "--value-col", value],
      ["--sample-seconds", String(seconds), "--out", outs.fleetlens, "--threads", "1", "--memory", MEMORY],
    ),
    python: [python, "bench/aggregate.py", path, queue, time, value, String(seconds), outs.python, "1", MEMORY],
    polars: [python, "bench/aggregate-polars.py", path, queue, time, value, String(seconds), outs.polars],
    ...(duckdb2 && {
      duckdb2: [duckdb2, "bench/aggregate.py", path, queue, time, value, String(seconds), outs.duckdb2, "1", MEMORY],
    }),
  };
  const rounds = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    const entry = { load: loadavg()[0] };
    for (const contender of Object.keys(contenders)) entry[contender] = await measure(contenders[contender]);
    rounds.push(entry);
    console.error(`round ${round + 1}`, JSON.stringify(entry));
  }
  // Same rows, or the race means nothing; they print floating point in their own ways.
  const [ours, ...others] = await Promise.all(
    Object.values(outs).map(async (out) => JSON.parse(await readFile(out, "utf8"))),
  );
  for (const other of others) {
    if (JSON.stringify(ours) !== JSON.stringify(other)) throw new Error("the contenders gave different rows");
  }

  const middle = (contender, what) => median(rounds.map((one) => one[contender][what]));
  const ratios = (peer) =>
    Object.fromEntries(["wall", "cpu", "rss"].map((what) => [what, middle("fleetlens", what) / middle(peer, what)]));
  const duckdb = await openDuckDb();
  const pythonVersions = spawnSync(python, [
    "-c",
    "import duckdb, platform, polars; print(duckdb.__version__, platform.python_version(), polars.__version__)",
  ]);
  const [duckdbPy, pythonVersion, polars] = String(pythonVersions.stdout).trim().split(" ");
  if (duckdb.version !== `v${duckdbPy}`)
    throw new Error(`FLEETLENS_PYTHON has duckdb ${duckdbPy}, not ${duckdb.version}`);
  const result = {
    schema: "fleetlens.bench-aggregate/1",
    data: name,
    rows_out: ours.rows.length,
    threads: 1,
    memory: MEMORY,
    versions: { node: process.version, duckdb: duckdb.version, "duckdb-py": duckdbPy, polars, python: pythonVersion },
    cpu: cpus()[0]?.model ?? "unknown",
    rounds,
    rss_mib: Object.fromEntries(Object.keys(contenders).map((one) => [one, middle(one, "rss")])),
    ratio_of_medians: ratios("python"),
    ratio_to_polars: ratios("polars"),
    ...(duckdb2 && { ratio_to_duckdb_2: ratios("duckdb2") }),
  };
  await duckdb.close();
  const target = join(root, "bench/aggregate.json");
  const all = existsSync(target) ? JSON.parse(await readFile(target, "utf8")) : {};
  await writeFile(target, `${JSON.stringify({ ...all, [name]: result }, null, 2)}\n`);
  const peers = [
    [`duckdb-py ${duckdbPy}`, result.ratio_of_medians],
    [`polars ${polars}`, result.ratio_to_polars],
    ...(duckdb2 ? [["duckdb-py 2", result.ratio_to_duckdb_2]] : []),
  ];
  for (const [peer, { wall, cpu, rss }] of peers) {
    const figures = `wall ${wall.toFixed(2)}, CPU ${cpu.toFixed(2)}, RSS ${rss.toFixed(2)}`;
    console.log(`${name}: fleetlens / ${peer}: ${figures}`);
  }
  console.log(`${name}: fleetlens uses ${result.rss_mib.fleetlens.toFixed(0)} MiB at most`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
