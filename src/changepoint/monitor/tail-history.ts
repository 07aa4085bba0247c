import type { MonitorTuning } from "./monitor-tuning.js";
import { lowerBound } from "./running-median.js";

/** The extremes of a part of a stream. */
interface Tails {
  n: number;
  /** The lowest values, ascending. */
  low: number[];
  /** The highest values, negated and ascending. */
  high: number[];
}

/** Records of a history, and the values at which its tails begin. */
interface Range {
  min: number;
  low: number;
  high: number;
  max: number;
}

/**
 * What was seen of a stream, without its latest values: count, records and tail quantiles, exact, of the last one to two
 * generations, in bounded memory. Plain data, so that it can be stored as JSON.
 */
export interface TailHistory {
  /** Values that wait to become history, the oldest first. */
  waiting: number[];
  current: Tails;
  previous: Tails;
  range: Range | null;
}

/** Values beyond which a stream has left its history: the records and a margin. */
export interface Limits {
  low: number;
  high: number;
}

const noTails = (): Tails => ({ n: 0, low: [], high: [] });

export const newTailHistory = (): TailHistory => ({
  waiting: [],
  current: noTails(),
  previous: noTails(),
  range: null,
});

/** A shorter history has no tails to speak of. */
const FEWEST = 40;

/** Keeps the `keep` lowest values. */
function keepLowest(ascending: number[], x: number, keep: number): void {
  const at = lowerBound(ascending, x);
  if (at >= keep) return;
  ascending.splice(at, 0, x);
  if (ascending.length > keep) ascending.pop();
}

/** The value of rank k (from 0) of two ascending arrays together. */
function ranked(a: readonly number[], b: readonly number[], k: number): number {
  let i = 0;
  let j = 0;
  const fromA = () => j >= b.length || (i < a.length && a[i] <= b[j]);
  while (i + j < k) {
    if (fromA()) i++;
    else j++;
  }
  return fromA() ? a[i] : b[j];
}

/** Values that are history. */
export const sizeOf = ({ current, previous }: TailHistory): number => current.n + previous.n;

/** Takes a value of the stream; the one that came `lag` before it, in the beginning less, becomes history. */
export function remember(history: TailHistory, x: number, tuning: Readonly<MonitorTuning>): void {
  const { lag, generation, tail } = tuning;
  const { waiting } = history;
  waiting.push(x);
  if (waiting.length <= Math.min(lag, sizeOf(history) + 1)) return;
  const old = waiting.shift() as number;
  if (history.current.n >= generation) {
    history.previous = history.current;
    history.current = noTails();
  }
  const { current, previous } = history;
  const keep = Math.ceil(2 * tail * generation) + 1;
  current.n++;
  keepLowest(current.low, old, keep);
  keepLowest(current.high, -old, keep);
  const rank = Math.floor(tail * sizeOf(history));
  history.range = {
    min: ranked(current.low, previous.low, 0),
    low: ranked(current.low, previous.low, rank),
    high: -ranked(current.high, previous.high, rank),
    max: -ranked(current.high, previous.high, 0),
  };
}

/**
 * Limits of a stream, null while its history is too short.
 *
 * @param margin part of the range between the tails that may lie beyond the records
 * @param least smallest margin, in the units of the stream
 */
export function limitsOf(history: TailHistory, margin: number, least: number, youth: number): Limits | null {
  const { range } = history;
  const n = sizeOf(history);
  if (range === null || n < FEWEST) return null;
  const beyond = Math.max(margin * (1 + youth / n) * (range.high - range.low), least);
  return { low: range.min - beyond, high: range.max + beyond };
}

/** How far a value is on its way out: 0 within the bulk of the history, ±1 at the limits, more outside them. */
export function excessOf(history: TailHistory, limits: Limits, x: number): number {
  const { low, high } = history.range as Range;
  if (x > high) return (x - high) / (limits.high - high);
  if (x < low) return (x - low) / (low - limits.low);
  return 0;
}
