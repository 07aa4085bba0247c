const PI2 = Math.PI ** 2;

/**
 * P(D_n ≤ d) of the one-sample Kolmogorov-Smirnov statistic by the expansion of Pelz & Good (1976) in powers of 1/√n, to
 * the third: 5 digits or more for n > 140.
 *
 * @param n points
 * @param d 0 < d < 1
 */
export function pelzGoodCdf(n: number, d: number): number {
  const z = Math.sqrt(n) * d;
  if (z < 0.05) return 0;
  const z2 = z * z;
  const z4 = z2 * z2;
  const z6 = z4 * z2;
  let [k0, k1, k2, k3] = [0, 0, 0, 0];
  const terms = Math.ceil((16 * z) / Math.PI);
  for (let k = terms; k > 0; k--) {
    const s = PI2 * (k - 0.5) ** 2;
    const odd = Math.exp(-s / (2 * z2));
    k0 += odd;
    k1 += odd * (s - z2);
    k2 += odd * (6 * z6 + 2 * z4 + (2 * z4 - 5 * z2) * s + (1 - 2 * z2) * s * s);
    k3 += odd * cubic(z2, s);
    const t = PI2 * k * k;
    const even = Math.exp(-t / (2 * z2));
    k2 -= 2 * z4 * even * t;
    k3 += 30 * z4 * even * t * (3 * z2 - t);
  }
  const sum = k0 / z + k1 / (6 * z4 * Math.sqrt(n)) + k2 / (72 * z6 * z * n) + k3 / (6480 * z4 * z6 * n * Math.sqrt(n));
  return Math.min(1, Math.max(0, Math.sqrt(2 * Math.PI) * sum));
}

/** The coefficient of the third power of 1/√n. */
function cubic(z2: number, s: number): number {
  const z4 = z2 * z2;
  const z6 = z4 * z2;
  return -30 * z6 - 90 * z6 * z2 + (135 * z4 - 96 * z6) * s + (212 * z4 - 60 * z2) * s * s + (5 - 30 * z2) * s * s * s;
}
