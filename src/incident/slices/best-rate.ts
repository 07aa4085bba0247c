import { benjaminiHochberg } from "../../core/benjamini-hochberg.js";
import { normalTail } from "../../core/normal-tail.js";
import { surprise } from "./adtributor.js";
import { type Cell, type Cells, sliceKey } from "./cells.js";
import { excessValue, excessVariance, expectedValue, type Frame, sharePower } from "./frame.js";
import { preference, rounded } from "./preference.js";
import { ripples } from "./ripple.js";
import type { SliceSpace } from "./slice-space.js";
import { difference, type Totals } from "./totals.js";

/** Candidates by each measure. */
const BEAM = 24;

/** A slice with the adjusted p-value that it did not move. */
export interface Finding {
  cell: Cell;
  pValue: number;
}

/** What a slice has to show: a share of the movement, at a false discovery rate over all slices looked at. */
export interface Threshold {
  leastShare: number;
  fdr: number;
}

/**
 * The shortest slice that got worse and whose rest did not: everything (no condition) when all slices moved alike, null
 * when none moved noticeably.
 *
 * The best candidates by surprise, by size of the effect against chance and, for a ratio, by size of the difference are
 * each widened as long as the effect ripples through what is added. Slices that hold another one whose rest is spared, and
 * that carries half of what they do, are then passed over.
 */
export function bestRate(cells: Cells, frame: Frame, space: SliceSpace, threshold: Threshold): Finding | null {
  const moved = movedCells(cells, frame, threshold);
  const roots = new Map<string, Cell>();
  for (const cell of beam(moved, frame, space)) {
    const root = widen(cell, cells, frame, space);
    roots.set(sliceKey(root.slice), root);
  }
  const narrowest = [...roots.values()].filter((wide) => ![...roots.values()].some((cell) => holds(wide, cell, frame)));
  const [best] = ranked(narrowest, ({ totals }) => strength(frame, totals), space);
  if (!best) return null;
  const own = moved.find(({ cell }) => cell === best)?.pValue;
  return { cell: best, pValue: own ?? Math.min(1, cells.size * pValueOf(frame, best.totals)) };
}

const pValueOf = (frame: Frame, totals: Totals): number =>
  normalTail(excessValue(frame, totals) / Math.sqrt(excessVariance(frame, expectedValue(frame, totals))));

/** Slices that hold a share of the movement, and moved at the false discovery rate. */
function movedCells(cells: Cells, frame: Frame, { leastShare, fdr }: Threshold): Finding[] {
  const able = [...cells.values()].filter(({ totals }) => {
    // What had no traffic before cannot have got worse: traffic went there.
    return sharePower(frame, totals) >= leastShare && !(frame.ratio && totals.weightBefore === 0);
  });
  const adjusted = benjaminiHochberg(
    able.map(({ totals }) => pValueOf(frame, totals)),
    cells.size,
  );
  return able.flatMap((cell, i) => (adjusted[i] <= fdr ? [{ cell, pValue: adjusted[i] }] : []));
}

/** Squared excess over its variance under change, up to a constant. */
function strength(frame: Frame, totals: Totals): number {
  const expected = expectedValue(frame, totals);
  return expected + totals.valueAfter > 0 ? excessValue(frame, totals) ** 2 / (expected + totals.valueAfter) : 0;
}

function surpriseOf(frame: Frame, totals: Totals): number {
  const expected = expectedValue(frame, totals) / (expectedValue(frame, frame.total) || 1);
  const seen = totals.valueAfter / (frame.total.valueAfter || 1);
  return frame.sign * (seen - expected) > 0 ? surprise(expected, seen) : 0;
}

function beam(moved: readonly Finding[], frame: Frame, space: SliceSpace): Cell[] {
  const cells = moved.map(({ cell }) => cell);
  const measures = [
    ({ totals }: Cell) => surpriseOf(frame, totals),
    ({ totals }: Cell) => strength(frame, totals),
    ...(frame.ratio ? [({ totals }: Cell) => excessValue(frame, totals) ** 2 / totals.weightAfter] : []),
  ];
  return measures.flatMap((measure) => ranked(cells, measure, space).slice(0, BEAM));
}

function ranked(cells: readonly Cell[], measure: (cell: Cell) => number, space: SliceSpace): Cell[] {
  const measured = cells.map((cell) => ({ cell, figure: rounded(measure(cell)) }));
  const prefer = preference(space);
  return measured.sort((a, b) => b.figure - a.figure || prefer(a.cell, b.cell)).map(({ cell }) => cell);
}

/** Drops conditions as long as what hit the slice hit what each of them keeps out. */
function widen(cell: Cell, cells: Cells, frame: Frame, space: SliceSpace): Cell {
  const wider = cell.slice.flatMap(
    (number) => cells.get(sliceKey(cell.slice.filter((other) => other !== number))) ?? [],
  );
  const open = wider.filter(({ totals }) => ripples(frame, cell.totals, difference(totals, cell.totals)));
  const [best] = ranked(open, ({ totals }) => excessValue(frame, totals), space);
  return best ? widen(best, cells, frame, space) : cell;
}

/** Whether a slice is another one with fewer conditions, of which the other carries half of the excess. */
function holds(wide: Cell, cell: Cell, frame: Frame): boolean {
  return (
    wide.slice.length < cell.slice.length &&
    wide.slice.every((number) => cell.slice.includes(number)) &&
    excessValue(frame, cell.totals) >= excessValue(frame, wide.totals) / 2
  );
}
