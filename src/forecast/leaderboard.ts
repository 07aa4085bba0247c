import { holm } from "../core/holm.js";
import { createRandom } from "../core/random.js";
import { mean, median } from "../core/statistics.js";
import { bootstrapMeans, percentileInterval, type UnitSums } from "./bootstrap.js";
import { dieboldMariano } from "./diebold-mariano.js";
import type { BacktestRow } from "./score-row.js";

/** One model's mean scores over all series and origins, best MASE first. */
export interface LeaderboardRow {
  /** 1 for the best MASE; models with the same MASE share a rank. */
  rank: number;
  model: string;
  smape: number;
  mase: number;
  /** 95 % bootstrap interval of the mean MASE, resampling whole series. */
  mase_lo: number;
  mase_hi: number;
  rmsse: number;
  wql: number;
  wql_lo: number;
  wql_hi: number;
  msis_95: number;
  coverage_80: number;
  coverage_80_lo: number;
  coverage_80_hi: number;
  coverage_95: number;
  coverage_95_lo: number;
  coverage_95_hi: number;
  /** Median over rows of the seconds a series took; NaN without a clock. */
  seconds: number;
  /** Two-sided Diebold–Mariano p-value of the MASE difference to the best; null for the best itself. */
  dm_p_value: number | null;
  /** The same, adjusted by Holm for as many comparisons as there are other models. */
  dm_p_holm: number | null;
  /** 1 − MASE ÷ MASE of the baseline, with its paired interval; null for the baseline and without one. */
  skill: number | null;
  skill_lo: number | null;
  skill_hi: number | null;
}

/** Options of {@link leaderboard}. */
export interface LeaderboardOptions {
  /** Of the bootstrap; default 0. */
  seed?: number;
  /** Model that `skill` compares with; default seasonal_naive. Not among the models: no skill. */
  baseline?: string;
  /** Origins of which each overlaps the horizon of the one before: ⌈horizon ÷ step⌉ − 1; default 0. */
  overlap?: number;
}

/** What is taken as independent: whole series, or the origins of a single series. */
export interface SamplingUnits {
  unit: "series" | "origins";
  count: number;
}

const REPLICATES = 1000;
/** Scores that get an interval. */
const SCORES = ["mase", "wql", "coverage_80", "coverage_95"] as const;
type Score = (typeof SCORES)[number];

/** One model's rows, and its scores by sampling unit with their bootstrap means. */
interface Sample {
  model: string;
  rows: readonly BacktestRow[];
  mase: number;
  units: Record<Score, UnitSums>;
  replicates: Record<Score, Float64Array>;
}

/** Mean of the finite values; NaN for none. */
const finiteMean = (values: readonly number[]): number => mean(values.filter(Number.isFinite));

/** How the rows of a backtest are sampled: by series, or by origin when there is but one series. */
export function samplingUnits(rows: readonly BacktestRow[]): SamplingUnits {
  const series = new Set(rows.map((r) => r.id)).size;
  if (series > 1) return { unit: "series", count: series };
  return { unit: "origins", count: new Set(rows.map((r) => r.origin)).size };
}

/**
 * Scores by model with their uncertainty, from the rows of `crossValidate`.
 *
 * Intervals are percentiles of a bootstrap that draws whole series, p-values are Diebold–Mariano tests on the series'
 * mean MASE. A single series has only its origins: then blocks of origins are drawn, and the test's variance allows
 * for `overlap` (Newey–West).
 */
export function leaderboard(rows: readonly BacktestRow[], options: LeaderboardOptions = {}): LeaderboardRow[] {
  const { seed = 0, baseline = "seasonal_naive", overlap = 0 } = options;
  const { unit } = samplingUnits(rows);
  const lag = unit === "origins" ? overlap : 0;
  const samples = drawSamples(rows, unit, seed, lag + 1);
  const base = samples.find(({ model }) => model === baseline);
  const losses = samples.map(({ units }) => Array.from(units.mase.sum, (total, i) => total / units.mase.count[i]));
  const p = losses.slice(1).map((own) => dieboldMariano(own, losses[0], lag));
  const adjusted = holm(p);
  return samples.map((sample, m) => ({
    ...boardRow(sample, base),
    rank: 1 + samples.filter((other) => byMase(other, sample) < 0).length,
    dm_p_value: m === 0 ? null : p[m - 1],
    dm_p_holm: m === 0 ? null : adjusted[m - 1],
  }));
}

/** Every model's sample, best MASE first; the same units are drawn for all of them. */
function drawSamples(rows: readonly BacktestRow[], unit: SamplingUnits["unit"], seed: number, block: number): Sample[] {
  const positions = unitPositions(rows, unit);
  const models = [...new Set(rows.map((r) => r.model))].map((model) => {
    const own = rows.filter((r) => r.model === model);
    return { model, rows: own, mase: finiteMean(own.map((r) => r.mase)) };
  });
  models.sort((a, b) => byMase(a, b) || (a.model < b.model ? -1 : 1));
  const units = models.map((sample) => SCORES.map((score) => unitSums(sample.rows, score, positions, unit)));
  const means = bootstrapMeans(units.flat(), REPLICATES, createRandom(seed).child("bootstrap"), block);
  const byScore = <T>(of: (s: number) => T) =>
    Object.fromEntries(SCORES.map((score, s) => [score, of(s)])) as Record<Score, T>;
  return models.map((sample, m) => ({
    ...sample,
    units: byScore((s) => units[m][s]),
    replicates: byScore((s) => means[m * SCORES.length + s]),
  }));
}

function boardRow(sample: Sample, base: Sample | undefined): Omit<LeaderboardRow, "rank" | "dm_p_value" | "dm_p_holm"> {
  const { model, rows, mase, units, replicates } = sample;
  const meanOf = (score: "smape" | "rmsse" | "wql" | "msis_95" | "coverage_80" | "coverage_95") =>
    finiteMean(rows.map((r) => r[score]));
  const range = (score: Score) => interval(units[score], replicates[score]);
  const [mase_lo, mase_hi] = range("mase");
  const [wql_lo, wql_hi] = range("wql");
  const [coverage_80_lo, coverage_80_hi] = range("coverage_80");
  const [coverage_95_lo, coverage_95_hi] = range("coverage_95");
  const compared = base && base !== sample ? base : null;
  const ratios = compared && replicates.mase.map((value, r) => 1 - value / compared.replicates.mase[r]);
  const [skill_lo, skill_hi] = ratios ? interval(units.mase, ratios) : [null, null];
  return {
    model,
    smape: meanOf("smape"),
    mase,
    mase_lo,
    mase_hi,
    rmsse: meanOf("rmsse"),
    wql: meanOf("wql"),
    wql_lo,
    wql_hi,
    msis_95: meanOf("msis_95"),
    coverage_80: meanOf("coverage_80"),
    coverage_80_lo,
    coverage_80_hi,
    coverage_95: meanOf("coverage_95"),
    coverage_95_lo,
    coverage_95_hi,
    seconds: median(rows.map((r) => r.seconds)),
    skill: compared && 1 - mase / compared.mase,
    skill_lo,
    skill_hi,
  };
}

/** NaN, a model without a score, comes last. */
function byMase({ mase: a }: { mase: number }, { mase: b }: { mase: number }): number {
  return Number.isNaN(a) || Number.isNaN(b) ? Number(Number.isNaN(a)) - Number(Number.isNaN(b)) : a - b;
}

/** Position of each sampling unit: series as they come, origins in time. */
function unitPositions(rows: readonly BacktestRow[], unit: SamplingUnits["unit"]): Map<string | number, number> {
  const keys =
    unit === "series"
      ? [...new Set(rows.map((r) => r.id))]
      : [...new Set(rows.map((r) => r.origin))].sort((a, b) => a - b);
  return new Map(keys.map((key, i) => [key, i]));
}

function unitSums(
  rows: readonly BacktestRow[],
  score: Score,
  positions: ReadonlyMap<string | number, number>,
  unit: SamplingUnits["unit"],
): UnitSums {
  const sum = new Float64Array(positions.size);
  const count = new Float64Array(positions.size);
  for (const row of rows) {
    const at = positions.get(unit === "series" ? row.id : row.origin);
    if (at === undefined || !Number.isFinite(row[score])) continue;
    sum[at] += row[score];
    count[at]++;
  }
  return { sum, count };
}

/** One unit has no spread to draw from. */
function interval({ count }: UnitSums, replicates: Float64Array): [number, number] {
  return count.filter((c) => c > 0).length < 2 ? [Number.NaN, Number.NaN] : percentileInterval(replicates);
}
