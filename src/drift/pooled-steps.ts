import { sortedSample } from "./sorted-sample.js";

/** The distinct values of two samples with the number of values of each sample up to and with them. */
export interface PooledSteps {
  n: number;
  m: number;
  /** Distinct values, ascending. */
  values: Float64Array;
  /** Floating-point where a side is a sketch, whose items stand for many values. */
  a: Uint32Array | Float64Array;
  b: Uint32Array | Float64Array;
}

/** Both empirical distribution functions in one pass over ascending samples. */
export function pooledSteps(a: Float64Array, b: Float64Array): PooledSteps {
  const [n, m] = [a.length, b.length];
  const values = new Float64Array(n + m);
  const upToA = new Uint32Array(n + m);
  const upToB = new Uint32Array(n + m);
  let [i, j, count] = [0, 0, 0];
  while (i < n || j < m) {
    const x = j === m || (i < n && a[i] < b[j]) ? a[i] : b[j];
    while (i < n && a[i] === x) i++;
    while (j < m && b[j] === x) j++;
    values[count] = x;
    upToA[count] = i;
    upToB[count++] = j;
  }
  return { n, m, values: values.subarray(0, count), a: upToA.subarray(0, count), b: upToB.subarray(0, count) };
}

/** {@link pooledSteps} of samples in any order. */
export function stepsOf(a: Float64Array, b: Float64Array): PooledSteps {
  return pooledSteps(sortedSample(a), sortedSample(b));
}
