import { applyPolynomial, expand, type LagPolynomial } from "./polynomials.js";

/** Orders of differencing. */
export interface Differencing {
  /** Differences at lag 1. */
  d: number;
  /** Differences at lag `period`. */
  D: number;
  period: number;
}

/** (1 − B)^d as coefficients c of 1 − Σ c[k]·B^(k+1). */
function power(d: number): Float64Array {
  let c = Float64Array.of(1);
  for (let i = 0; i < d; i++) {
    const longer = new Float64Array(c.length + 1);
    for (let k = 0; k < longer.length; k++) longer[k] = (c[k] ?? 0) - (k > 0 ? c[k - 1] : 0);
    c = longer;
  }
  return c.subarray(1).map((v) => -v);
}

const polynomialOf = ({ d, D, period }: Differencing): LagPolynomial => ({
  short: power(d),
  seasonal: power(D),
  period,
});

/** (1 − B)^d (1 − B^period)^D y, of length max(0, n − d − D·period). */
export function difference(y: Float64Array, by: Differencing): Float64Array {
  const out = Float64Array.from(y);
  applyPolynomial(out, polynomialOf(by));
  return out.slice(Math.min(y.length, by.d + by.D * by.period));
}

/** Continues `y` so that its differences go on with `w`: the inverse of {@link difference} beyond the end. */
export function integrate(y: Float64Array, w: Float64Array, by: Differencing): Float64Array {
  const c = expand(polynomialOf(by));
  const n = y.length;
  const all = new Float64Array(n + w.length);
  all.set(y);
  for (let h = 0; h < w.length; h++) {
    let value = w[h];
    for (let k = 1; k < c.length; k++) if (c[k] !== 0) value += c[k] * all[n + h - k];
    all[n + h] = value;
  }
  return all.slice(n);
}
