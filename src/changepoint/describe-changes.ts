import { describeSegment } from "./describe-segment.js";
import type { Located } from "./locate-changes.js";
import type { Change, ChangeKind, SegmentStatistics } from "./types.js";

/** A change as a search found it. */
export interface Found extends Located {
  kind: ChangeKind;
  /** Cost saved, in units of the penalty. */
  gain: number;
  /** Columns that moved; the first moved most. Empty for one series. */
  dims: number[];
  /** Gain of every column. Empty for one series. */
  gains: number[];
}

/**
 * Changes as they are reported: what was before and after each, in the units of the series.
 *
 * @param found ascending
 * @param columns as given; of several, that which moved most is described
 * @param sigma standard deviation of the noise of every column
 */
export function describeChanges(
  found: readonly Found[],
  columns: readonly Float64Array[],
  sigma: readonly number[],
  exposure?: Float64Array,
): Change[] {
  const n = columns[0].length;
  return found.map((change, j) => {
    const column = change.dims[0] ?? 0;
    const y = columns[column];
    const before = describeSegment(y, found[j - 1]?.index ?? 0, change.index, exposure);
    const after = describeSegment(y, change.index, found[j + 1]?.index ?? n, exposure);
    const [from, to] = [moved(before, change.kind), moved(after, change.kind)];
    const delta = from === null || to === null ? null : to - from;
    return {
      index: change.index,
      ciLow: change.low,
      ciHigh: change.high,
      kind: change.kind,
      before,
      after,
      delta,
      deltaRel: delta === null || !from ? null : delta / Math.abs(from),
      effectSd: delta === null || !(sigma[column] > 0) ? null : delta / sigma[column],
      gain: change.gain,
      pValue: change.pValue,
      probability: change.probability,
      dims: [...change.dims].sort((a, b) => a - b),
      gains: change.gains,
    };
  });
}

/** What a change of this kind moves. */
function moved(segment: SegmentStatistics, kind: ChangeKind): number | null {
  if (kind === "slope") return segment.slope;
  return kind === "variance" ? segment.sd : segment.mean;
}
