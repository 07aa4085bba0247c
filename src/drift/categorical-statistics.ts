import { type Chi2Test, chi2OfCounts } from "./chi-square.js";
import { type CountPair, countPair } from "./count-pair.js";
import { type GTest, gOfCounts } from "./g-test.js";
import { hellingerOfCounts } from "./hellinger.js";
import { jsOfCounts } from "./jensen-shannon.js";
import { klOfCounts } from "./kullback-leibler.js";
import type { StatisticsOptions } from "./numeric-statistics.js";
import { type Psi, psiOfCounts } from "./psi.js";
import { tvdOfCounts } from "./total-variation.js";

/** Every statistic of two samples of levels. */
export interface CategoricalStatistics {
  chi2: Chi2Test;
  g: GTest;
  js: { distance: number };
  tvd: { value: number };
  hellinger: { value: number };
  psi: Psi;
  kl: { value: number };
}

/**
 * Every statistic of two samples of levels, all of the whole table: no level is pooled.
 *
 * @param reference rows by level
 * @param current the other sample
 * @throws InputError when a side has no rows, or a count is negative
 */
export function categoricalStatistics(
  reference: ReadonlyMap<string, number>,
  current: ReadonlyMap<string, number>,
  options: StatisticsOptions = {},
): CategoricalStatistics {
  const counts = countPair(reference, current);
  return { chi2: chi2OfCounts(counts), g: gOfCounts(counts), ...statisticsOfCounts(counts, options) };
}

/** Every statistic but the tests, of aligned counts, each filled on one side at least. */
export function statisticsOfCounts(
  counts: CountPair,
  options: StatisticsOptions,
): Omit<CategoricalStatistics, "chi2" | "g"> {
  return {
    js: jsOfCounts(counts),
    tvd: tvdOfCounts(counts),
    hellinger: hellingerOfCounts(counts),
    psi: psiOfCounts(counts, options.psi ?? "deciles"),
    kl: klOfCounts(counts),
  };
}
