import type { ChangesFile, ChangesFileSeries } from "../../src/changepoint/index.js";

/** A change and the series that it is of. */
export interface FoundChange {
  /** Name of the series for people; empty where there is only one without a name. */
  name: string;
  series: ChangesFileSeries;
  change: ChangesFileSeries["changes"][number];
}

/** Name of a series: its id and, where columns were searched one by one, the column. */
export function seriesName({ id, value }: ChangesFileSeries): string {
  return [id, value].filter((part) => part).join(" ");
}

/** All changes in the order of the file. */
export function foundChanges({ series }: ChangesFile): FoundChange[] {
  return series.flatMap((one) => one.changes.map((change) => ({ name: seriesName(one), series: one, change })));
}

/** The larger the change in standard deviations of the noise, the earlier; what has none comes last. */
export function largestFirst(a: FoundChange, b: FoundChange): number {
  return Math.abs(b.change.effectSd ?? 0) - Math.abs(a.change.effectSd ?? 0);
}

/** The statistic that moved, by the kind of the change. */
export const STATISTICS = Object.freeze({
  mean: { field: "mean", words: "mean" },
  count: { field: "mean", words: "mean" },
  distribution: { field: "mean", words: "mean" },
  slope: { field: "slope", words: "slope" },
  variance: { field: "sd", words: "standard deviation" },
} as const);

/** Its value before and after a change. */
export function movedStatistic({ kind, before, after }: FoundChange["change"]) {
  const { field, words } = STATISTICS[kind];
  return { words, before: before[field], after: after[field] };
}
