import { InputError } from "../core/errors.js";
import { didYouMean } from "../core/nearest-name.js";
import { cutWindows, type WindowCut } from "./cut-windows.js";
import type { DriftSettings } from "./drift-settings.js";
import { partitionRows } from "./partition-rows.js";
import { MOST_SLICES, sliceRows } from "./slice-rows.js";
import type { DriftColumn, DriftTable, DriftWindow } from "./types.js";

/** Rows that are compared, for every feature alike; undefined: all of the table. */
export interface RowGroup {
  slice: Readonly<Record<string, string>> | null;
  window: DriftWindow | null;
  reference?: Int32Array;
  current?: Int32Array;
}

interface RowGroups {
  /** The whole, its windows, then each slice value and its windows. */
  groups: RowGroup[];
  warnings: string[];
}

/** Both tables cut by slices, and the current one by windows too; the reference has no windows. */
export function rowGroups(reference: DriftTable, current: DriftTable, settings: DriftSettings): RowGroups {
  const warnings: string[] = [];
  const cut = currentWindows(current, settings, warnings);
  const groups = withWindows({ slice: null, window: null }, cut);
  for (const name of settings.slices) {
    const before = needed(reference, name, "reference", "slice");
    const after = needed(current, name, "current", "slice");
    if (before.kind === "time" || after.kind === "time") {
      throw new InputError(`slice column "${name}" holds times; take windows for them`, { column: name });
    }
    const { slices, left, unvalued } = sliceRows(before, after);
    if (unvalued > 0) warnings.push(`${unvalued} rows without a value of slice column "${name}" are in no slice`);
    if (left > 0) {
      warnings.push(
        `slice column "${name}" has ${left + slices.length} values: the ${MOST_SLICES} with the most rows are compared`,
      );
    }
    for (const { value, reference: rows, current: now } of slices) {
      // Built so that a column named __proto__ is a key like any other.
      const slice = Object.fromEntries([[name, value]]);
      groups.push(...withWindows({ slice, window: null, reference: rows, current: now }, cut));
    }
  }
  return { groups, warnings };
}

function currentWindows({ columns, rows }: DriftTable, { time, windowMs }: DriftSettings, warnings: string[]) {
  if (windowMs === undefined || time === undefined) return null;
  const column = needed({ columns, rows }, time, "current", "time");
  if (column.kind === "categorical") {
    throw new InputError(`time column "${time}" holds text; make it a timestamp, or epoch milliseconds`, {
      column: time,
    });
  }
  const cut = cutWindows(column.values, windowMs, time);
  if (cut.untimed > 0) warnings.push(`${cut.untimed} current rows without "${time}" are in no window`);
  return cut;
}

/** A group, and each of its windows that holds rows. */
function withWindows(whole: RowGroup, cut: WindowCut | null): RowGroup[] {
  if (cut === null) return [whole];
  const parts = partitionRows(cut.codes, cut.windows.length, whole.current);
  const windows = cut.windows.map((window, k): RowGroup => ({ ...whole, window, current: parts[k] }));
  return [whole, ...windows.filter(({ current }) => current!.length > 0)];
}

function needed({ columns }: DriftTable, name: string, table: string, role: string): DriftColumn {
  const column = columns.get(name);
  if (column) return column;
  throw new InputError(`${table} has no ${role} column "${name}"${didYouMean(name, [...columns.keys()])}`, {
    column: name,
  });
}
