/** What the optimiser carries from step to step; all of one length, changed in place. */
export interface AdamState {
  weights: Float32Array;
  /** Running means of the gradient and of its square. */
  first: Float32Array;
  second: Float32Array;
  /** Running mean of the weights, which is what is kept: it forecasts better than the last step's. */
  mean: Float32Array;
}

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;
/** A longer gradient is cut to this length. */
const MOST_GRADIENT = 1;
/** Share of the old mean of weights at each step, once there are enough. */
const KEPT = 0.98;

export function adamStart(weights: Float32Array): AdamState {
  return {
    weights: weights.slice(),
    first: new Float32Array(weights.length),
    second: new Float32Array(weights.length),
    mean: weights.slice(),
  };
}

/**
 * One step of Adam (Kingma & Ba 2015), not on the tensor backend: two copies of the weights a step cost less than the dozens
 * of small operations that it would be there, and the arithmetic is the same on all backends.
 *
 * @param step counted from 1
 */
export function adamStep(
  { weights, first, second, mean }: AdamState,
  gradient: Float32Array,
  step: number,
  rate: number,
) {
  let squares = 0;
  for (let i = 0; i < gradient.length; i++) squares += gradient[i] * gradient[i];
  const cut = MOST_GRADIENT / Math.max(MOST_GRADIENT, Math.sqrt(squares));
  // The corrections for the start at zero as one factor of the rate.
  const pace = (rate * Math.sqrt(1 - BETA2 ** step)) / (1 - BETA1 ** step);
  const kept = Math.min(KEPT, step / (step + 10));
  for (let i = 0; i < gradient.length; i++) {
    const g = cut * gradient[i];
    first[i] += (1 - BETA1) * (g - first[i]);
    second[i] += (1 - BETA2) * (g * g - second[i]);
    weights[i] -= (pace * first[i]) / (Math.sqrt(second[i]) + EPSILON);
    mean[i] += (1 - kept) * (weights[i] - mean[i]);
  }
}
