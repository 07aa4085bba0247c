import { InputError } from "../../core/errors.js";
import { MOST_SLICES } from "../slice-rows.js";
import {
  type ColumnKind,
  cellKey,
  type DriftProfile,
  type ProfileCell,
  type ProfileSlices,
  sortedCells,
  wholeCells,
} from "./drift-profile.js";
import { mergeSamples } from "./merge-samples.js";

/**
 * The profile of two tables' rows together, within the errors that its sketches state. Both stay as they are.
 *
 * A slice value for which only one of the two has cells, while the other left values out, is left out.
 *
 * @throws InputError when the two differ in columns, kinds, slices or windows
 */
export function mergeProfiles(a: DriftProfile, b: DriftProfile): DriftProfile {
  const columns = mergedColumns(a, b);
  if (a.windowMs !== b.windowMs) {
    const shown = [a, b].map(({ windowMs }) => (windowMs === null ? "no windows" : `windows of ${windowMs} ms`));
    throw new InputError(`profiles with ${shown[0]} and with ${shown[1]} cannot be merged`);
  }
  const names = sliceColumns(a);
  if (names.join() !== sliceColumns(b).join()) {
    throw new InputError(`profiles with slices by [${names}] and by [${sliceColumns(b)}] cannot be merged`);
  }
  const cells = new Map<string, ProfileCell>();
  for (const cell of [...a.cells, ...b.cells]) {
    const key = cellKey(cell.feature, cell.slice, cell.window);
    const sides = [cells.get(key), cell].flatMap((one) => one?.sample ?? []);
    cells.set(key, { ...cell, sample: mergeSamples(sides, columns.get(cell.feature) as "numeric" | "categorical") });
  }
  const { slices, kept } = keptSlices([...cells.values()], a, b);
  return {
    rows: a.rows + b.rows,
    columns,
    slices,
    windowMs: a.windowMs,
    cells: sortedCells(
      [...cells.values()].filter(({ slice }) => !slice || kept.has(cellKey(null, slice))),
      [...columns.keys()],
      names,
    ),
  };
}

const sliceColumns = ({ slices }: DriftProfile): string[] => slices.map(({ column }) => JSON.stringify(column));

/** A column without any value has the kind of the other one. */
function mergedColumns(a: DriftProfile, b: DriftProfile): Map<string, ColumnKind> {
  const [inA, inB] = [wholeCells(a), wholeCells(b)];
  const isEmpty = (cell?: ProfileCell) => cell !== undefined && cell.sample.n === cell.sample.missing;
  const columns = new Map<string, ColumnKind>();
  for (const [name, kind] of a.columns) {
    const other = b.columns.get(name);
    if (other === undefined) throw new InputError(`only one of the profiles has column "${name}"`, { column: name });
    if (kind !== other && !isEmpty(inA.get(name)) && !isEmpty(inB.get(name))) {
      throw new InputError(`column "${name}" is ${kind} in one profile and ${other} in the other`, { column: name });
    }
    columns.set(name, isEmpty(inA.get(name)) ? other : kind);
  }
  for (const name of b.columns.keys()) {
    if (!a.columns.has(name)) throw new InputError(`only one of the profiles has column "${name}"`, { column: name });
  }
  return columns;
}

/** Slice values whose rows are all known, those with the most rows, and how many others there are at least. */
function keptSlices(
  cells: readonly ProfileCell[],
  a: DriftProfile,
  b: DriftProfile,
): { slices: ProfileSlices[]; kept: Set<string> } {
  const [inA, inB] = [a, b].map((profile) => new Set(profile.cells.map(({ slice }) => cellKey(null, slice))));
  const rows = new Map<string, { column: string; rows: number }>();
  for (const { slice, window, sample } of cells) {
    if (slice && !window) rows.set(cellKey(null, slice), { column: Object.keys(slice)[0], rows: sample.n });
  }
  const kept = new Set<string>();
  const slices = a.slices.map(({ column, left }, i) => {
    const values = [...rows].filter(([, value]) => value.column === column);
    const known = values
      .filter(([key]) => (left === 0 || inA.has(key)) && (b.slices[i].left === 0 || inB.has(key)))
      .sort(([x, m], [y, n]) => n.rows - m.rows || (x < y ? -1 : 1))
      .slice(0, MOST_SLICES);
    for (const [key] of known) kept.add(key);
    const listed = (inside: Set<string>) => values.filter(([key]) => inside.has(key)).length;
    const all = Math.max(values.length, listed(inA) + left, listed(inB) + b.slices[i].left);
    return { column, left: all - known.length };
  });
  return { slices, kept };
}
