import type { LevelSide, NumericSide } from "./drift-cell.js";
import { numericSample } from "./numeric-sample.js";
import type { CategoricalColumn, DriftColumn, LevelSample } from "./types.js";

/**
 * Samples of a column by rows; all windows of a slice have the same reference, which is taken out once.
 *
 * @param sorted sorts numbers
 */
export function sampler(column: DriftColumn, sorted = false): (rows?: Int32Array) => NumericSide | LevelSide {
  const take = (rows?: Int32Array): NumericSide | LevelSide => {
    if (column.kind === "categorical") return levelSample(column, rows);
    const sample = numericSample(column.values, rows);
    return sorted ? { ...sample, values: sample.values.slice().sort(), sorted } : sample;
  };
  let last: { rows?: Int32Array; sample: NumericSide | LevelSide } | undefined;
  return (rows) => {
    if (!last || last.rows !== rows) last = { rows, sample: take(rows) };
    return last.sample;
  };
}

function levelSample({ codes, levels }: CategoricalColumn, rows?: Int32Array): LevelSample {
  const n = rows?.length ?? codes.length;
  const perCode = new Float64Array(levels.length);
  const missing = countCodes(perCode, codes, n, rows);
  const counts = new Map<string, number>();
  for (const [code, level] of levels.entries()) {
    if (perCode[code] > 0) counts.set(level, (counts.get(level) ?? 0) + perCode[code]);
  }
  return { kind: "categorical", n, missing, counts };
}

/** A loop of its own, which V8 compiles once and keeps. */
function countCodes(counts: Float64Array, codes: Int32Array, n: number, rows?: Int32Array): number {
  let missing = 0;
  for (let k = 0; k < n; k++) {
    const code = codes[rows ? rows[k] : k];
    if (code < 0) missing++;
    else counts[code]++;
  }
  return missing;
}
