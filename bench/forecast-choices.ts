// What the forecaster's choices are judged by: rolling origins inside training data, never a test part.
//
//   node scripts/bench.mjs forecast-choices [SET,…]
//
// - hourly, weekly: the last 1–3 (1–5) horizons of the M4 train files.
// - queues: GPU demand of Philly's virtual clusters from its job table, a week ahead, ten origins with 408 to 576 hours of
//   history each, and three with all of it before them.
// - helios: the first 408 hours of Helios alone, five origins.
// - families: generated hourly series with a seed that the bench of the forecaster does not use.
//
// Prints the mean over each set's origins. Run it before and after a change of the pool, its weights or its intervals.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { hourlyFamilies } from "../fixtures/families.js";
import { coverage, type Forecast, forecast, mase, msis, owa, type Series, smape, wql } from "../src/forecast/index.js";
import { readSeries, readTelemetry } from "../src/ingest/index.js";
import { DATA, DECILES, M4 } from "./m4.js";
import { philly } from "./philly.js";

interface Case {
  panel: Series[];
  actual: Float64Array[];
  horizon: number;
}

type Scores = Record<string, number>;

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

/** Series seen from `from` to `to`, with the `horizon` steps after it. */
const cut = (series: readonly Series[], from: number, to: number, horizon: number): Case => {
  const kept = series.filter(({ y }) => y.subarray(from, to).some((v) => v > 0));
  return {
    panel: kept.map(({ id, y }) => ({ id, y: y.subarray(from, to) })),
    actual: kept.map(({ y }) => y.subarray(to, to + horizon)),
    horizon,
  };
};

async function m4Cases(frequency: keyof typeof M4, origins: number): Promise<Case[]> {
  const { horizon } = M4[frequency];
  const file = join(DATA, `m4/m4_${frequency}_train.parquet`);
  const { series } = await readSeries(file, { id: "id", time: "t", value: "y" });
  return Array.from({ length: origins }, (_, k) => {
    const back = (k + 1) * horizon;
    const long = series.filter(({ y }) => y.length > back + 60);
    return {
      panel: long.map(({ id, y }) => ({ id, y: y.subarray(0, y.length - back) })),
      actual: long.map(({ y }) => y.subarray(y.length - back, y.length - back + horizon)),
      horizon,
    };
  });
}

async function queueCases(): Promise<Case[]> {
  const series = await philly();
  const short = Array.from({ length: 10 }, (_, k) => {
    const origin = 500 + 200 * k;
    return cut(series, origin - [408, 480, 576][k % 3], origin, 168);
  });
  return [...short, ...[1100, 1600, 2100].map((origin) => cut(series, 0, origin, 168))];
}

async function heliosCases(): Promise<Case[]> {
  const { hourly } = await readTelemetry({
    files: join(DATA, "helios/earth_vc_minutely_2020-05.parquet"),
    columns: { queue: "vc", time: "time", running: "running_gpu_num", pending: "pending_gpu_num" },
  });
  const series = hourly.queues.map((id, q) => ({ id, y: hourly.demand[q].subarray(0, 408) }));
  const origins = [192, 240, 288, 336, 360];
  return origins.map((origin) => cut(series, 0, origin, Math.min(168, 408 - origin)));
}

const scoreM4 =
  ({ scale, naive2 }: (typeof M4)["hourly"]) =>
  ({ panel, actual }: Case, forecasts: readonly Forecast[]): Scores => {
    const each = (score: (f: Forecast, future: Float64Array, history: Float64Array) => number): number =>
      mean(forecasts.map((f, i) => score(f, actual[i], panel[i].y)).filter(Number.isFinite));
    const [errors, scaled] = [
      each((f, future) => smape(future, f.mean)),
      each((f, future, history) => mase(future, f.mean, history, scale)),
    ];
    return {
      owa: owa(errors, scaled, naive2),
      msis_95: each((f, future, history) => msis(future, f.lo[95], f.hi[95], history, scale)),
      coverage_95: each((f, future) => coverage(future, f.lo[95], f.hi[95])),
      coverage_80: each((f, future) => coverage(future, f.lo[80], f.hi[80])),
    };
  };

function scoreQueues({ actual }: Case, forecasts: readonly Forecast[]): Scores {
  const all = actual.flatMap((future) => [...future]);
  const at = (q: number): number[] => forecasts.flatMap((f) => [...f.quantiles[q]]);
  const total = all.reduce((sum, v) => sum + v, 0);
  return {
    wql: wql(all, new Map(DECILES.map((q) => [q, at(q)]))),
    wape: at(0.5).reduce((sum, v, i) => sum + Math.abs(v - all[i]), 0) / total,
    coverage_80: coverage(all, at(0.1), at(0.9)),
  };
}

function scoreFamilies({ panel, actual, horizon }: Case, forecasts: readonly Forecast[]): Scores {
  const error = (f: Forecast, i: number): number => mean([...f.mean].map((v, h) => Math.abs(v - actual[i][h])));
  const naive = forecast(panel, { horizon, season: [24, 168], models: ["seasonal_naive"] }).map(error);
  const better = forecasts.map((f, i) => (error(f, i) < naive[i] ? 1 : 0));
  const families = [...new Set(panel.map(({ id }) => id.replace(/-\d+$/, "")))];
  return Object.fromEntries(
    families.map((name) => [name, mean(better.filter((_, i) => panel[i].id.startsWith(`${name}-`)))]),
  );
}

const SETS = {
  hourly: { cases: () => m4Cases("hourly", 3), season: M4.hourly.season, score: scoreM4(M4.hourly) },
  weekly: { cases: () => m4Cases("weekly", 5), season: M4.weekly.season, score: scoreM4(M4.weekly) },
  queues: { cases: queueCases, season: M4.hourly.season, score: scoreQueues },
  helios: { cases: heliosCases, season: M4.hourly.season, score: scoreQueues },
  families: {
    cases: async () => [cut(hourlyFamilies(777, 24 * 28 + 48, 40), 0, 24 * 28, 48)],
    season: M4.hourly.season,
    score: scoreFamilies,
  },
};

const asked = process.argv[2]?.split(",");
for (const [name, { cases, season, score }] of Object.entries(SETS)) {
  if (asked && !asked.includes(name)) continue;
  if (name !== "families" && !existsSync(DATA)) {
    console.log(`${name.padEnd(10)}left out: no shared data beside the repository`);
    continue;
  }
  const rows = (await cases()).map((one) =>
    score(one, forecast(one.panel, { horizon: one.horizon, season, quantiles: DECILES })),
  );
  const cells = Object.keys(rows[0]).map((key) => `${key} ${mean(rows.map((row) => row[key])).toPrecision(4)}`);
  console.log(`${name.padEnd(10)}${cells.join("  ")}`);
}
