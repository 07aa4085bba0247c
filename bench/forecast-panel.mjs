// `fleetlens forecast` on a panel that is never in memory as a whole: 100,000 daily series of 400 points from
// partitioned Parquet, 28 days ahead, with one thread and with two. Needs `npm run build`.
//
//   node scripts/bench.mjs forecast-panel [--series 100000] [--rounds 1]
//
// Writes bench/forecast-panel.json: wall and CPU seconds, peak memory, the speed of two threads over one, and whether
// the files are the same byte for byte. Rounds run one and two threads by turns, and the ratio is the median of theirs.
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openDuckDb } from "../dist/src/engine/index.js";
import { sha256File } from "../dist/src/ingest/index.js";
import { fleetlens, measure, median, root } from "./measure.mjs";

const POINTS = 400;
const HORIZON = 28;
const PARTS = 16;
const THREADS = [1, 2];

const { values } = parseArgs({
  options: { series: { type: "string", default: "100000" }, rounds: { type: "string", default: "1" } },
});
const [series, rounds] = [values.series, values.rounds].map(Number);
const folder = await mkdtemp(join(tmpdir(), "fleetlens-bench-"));

/** Writes the panel: a weekly pattern, a trend up, down or none, and noise, of a size and phase of each series' own. */
async function generate() {
  const engine = await openDuckDb({ allowedDirectories: [folder], memory: "1GB" });
  const uniform = (salt) => `(hash(i * 1000 + t + ${salt}) % 1000) / 1000.0`;
  const level = "(50 + hash(i) % 100)";
  const week = "(1 + 0.3 * sin(2 * pi() * (t + hash(i + 7) % 7) / 7))";
  const trend = "(1 + 0.001 * t * ((hash(i + 3) % 3)::INTEGER - 1))";
  try {
    for (let part = 0; part < PARTS; part++) {
      const [from, to] = [part, part + 1].map((p) => Math.floor((p * series) / PARTS));
      await engine.run(
        `COPY (SELECT 'series-' || lpad(i::VARCHAR, 7, '0') AS id, TIMESTAMP '2024-01-01' + INTERVAL 1 DAY * t::INTEGER AS time,
            greatest(0, ${level} * ${week} * ${trend} + 10 * (${uniform(0)} + ${uniform(77_777_777)} - 1)) AS value
          FROM range(${from}, ${to}) r(i), range(${POINTS}) q(t))
          TO ${engine.dialect.literal(join(folder, `part-${part}.parquet`))} (FORMAT parquet, COMPRESSION zstd)`,
      );
    }
  } finally {
    await engine.close();
  }
}

const rounded = (value) => Number(value.toPrecision(4));

try {
  await generate();
  const runs = [];
  for (const threads of Array.from({ length: rounds }, () => THREADS).flat()) {
    const out = join(folder, `forecast-${threads}.parquet`);
    const load = loadavg()[0];
    const { wall, cpu, rss } = await measure(
      [...fleetlens, "forecast", join(folder, "part-*.parquet"), "--id", "id", "--time", "time"].concat(
        ["--value", "value", "--freq", "D", "--horizon", String(HORIZON)],
        ["--threads", String(threads), "--out", out],
      ),
    );
    const run = { threads, wall: rounded(wall), cpu: rounded(cpu), rss_mib: Math.round(rss), load: rounded(load) };
    runs.push({ ...run, sha256: await sha256File(out) });
    console.error(JSON.stringify(run));
  }
  const by = (threads) => runs.filter((run) => run.threads === threads);
  const ratios = by(1).map((one, round) => one.wall / by(2)[round].wall);
  const result = {
    schema: "fleetlens.bench-forecast-panel/1",
    series,
    points: POINTS,
    horizon: HORIZON,
    node: process.version,
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    runs,
    speed_of_two_threads: rounded(median(ratios)),
    ms_per_series: rounded((1000 * median(by(1).map(({ wall }) => wall))) / series),
    same_bytes: runs.every(({ sha256 }) => sha256 === runs[0].sha256),
  };
  const target = join(root, "bench/forecast-panel.json");
  const all = existsSync(target) ? JSON.parse(await readFile(target, "utf8")) : {};
  await writeFile(target, `${JSON.stringify({ ...all, [`${series} series`]: result }, null, 2)}\n`);
  console.log(
    `${series} series: two threads are ${result.speed_of_two_threads} times as fast as one (${ratios.map(rounded).join(", ")}), at most ${Math.max(...runs.map((run) => run.rss_mib))} MiB, ${result.same_bytes ? "same" : "OTHER"} bytes`,
  );
  if (!result.same_bytes) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
