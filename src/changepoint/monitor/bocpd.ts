/** Posterior over the length of the current run. Plain data, so that it can be stored as JSON. Arrays go together. */
export interface Bocpd {
  /** Observations of the run. */
  length: number[];
  probability: number[];
  /** Posterior of its mean, and half the sum of squares of its precision's gamma posterior. */
  mean: number[];
  beta: number[];
}

/** Prior of a run: a mean known as by this many observations, shape and scale of the precision. */
const KAPPA = 0.05;
const ALPHA = 2;
const BETA = 2;
/** Run lengths with less probability are dropped, beyond so many the least likely ones. */
const LEAST = 1e-5;
const MOST = 100;
/** Runs up to this length stop growing their degrees of freedom: beyond it little is learnt. */
const LONGEST = 1000;
/** A change shows in runs of this many observations at least and at most. */
const FEWEST = 3;
const RECENT = 30;

export const newBocpd = (): Bocpd => ({ length: [0], probability: [1], mean: [0], beta: [BETA] });

/** Γ(α + ½)/Γ(α) for α = ALPHA + r/2, by the recursion R(α + ½) = α/R(α). Γ(5/2)/Γ(2) = 3√π/4. */
const RATIO = (() => {
  const ratios = [(3 * Math.sqrt(Math.PI)) / 4];
  for (let r = 0; r < LONGEST; r++) ratios.push((ALPHA + r / 2) / ratios[r]);
  return ratios;
})();

/** Student-t predictive density of z in a run. */
function predictive(z: number, r: number, mean: number, beta: number): number {
  const alpha = ALPHA + r / 2;
  const kappa = KAPPA + r;
  // ν s² of the t distribution with ν = 2α and s² = β(κ + 1)/(ακ).
  const spread = (2 * beta * (kappa + 1)) / kappa;
  const d = z - mean;
  return (RATIO[r] / Math.sqrt(Math.PI * spread)) * (1 + (d * d) / spread) ** -(alpha + 0.5);
}

/**
 * Bayesian online change-point detection (Adams & MacKay 2007) of standardised observations: normal runs with unknown
 * mean and variance (Student-t predictive), constant hazard, pruned run lengths.
 *
 * @param hazard probability of a change at each observation
 * @returns posterior probability that the current run began 3 to 30 observations ago, and the mean of such runs times
 *   their probability
 */
export function updateBocpd(bocpd: Bocpd, z: number, hazard: number): { recent: number; mean: number } {
  const { length, probability, mean, beta } = bocpd;
  const grown = length.map((r, i) => probability[i] * predictive(z, r, mean[i], beta[i]));
  const total = grown.reduce((sum, p) => sum + p, 0);
  const least = grown.length < MOST ? LEAST : [...grown].sort((a, b) => b - a)[MOST - 1] / total;
  const next: Bocpd = { length: [0], probability: [hazard], mean: [0], beta: [BETA] };
  for (let i = 0; i < length.length; i++) {
    const p = (grown[i] / total) * (1 - hazard);
    if (!(p >= least * (1 - hazard))) continue;
    const r = length[i];
    const kappa = KAPPA + r;
    const d = z - mean[i];
    const grownBeta = beta[i] + (kappa * d * d) / (2 * (kappa + 1));
    next.length.push(Math.min(r + 1, LONGEST));
    next.probability.push(p);
    next.mean.push(mean[i] + d / (kappa + 1));
    // With the degrees of freedom at their most, what is old is forgotten.
    next.beta.push(r < LONGEST ? grownBeta : (grownBeta * (ALPHA + r / 2)) / (ALPHA + (r + 1) / 2));
  }
  const kept = next.probability.reduce((sum, p) => sum + p, 0);
  next.probability = next.probability.map((p) => p / kept);
  Object.assign(bocpd, next);
  let [recent, recentMean] = [0, 0];
  next.length.forEach((r, i) => {
    if (r < FEWEST || r > RECENT) return;
    recent += next.probability[i];
    recentMean += next.probability[i] * next.mean[i];
  });
  return { recent: Math.min(1, recent), mean: recentMean };
}
