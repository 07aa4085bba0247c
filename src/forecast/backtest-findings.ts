import type { Series } from "../core/series.js";
import { mean, quantileSorted } from "../core/statistics.js";
import type { Backtest } from "./backtest.js";
import type { ForecastBacktest } from "./backtest-schema.js";
import type { BacktestRow } from "./score-row.js";

/** Most ids that a list of the result names. */
const MOST_NAMED = 20;
/** Most series whose scores are listed. */
const MOST_SERIES = 50;
/** Series up to which each one's MASE is told; of more, so many quantiles. */
const MOST_VALUES = 200;

type Score = "mase" | "coverage_80" | "coverage_95";

/** Mean finite score of each series under a model. */
function scoreBySeries(rows: readonly BacktestRow[], model: string, score: Score): Map<string, number> {
  const values = new Map<string, number[]>();
  for (const row of rows) {
    if (row.model !== model || !Number.isFinite(row[score])) continue;
    const own = values.get(row.id);
    if (own) own.push(row[score]);
    else values.set(row.id, [row[score]]);
  }
  return new Map([...values].map(([id, own]) => [id, mean(own)]));
}

/** The series on which a model does worst, by mean MASE; those without a MASE come last. */
export function worstSeries(
  rows: readonly BacktestRow[],
  model: string,
  baseline: string | null,
): ForecastBacktest["series"] {
  const mase = scoreBySeries(rows, model, "mase");
  const base = baseline === null ? new Map<string, number>() : scoreBySeries(rows, baseline, "mase");
  const held80 = scoreBySeries(rows, model, "coverage_80");
  const held95 = scoreBySeries(rows, model, "coverage_95");
  const ids = [...new Set(rows.map((r) => r.id))];
  const rank = (id: string) => mase.get(id) ?? Number.NEGATIVE_INFINITY;
  // Equal infinities would give NaN when subtracted.
  ids.sort((a, b) => (rank(a) === rank(b) ? (a < b ? -1 : 1) : rank(b) - rank(a)));
  return ids.slice(0, MOST_SERIES).map((id) => ({
    id,
    mase: mase.get(id) ?? null,
    baseline_mase: base.get(id) ?? null,
    coverage_80: held80.get(id) ?? null,
    coverage_95: held95.get(id) ?? null,
  }));
}

/** Mean MASE of each series, ascending; of more than 200 series the quantiles at (i + ½) ÷ 200. */
export function seriesMase(rows: readonly BacktestRow[], model: string): number[] {
  const sorted = Float64Array.from(scoreBySeries(rows, model, "mase").values()).sort();
  if (sorted.length <= MOST_VALUES) return Array.from(sorted);
  return Array.from({ length: MOST_VALUES }, (_, i) => quantileSorted(sorted, (i + 0.5) / MOST_VALUES));
}

/** Series on which a model does worse than the baseline, the largest difference of MASE first. */
export function lossesTo(
  rows: readonly BacktestRow[],
  model: string,
  baseline: string,
): NonNullable<ForecastBacktest["losses"]> {
  const base = scoreBySeries(rows, baseline, "mase");
  const pairs = [...scoreBySeries(rows, model, "mase")].flatMap(([id, mase]) => {
    const baseline_mase = base.get(id);
    return baseline_mase === undefined ? [] : [{ id, mase, baseline_mase }];
  });
  const lost = pairs.filter((pair) => pair.mase > pair.baseline_mase);
  lost.sort((a, b) => b.mase - b.baseline_mase - (a.mase - a.baseline_mase) || (a.id < b.id ? -1 : 1));
  return { count: lost.length, of: pairs.length, series: lost.slice(0, MOST_NAMED) };
}

/** What the scores rest on: series left out, values missing, warnings of the forecasts. */
export function backtestQuality(panel: readonly Series[], result: Backtest): ForecastBacktest["quality"] {
  const { scored, origins, rows, horizon, models } = result;
  const out = panel.filter((_, i) => scored[i] === 0);
  const unscaled = [
    ...new Set(rows.flatMap((r) => (r.model === models[0].model && !Number.isFinite(r.mase) ? [r.id] : []))),
  ];
  const pairs = scored.reduce((sum, times) => sum + times, 0);
  const seen = models[0].steps.n.reduce((sum, n) => sum + n, 0);
  const notes = new Map<string, number>();
  for (const model of models) {
    for (const [note, series] of model.notes) notes.set(note, Math.max(series, notes.get(note) ?? 0));
  }
  return {
    series: panel.length,
    scored: panel.length - out.length,
    least_history: result.least_history,
    left_out: out.slice(0, MOST_NAMED).map(({ id, y }) => ({ id, values: y.filter((v) => !Number.isNaN(v)).length })),
    partly_scored: scored.filter((times) => times > 0 && times < origins.length).length,
    unscaled: unscaled.slice(0, MOST_NAMED),
    unscaled_count: unscaled.length,
    actual_steps: pairs * horizon,
    missing_steps: pairs * horizon - seen,
    notes: [...notes]
      .map(([note, series]) => ({ note, series }))
      .sort((a, b) => b.series - a.series || (a.note < b.note ? -1 : 1))
      .slice(0, MOST_NAMED),
  };
}
