import { InputError } from "../../core/errors.js";
import type { CategoricalColumn, DriftColumn } from "../../drift/index.js";
import type { LevelTarget } from "../../engine/fill-columns.js";
import type { SqlTable } from "../sql-table.js";
import { MOST_VALUES, tooManyValues } from "../too-many-values.js";
import type { DriftColumnChoice, DriftColumnSql } from "./drift-columns.js";

/** Where the columns of a table go: numbers and times, or levels. */
export type ColumnTarget = Float64Array | LevelTarget;

/** Targets of so many rows each. Texts that were named may have any number of values. */
export function columnTargets(
  found: readonly DriftColumnSql[],
  rows: number,
  { texts = [] }: DriftColumnChoice,
): ColumnTarget[] {
  return found.map(({ name, kind }) =>
    kind === "categorical"
      ? {
          codes: new Int32Array(rows),
          levels: new Map(),
          most: texts.includes(name) ? Number.POSITIVE_INFINITY : MOST_VALUES,
        }
      : new Float64Array(rows),
  );
}

/**
 * The columns by name, from their filled targets. One of too many values is left out with a warning.
 *
 * @throws InputError where it was named
 */
export function filledColumns(
  table: SqlTable,
  found: readonly DriftColumnSql[],
  targets: readonly ColumnTarget[],
  choice: DriftColumnChoice,
  warnings: string[],
): Map<string, DriftColumn> {
  const columns = new Map<string, DriftColumn>();
  for (const [i, { name, kind }] of found.entries()) {
    const target = targets[i];
    if (target instanceof Float64Array) columns.set(name, { kind: kind as "numeric" | "time", values: target });
    else if (target.levels.size <= target.most) columns.set(name, sortedLevels(target));
    else warnings.push(manyLevels(table, name, choice));
  }
  return columns;
}

/** Levels by code unit, so that they do not depend on the order of the rows. */
function sortedLevels({ codes, levels: met }: LevelTarget): CategoricalColumn {
  const levels = [...met.keys()].sort();
  const sorted = new Int32Array(levels.length);
  for (const [code, level] of levels.entries()) sorted[met.get(level) as number] = code;
  for (let i = 0; i < codes.length; i++) if (codes[i] >= 0) codes[i] = sorted[codes[i]];
  return { kind: "categorical", codes, levels };
}

function manyLevels(table: SqlTable, column: string, { features, slices }: DriftColumnChoice): string {
  const file = table.files[0].name;
  const what = `${file}: ${tooManyValues(column)}`;
  if (!features && !slices?.includes(column)) return `${what}, and is no feature`;
  throw new InputError(`${what}; leave it out`, { file, column });
}
