import { InputError } from "../core/errors.js";
import { kolmogorovSf } from "./kolmogorov.js";
import { sortedSample } from "./sorted-sample.js";

/** Up to this many pairs of values the p-value is exact by default, when no value occurs twice. */
const EXACT_PAIRS = 10_000;
const MOST_EXACT_PAIRS = 1e8;

export interface KsOptions {
  /** Default: exact where n·m ≤ 10,000 and no value occurs twice. */
  exact?: boolean;
}

export interface KsTest {
  /** Largest difference of the two empirical distribution functions, 0 to 1. */
  statistic: number;
  p: number;
}

/**
 * Two-sample Kolmogorov-Smirnov test, two-sided.
 *
 * @param a finite values in any order; not changed
 * @param b the other sample
 * @throws InputError when a sample is empty or holds values that are not finite
 * @example ks(Float64Array.of(1, 2, 3), Float64Array.of(4, 5, 6)) // { statistic: 1, p: 0.1 }
 */
export function ks(a: Float64Array, b: Float64Array, options: KsOptions = {}): KsTest {
  return ksOfSorted(sortedSample(a), sortedSample(b), options);
}

/** {@link ks} of ascending samples. */
export function ksOfSorted(a: Float64Array, b: Float64Array, options: KsOptions = {}): KsTest {
  const statistic = ksFromSorted(a, b);
  const exact = options.exact ?? (a.length * b.length <= EXACT_PAIRS && !hasTies(a, b));
  return { statistic, p: ksPValue(statistic, a.length, b.length, { exact }) };
}

/**
 * The largest |F_a(x) − F_b(x)| of two ascending samples; both sides step at a value that both hold. It is a quotient of
 * whole numbers, exact to the last bit while n·m < 2^53 (9e15), and to an absolute 1e-15 beyond.
 */
export function ksFromSorted(a: Float64Array, b: Float64Array): number {
  const [n, m] = [a.length, b.length];
  let [i, j, farthest] = [0, 0, 0];
  while (i < n && j < m) {
    const x = Math.min(a[i], b[j]);
    while (i < n && a[i] === x) i++;
    while (j < m && b[j] === x) j++;
    const apart = Math.abs(i * m - j * n);
    if (apart > farthest) farthest = apart;
  }
  return farthest / (n * m);
}

/**
 * Two-sided p-value of a two-sample distance.
 *
 * The asymptotic one is that of a single sample of n·m / (n + m) values, rounded half to even, as scipy has it. The exact
 * one holds for continuous values, and is then right to the last digits; with ties it is an upper bound. It takes time
 * O(n·m).
 *
 * @param d distance, 0 to 1
 * @param n values of one sample
 * @param m values of the other
 * @throws InputError of an exact p-value of more than 100 million pairs of values
 */
export function ksPValue(d: number, n: number, m: number, options: KsOptions = {}): number {
  if (options.exact) return exactPValue(d, n, m);
  // For samples of one value each the rounding gives no value at all.
  return kolmogorovSf(d, Math.max(1, roundHalfEven((n * m) / (n + m))));
}

/**
 * Share of the walks from (0, 0) to (n, m) that reach a distance of d (Hodges 1958). `touched[j]` is the share of the
 * walks to (i, j) that have: where not at the distance itself, they come from (i − 1, j) and (i, j − 1) by turns.
 */
function exactPValue(d: number, n: number, m: number): number {
  if (n < m) return exactPValue(d, m, n);
  if (n * m > MOST_EXACT_PAIRS) {
    throw new InputError(`the exact p-value of ${n} and ${m} values takes too long; take the asymptotic one`, { n, m });
  }
  const bound = Math.round(d * n * m);
  if (bound === 0) return 1;
  const touched = new Float64Array(m + 1);
  for (let i = 0; i <= n; i++) {
    for (let j = 0; j <= m; j++) {
      if (Math.abs(i * m - j * n) >= bound) touched[j] = 1;
      else if (i + j > 0) touched[j] = (touched[j] * i + (j > 0 ? touched[j - 1] * j : 0)) / (i + j);
    }
  }
  return touched[m];
}

function hasTies(a: Float64Array, b: Float64Array): boolean {
  const pooled = new Float64Array(a.length + b.length);
  pooled.set(a);
  pooled.set(b, a.length);
  return pooled.sort().some((x, k) => k > 0 && x === pooled[k - 1]);
}

function roundHalfEven(x: number): number {
  const below = Math.floor(x);
  if (x - below !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}
