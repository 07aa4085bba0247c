/** Bets on the rank of the next value: down and up, bold and careful. */
const BETS = Object.freeze([-0.9, -0.5, 0.5, 0.9]);
/** Values that ranks are taken in before any bet. */
const FEWEST = 100;
/** Points that stand for the past. */
const MOST_POINTS = 1000;
const LARGEST = 1e100;

/** Shiryaev–Roberts e-detector. Plain data, so that it can be stored as JSON. */
export interface EDetector {
  /** Observations so far. */
  n: number;
  /** The past as points in ascending order, each for so many observations: exact at first, coarser as it grows. */
  points: number[];
  weights: number[];
  /** One sum of e-processes a bet. */
  sums: number[];
}

export const newEDetector = (): EDetector => ({ n: 0, points: [], weights: [], sums: BETS.map(() => 0) });

/** Mid-rank of x among the past and itself, in [−1, 1]: 0 in the middle; and where it belongs. */
function rankOf({ n, points, weights }: EDetector, x: number): { at: number; rank: number } {
  let below = 0;
  let at = 0;
  while (at < points.length && points[at] < x) below += weights[at++];
  const equal = points[at] === x ? weights[at] : 0;
  return { at, rank: (2 * below + equal + 1) / (n + 1) - 1 };
}

/** Joins neighbours as long as no point stands for more than 0.4 % of the past. */
function join(detector: EDetector): void {
  const { n, points, weights } = detector;
  const most = (4 * n) / MOST_POINTS;
  let last = 0;
  for (let i = 1; i < points.length; i++) {
    const weight = weights[last] + weights[i];
    if (weight <= most) {
      points[last] += (weights[i] / weight) * (points[i] - points[last]);
      weights[last] = weight;
    } else {
      last++;
      points[last] = points[i];
      weights[last] = weights[i];
    }
  }
  points.length = last + 1;
  weights.length = last + 1;
}

/**
 * E-detector (Shin, Ramdas & Rinaldo 2022) for "the observations are exchangeable": it bets on the rank of each among all
 * before it, M ← (M + 1)(1 + λ·rank), averaged over λ of ±0.5 and ±0.9. As the ranks are then independent with mean 0,
 * alarms at M ≥ A have an average run length to a false alarm of at least A, whatever the distribution. The ranks are
 * those in a summary of the past, off by 0.2 % at most.
 *
 * @returns M after the observation; 0 for the first hundred
 */
export function updateEDetector(detector: EDetector, x: number): number {
  const { points, weights, sums } = detector;
  const { at, rank } = rankOf(detector, x);
  if (detector.n >= FEWEST) {
    BETS.forEach((bet, b) => {
      sums[b] = Math.min(LARGEST, (sums[b] + 1) * (1 + bet * rank));
    });
  }
  detector.n++;
  if (points[at] === x) weights[at]++;
  else {
    points.splice(at, 0, x);
    weights.splice(at, 0, 1);
    if (points.length > MOST_POINTS) join(detector);
  }
  return sums.reduce((total, sum) => total + sum, 0) / sums.length;
}
