import type { DriftReport } from "./drift-schema.js";
import type { DriftColumn, DriftTable } from "./types.js";

/** A column that both tables have, of one kind. */
export interface CommonColumn {
  name: string;
  reference: DriftColumn;
  current: DriftColumn;
}

/** What both tables have, in the order of the reference, and what only one has or has otherwise. */
export function columnChanges(reference: DriftTable, current: DriftTable) {
  const common: CommonColumn[] = [];
  const changes: DriftReport["columns"] = { added: [], removed: [], retyped: [] };
  for (const [name, before] of reference.columns) {
    const after = current.columns.get(name);
    if (!after) {
      changes.removed.push(name);
      continue;
    }
    const pair = ofOneKind(before, after);
    if (pair) common.push({ name, reference: pair[0], current: pair[1] });
    else changes.retyped.push({ column: name, reference: before.kind, current: after.kind });
  }
  changes.added = [...current.columns.keys()].filter((name) => !reference.columns.has(name));
  return { common, changes };
}

/** A column without any value has the kind of the other one, whatever its reader took it for. */
function ofOneKind(a: DriftColumn, b: DriftColumn): [DriftColumn, DriftColumn] | null {
  if (a.kind === b.kind) return [a, b];
  if (isEmpty(b)) return [a, emptyLike(a, b)];
  return isEmpty(a) ? [emptyLike(b, a), b] : null;
}

function isEmpty(column: DriftColumn): boolean {
  return column.kind === "categorical" ? column.codes.every((code) => code < 0) : column.values.every(Number.isNaN);
}

function emptyLike(model: DriftColumn, column: DriftColumn): DriftColumn {
  const rows = column.kind === "categorical" ? column.codes.length : column.values.length;
  return model.kind === "categorical"
    ? { kind: "categorical", codes: new Int32Array(rows).fill(-1), levels: [] }
    : { kind: model.kind, values: new Float64Array(rows).fill(Number.NaN) };
}
