import { normalTail } from "../../core/normal-tail.js";
import { groupRates } from "../mix-rate.js";
import type { Cell, Cells } from "./cells.js";
import type { Frame } from "./frame.js";
import { preference, rounded } from "./preference.js";
import type { SliceSpace } from "./slice-space.js";
import { difference, type Totals } from "./totals.js";

/** A condition has to add this share of the movement to earn its place. */
const WORTH = 0.05;
/** By how much a slice's traffic grows, at least, when traffic is said to have moved to it. */
const GROWTH = 1.05;

/** A slice that traffic moved to or from, and the share of its surroundings' movement that this explains. */
export interface MixFinding {
  cell: Cell;
  share: number;
  /** That no traffic moved, Bonferroni over the slices looked at. */
  pValue: number;
}

/**
 * Share of the movement of a slice's rate that traffic explains which moved between a part of it and its rest (Kitagawa's
 * mix term of the two).
 */
function mixShare(all: Totals, part: Totals): number {
  const rest = difference(all, part);
  const movement = all.valueAfter / all.weightAfter - all.valueBefore / all.weightBefore;
  if (movement === 0 || rest.weightBefore + rest.weightAfter <= 0) return 0;
  const shift = part.weightAfter / all.weightAfter - part.weightBefore / all.weightBefore;
  return (shift * (meanRate(part) - meanRate(rest))) / movement;
}

function meanRate({ valueBefore, weightBefore, valueAfter, weightAfter }: Totals): number {
  const [before, after] = groupRates(valueBefore, weightBefore, valueAfter, weightAfter);
  return (before + after) / 2;
}

/**
 * The slice within another one (or within everything) that explains most of its movement by traffic that moved. Of two
 * sides of a move the one that traffic went to is named, unless only the other's traffic changed.
 */
export function bestMix(cells: Cells, within: Cell, frame: Frame, space: SliceSpace): MixFinding | null {
  if (!frame.ratio) return null;
  const findings = [...cells.values()]
    .filter(({ slice }) => slice.length > within.slice.length && within.slice.every((number) => slice.includes(number)))
    .map((cell) => ({ cell, share: rounded(mixShare(within.totals, cell.totals)) }));
  const most = (list: typeof findings): number => list.reduce((max, { share }) => Math.max(max, share), 0);
  const grown = findings.filter(({ cell: { totals } }) => totals.weightAfter >= GROWTH * totals.weightBefore);
  const named = most(grown) >= 0.8 * most(findings) ? grown : findings;
  const net = ({ cell, share }: (typeof findings)[number]): number => rounded(share - WORTH * cell.slice.length);
  const prefer = preference(space);
  const [best] = named.sort((a, b) => net(b) - net(a) || prefer(a.cell, b.cell));
  if (!best) return null;
  return { ...best, pValue: Math.min(1, 2 * findings.length * shareTail(within.totals, best.cell.totals)) };
}

/** One-sided p-value that a part's share of the traffic is what it was. */
function shareTail(all: Totals, part: Totals): number {
  const share = (part.weightBefore + part.weightAfter) / (all.weightBefore + all.weightAfter);
  const shift = part.weightAfter / all.weightAfter - part.weightBefore / all.weightBefore;
  return normalTail(Math.abs(shift) / Math.sqrt(share * (1 - share) * (1 / all.weightBefore + 1 / all.weightAfter)));
}
