import type { NumericSample } from "./types.js";

/**
 * The finite ones of values, or of some of them.
 *
 * @param rows which values to take; default all. All finite: the very array, not a copy
 */
export function numericSample(values: Float64Array, rows?: Int32Array): NumericSample {
  const n = rows?.length ?? values.length;
  if (!rows && allFinite(values)) return { kind: "numeric", n, missing: 0, values };
  const finite = new Float64Array(n);
  let count = 0;
  for (let k = 0; k < n; k++) {
    const value = values[rows ? rows[k] : k];
    // What is not finite gives NaN here.
    if (value - value === 0) finite[count++] = value;
  }
  return { kind: "numeric", n, missing: n - count, values: finite.subarray(0, count) };
}

/** A tenth of the time of `every`: the function is not called for each of the values. */
function allFinite(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (values[i] - values[i] !== 0) return false;
  return true;
}
