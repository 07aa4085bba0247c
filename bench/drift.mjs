// `fleetlens drift`, a process from start to end, beside Evidently's DataDriftPreset on the same files: 200,000 rows a side
// of 16 numeric and 4 categorical columns, as Parquet and as CSV, interleaved rounds. Of Evidently only the preset counts,
// not imports and reading; its memory is that of its process.
//
//   FLEETLENS_PYTHON=python3 node scripts/bench.mjs drift [--rows 200000] [--rounds 3] [--formats parquet,csv]
//
// Needs `npm run build` and a Python with evidently 0.7.23 and pyarrow. Writes bench/drift.json.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createRandom } from "../dist/src/core/index.js";
import { driftReport } from "../dist/src/drift/index.js";
import { readDriftTable } from "../dist/src/ingest/drift/read-drift-table.js";
import { writeTable } from "../dist/src/ingest/index.js";
import { fleetlens, measure, median, root } from "./measure.mjs";

const LEVELS = [3, 8, 12, 30];

/** A table without real drift: the current side's third normal columns are shifted by 0.02 standard deviations. */
function columns(rows, seed, shift) {
  const random = createRandom(seed);
  const doubles = (name, draw) => {
    const own = random.child(name);
    return { name, type: "DOUBLE", data: Float64Array.from({ length: rows }, () => draw(own)) };
  };
  const many = (count, make) => Array.from({ length: count }, (_, i) => make(i));
  return [
    ...many(8, (i) => doubles(`normal_${i}`, (r) => r.normal() + (i % 3 === 2 ? shift : 0))),
    ...many(4, (i) => doubles(`lognormal_${i}`, (r) => Math.exp(r.normal()))),
    ...many(2, (i) => doubles(`count_${i}`, (r) => Math.round(20 + i + 4.5 * r.normal()))),
    ...many(2, (i) => doubles(`sensor_${i}`, (r) => (r.uniform() < 0.03 ? Number.NaN : 100 * r.uniform()))),
    ...LEVELS.map((levels, i) => {
      const own = random.child(`level_${i}`);
      const data = Array.from({ length: rows }, () => `level-${own.int(levels)}`);
      return { name: `level_${i}`, type: "VARCHAR", data };
    }),
  ];
}

/** Where the time of a run goes, in this process and so without the start of Node.js. */
async function stages(reference, current) {
  const laps = [performance.now()];
  const lap = () => laps.push(performance.now());
  const [before, after] = await Promise.all([reference, current].map((path) => readDriftTable(path)));
  lap();
  const report = driftReport(before.table, after.table);
  lap();
  JSON.stringify(report, null, 2);
  lap();
  const [read, compute, json] = laps.slice(1).map((at, i) => (at - laps[i]) / 1000);
  return { read, compute, json };
}

const options = {
  rows: { type: "string", default: "200000" },
  rounds: { type: "string", default: "3" },
  formats: { type: "string", default: "parquet,csv" },
};
const { values } = parseArgs({ options });
const rows = Number(values.rows);
const python = process.env["FLEETLENS_PYTHON"] ?? "python3";
const folder = await mkdtemp(join(tmpdir(), "fleetlens-bench-"));
const results = {};
try {
  for (const format of values.formats.split(",")) {
    const [reference, current, out] = [`reference.${format}`, `current.${format}`, "drift.json"].map((name) =>
      join(folder, name),
    );
    await writeTable(reference, columns(rows, 1, 0), { format });
    await writeTable(current, columns(rows, 2, 0.02), { format });
    const [start, ours, theirs, load] = [[], [], [], []];
    for (let round = 0; round < Number(values.rounds); round++) {
      load.push(loadavg()[0]);
      start.push(await measure([...fleetlens, "drift", "--help"]));
      const files = ["--reference", reference, "--current", current, "--out", out];
      ours.push(await measure([...fleetlens, "drift", ...files]));
      theirs.push(await measure([python, "bench/drift.py", reference, current]));
      ours.push(await measure([...fleetlens, "drift", ...files]));
      console.error(`${format} round ${round + 1}`, JSON.stringify({ ours: ours.slice(-2), theirs: theirs.at(-1) }));
    }
    const { dataset } = JSON.parse(await readFile(out, "utf8"));
    const of = (runs, key) => median(runs.map((run) => run[key]));
    const ratios = {
      wall: of(theirs, "compute") / of(ours, "wall"),
      cpu: of(theirs, "cpu") / of(ours, "cpu"),
      memory: of(ours, "rss") / of(theirs, "rss"),
    };
    const { versions } = theirs[0];
    results[format] = {
      rows,
      versions: { node: process.version, ...versions },
      processor: cpus()[0]?.model ?? "unknown",
      load,
      drifted: { fleetlens: dataset.n_drift, evidently: theirs[0].drifted },
      fleetlens: { wall: of(ours, "wall"), cpu: of(ours, "cpu"), rss: of(ours, "rss"), start: of(start, "wall") },
      evidently: {
        compute: of(theirs, "compute"),
        read: of(theirs, "read"),
        wall: of(theirs, "wall"),
        cpu: of(theirs, "cpu"),
        rss: of(theirs, "rss"),
      },
      stages: await stages(reference, current),
      ratios,
    };
    console.log(
      `${format}, ${rows} x 20: fleetlens ${of(ours, "wall").toFixed(2)} s in all (start ${of(start, "wall").toFixed(2)}), ` +
        `Evidently ${versions["evidently"]} ${of(theirs, "compute").toFixed(2)} s for the preset alone: ${ratios.wall.toFixed(1)}x; ` +
        `CPU of the processes ${ratios.cpu.toFixed(1)}x; memory ${of(ours, "rss").toFixed(0)} and ${of(theirs, "rss").toFixed(0)} MiB: ${ratios.memory.toFixed(2)}x`,
    );
  }
  await writeFile(
    join(root, "bench/drift.json"),
    `${JSON.stringify({ schema: "fleetlens.bench-drift/1", ...results }, null, 2)}\n`,
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}
