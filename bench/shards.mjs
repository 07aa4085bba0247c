// What shards cost: a run in one process beside its shards, one after the other, and their merge. `aggregate` on the Helios
// file in 8 shards, `forecast` and `changepoint` on a generated panel. Needs `npm run build`, and for `aggregate` the
// shared data beside the repository.
//
//   node scripts/bench.mjs shards [--shards 8] [--series 2000] [--rounds 3]
//
// Writes bench/shards.json: seconds, CPU seconds and peak memory of the whole, of the shards (sum; the slowest) and of the
// merge, bytes of the shards, and whether both files are the same.
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { openDuckDb } from "../dist/src/engine/index.js";
import { sha256File } from "../dist/src/ingest/index.js";
import { fleetlens, measure, median, root } from "./measure.mjs";

const { values } = parseArgs({
  options: {
    shards: { type: "string", default: "8" },
    series: { type: "string", default: "2000" },
    rounds: { type: "string", default: "3" },
  },
});
const [shards, series, rounds] = [values.shards, values.series, values.rounds].map(Number);
const POINTS = 400;
const folder = await mkdtemp(join(tmpdir(), "fleetlens-bench-"));
const panel = join(folder, "panel.parquet");
const helios = resolve(root, "../shared/data/helios/earth_vc_minutely_2020-05.parquet");

/** Daily series with a week, noise, and a step in one of three. */
async function generate() {
  const engine = await openDuckDb({ allowedFiles: [panel], memory: "1GB" });
  const noise = "(hash(i * 1000 + t) % 1000) / 100.0";
  await engine.run(
    `COPY (SELECT 'series-' || i AS id, TIMESTAMP '2024-01-01' + INTERVAL 1 DAY * t::INTEGER AS time,
        50 + 10 * sin(2 * pi() * (t + i % 7) / 7) + CASE WHEN i % 3 = 0 AND t > 250 THEN 30 ELSE 0 END + ${noise} AS value
      FROM range(${series}) r(i), range(${POINTS}) q(t)) TO ${engine.dialect.literal(panel)} (FORMAT parquet)`,
  );
  await engine.close();
}

const named = ["--id", "id", "--time", "time", "--value", "value"];
const cases = {
  ...(existsSync(helios) && {
    "aggregate, Helios": {
      out: "hourly.parquet",
      args: ["aggregate", "--input", helios, "--queue-col", "vc", "--time-col", "time"].concat([
        "--value-col",
        "running_gpu_num",
        "--sample-seconds",
        "60",
        "--threads",
        "1",
      ]),
    },
  }),
  [`forecast, ${series} series`]: {
    out: "forecast.parquet",
    args: ["forecast", panel, ...named, "--freq", "D", "--horizon", "28"],
  },
  [`changepoint, ${series} series`]: {
    out: "changes.json",
    args: ["changepoint", panel, ...named, "--no-timing"],
  },
};

const rounded = (value) => Number(value.toPrecision(4));
const figures = (runs) => ({
  wall: rounded(runs.reduce((sum, { wall }) => sum + wall, 0)),
  cpu: rounded(runs.reduce((sum, { cpu }) => sum + cpu, 0)),
  slowest: rounded(Math.max(...runs.map(({ wall }) => wall))),
  most_cpu: rounded(Math.max(...runs.map(({ cpu }) => cpu))),
  rss_mib: Math.round(Math.max(...runs.map(({ rss }) => rss))),
});

async function compare({ out, args }) {
  const parts = join(folder, "parts");
  await rm(parts, { recursive: true, force: true });
  const [whole, merged] = [join(folder, `whole-${out}`), join(folder, `merged-${out}`)];
  const load = rounded(loadavg()[0]);
  const one = await measure([...fleetlens, ...args, "--out", whole]);
  const each = [];
  for (let i = 0; i < shards; i++) {
    each.push(await measure([...fleetlens, ...args, "--shard", `${i}/${shards}`, "--out", parts]));
  }
  const merge = await measure([...fleetlens, "merge", "--inputs", parts, "--out", merged]);
  const sizes = await Promise.all((await readdir(parts)).map(async (name) => (await stat(join(parts, name))).size));
  return {
    load,
    whole: figures([one]),
    shards: figures(each),
    merge: figures([merge]),
    shard_bytes: sizes.reduce((a, b) => a + b, 0),
    out_bytes: (await stat(merged)).size,
    same: (await sha256File(whole)) === (await sha256File(merged)),
  };
}

/** The round whose whole run is the median one. */
const typical = (runs) => runs.find((run) => run.whole.cpu === median(runs.map(({ whole }) => whole.cpu)));

try {
  await generate();
  const found = {};
  for (const [name, one] of Object.entries(cases)) {
    const runs = [];
    for (let round = 0; round < rounds; round++) runs.push(await compare(one));
    const run = typical(runs);
    found[name] = run;
    const { whole, shards: cut, merge } = run;
    console.log(
      `${name}: ${whole.wall} s (CPU ${whole.cpu} s, ${whole.rss_mib} MiB) in one process; ${shards} shards ${cut.wall} s one after the other (CPU ${cut.cpu} s, each at most ${cut.slowest} s, CPU ${cut.most_cpu} s, ${cut.rss_mib} MiB), merge ${merge.wall} s (CPU ${merge.cpu} s, ${merge.rss_mib} MiB); shards ${(run.shard_bytes / 1e6).toFixed(1)} MB; ${runs.every(({ same }) => same) ? "the same file" : "NOT THE SAME FILE"}`,
    );
    if (!runs.every(({ same }) => same)) process.exitCode = 1;
  }
  const result = {
    ...{ schema: "fleetlens.bench-shards/1", node: process.version, cpu: cpus()[0]?.model ?? "unknown" },
    ...{ cores: cpus().length, shards, series, points: POINTS, rounds, cases: found },
  };
  await writeFile(join(root, "bench/shards.json"), `${JSON.stringify(result, null, 2)}\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
