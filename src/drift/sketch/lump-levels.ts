import type { LevelSample } from "../types.js";
import type { LevelSketchSample } from "./sketch-sample.js";

/** Stands for the levels whose rows are not known exactly on both sides. */
export const OTHER_LEVELS = "__other__";
/** Stands for those of them that one side knows exactly, and of which the other has only few rows. */
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

/**
 * Two sides as counts for a test. Levels whose rows are known exactly on both sides stand for themselves; all others are
 * one level, `__other__`, whose rows are what remains. Lumping makes neither chi-square nor a distance larger, so a
 * difference that is left is real.
 *
 * Where levels were renamed on one side, that would lump all of them. So those that one side knows exactly and the other
 * does not list are a level of their own, `__one_sided__`, with as many rows on the other side as there can be. They are
 * set apart only where fewer rows there would make both this level and the rest differ more, not less: then chi-square
 * and the distance of these counts are again no larger than the true ones.
 */
export function lumpLevels(
  reference: LevelSample | LevelSketchSample,
  current: LevelSample | LevelSketchSample,
): LumpedLevels {
  const [a, b] = [known(reference), known(current)];
  const result = { reference: new Map<string, number>(), current: new Map<string, number>() };
  const rest = { a: a.rows, b: b.rows };
  let agreed = 0;
  const uncertain: string[] = [];
  for (const level of new Set([...a.ranges.keys(), ...b.ranges.keys()])) {
    const [lowA, highA] = a.ranges.get(level) ?? [0, a.unseen];
    const [lowB, highB] = b.ranges.get(level) ?? [0, b.unseen];
    if (lowA < highA || lowB < highB || level === OTHER_LEVELS || level === ONE_SIDED_LEVELS) {
      uncertain.push(level);
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
  const ofA = oneSided(uncertain, a, b, rest.b);
  const ofB = oneSided(uncertain, b, a, rest.a);
  if (isSafe(ofA, a.rows, rest.a, b.rows, rest.b)) {
    setApart(result.reference, result.current, ofA, rest.a, rest.b);
  } else if (isSafe(ofB, b.rows, rest.b, a.rows, rest.a)) {
    setApart(result.current, result.reference, ofB, rest.b, rest.a);
  } else {
    result.reference.set(OTHER_LEVELS, rest.a);
    result.current.set(OTHER_LEVELS, rest.b);
  }
  const lumped = [ONE_SIDED_LEVELS, OTHER_LEVELS].reduce((sum, level) => {
    const shares = [(result.reference.get(level) ?? 0) / a.rows, (result.current.get(level) ?? 0) / b.rows];
    return sum + 0.5 * Math.abs(shares[0] - shares[1]);
  }, 0);
  return { ...result, slack: Math.max(0, most - lumped), reason: result.reference.size > 1 ? "" : "too_many_levels" };
}

function oneSided(uncertain: readonly string[], own: Known, other: Known, rest: number): OneSided {
  let [rows, levels, taken] = [0, 0, 0];
  for (const level of uncertain) {
    const [low, high] = own.ranges.get(level) ?? [0, own.unseen];
    const listed = other.ranges.get(level);
    if (listed) taken += listed[0];
    else if (low === high) {
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
