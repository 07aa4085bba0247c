import { compareUtf8 } from "../../core/compare-utf8.js";
import { BREAK_REASONS, type BreakReason, type TraceBreak, type TraceMatch } from "./trace-match.js";

/** A break with the vehicle whose trace was cut. */
export interface VehicleBreak extends TraceBreak {
  vehicle: string;
}

/** Counts of matched rows: of parts of the rows, to be merged. Can be cloned to other threads. */
export interface MatchTally {
  rows: number;
  /** Rows without a position. */
  noPosition: number;
  matched: number;
  /** Matched rows by whole centimetres of their distance. */
  byCentimetre: number[];
  /** By reason, in the order of {@link BREAK_REASONS}. */
  breaks: number[];
  /** The first of them by (vehicle, time), at most {@link LISTED_BREAKS}. */
  listed: VehicleBreak[];
}

/** Breaks that a report lists; the others are only counted. */
export const LISTED_BREAKS = 1000;

/** A tally of no rows. */
export function emptyMatchTally(): MatchTally {
  return { rows: 0, noPosition: 0, matched: 0, byCentimetre: [], breaks: BREAK_REASONS.map(() => 0), listed: [] };
}

/** Adds a vehicle's trace. */
export function tallyMatch(
  tally: MatchTally,
  vehicle: string,
  lat: ArrayLike<number>,
  lon: ArrayLike<number>,
  match: Pick<TraceMatch, "edge" | "distance" | "breaks">,
): void {
  const { edge, distance, breaks } = match;
  tally.rows += edge.length;
  for (let i = 0; i < edge.length; i++) {
    if (Number.isNaN(lat[i]) || Number.isNaN(lon[i])) tally.noPosition++;
    if (edge[i] < 0) continue;
    tally.matched++;
    if (!Number.isNaN(distance[i])) addCentimetre(tally.byCentimetre, Math.round(distance[i] * 100), 1);
  }
  for (const one of breaks) {
    tally.breaks[BREAK_REASONS.indexOf(one.reason)]++;
    tally.listed.push({ vehicle, ...one });
  }
  if (tally.listed.length > 4 * LISTED_BREAKS) tally.listed = firstBreaks(tally.listed);
}

/** Greatest distance that is told apart, centimetres: a service may answer anything. */
const FARTHEST = 1_000_000;

function addCentimetre(counts: number[], centimetre: number, count: number): void {
  const at = Math.min(centimetre, FARTHEST);
  while (counts.length <= at) counts.push(0);
  counts[at] += count;
}

function firstBreaks(breaks: readonly VehicleBreak[]): VehicleBreak[] {
  const reason = (r: BreakReason) => BREAK_REASONS.indexOf(r);
  return breaks
    .toSorted((a, b) => compareUtf8(a.vehicle, b.vehicle) || a.ts - b.ts || reason(a.reason) - reason(b.reason))
    .slice(0, LISTED_BREAKS);
}

/** The tally of all rows from those of parts, in any order. */
export function mergeMatchTallies(parts: readonly MatchTally[]): MatchTally {
  const all = emptyMatchTally();
  for (const part of parts) {
    all.rows += part.rows;
    all.noPosition += part.noPosition;
    all.matched += part.matched;
    for (const [centimetre, count] of part.byCentimetre.entries()) addCentimetre(all.byCentimetre, centimetre, count);
    for (const [reason, count] of part.breaks.entries()) all.breaks[reason] += count;
    all.listed.push(...part.listed);
  }
  all.listed = firstBreaks(all.listed);
  return all;
}
