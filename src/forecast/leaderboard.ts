import { errorFunction } from "simple-statistics";
import { createRandom } from "../core/random.js";
import { mean, quantileSorted } from "../core/statistics.js";
import type { BacktestRow } from "./backtest.js";

/** One model's mean scores over all series and origins, best MASE first. */
export interface LeaderboardRow {
  model: string;
  smape: number;
  mase: number;
  /** 95 % bootstrap interval of the mean MASE, resampling whole series. */
  mase_lo: number;
  mase_hi: number;
  wql: number;
  coverage_80: number;
  coverage_95: number;
  /** Two-sided Diebold–Mariano p-value of the MASE difference to the best; null for the best itself. */
  dm_p_value: number | null;
}

const REPLICATES = 1000;

const finiteMean = (values: readonly number[]): number => mean(values.filter(Number.isFinite));

/** Scores by model with their uncertainty, from the rows of `crossValidate`. */
export function leaderboard(rows: readonly BacktestRow[], seed = 0): LeaderboardRow[] {
  const models = [...new Set(rows.map((r) => r.model))];
  const ids = [...new Set(rows.map((r) => r.id))];
  const of = (model: string): BacktestRow[] => rows.filter((r) => r.model === model);
  const bySeries = new Map(
    models.map((model) => {
      const groups = new Map<string, number[]>(ids.map((id) => [id, []]));
      for (const r of of(model)) if (Number.isFinite(r.mase)) groups.get(r.id)?.push(r.mase);
      return [model, ids.map((id) => mean(groups.get(id) ?? []))];
    }),
  );
  const board = models.map((model): LeaderboardRow => {
    const own = of(model);
    const [lo, hi] = bootstrap(bySeries.get(model) as number[], seed);
    return {
      model,
      smape: finiteMean(own.map((r) => r.smape)),
      mase: finiteMean(own.map((r) => r.mase)),
      mase_lo: lo,
      mase_hi: hi,
      wql: finiteMean(own.map((r) => r.wql)),
      coverage_80: finiteMean(own.map((r) => r.coverage_80)),
      coverage_95: finiteMean(own.map((r) => r.coverage_95)),
      dm_p_value: null,
    };
  });
  board.sort((a, b) => a.mase - b.mase || (a.model < b.model ? -1 : 1));
  const best = bySeries.get(board[0].model) as number[];
  for (const row of board.slice(1)) row.dm_p_value = dieboldMariano(bySeries.get(row.model) as number[], best);
  return board;
}

/** Percentile bootstrap of the mean over series. */
function bootstrap(values: readonly number[], seed: number): [number, number] {
  const usable = values.filter(Number.isFinite);
  if (usable.length === 0) return [Number.NaN, Number.NaN];
  const rng = createRandom(seed).child("bootstrap");
  const means = Float64Array.from({ length: REPLICATES }, () => {
    let total = 0;
    for (let i = 0; i < usable.length; i++) total += usable[rng.int(usable.length)];
    return total / usable.length;
  }).sort();
  return [quantileSorted(means, 0.025), quantileSorted(means, 0.975)];
}

/**
 * Diebold & Mariano (1995) on the series' mean losses, which are independent draws here, with the small-sample factor
 * of Harvey, Leybourne & Newbold (1997), against the normal distribution.
 */
function dieboldMariano(a: readonly number[], b: readonly number[]): number {
  const d = a.map((v, i) => v - b[i]).filter(Number.isFinite);
  const n = d.length;
  if (n < 2) return Number.NaN;
  const centre = mean(d);
  const variance = d.reduce((s, v) => s + (v - centre) ** 2, 0) / n;
  if (variance === 0) return centre === 0 ? 1 : 0;
  const statistic = (Math.abs(centre) / Math.sqrt(variance / n)) * Math.sqrt((n - 1) / n);
  return Math.max(0, 1 - errorFunction(statistic / Math.SQRT2));
}
