import { statisticsOfCounts } from "./categorical-statistics.js";
import { chi2OfCounts, LEAST_EXPECTED, poolRare } from "./chi-square.js";
import { type CountPair, countPair, total } from "./count-pair.js";
import type { LevelSide } from "./drift-cell.js";
import type { DriftEntry, LevelList } from "./drift-schema.js";
import type { DriftSettings } from "./drift-settings.js";
import { fisher } from "./fisher.js";
import { gOfCounts } from "./g-test.js";
import { lumpLevels } from "./sketch/lump-levels.js";
import { tvdOfCounts } from "./total-variation.js";
import { tvdInterval, tvdRowsNeeded } from "./tvd-interval.js";
import type { Finding } from "./verdict.js";

type Stats = DriftEntry["stats"];
type Counts = ReadonlyMap<string, number>;

export interface LevelComparison {
  finding: Finding;
  stats: Stats;
  newLevels: LevelList | null;
  vanishedLevels: LevelList | null;
}

const MOST_NAMES = 20;

/** The test of two sides' levels, and how much of the rows would have to change their level. */
export function compareLevels(
  reference: LevelSide,
  current: LevelSide,
  threshold: number,
  settings: DriftSettings,
): LevelComparison {
  const { alpha } = settings;
  const [n, m] = [reference.n - reference.missing, current.n - current.missing];
  const effect = { name: "tvd" as const, value: null, lower: null, upper: null, threshold };
  const { before, after, slack, exact, tested } = countsOf(reference, current);
  const levels = {
    newLevels: exact ? onlyIn(after, before) : null,
    vanishedLevels: exact ? onlyIn(before, after) : null,
  };
  if (n === 0 || m === 0) {
    return { finding: { test: "chi2", p: null, effect, n: 0, rowsNeeded: null }, stats: {}, ...levels };
  }
  const pair = countPair(before, after);
  const { value } = tvdOfCounts(pair);
  const [lower, upper] = tvdInterval(value, pair, alpha);
  const rowsNeeded = tvdRowsNeeded(pair, alpha, threshold);
  const { test, p, stats } = testLevels(pair, settings);
  return {
    finding: {
      test,
      p: tested ? p : null,
      effect: { ...effect, value, lower, upper: Math.min(1, upper + slack) },
      n: Math.min(n, m),
      rowsNeeded,
    },
    stats: {
      ...(settings.stats === "all" ? (statisticsOfCounts(pair, settings) as unknown as Stats) : {}),
      tvd: { value },
      ...(tested ? stats : {}),
    },
    ...levels,
  };
}

/**
 * Fisher's exact test where two levels are left and one is expected less than 5 times, else chi-square; G is of the same
 * table, with rare levels as one.
 */
function testLevels(pair: CountPair, { stats: which }: DriftSettings): { test: string; p: number; stats: Stats } {
  const pooled = poolRare(pair);
  const table = pair.reference.length === 2 ? pair : pooled;
  const chi2 = { ...chi2OfCounts(pooled) };
  const both: Stats = which === "all" ? { chi2, g: { ...gOfCounts(pooled) } } : { chi2 };
  if (table.reference.length !== 2 || leastExpected(table) >= LEAST_EXPECTED) {
    return { test: "chi2", p: chi2.p, stats: both };
  }
  const [a, b] = table.reference;
  const [c, d] = table.current;
  const { p } = fisher([
    [a, b],
    [c, d],
  ]);
  return { test: "fisher", p, stats: { ...both, fisher: { p } } };
}

function leastExpected({ reference, current }: CountPair): number {
  const [n, m] = [total(reference), total(current)];
  const rows = reference.map((count, i) => count + current[i]);
  return (Math.min(...rows) * Math.min(n, m)) / (n + m);
}

/** Counts of both sides; where a sketch does not know a level on both, such levels are one. */
function countsOf(reference: LevelSide, current: LevelSide) {
  if (reference.kind === "categorical" && current.kind === "categorical") {
    return { before: reference.counts, after: current.counts, slack: 0, exact: true, tested: true };
  }
  const { reference: before, current: after, slack, reason } = lumpLevels(reference, current);
  return { before, after, slack, exact: slack === 0, tested: reason === "" };
}

function onlyIn(one: Counts, other: Counts): LevelList {
  const names = [...one].filter(([level, count]) => count > 0 && !other.get(level)).map(([level]) => level);
  return { count: names.length, names: names.sort().slice(0, MOST_NAMES) };
}
