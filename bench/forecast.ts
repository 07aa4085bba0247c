// Accuracy and speed of the forecaster, one thread.
//
//   [FLEETLENS_PYTHON=python3] node scripts/bench.mjs forecast
//
// - M4 hourly and weekly, test parts; Helios, rolling origins: needs the shared data beside the repository.
// - Unseen generated hourly series of six families: share that is forecast better than by seasonal naive.
// - One series from the command line, start included: needs `npm run build`.
// - 1,000 generated hourly series.
// - With a Python that has statsforecast: its models on ten hourly series beside ours, in the same run.
//
// Nothing is tuned on these figures. Writes bench/forecast.json.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { FAMILIES, hourlyFamilies } from "../fixtures/families.js";
import { median } from "../src/core/statistics.js";
import { VERSION } from "../src/core/version.js";
import {
  coverage,
  type Forecast,
  type ForecastOptions,
  forecast,
  mase,
  msis,
  owa,
  type Series,
  smape,
  wql,
} from "../src/forecast/index.js";
import { readTelemetry } from "../src/ingest/index.js";
import { DATA, DECILES, M4, readM4 } from "./m4.js";

interface Timed {
  forecasts: Forecast[];
  /** Seconds on the wall and on the processor: on a busy machine only the second says something. */
  wall: number;
  cpu: number;
}

function timed(panel: readonly Series[], options: ForecastOptions): Timed {
  const started = performance.now();
  const before = process.cpuUsage();
  const forecasts = forecast(panel, options);
  const { user, system } = process.cpuUsage(before);
  return { forecasts, wall: (performance.now() - started) / 1000, cpu: (user + system) / 1e6 };
}

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

async function benchM4(frequency: keyof typeof M4) {
  const { horizon, season, scale, naive2 } = M4[frequency];
  const { train, test } = await readM4(frequency);
  const options = { horizon, season };
  forecast(train.slice(0, 10), options);
  const { forecasts, wall, cpu } = timed(train, options);
  const each = (score: (f: Forecast, actual: Float64Array, history: Float64Array) => number): number =>
    mean(forecasts.map((f, i) => score(f, test[i].y, train[i].y)));
  const scores = {
    smape: each((f, actual) => smape(actual, f.mean)),
    mase: each((f, actual, history) => mase(actual, f.mean, history, scale)),
  };
  return {
    series: train.length,
    ...scores,
    owa: owa(scores.smape, scores.mase, naive2),
    msis_95: each((f, actual, history) => msis(actual, f.lo[95], f.hi[95], history, scale)),
    coverage_95: each((f, actual) => coverage(actual, f.lo[95], f.hi[95])),
    coverage_80: each((f, actual) => coverage(actual, f.lo[80], f.hi[80])),
    seconds: wall,
    cpu_seconds: cpu,
  };
}

/** Demand = running + pending of 16 queues in May 2020, from the hours named, a week ahead. */
async function benchHelios() {
  const { hourly } = await readTelemetry({
    files: join(DATA, "helios/earth_vc_minutely_2020-05.parquet"),
    columns: { queue: "vc", time: "time", running: "running_gpu_num", pending: "pending_gpu_num" },
  });
  const horizon = 168;
  const score = (models: readonly string[] | "auto") => {
    const actual: number[] = [];
    const quantiles = new Map(DECILES.map((q): [number, number[]] => [q, []]));
    const sums: { actual: number; forecast: number }[] = [];
    let cpu = 0;
    for (const origin of [408, 480, 576]) {
      const panel = hourly.queues.map((id, q) => ({ id, y: hourly.demand[q].subarray(0, origin) }));
      const run = timed(panel, { horizon, season: [24, 168], quantiles: DECILES, paths: 1000, models });
      cpu += run.cpu;
      run.forecasts.forEach((f, q) => {
        const future = hourly.demand[q].subarray(origin, origin + horizon);
        actual.push(...future);
        for (const [p, values] of quantiles) values.push(...f.quantiles[p]);
        const paths = f.paths?.data ?? new Float64Array(0);
        const totals = Float64Array.from({ length: 1000 }, (_, k) =>
          paths.subarray(k * horizon, (k + 1) * horizon).reduce((sum, v) => sum + v, 0),
        );
        sums.push({ actual: future.reduce((sum, v) => sum + v, 0), forecast: median(totals) });
      });
    }
    const of = (q: number): number[] => quantiles.get(q) ?? [];
    const total = actual.reduce((sum, v) => sum + v, 0);
    return {
      wql: wql(actual, quantiles),
      wape: of(0.5).reduce((sum, v, i) => sum + Math.abs(v - actual[i]), 0) / total,
      coverage_80: coverage(actual, of(0.1), of(0.9)),
      weekly_sum_wape: sums.reduce((sum, s) => sum + Math.abs(s.forecast - s.actual), 0) / total,
      cpu_seconds: cpu,
    };
  };
  return { auto: score("auto"), seasonal_naive: score(["seasonal_naive"]) };
}

/**
 * Series that nobody looked at while the models were made: 40 of each family, four weeks, two days ahead; all as one panel,
 * and each on its own, as a user with a single queue has it.
 */
function benchFamilies() {
  const [n, horizon] = [24 * 28, 48];
  const unseen = hourlyFamilies(20_261_104, n + horizon, 40);
  const panel = unseen.map(({ id, y }) => ({ id, y: y.subarray(0, n) }));
  const options = { horizon, season: [24, 168] };
  const errors = (forecasts: readonly Forecast[]): number[] =>
    forecasts.map((f, i) => mean([...f.mean].map((v, h) => Math.abs(v - unseen[i].y[n + h]))));
  const naive = errors(forecast(panel, { ...options, models: ["seasonal_naive"] }));
  const shares = (ours: readonly number[]) => {
    const better = (keep: (i: number) => boolean): number => {
      const kept = unseen.map((_, i) => i).filter(keep);
      return kept.filter((i) => ours[i] < naive[i]).length / kept.length;
    };
    return {
      better_than_seasonal_naive: better(() => true),
      by_family: Object.fromEntries(FAMILIES.map((name) => [name, better((i) => unseen[i].family === name)])),
    };
  };
  return {
    one_panel: shares(errors(forecast(panel, options))),
    each_alone: shares(errors(panel.flatMap((series) => forecast([series], options)))),
  };
}

/** Seconds of the whole command on one series of four weeks, the median of five. */
async function benchStart(): Promise<number | null> {
  if (!existsSync("dist/src/cli/main.js")) return null;
  const folder = await mkdtemp(join(tmpdir(), "fleetlens-bench-"));
  try {
    const [{ y }] = hourlyFamilies(1, 24 * 28);
    const input = join(folder, "one.csv");
    await writeFile(input, ["id,t,y", ...Array.from(y, (v, t) => `q,${t},${v}`), ""].join("\n"));
    const names = ["--id", "id", "--time", "t", "--value", "y", "--horizon", "48", "--season", "24,168"];
    const seconds = Array.from({ length: 5 }, () => {
      const started = performance.now();
      const args = ["dist/src/cli/main.js", "forecast", input, ...names, "--out", join(folder, "f.parquet")];
      const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
      if (status !== 0) throw new Error(`fleetlens forecast failed: ${stderr}`);
      return (performance.now() - started) / 1000;
    });
    return median(seconds);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Our model beside statsforecast's of the same kind; `auto` stands beside AutoETS, which people pick today. */
const PEERS = { auto: "AutoETS", autoets: "AutoETS", autotheta: "AutoTheta", mstl: "MSTL", autoarima: "AutoARIMA" };

/**
 * statsforecast's models on every twentieth hourly series beside ours: processor seconds per series and OWA, intervals
 * included. A panel of ten takes three times as many backtest origins a series as the whole file, so that has a row too.
 *
 * @param wholeFile processor seconds per series of `auto` on all hourly series, in this run
 */
async function benchPeer(python: string, wholeFile: number) {
  const { horizon, season, scale, naive2 } = M4.hourly;
  const { train, test } = await readM4("hourly");
  const picked = train.map((_, i) => i).filter((i) => i % 20 === 0 && i < 200);
  const sample = picked.map((i) => train[i]);
  const models = [...new Set(Object.values(PEERS))];
  const input = JSON.stringify({ horizon, season, models, series: sample.map(({ y }) => [...y]) });
  const { status, stdout, stderr } = spawnSync(python, ["bench/forecast.py"], {
    input,
    encoding: "utf8",
    maxBuffer: 1e8,
    env: { ...process.env, OMP_NUM_THREADS: "1", NIXTLA_ID_AS_COL: "1" },
  });
  if (status !== 0) throw new Error(`bench/forecast.py failed: ${stderr}`);
  const peer: { versions: Record<string, string>; models: Record<string, { cpu: number; mean: number[][] }> } =
    JSON.parse(stdout);
  const owaOf = (forecasts: ArrayLike<number>[]): number => {
    const actual = picked.map((i) => test[i].y);
    return owa(
      mean(forecasts.map((f, i) => smape(actual[i], f))),
      mean(forecasts.map((f, i) => mase(actual[i], f, sample[i].y, scale))),
      naive2,
    );
  };
  const rows = Object.entries(PEERS).map(([model, name]) => {
    const options = { horizon, season, models: model === "auto" ? ("auto" as const) : [model] };
    forecast(sample.slice(0, 2), options);
    const ours = timed(sample, options);
    const theirs = peer.models[name];
    const row = {
      cpu_seconds_per_series: ours.cpu / sample.length,
      peer_cpu_seconds_per_series: theirs.cpu / sample.length,
      times_faster: theirs.cpu / ours.cpu,
      owa: owaOf(ours.forecasts.map((f) => f.mean)),
      peer_owa: owaOf(theirs.mean),
    };
    return [`${model} / ${name}`, row] as const;
  });
  const theirs = peer.models[PEERS.auto].cpu / sample.length;
  const whole = {
    cpu_seconds_per_series: wholeFile,
    peer_cpu_seconds_per_series: theirs,
    times_faster: theirs / wholeFile,
  };
  return {
    series: sample.length,
    versions: peer.versions,
    models: { ...Object.fromEntries(rows), [`auto, all ${train.length} series / ${PEERS.auto}`]: whole },
  };
}

/** A thousand generated hourly series of five weeks, intervals included. */
function benchThousand() {
  const panel = hourlyFamilies(7, 24 * 35, Math.ceil(1000 / FAMILIES.length)).slice(0, 1000);
  const { wall, cpu } = timed(panel, { horizon: 48, season: [24, 168] });
  return { series: panel.length, steps: 24 * 35, seconds: wall, cpu_seconds: cpu };
}

const show = (name: string, scores: Record<string, unknown>): void => {
  const cells = Object.entries(scores).flatMap(([key, value]) =>
    typeof value === "number" ? [`${key} ${Number.isInteger(value) ? value : value.toPrecision(4)}`] : [],
  );
  console.log(`${name.padEnd(32)}${cells.join("  ")}`);
};

const load = loadavg()[0];
const hasData = existsSync(DATA);
if (!hasData) console.log("no shared data beside the repository: M4, Helios and the peer are left out");

const hourly = hasData ? await benchM4("hourly") : null;
if (hourly) show("M4 hourly", hourly);
const weekly = hasData ? await benchM4("weekly") : null;
if (weekly) show("M4 weekly", weekly);
const helios = hasData ? await benchHelios() : null;
for (const [model, scores] of Object.entries(helios ?? {})) show(`Helios ${model}`, scores);
const families = benchFamilies();
for (const [how, shares] of Object.entries(families)) {
  show(`unseen families, ${how}`, shares);
  show("  by family", shares.by_family);
}
const start = await benchStart();
if (start !== null) show("one series, with start", { seconds: start });
const thousand = benchThousand();
show("1,000 hourly series", thousand);
const python = process.env["FLEETLENS_PYTHON"];
const peer = hourly && python ? await benchPeer(python, hourly.cpu_seconds / hourly.series) : null;
for (const [name, row] of Object.entries(peer?.models ?? {})) show(`peer ${name}`, row);

const report = {
  schema: "fleetlens.bench-forecast/1",
  versions: { fleetlens: VERSION, node: process.version, ...peer?.versions },
  cpu: cpus()[0]?.model ?? "unknown",
  cores: cpus().length,
  load,
  threads: 1,
  m4: { hourly, weekly },
  helios,
  families,
  one_series_with_start_seconds: start,
  thousand_series: thousand,
  peer,
};
await writeFile("bench/forecast.json", `${JSON.stringify(report, null, 2)}\n`);
