/** Count, mean and sum of squared deviations from the mean. */
export interface RunningMoments {
  n: number;
  mean: number;
  m2: number;
}

/** Moments of `values[from .. to)`, two passes. Terms are divided before they are added, so that the mean is never infinite. */
export function momentsOf(values: Float64Array, from: number, to: number): RunningMoments {
  const n = to - from;
  if (n === 0) return { n: 0, mean: 0, m2: 0 };
  let mean = 0;
  for (let i = from; i < to; i++) mean += values[i] / n;
  let m2 = 0;
  for (let i = from; i < to; i++) m2 += (values[i] - mean) ** 2;
  return { n, mean, m2 };
}

/** Moments of two samples together: Chan, Golub & LeVeque (1979). */
export function joinMoments(a: RunningMoments, b: RunningMoments): RunningMoments {
  if (a.n === 0) return b;
  if (b.n === 0) return a;
  const n = a.n + b.n;
  const delta = b.mean - a.mean;
  return { n, mean: a.mean + delta * (b.n / n), m2: a.m2 + b.m2 + delta * delta * a.n * (b.n / n) };
}
