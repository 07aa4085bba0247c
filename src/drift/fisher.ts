import { InputError } from "../core/errors.js";

/** Tables whose probabilities differ by less than this share count as equally likely. */
const SAME = 1e-10;

export interface FisherTest {
  p: number;
  /** Cross product a·d / (b·c) of the table; null where that is not a finite number. */
  oddsRatio: number | null;
}

/**
 * Fisher's exact test of a 2×2 table, two-sided: the probability of all tables with these margins that are no likelier
 * than this one. Takes time in proportion to the smallest margin.
 *
 * @param table [[a, b], [c, d]], whole numbers
 * @returns a margin of 0 gives p 1
 * @example fisher([[8, 2], [1, 5]]) // { p: 0.03496503496503497, oddsRatio: 20 }
 */
export function fisher(table: readonly [readonly [number, number], readonly [number, number]]): FisherTest {
  const [[a, b], [c, d]] = table;
  if (![a, b, c, d].every((count) => Number.isSafeInteger(count) && count >= 0)) {
    throw new InputError(`counts must be whole numbers from 0, got ${[a, b, c, d].join(", ")}`);
  }
  const odds = (a * d) / (b * c);
  return { p: fisherP(a, b, c, d), oddsRatio: Number.isFinite(odds) ? odds : null };
}

/** Weights of the hypergeometric distribution, relative to the likeliest table, by the ratio of neighbours. */
function fisherP(a: number, b: number, c: number, d: number): number {
  const least = Math.max(0, a - d);
  const most = Math.min(a + b, a + c);
  const mode = Math.min(most, Math.max(least, Math.floor(((a + b + 1) * (a + c + 1)) / (a + b + c + d + 2))));
  const weights = new Float64Array(most - least + 1);
  weights[mode - least] = 1;
  const up = (x: number): number => ((a + b - x) * (a + c - x)) / ((x + 1) * (d - a + x + 1));
  for (let x = mode; x < most; x++) weights[x + 1 - least] = weights[x - least] * up(x);
  for (let x = mode; x > least; x--) weights[x - 1 - least] = weights[x - least] / up(x - 1);
  const limit = weights[a - least] * (1 + SAME);
  let [all, unlikely] = [0, 0];
  for (const weight of weights.sort()) {
    all += weight;
    if (weight <= limit) unlikely = all;
  }
  return unlikely / all;
}
