import type { LevelSide, NumericSide } from "../drift-cell.js";
import type { DriftColumn, DriftWindow } from "../types.js";

export type ColumnKind = DriftColumn["kind"];

/** One feature of a table, in a slice and a window of it. */
export interface ProfileCell {
  feature: string;
  slice: Readonly<Record<string, string>> | null;
  window: DriftWindow | null;
  sample: NumericSide | LevelSide;
}

/** A slice column of a profile. */
export interface ProfileSlices {
  column: string;
  /** Values with the fewest rows for which there are no cells. */
  left: number;
}

/** What a comparison needs of a table: one side of every cell, of bounded size where the samples are sketches. */
export interface DriftProfile {
  rows: number;
  /** In the order of the file; slice columns and times, which have no cells, among them. */
  columns: ReadonlyMap<string, ColumnKind>;
  slices: readonly ProfileSlices[];
  /** Length of the windows; null: there are none. */
  windowMs: number | null;
  /** The whole, its windows, then each slice value and its windows, of one feature after the other. */
  cells: readonly ProfileCell[];
}

/** Names a cell, or with feature and window left out a slice. */
export function cellKey(
  feature: string | null,
  slice: ProfileCell["slice"],
  window: ProfileCell["window"] = null,
): string {
  return JSON.stringify([feature, slice && Object.entries(slice)[0], window?.start]);
}

/** The whole of each feature, by name. */
export function wholeCells({ cells }: DriftProfile): Map<string, ProfileCell> {
  return new Map(cells.filter(({ slice, window }) => !slice && !window).map((cell) => [cell.feature, cell]));
}

/** Cells in the order that a profile has. */
export function sortedCells(
  cells: Iterable<ProfileCell>,
  columns: readonly string[],
  slices: readonly string[],
): ProfileCell[] {
  const sliceOf = ({ slice }: ProfileCell): [number, string] => {
    const [column, value] = slice ? Object.entries(slice)[0] : ["", ""];
    return [slices.indexOf(column), value];
  };
  const start = ({ window }: ProfileCell) => (window ? Date.parse(window.start) : Number.NEGATIVE_INFINITY);
  const place = new Map(columns.map((name, i) => [name, i]));
  return [...cells]
    .map((cell) => ({ cell, feature: place.get(cell.feature)!, slice: sliceOf(cell), start: start(cell) }))
    .sort(
      (a, b) =>
        a.feature - b.feature ||
        a.slice[0] - b.slice[0] ||
        (a.slice[1] === b.slice[1] ? 0 : a.slice[1] < b.slice[1] ? -1 : 1) ||
        (a.start === b.start ? 0 : a.start - b.start),
    )
    .map(({ cell }) => cell);
}
