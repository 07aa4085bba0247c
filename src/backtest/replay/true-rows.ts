import type { TriggerParameters } from "../types.js";
import type { TruthWords } from "./rule-words.js";

/** The first true row from `from` on with which `least` rows that are not false may begin ({@link lastingBits}), or `to`. */
export function nextTrue({ true: isTrue, notFalse }: TruthWords, from: number, to: number, least: number): number {
  let k = from >> 5;
  for (let left = -1 << (from & 31); k << 5 < to; k++, left = -1) {
    const word = isTrue[k] & left;
    if (word === 0) continue;
    const lasting = word & lastingBits(notFalse[k], least);
    if (lasting !== 0) return Math.min(to, (k << 5) + lowestBit(lasting));
  }
  return to;
}

/** The row after a stretch of true rows that begins at `from`. */
export function endOfTrue({ true: isTrue }: TruthWords, from: number, to: number): number {
  let k = from >> 5;
  let ends = ~isTrue[k] & (-1 << (from & 31));
  while (ends === 0 && ++k << 5 < to) ends = ~isTrue[k];
  return ends === 0 ? to : Math.min(to, (k << 5) + lowestBit(ends));
}

export function isSet(words: Int32Array, row: number): boolean {
  return ((words[row >> 5] >>> (row & 31)) & 1) === 1;
}

/** Which bits of a word have only ones above them, for `length` bits (at most 32) with their own or up to the last. */
export function lastingBits(word: number, length: number): number {
  let lasting = word;
  for (let done = 1; done < length; ) {
    const by = Math.min(done, length - done);
    // Above the last bit come more like it.
    lasting &= lasting >> by;
    done += by;
  }
  return lasting;
}

/**
 * How many rows next to each other, at most 32, must not be false for an event to begin at the first: between used rows lies
 * the longest step at most, and more than `max_gap_ms` would be a gap.
 */
export function leastRows({ dwell_ms, min_samples, max_gap_ms }: TriggerParameters, longestStep: number): number {
  const dwelling = dwell_ms > 0 ? Math.ceil(dwell_ms / Math.min(longestStep, max_gap_ms)) + 1 : 1;
  return Math.min(32, Math.max(dwelling, min_samples));
}

/** Place of the lowest bit of a word that is not 0. */
export function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}
