import { driftSettings } from "../drift-settings.js";
import { rowGroups } from "../row-groups.js";
import { sampler } from "../sampler.js";
import { MOST_SLICES, sliceRows } from "../slice-rows.js";
import type { DriftOptions, DriftTable } from "../types.js";
import type { DriftProfile, ProfileCell } from "./drift-profile.js";

/**
 * The profile of a table in memory, whose samples are the values themselves: to compare it with a profile of sketches, or
 * to save it as one.
 *
 * @throws InputError for slice and time columns that are not there
 */
export function tableProfile(
  table: DriftTable,
  options: DriftOptions = {},
): { profile: DriftProfile; warnings: string[] } {
  const settings = driftSettings(options);
  const { groups, warnings } = rowGroups(table, table, settings);
  const cells: ProfileCell[] = [];
  for (const [feature, column] of table.columns) {
    if (column.kind === "time" || feature === settings.time || settings.slices.includes(feature)) continue;
    const sample = sampler(column);
    for (const { slice, window, current } of groups) {
      // Taken out when asked for: all slices and windows together are many times the table.
      cells.push({
        feature,
        slice,
        window,
        get sample() {
          return sample(current);
        },
      });
    }
  }
  const slices = settings.slices.map((name) => {
    const values = groups.filter(({ slice, window }) => slice && !window && Object.hasOwn(slice, name)).length;
    const column = table.columns.get(name)!;
    return { column: name, left: values < MOST_SLICES ? 0 : sliceRows(column, column).left };
  });
  const columns = new Map([...table.columns].map(([name, { kind }]) => [name, kind]));
  const windowMs = settings.windowMs ?? null;
  return { profile: { rows: table.rows, columns, slices, windowMs, cells }, warnings };
}
