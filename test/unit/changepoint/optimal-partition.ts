import { createRandom, type Random } from "../../../src/core/index.js";

/** Least cost of any segmentation, penalties included, by trying every last segment of every prefix. */
export function optimalPartition(
  cost: (start: number, end: number) => number,
  n: number,
  penalty: number,
  minSize: number,
): number {
  const best = new Float64Array(n + 1).fill(Number.POSITIVE_INFINITY);
  best[0] = -penalty;
  for (let end = minSize; end <= n; end++) {
    for (let start = 0; start <= end - minSize; start++) {
      best[end] = Math.min(best[end], best[start] + cost(start, end) + penalty);
    }
  }
  return n < minSize ? cost(0, n) : best[n];
}

/** Cost and penalties of one segmentation. */
export function objective(
  cost: (start: number, end: number) => number,
  n: number,
  penalty: number,
  changes: ArrayLike<number>,
): number {
  const bounds = [0, ...Array.from(changes), n];
  let sum = penalty * changes.length;
  for (let k = 1; k < bounds.length; k++) sum += cost(bounds[k - 1], bounds[k]);
  return sum;
}

/** What kinds of series a search must survive. */
const KINDS = ["noise", "steps", "ties", "constant", "runs", "heavy", "huge"] as const;

/** A random series of up to `longest` values: by turns noise, steps, integers, constants, runs, outliers, huge levels. */
export function randomSeries(random: Random, longest: number): Float64Array {
  const kind = KINDS[random.int(KINDS.length)];
  const n = random.int(longest + 1);
  let level = random.normal();
  return Float64Array.from({ length: n }, () => {
    if (kind === "constant") return level;
    if (random.uniform() < 0.1) level = 5 * random.normal();
    if (kind === "ties") return random.int(3);
    if (kind === "runs") return Math.round(level);
    if (kind === "heavy") return random.uniform() < 0.1 ? 1e4 * random.normal() : random.normal();
    if (kind === "huge") return 1e9 + level + random.normal();
    return (kind === "steps" ? level : 0) + random.normal();
  });
}

/** The series with some values missing. */
export function withGaps(random: Random, y: Float64Array, share: number): Float64Array {
  return y.map((value) => (random.uniform() < share ? Number.NaN : value));
}

/** Counts with jumps of the rate, zeros and ties among them. */
export function randomCounts(random: Random, longest: number): Float64Array {
  let rate = random.uniform() < 0.3 ? 0.2 : 5;
  return Float64Array.from({ length: random.int(longest + 1) }, () => {
    if (random.uniform() < 0.1) rate = random.uniform() < 0.2 ? 0 : 20 * random.uniform();
    return random.poisson(rate);
  });
}

/** A penalty between nothing and more than any change is worth, in units of a series' scatter. */
export function randomPenalty(random: Random, y: Float64Array): number {
  const observed = y.filter((value) => !Number.isNaN(value));
  const mean = observed.reduce((sum, value) => sum + value, 0) / Math.max(1, observed.length);
  const scatter = observed.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, observed.length);
  return random.uniform() < 0.05 ? 0 : Math.max(scatter, 1e-3) * 10 ** (2.5 * random.uniform() - 1.5);
}

/** `cases` draws of a seeded generator, each independent of the others. */
export function draws(cases: number, seed: number): Random[] {
  return Array.from({ length: cases }, (_, k) => createRandom(seed).child(k));
}
