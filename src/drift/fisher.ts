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
 * than this one. Takes time in proportion to the spread of the likely ones, at most to the smallest margin.
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

/** What is less than this share of a sum does not show in it. */
const NOTHING = 1e-20;
/** Less than this is taken for 0: numbers at the end of their range do not get less by small steps. */
const LEAST = 1e-305;

/** Weights of the hypergeometric distribution, relative to the likeliest table, by the ratio of neighbours. */
function fisherP(a: number, b: number, c: number, d: number): number {
  const least = Math.max(0, a - d);
  const most = Math.min(a + b, a + c);
  const mode = Math.min(most, Math.max(least, Math.floor(((a + b + 1) * (a + c + 1)) / (a + b + c + d + 2))));
  const up = (x: number): number => ((a + b - x) * (a + c - x)) / ((x + 1) * (d - a + x + 1));
  let own = 1;
  for (let x = mode; x < a && own > LEAST; x++) own *= up(x);
  for (let x = mode; x > a && own > LEAST; x--) own /= up(x - 1);
  if (own <= LEAST) return 0;
  const limit = own * (1 + SAME);
  const end = Math.max(LEAST, NOTHING * own);
  let [all, unlikely] = [0, 0];
  const add = (weight: number): void => {
    all += weight;
    if (weight <= limit) unlikely += weight;
  };
  add(1);
  for (let x = mode, weight = 1; x < most && weight > end; x++) {
    weight *= up(x);
    add(weight);
  }
  for (let x = mode, weight = 1; x > least && weight > end; x--) {
    weight /= up(x - 1);
    add(weight);
  }
  return Math.min(1, unlikely / all);
}
