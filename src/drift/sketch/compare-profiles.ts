import { InputError } from "../../core/errors.js";
import { checkRows } from "../check-rows.js";
import { type ComparedTables, judgeTables } from "../compared-tables.js";
import type { DriftCell } from "../drift-cell.js";
import type { DriftReport } from "../drift-schema.js";
import { checkThresholds, type DriftSettings, driftSettings } from "../drift-settings.js";
import { compareAllCells } from "../judge-cells.js";
import { noCommonFeature } from "../no-common-feature.js";
import { MOST_SLICES } from "../slice-rows.js";
import type { DriftOptions } from "../types.js";
import { type ColumnKind, cellKey, type DriftProfile, type ProfileCell, wholeCells } from "./drift-profile.js";
import { emptyOfKind } from "./sketch-of-sample.js";

type Sample = ProfileCell["sample"];

/**
 * `driftReport` of two profiles: the same cells and verdicts, with intervals as much wider as the sketches may err.
 *
 * @param reference what should be; its windows are not looked at
 * @param current what is
 * @throws InputError for a profile without rows, slices or windows that a profile was not made with, options out of range
 */
export function compareProfiles(
  reference: DriftProfile,
  current: DriftProfile,
  options: DriftOptions = {},
): DriftReport {
  return judgeTables([compareProfileCells(reference, current, options)], options);
}

/**
 * The first half of {@link compareProfiles}, which looks at no feature beside another.
 *
 * @param only which features are compared; default all. Profiles need the cells of these and of their first feature alone
 */
export function compareProfileCells(
  reference: DriftProfile,
  current: DriftProfile,
  options: DriftOptions,
  only?: (feature: string) => boolean,
): ComparedTables {
  const settings = driftSettings(options);
  checkRows(reference, current);
  if (settings.windowMs !== undefined && settings.windowMs !== current.windowMs) {
    throw new InputError(`the current profile has no windows of ${settings.windowMs} ms`, { table: "current" });
  }
  const warnings: string[] = [];
  const { features, columns } = commonFeatures(reference, current, settings, only);
  const slices = settings.slices.flatMap((column) => commonSlices(column, reference, current, warnings));
  if (!only) {
    if (features.size === 0) throw noCommonFeature(reference.columns, current.columns);
    checkThresholds(settings, [...features.keys()]);
  }
  return {
    rows: { reference: reference.rows, current: current.rows },
    columns,
    warnings,
    order: [...reference.columns.keys()],
    ...compareAllCells((some) => {
      const chosen = some ? new Map([...features].filter(([name]) => some.has(name))) : features;
      return cellsOf(reference, current, chosen, some ? [null] : [null, ...slices], settings.windowMs !== undefined);
    }, settings),
  };
}

/** Features of both by kind, and what only one has or has otherwise. */
function commonFeatures(
  reference: DriftProfile,
  current: DriftProfile,
  { slices, time }: DriftSettings,
  only: (feature: string) => boolean = () => true,
) {
  const [before, after] = [wholeCells(reference), wholeCells(current)];
  const features = new Map<string, "numeric" | "categorical">();
  const columns: DriftReport["columns"] = { added: [], removed: [], retyped: [] };
  for (const [name, kind] of reference.columns) {
    const other = current.columns.get(name);
    const [a, b] = [before.get(name)?.sample, after.get(name)?.sample];
    const kinds = a && b ? oneKind(kind, a, other, b) : kind === other ? kind : null;
    if (other === undefined) columns.removed.push(name);
    else if (!only(name)) continue;
    else if (kinds === null) columns.retyped.push({ column: name, reference: kind, current: other });
    else if (a && b && kinds !== "time" && name !== time && !slices.includes(name)) features.set(name, kinds);
  }
  columns.added = [...current.columns.keys()].filter((name) => !reference.columns.has(name));
  return { features, columns };
}

function oneKind(kind: ColumnKind, a: Sample, other: ColumnKind | undefined, b: Sample): ColumnKind | null {
  if (kind === other || b.n === b.missing) return kind;
  return a.n === a.missing && other !== undefined ? other : null;
}

/** Values of a slice column whose rows are known on both sides. */
function commonSlices(
  column: string,
  reference: DriftProfile,
  current: DriftProfile,
  warnings: string[],
): ProfileCell["slice"][] {
  const rows = new Map<string, { value: string; rows: number; sides: number }>();
  let all = 0;
  const sides = [
    ["reference", reference],
    ["current", current],
  ] as const;
  for (const [i, [name, profile]] of sides.entries()) {
    const found = profile.slices.find((one) => one.column === column);
    if (!found) throw new InputError(`the ${name} profile has no slices by "${column}"`, { column, table: name });
    let listed = 0;
    const first = profile.cells[0]?.feature;
    for (const { feature, slice, window, sample } of profile.cells) {
      if (feature !== first || window || !slice || !Object.hasOwn(slice, column)) continue;
      const value = slice[column];
      listed++;
      const before = rows.get(value) ?? { value, rows: 0, sides: 0 };
      rows.set(value, { value, rows: before.rows + sample.n, sides: before.sides | (1 << i) });
    }
    all = Math.max(all, listed + found.left);
  }
  const partial = sides.map(([, profile]) => profile.slices.find((one) => one.column === column)!.left > 0);
  const known = [...rows.values()].filter(({ sides }) => (sides & 1 || !partial[0]) && (sides & 2 || !partial[1]));
  const most = known.sort((a, b) => b.rows - a.rows || (a.value < b.value ? -1 : 1)).slice(0, MOST_SLICES);
  all = Math.max(all, rows.size);
  if (all > most.length) {
    warnings.push(
      `slice column "${column}" has ${all} values or more: the ${most.length} with the most rows known on both sides are compared`,
    );
  }
  return most
    .map(({ value }) => value)
    .sort()
    .map((value) => Object.fromEntries([[column, value]]));
}

function* cellsOf(
  reference: DriftProfile,
  current: DriftProfile,
  features: ReadonlyMap<string, "numeric" | "categorical">,
  slices: readonly ProfileCell["slice"][],
  windows: boolean,
): Generator<DriftCell> {
  const before = new Map(reference.cells.map((cell) => [cellKey(cell.feature, cell.slice, cell.window), cell]));
  const after = new Map<string, ProfileCell[]>();
  for (const cell of current.cells) {
    if (cell.window && !windows) continue;
    const key = cellKey(cell.feature, cell.slice);
    after.set(key, [...(after.get(key) ?? []), cell]);
  }
  for (const [feature, kind] of features) {
    for (const slice of slices) {
      const key = cellKey(feature, slice);
      const whole = before.get(key)?.sample ?? nothing(kind);
      const cells = after.get(key) ?? [{ feature, slice, window: null, sample: nothing(kind) }];
      for (const { window, sample } of cells) {
        const [a, b] = [whole, sample].map((side) => emptyOfKind(side, kind) ?? side);
        yield { feature, slice, window, reference: a, current: b };
      }
    }
  }
}

const nothing = (kind: "numeric" | "categorical"): Sample =>
  emptyOfKind({ kind: "numeric", n: 0, missing: 0, values: new Float64Array(0) }, kind)!;
