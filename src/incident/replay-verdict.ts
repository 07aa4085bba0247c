import { InputError } from "../core/errors.js";
import { median, quantile, sortedFinite } from "../core/statistics.js";
import { mcnemar } from "./mcnemar.js";

/** Requests played against the failing system and against its fix, one entry of every column a request. */
export interface ReplayTable {
  requestIds: readonly string[];
  /** 1 where the request succeeded on the failing system, 0 where it failed. */
  beforeOk: ArrayLike<number>;
  /** 1 where it succeeded on the fix. */
  afterOk: ArrayLike<number>;
  /** Milliseconds; NaN is missing. */
  latencyBefore?: ArrayLike<number>;
  latencyAfter?: ArrayLike<number>;
}

/** What the fix did to the requests, as a word. */
export type ReplayOutcome = "fixed" | "better" | "no-difference" | "worse" | "nothing-failed";

/** Latencies of the requests that have both, milliseconds. */
export interface LatencyShift {
  n: number;
  medianBefore: number;
  medianAfter: number;
  p95Before: number;
  p95After: number;
  /** Median of after − before within a request, with its distribution-free 95% interval. */
  shift: number;
  shiftLow: number;
  shiftHigh: number;
}

export interface ReplayVerdict {
  n: number;
  fixed: number;
  stillFailing: number;
  newlyBroken: number;
  stillOk: number;
  /** Exact two-sided p-value of McNemar's test that the fix changes nothing. */
  mcnemarP: number;
  latency: LatencyShift | null;
  outcome: ReplayOutcome;
  /** The outcome in words. */
  verdict: string;
  /** Requests that the fix broke, in the order of the table; at most 20. */
  brokenIds: string[];
}

const SIGNIFICANT = 0.05;
const MOST_IDS = 20;

/**
 * Whether a fix holds: what failed before and after in a replay of the same requests, whether the difference may be chance
 * (McNemar's exact test), and how latencies moved.
 *
 * @throws InputError for columns of different length and for a flag that is neither 0 nor 1
 * @example
 * replayVerdict({ requestIds: ["a", "b"], beforeOk: [0, 1], afterOk: [1, 1] }).fixed; // 1
 */
export function replayVerdict(replay: ReplayTable): ReplayVerdict {
  const { requestIds, beforeOk, afterOk } = replay;
  const n = requestIds.length;
  checkReplay(replay);
  // Indexed by 2·before + after.
  const counts = [0, 0, 0, 0];
  const brokenIds: string[] = [];
  for (let i = 0; i < n; i++) {
    const pair = 2 * beforeOk[i] + afterOk[i];
    counts[pair]++;
    if (pair === 2 && brokenIds.length < MOST_IDS) brokenIds.push(requestIds[i]);
  }
  const [stillFailing, fixed, newlyBroken, stillOk] = counts;
  const mcnemarP = mcnemar(fixed, newlyBroken);
  const tally = { n, fixed, stillFailing, newlyBroken, stillOk, mcnemarP };
  const latency = latencyShift(replay);
  const outcome = outcomeOf(tally);
  return { ...tally, latency, outcome, verdict: verdictWords(tally, outcome, latency), brokenIds };
}

function checkReplay({ requestIds, beforeOk, afterOk, latencyBefore, latencyAfter }: ReplayTable): void {
  const n = requestIds.length;
  for (const [name, column] of Object.entries({ beforeOk, afterOk, latencyBefore, latencyAfter })) {
    if (column && column.length !== n) {
      throw new InputError(
        `replay: column ${name} has ${column.length} rows and requestIds ${n}; give every request one`,
      );
    }
  }
  for (const [name, flags] of Object.entries({ beforeOk, afterOk })) {
    for (let i = 0; i < n; i++) {
      if (flags[i] !== 0 && flags[i] !== 1) {
        throw new InputError(`replay: row ${i} (${requestIds[i]}): ${name} is ${flags[i]}; it must be 0 or 1`, {
          row: i,
        });
      }
    }
  }
}

function latencyShift({ latencyBefore = [], latencyAfter = [] }: ReplayTable): LatencyShift | null {
  const both = Array.from(latencyBefore).flatMap((was, i) => {
    const is = latencyAfter[i] ?? Number.NaN;
    return Number.isNaN(was) || Number.isNaN(is) ? [] : [[was, is] as const];
  });
  if (both.length === 0) return null;
  const [before, after] = [both.map(([was]) => was), both.map(([, is]) => is)];
  const shifts = sortedFinite(both.map(([was, is]) => is - was));
  const n = shifts.length;
  // Order statistics around the median, by the normal limit of the binomial sign test.
  const rank = Math.max(0, Math.floor((n - 1.959963984540054 * Math.sqrt(n)) / 2));
  return {
    n,
    medianBefore: median(before),
    medianAfter: median(after),
    p95Before: quantile(before, 0.95),
    p95After: quantile(after, 0.95),
    shift: median(shifts),
    shiftLow: shifts[rank],
    shiftHigh: shifts[n - 1 - rank],
  };
}

type Tally = Pick<ReplayVerdict, "n" | "fixed" | "stillFailing" | "newlyBroken" | "mcnemarP">;

function outcomeOf({ fixed, stillFailing, newlyBroken, mcnemarP }: Tally): ReplayOutcome {
  if (fixed + stillFailing + newlyBroken === 0) return "nothing-failed";
  if (mcnemarP >= SIGNIFICANT) return "no-difference";
  if (newlyBroken > fixed) return "worse";
  return stillFailing + newlyBroken === 0 ? "fixed" : "better";
}

const HEADS: Readonly<Record<ReplayOutcome, string>> = Object.freeze({
  fixed: "The fix holds",
  better: "The fix helps, and not all is well yet",
  "no-difference": "The replay does not show that the fix changes anything",
  worse: "The fix makes it worse",
  "nothing-failed": "Nothing failed, before or after: these requests do not test the fix",
});

function verdictWords(tally: Tally, outcome: ReplayOutcome, latency: LatencyShift | null): string {
  if (tally.n === 0) return "The replay holds no request.";
  const { n, fixed, stillFailing, newlyBroken, mcnemarP } = tally;
  const p = mcnemarP < 0.001 ? "p < 0.001" : `p = ${mcnemarP.toFixed(3)}`;
  const counts = `of ${n} requests ${fixed} are fixed, ${stillFailing} still fail and ${newlyBroken} are newly broken (${p})`;
  return `${HEADS[outcome]}: ${counts}.${latency ? latencyWords(latency) : ""}`;
}

function latencyWords({ shift, shiftLow, shiftHigh }: LatencyShift): string {
  if (shiftLow <= 0 && shiftHigh >= 0) return " Latency did not shift noticeably.";
  const size = Math.abs(shift) < 1 ? Math.abs(shift).toPrecision(2) : Math.abs(shift).toFixed(0);
  return ` A request takes ${size} ms ${shift > 0 ? "longer" : "less"} (median).`;
}
