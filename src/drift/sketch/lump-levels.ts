import type { LevelSample } from "../types.js";
import type { LevelSketchSample } from "./sketch-sample.js";

/** Stands for the levels that are not frequent, or whose rows are not known exactly on both sides. */
export const OTHER_LEVELS = "__other__";
/** Stands for frequent levels that one side knows exactly, and of which the other has only few rows. */
export const ONE_SIDED_LEVELS = "__one_sided__";

/** Two sides as counts that a test may take at their word. */
export interface LumpedLevels {
  reference: Map<string, number>;
  current: Map<string, number>;
  /** The total variation of all levels is that of the tables, or larger by at most this much. */
  slack: number;
  /** Why there can be no test; empty where there can. */
  reason: "" | "too_many_levels";
}

/** What is known of one side. */
interface Known {
  rows: number;
  /** Listed levels, with the least and the most rows that each may have. */
  ranges: Map<string, readonly [number, number]>;
  /** Most rows of a level that is not listed. */
  unseen: number;
}

function known(side: LevelSample | LevelSketchSample): Known {
  const rows = side.n - side.missing;
  if (side.kind === "categorical") {
    return { rows, unseen: 0, ranges: new Map([...side.counts].map(([level, count]) => [level, [count, count]])) };
  }
  const { counts, unseen } = side.levels;
  return {
    rows,
    unseen,
    ranges: new Map([...counts].map(([level, { count, error }]) => [level, [count - error, count]])),
  };
}

/** Rows of levels that only one side lists, and the most that the other can have of them. */
interface OneSided {
  rows: number;
  most: number;
}

/** By how many standard deviations a level's rows must be expected above those of a level that may go unseen. */
const CLEAR = 5;

/**
 * Two sides as counts for a test. Frequent levels whose rows are known exactly on both sides stand for themselves; all
 * others are one level, `__other__`, whose rows are what remains. Lumping makes neither chi-square nor a distance
 * larger, so a difference that is left is real.
 *
 * Which levels a sketch knows hangs on their rows there: those that one side knows and the other does not are, by
 * selection, those that differ by chance. So only rows of both sides together decide: a level is frequent when it has so
 * many that without drift neither side could have missed it, and more than any level that both list and one knows
 * inexactly.
 *
 * Where levels were renamed on one side, that would lump all of them. So frequent ones that one side knows exactly and
 * the other does not list are a level of their own, `__one_sided__`, with as many rows on the other side as there can
 * be. They are set apart only where fewer rows there would make both this level and the rest differ more, not less: then
 * chi-square and the distance of these counts are again no larger than the true ones.
 */
export function lumpLevels(
  reference: LevelSample | LevelSketchSample,
  current: LevelSample | LevelSketchSample,
): LumpedLevels {
  const [a, b] = [known(reference), known(current)];
  const result = { reference: new Map<string, number>(), current: new Map<string, number>() };
  const rest = { a: a.rows, b: b.rows };
  let agreed = 0;
  const frequent = frequentFrom(a, b);
  const lumped: string[] = [];
  for (const level of new Set([...a.ranges.keys(), ...b.ranges.keys()])) {
    const [lowA, highA] = rangeOf(a, level);
    const [lowB, highB] = rangeOf(b, level);
    const isKnown = lowA === highA && lowB === highB && level !== OTHER_LEVELS && level !== ONE_SIDED_LEVELS;
    if (!isKnown || lowA + lowB < frequent) {
      lumped.push(level);
      agreed += Math.min(lowA / a.rows, lowB / b.rows);
      continue;
    }
    result.reference.set(level, lowA);
    result.current.set(level, lowB);
    rest.a -= lowA;
    rest.b -= lowB;
  }
  if (rest.a === 0 && rest.b === 0) return { ...result, slack: 0, reason: "" };
  const most = 0.5 * (rest.a / a.rows + rest.b / b.rows) - agreed;
  const ofA = oneSided(lumped, a, b, rest.b, frequent);
  const ofB = oneSided(lumped, b, a, rest.a, frequent);
  if (isSafe(ofA, a.rows, rest.a, b.rows, rest.b)) {
    setApart(result.reference, result.current, ofA, rest.a, rest.b);
  } else if (isSafe(ofB, b.rows, rest.b, a.rows, rest.a)) {
    setApart(result.current, result.reference, ofB, rest.b, rest.a);
  } else {
    result.reference.set(OTHER_LEVELS, rest.a);
    result.current.set(OTHER_LEVELS, rest.b);
  }
  const kept = [ONE_SIDED_LEVELS, OTHER_LEVELS].reduce((sum, level) => {
    const shares = [(result.reference.get(level) ?? 0) / a.rows, (result.current.get(level) ?? 0) / b.rows];
    return sum + 0.5 * Math.abs(shares[0] - shares[1]);
  }, 0);
  return { ...result, slack: Math.max(0, most - kept), reason: result.reference.size > 1 ? "" : "too_many_levels" };
}

function rangeOf({ ranges, unseen }: Known, level: string): readonly [number, number] {
  return ranges.get(level) ?? [0, unseen];
}

/** Least rows on both sides together that make a level frequent; 0 where both sides know all levels exactly. */
function frequentFrom(a: Known, b: Known): number {
  let least = 0;
  for (const { rows, unseen } of [a, b]) {
    // Of a Poisson variable with mean λ, λ − CLEAR √λ = unseen.
    const root = (CLEAR + Math.sqrt(CLEAR ** 2 + 4 * unseen)) / 2;
    if (unseen > 0) least = Math.max(least, (root ** 2 * (a.rows + b.rows)) / rows);
  }
  for (const [level, [lowA, highA]] of a.ranges) {
    const inB = b.ranges.get(level);
    if (inB && (lowA < highA || inB[0] < inB[1])) least = Math.max(least, highA + inB[1] + 1);
  }
  return least;
}

function oneSided(lumped: readonly string[], own: Known, other: Known, rest: number, frequent: number): OneSided {
  let [rows, levels, taken] = [0, 0, 0];
  for (const level of lumped) {
    const [low, high] = rangeOf(own, level);
    const listed = other.ranges.get(level);
    if (listed) taken += listed[0];
    else if (low === high && low >= frequent) {
      rows += low;
      levels++;
    }
  }
  return { rows, most: Math.min(levels * other.unseen, rest - taken) };
}

/** Whether fewer rows than `most` could only make both levels differ more. */
function isSafe({ rows, most }: OneSided, own: number, ownRest: number, other: number, otherRest: number): boolean {
  return rows / own > most / other && (otherRest - most) / other >= (ownRest - rows) / own;
}

function setApart(
  own: Map<string, number>,
  other: Map<string, number>,
  { rows, most }: OneSided,
  ownRest: number,
  otherRest: number,
): void {
  own.set(ONE_SIDED_LEVELS, rows);
  other.set(ONE_SIDED_LEVELS, most);
  own.set(OTHER_LEVELS, ownRest - rows);
  other.set(OTHER_LEVELS, otherRest - most);
}
