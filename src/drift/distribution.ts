import { quantileSelect } from "../core/statistics.js";
import type { Distribution } from "./distribution-schema.js";
import { type DriftCell, isNumeric, type LevelSide, type NumericSide } from "./drift-cell.js";
import { lumpLevels, OTHER_LEVELS } from "./sketch/lump-levels.js";
import { numericPoints } from "./sketch/numeric-points.js";
import type { WeightedPoints } from "./sketch/weighted-points.js";

const BINS = 30;
/** Share of a side's values that each end of the range leaves out, so that outliers do not squeeze the rest. */
const TAIL = 0.005;
const MOST_LEVELS = 12;
const MOST_PROBES = 10_000;

/** Both sides of a cell in the same bins or levels; null where a side has no values, or its range is no number. */
export function distribution({ feature, reference, current }: DriftCell): Distribution | null {
  if (reference.n === reference.missing || current.n === current.missing) return null;
  if (isNumeric(reference)) return numericDistribution(feature, reference, current as NumericSide);
  return levelDistribution(feature, reference, current as LevelSide);
}

function numericDistribution(feature: string, reference: NumericSide, current: NumericSide): Distribution | null {
  const edges = binEdges([reference, current]);
  if (!edges.every(Number.isFinite)) return null;
  return {
    kind: "numeric",
    feature,
    edges,
    reference: binShares(reference, edges),
    current: binShares(current, edges),
  };
}

/** Values and how many each stands for. */
function pointsOf(side: NumericSide): { values: Float64Array; weights: ArrayLike<number> | null } {
  return side.kind === "numeric" ? { values: side.values, weights: null } : numericPoints(side);
}

/** Where nearly all values of a side lie. */
function rangeOf(side: NumericSide): [number, number] {
  if (side.kind === "numeric-sketch") return [side.sketch.quantile(TAIL), side.sketch.quantile(1 - TAIL)];
  if (side.kind === "numeric-bins") return rangeOfPoints(numericPoints(side));
  const probes = evenly(side.values);
  return [quantileSelect(probes, TAIL), quantileSelect(probes, 1 - TAIL)];
}

function rangeOfPoints({ values, weights, n }: WeightedPoints): [number, number] {
  let [below, above] = [0, values.length - 1];
  for (let upTo = weights[0]; upTo < TAIL * n; upTo += weights[below]) below++;
  for (let from = weights[above]; from < TAIL * n; from += weights[above]) above--;
  return [values[below], values[above]];
}

/** A copy, of large samples of values taken evenly: the range of a chart need not be exact. */
function evenly(values: Float64Array): Float64Array {
  if (values.length <= MOST_PROBES) return values.slice();
  const probes = new Float64Array(MOST_PROBES);
  for (let i = 0; i < MOST_PROBES; i++) probes[i] = values[Math.floor((i * values.length) / MOST_PROBES)];
  return probes;
}

function binEdges(sides: readonly NumericSide[]): number[] {
  const ranges = sides.map(rangeOf);
  const low = Math.min(...ranges.map(([from]) => from));
  const high = Math.max(...ranges.map(([, to]) => to));
  const whole = high - low < BINS && sides.every((side) => pointsOf(side).values.every(Number.isInteger));
  // Whole numbers lie in the middle of a bin of their own, and so does a constant.
  if (whole) return Array.from({ length: Math.ceil(high) - Math.floor(low) + 2 }, (_, i) => Math.floor(low) + i - 0.5);
  const half = high > low ? 0 : Math.max(Math.abs(low) / 1000, 1e-300);
  const width = (high - low + 2 * half) / BINS;
  return Array.from({ length: BINS + 1 }, (_, i) => (i < BINS ? low - half + i * width : high + half));
}

function binShares(side: NumericSide, edges: readonly number[]): number[] {
  const { values, weights } = pointsOf(side);
  const bins = edges.length - 1;
  const [low, high] = [edges[0], edges[bins]];
  const perUnit = bins / (high - low);
  const counts = new Array<number>(bins).fill(0);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value < low || value > high) continue;
    counts[Math.min(Math.floor((value - low) * perUnit), bins - 1)] += weights ? weights[i] : 1;
  }
  const n = side.n - side.missing;
  return counts.map((count) => count / n);
}

function levelDistribution(feature: string, reference: LevelSide, current: LevelSide): Distribution {
  const counts = lumpLevels(reference, current);
  const share = (side: "reference" | "current", level: string) =>
    (counts[side].get(level) ?? 0) / ({ reference, current }[side].n - { reference, current }[side].missing);
  const most = (level: string) => Math.max(share("reference", level), share("current", level));
  const levels = [...new Set([...counts.reference.keys(), ...counts.current.keys()])]
    .filter((level) => level !== OTHER_LEVELS && most(level) > 0)
    .sort((a, b) => most(b) - most(a) || (a < b ? -1 : 1))
    .slice(0, MOST_LEVELS);
  return {
    kind: "categorical",
    feature,
    levels,
    reference: levels.map((level) => share("reference", level)),
    current: levels.map((level) => share("current", level)),
  };
}
