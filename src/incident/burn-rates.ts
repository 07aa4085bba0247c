import { InputError } from "../core/errors.js";
import { HOUR_MS, isoUtc } from "../core/time.js";
import { sloBuckets } from "./slo-buckets.js";
import { burnRate, sloCounts } from "./slo-counts.js";
import { FEW_BAD, sloEpisodes } from "./slo-episodes.js";
import { sloOutlook } from "./slo-outlook.js";
import { sloPoints } from "./slo-points.js";
import { errorBudgetOf, SLO_RULES, SLO_WINDOW_NAMES, SLO_WINDOWS, thresholdOf } from "./slo-rules.js";
import type { SloEpisode, SloResult } from "./slo-schema.js";
import { badCounts, type SloSeries } from "./slo-series.js";

export interface SloOptions {
  /** Share of good events that is promised, e.g. 0.999. */
  target: number;
  /** Length of the objective's window, whole ms; default 30 days. */
  windowMs?: number;
  /**
   * Low-traffic guard: an alert counts only if its long window holds at least so many bad events at some row of the
   * run. Default 0: no alert is left out, but those with fewer than 10 are marked `few` and warned of.
   */
  minBad?: number;
}

export const DEFAULT_SLO_OPTIONS = Object.freeze({ windowMs: 30 * 24 * HOUR_MS, minBad: 0 });

function checkedOptions(options: SloOptions) {
  const { target, windowMs, minBad } = { ...DEFAULT_SLO_OPTIONS, ...options };
  if (!(Number.isSafeInteger(windowMs) && windowMs > 0)) {
    throw new InputError(`the window must be a whole number of milliseconds above 0, got ${windowMs}`, {
      option: "window",
    });
  }
  if (!(minBad >= 0 && minBad < Number.POSITIVE_INFINITY)) {
    throw new InputError(`the least number of bad events must be a number from 0, got ${minBad}`, {
      option: "min-bad",
    });
  }
  return { target, windowMs, minBad, budget: errorBudgetOf(target) };
}

function lengthWarnings(windowMs: number, bucketMs: number | null): string[] {
  const uneven = bucketMs === null ? [] : SLO_WINDOW_NAMES.filter((name) => SLO_WINDOWS[name] % bucketMs !== 0);
  const low = SLO_RULES.filter((rule) => thresholdOf(rule, windowMs) < 1).map(({ rule }) => rule);
  return [
    ...(bucketMs !== null && uneven.length > 0
      ? [
          `a bucket is ${bucketMs / 1000} s: the windows ${uneven.join(", ")} do not divide into such, and count the whole buckets in them, at least one`,
        ]
      : []),
    ...(low.length > 0
      ? [`with this window the threshold of ${low.join(" and ")} is below 1: it also fires while the budget would last`]
      : []),
  ];
}

function guardWarnings(episodes: readonly SloEpisode[], minBad: number): string[] {
  const suppressed = episodes.filter((one) => one.suppressed).length;
  const few = episodes.filter((one) => one.few && !one.suppressed).length;
  return [
    ...(suppressed > 0
      ? [
          `alerts that the low-traffic guard suppressed: ${suppressed} of ${episodes.length}, with fewer than ${minBad} bad events in the long window`,
        ]
      : []),
    ...(few > 0
      ? [
          `alerts that rest on fewer than ${FEW_BAD} bad events: ${few} of ${episodes.length - suppressed}; a least number of them (--min-bad, minBad) leaves such out`,
        ]
      : []),
  ];
}

/**
 * Burn rates of a service level objective, the alerts of the multiwindow rules, what is left of the error budget and how
 * long it lasts, by the SRE Workbook (Beyer et al. 2018, chapter 5).
 *
 * A window of length W holds the last W ÷ bucket rows, row i included and fewer at the start; its burn rate is
 * bad ÷ total ÷ (1 − target), 0 without traffic. A rule fires at a row where the burn rates of both its windows are
 * strictly above its threshold, which scales with the objective's window; an alert is a maximal run of such rows. The
 * comparison is exact for whole counts and takes the target for the decimal number that it is written as: a burn rate of
 * exactly the threshold raises no alert.
 *
 * The bucket is the commonest step of the times. Missing buckets and uneven steps give a warning, rows without a count
 * count as no traffic, rows with the same time stay rows of their own.
 *
 * @returns a plain object, ready for JSON; times are ISO 8601 text
 * @throws InputError naming the row: good above total, a negative count, times that descend; events instead of buckets
 * @example
 * const { alerts, errorBudget } = burnRates({ times, good, total }, { target: 0.999 });
 */
export function burnRates(series: SloSeries, options: SloOptions): SloResult {
  const { target, windowMs, minBad, budget } = checkedOptions(options);
  const { times } = series;
  const n = times.length;
  const { missing, ...rows } = badCounts(series);
  const { ms: bucketMs, warnings } = sloBuckets(times);
  const counts = sloCounts({ times, budget, windowMs, bucketMs }, rows);
  const episodes = sloEpisodes(counts, minBad);
  const consumed = burnRate(counts, n - 1, n);
  const { burn, points } = sloPoints(counts);
  return {
    alerts: episodes.filter(({ suppressed }) => !suppressed).map(({ rule, start, end }) => ({ rule, start, end })),
    errorBudget: { consumed, remaining: 1 - consumed },
    burn,
    target,
    windowSeconds: windowMs / 1000,
    bucketSeconds: bucketMs === null ? null : bucketMs / 1000,
    minBad,
    rows: n,
    from: n > 0 ? isoUtc(times[0]) : null,
    to: n > 0 ? isoUtc(times[n - 1]) : null,
    bad: counts.bad(n - 1, n),
    total: counts.total(n - 1, n),
    rules: SLO_RULES.map((rule) => ({
      ...{ rule: rule.rule, long: rule.long, short: rule.short, budgetShare: rule.budgetPercent / 100 },
      threshold: thresholdOf(rule, windowMs),
    })),
    episodes,
    outlook: bucketMs === null ? null : sloOutlook(counts, bucketMs),
    points,
    warnings: [
      ...(missing > 0 ? [`rows without a good or a total count: ${missing} of ${n}; they count as no traffic`] : []),
      ...warnings,
      ...lengthWarnings(windowMs, bucketMs),
      ...guardWarnings(episodes, minBad),
    ],
  };
}
