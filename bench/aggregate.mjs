// `fleetlens aggregate` beside DuckDB's Python client of the same version, one thread each, interleaved, a process each.
//
//   FLEETLENS_PYTHON=python3 node bench/aggregate.mjs [--rows 100000000] [--rounds 5]
//
// Needs `npm run build`, a Python with duckdb of the same version as @duckdb/node-api, and the shared data beside the
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
  const outs = { fleetlens: join(folder, "fleetlens.json"), python: join(folder, "python.json") };
  const contenders = {
    fleetlens: [...fleetlens, "aggregate"].concat(
      ["--input", path, "--queue-col", queue, "--time-col", time, "--value-col", value],
      ["--sample-seconds", String(seconds), "--out", outs.fleetlens, "--threads", "1", "--memory", MEMORY],
    ),
    python: [python, "bench/aggregate.py", path, queue, time, value, String(seconds), outs.python, "1", MEMORY],
  };
  const rounds = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    const entry = { load: loadavg()[0] };
    for (const contender of Object.keys(contenders)) entry[contender] = await measure(contenders[contender]);
    rounds.push(entry);
    console.error(`round ${round + 1}`, JSON.stringify(entry));
  }
  // Same rows, or the race means nothing; the two print floating point in their own ways.
  const [ours, theirs] = await Promise.all(
    Object.values(outs).map(async (out) => JSON.parse(await readFile(out, "utf8"))),
  );
  if (JSON.stringify(ours) !== JSON.stringify(theirs)) throw new Error("the contenders gave different rows");

  const ratio = (what) =>
    median(rounds.map((one) => one.fleetlens[what])) / median(rounds.map((one) => one.python[what]));
  const duckdb = await openDuckDb();
  const pythonVersions = spawnSync(python, [
    "-c",
    "import duckdb, platform; print(duckdb.__version__, platform.python_version())",
  ]);
  const [duckdbPy, pythonVersion] = String(pythonVersions.stdout).trim().split(" ");
  const result = {
    schema: "fleetlens.bench-aggregate/1",
    data: name,
    rows_out: ours.rows.length,
    threads: 1,
    memory: MEMORY,
    versions: { node: process.version, duckdb: duckdb.version, "duckdb-py": duckdbPy, python: pythonVersion },
    cpu: cpus()[0]?.model ?? "unknown",
    rounds,
    ratio_of_medians: { wall: ratio("wall"), cpu: ratio("cpu"), rss: ratio("rss") },
  };
  await duckdb.close();
  const target = join(root, "bench/aggregate.json");
  const all = existsSync(target) ? JSON.parse(await readFile(target, "utf8")) : {};
  await writeFile(target, `${JSON.stringify({ ...all, [name]: result }, null, 2)}\n`);
  const { wall, cpu, rss } = result.ratio_of_medians;
  console.log(
    `${name}: fleetlens / duckdb-py ${duckdbPy}: wall ${wall.toFixed(2)}, CPU ${cpu.toFixed(2)}, RSS ${rss.toFixed(2)}`,
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}
