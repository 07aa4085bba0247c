import type { VegaLiteSpec } from "../types.js";
import { binnedPair } from "./binned-pair.js";
import type { ChartText, Numbers } from "./chart-input.js";

/** Input of {@link histogramPair}. */
export interface HistogramPairInput extends ChartText {
  /** Drawn as bars. NaN and null are left out. */
  reference: { name: string; values: Numbers };
  /** Drawn as an outline over them. NaN and null are left out. */
  current: { name: string; values: Numbers };
  /** Number of equal bins over the common range; default 30. */
  bins?: number;
}

const DEFAULT_BINS = 30;

function finite(values: Numbers): number[] {
  return Array.from(values, (value) => value ?? Number.NaN).filter(Number.isFinite);
}

function shares(values: readonly number[], low: number, width: number, bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) counts[Math.min(Math.floor((value - low) / width), bins - 1)] += 1;
  return counts.map((count) => count / Math.max(values.length, 1));
}

/**
 * Two samples in the same bins, as shares of each sample, so that their sizes may differ.
 *
 * @example histogramPair({ reference: { name: "May", values: may }, current: { name: "June", values: june } })
 */
export function histogramPair(input: HistogramPairInput): VegaLiteSpec {
  const reference = finite(input.reference.values);
  const current = finite(input.current.values);
  const all = [...reference, ...current];
  const low = all.reduce((a, b) => Math.min(a, b), all[0] ?? 0);
  const high = all.reduce((a, b) => Math.max(a, b), low);
  const bins = high > low ? (input.bins ?? DEFAULT_BINS) : 1;
  const width = high > low ? (high - low) / bins : 1;
  const a = shares(reference, low, width, bins);
  const b = shares(current, low, width, bins);
  const edges = Array.from({ length: bins + 1 }, (_, i) => low + i * width);
  return binnedPair({
    ...input,
    edges,
    reference: { name: input.reference.name, shares: a },
    current: { name: input.current.name, shares: b },
  });
}
