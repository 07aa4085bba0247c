import { groupRates, rateEffect } from "../mix-rate.js";
import type { FirstBad, Slice, SliceTable } from "../types.js";
import { bestMix } from "./best-mix.js";
import { bestRate } from "./best-rate.js";
import { type Cell, enumerateCells } from "./cells.js";
import { withoutDrift } from "./drift.js";
import { createFrame, type Frame } from "./frame.js";
import { incidentWindows } from "./incident-windows.js";
import { type Leaves, leavesOf, sliceLeaves, sumLeaves, withoutLeaves } from "./leaves.js";
import { noiseBefore } from "./noise.js";
import { rippleFit } from "./ripple-fit.js";
import { checkSliceTable, rowTotals, sliceRows } from "./slice-rows.js";
import { type SliceSpace, sliceSpace } from "./slice-space.js";
import type { Totals } from "./totals.js";

export interface SliceOptions {
  /**
   * Whether the KPI is value / weight or the sum of values. `auto`: a sum when every weight is 1, unless every value is 0 or
   * 1, which is one request a row.
   */
  kpi?: "auto" | "ratio" | "additive";
  /** Share of the movement that a slice has to explain; default 0.1. */
  leastShare?: number;
  /** False discovery rate over all slices looked at; default 0.05. */
  fdr?: number;
  /** Slices at most; default 5. */
  limit?: number;
}

export const DEFAULT_SLICE_OPTIONS: Readonly<Required<SliceOptions>> = Object.freeze({
  kpi: "auto",
  leastShare: 0.1,
  fdr: 0.05,
  limit: 5,
});

/** From this share of a movement on, traffic that moved is what happened. */
const MOSTLY = 0.5;
/** Worth of a slice with one more condition. */
const LONGER = 0.95;

/**
 * The slices that carry an incident: conjunctions of up to three conditions, the one that explains most first, each with
 * the rows of those before it left out. Empty when nothing explains (see {@link sliceVerdict}): all slices moved alike,
 * none moved noticeably, or the table has no rows before or during the incident.
 *
 * What was to be expected is the time before at the same hour of the week or day ({@link incidentWindows}). A slice is
 * found by explanatory power and Jensen-Shannon surprise (Adtributor: Bhagwan et al., NSDI 2014), and made as short as the
 * generalised ripple effect allows (Squeeze: Li et al., ISSRE 2019; PSqueeze: Li et al., JSS 2023): a condition stays only
 * when the rest of the wider slice is spared. Where the change of a rate is mostly traffic that moved between parts of
 * different rates (Kitagawa 1955), the part it moved to is reported as `mix`. The result does not depend on the order of
 * rows.
 *
 * @throws InputError for columns of different length, codes without a value, times that are no number, and values or
 * weights that are negative or infinite, by row
 * @example
 * const [worst] = searchSlices(table, firstBad(kpi)!);
 * worst.where; // { region: "eu", model: "m2" }
 */
export function searchSlices(table: SliceTable, bad: FirstBad, options: SliceOptions = {}): Slice[] {
  const settings = { ...DEFAULT_SLICE_OPTIONS, ...options };
  checkSliceTable(table);
  const windows = incidentWindows(table.times, bad);
  const rows = sliceRows(table, windows);
  const ratio = isRatio(table, settings.kpi);
  const total = rowTotals(rows);
  if (total.weightBefore === 0 || total.weightAfter === 0) return [];
  const rough = createFrame(total, { ratio, dispersion: 1, noise: windows.noise });
  const space = sliceSpace(table, rows, rough, settings.leastShare);
  const noise = noiseBefore(space, rows, windows, ratio);
  const leaves = withoutDrift(sliceLeaves(space, rows), noise, ratio);
  const kind = { ratio, dispersion: noise.dispersion, noise: windows.noise };
  const frame = createFrame(sumLeaves(leaves), kind);
  if (space.dimensions.length === 0 || frame.movement === 0) return [];
  return findSlices({ leaves, space, frame, settings });
}

function isRatio({ value, weight }: SliceTable, kpi: Required<SliceOptions>["kpi"]): boolean {
  if (kpi !== "auto") return kpi === "ratio";
  return !weight.every((w) => w === 1 || Number.isNaN(w)) || value.every((v) => v === 0 || v === 1 || Number.isNaN(v));
}

interface Search {
  leaves: Leaves;
  space: SliceSpace;
  /** Of all rows. */
  frame: Frame;
  settings: Required<SliceOptions>;
}

function findSlices(search: Search): Slice[] {
  const { frame, settings } = search;
  const slices: Slice[] = [];
  let left = search.leaves;
  while (slices.length < settings.limit) {
    const rest = createFrame(sumLeaves(left), frame);
    // What is left must still have moved the same way, and enough.
    const movement = rest.sign * frame.sign * rest.movement;
    if (movement < settings.leastShare * frame.movement) break;
    const found = findSlice(left, rest, search);
    if (!found || found.explainedShare < settings.leastShare) break;
    slices.push(describe(found, slices.length + 1, search));
    left = withoutLeaves(left, leavesOf(left, search.space, found.cell.slice));
  }
  return slices;
}

/** A slice with how it is to be told. */
interface Found {
  cell: Cell;
  kind: Slice["kind"];
  explainedShare: number;
  pValue: number;
}

/** The best slice of the leaves that are left; null when nothing explains. */
function findSlice(left: Leaves, rest: Frame, { space, frame, settings }: Search): Found | null {
  const leastShare = Math.min(1, (settings.leastShare * frame.movement) / rest.movement);
  const cells = enumerateCells(left, space, rest, leastShare);
  const mixWithin = (within: Cell): Found | null => {
    const mix = bestMix(cells, within, rest, space);
    if (!mix || mix.share < MOSTLY || mix.pValue > settings.fdr) return null;
    return { ...mix, kind: "mix", explainedShare: mix.share * ownShare(within.totals, frame) };
  };
  const everything: Cell = { slice: [], totals: rest.total };
  const mix = mixWithin(everything);
  if (mix) return mix;
  const rate = bestRate(cells, rest, space, { leastShare, fdr: settings.fdr });
  if (!rate || rate.cell.slice.length === 0) return null;
  const { cell, pValue } = rate;
  return mixWithin(cell) ?? { cell, kind: "rate", explainedShare: ownShare(cell.totals, frame), pValue };
}

/** Share of the whole movement that is a slice's own change. */
function ownShare(slice: Totals, { ratio, total }: Frame): number {
  if (!ratio) return (slice.valueAfter - slice.valueBefore) / (total.valueAfter - total.valueBefore);
  const { valueBefore, weightBefore, valueAfter, weightAfter } = slice;
  const shares = [weightBefore / total.weightBefore, weightAfter / total.weightAfter] as const;
  const effect = rateEffect(...shares, ...groupRates(valueBefore, weightBefore, valueAfter, weightAfter));
  return effect / (total.valueAfter / total.weightAfter - total.valueBefore / total.weightBefore);
}

function describe(
  { cell, kind, explainedShare, pValue }: Found,
  rank: number,
  { leaves, space, frame }: Search,
): Slice {
  const inside = leavesOf(leaves, space, cell.slice);
  const slice = sumLeaves(leaves, inside);
  const { ratio, total } = frame;
  const before = ratio ? slice.valueBefore / slice.weightBefore : slice.valueBefore;
  const after = ratio ? slice.valueAfter / slice.weightAfter : slice.valueAfter;
  const fit = kind === "mix" ? 1 : rippleFit(leaves, inside, slice, frame);
  const explained = Math.min(1, Math.max(0, explainedShare));
  return {
    rank,
    where: Object.fromEntries(
      cell.slice.map((number) => {
        const { name, values, first } = space.dimensions[space.dimensionOf[number]];
        return [name, values[number - first]];
      }),
    ),
    score: explained * fit * LONGER ** (cell.slice.length - 1),
    explainedShare,
    before,
    after,
    delta: after - before,
    weight: ratio ? slice.weightAfter / total.weightAfter : slice.valueAfter / total.valueAfter,
    weightBefore: ratio ? slice.weightBefore / total.weightBefore : slice.valueBefore / total.valueBefore,
    pValue,
    kind,
  };
}
