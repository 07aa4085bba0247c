import { type ForecastOptions, planSeries, type Series } from "../../forecast/index.js";
import type { NeuralSeries } from "../../neural/index.js";
import type { SeriesSource } from "../read-series.js";
import type { TimedSeries } from "../types.js";

/** Values of all series together that a network is trained on (32 MB), unless a single one has more. */
export const MOST_VALUES = 4_000_000;
/** Series that it is trained on: more of them hardly change it. */
export const MOST_SERIES = 2000;

/**
 * Which series of a table a network is trained on: all, or every n-th by id where there are too many. It depends on
 * nothing but the rows of each.
 *
 * @returns positions, ascending
 */
export function neuralSample(sizes: readonly number[], mostValues = MOST_VALUES, mostSeries = MOST_SERIES): number[] {
  for (let stride = Math.max(1, Math.ceil(sizes.length / mostSeries)); ; stride++) {
    const chosen = Array.from({ length: Math.ceil(sizes.length / stride) }, (_, i) => i * stride);
    const values = chosen.reduce((sum, at) => sum + sizes[at], 0);
    if (values <= mostValues || chosen.length === 1) return chosen;
  }
}

/** The sample of a table, read in one pass. */
export async function readSample({ sizes, series }: SeriesSource): Promise<TimedSeries[]> {
  const wanted = new Set(neuralSample(sizes));
  const sample: TimedSeries[] = [];
  let at = 0;
  for await (const one of series()) if (wanted.has(at++)) sample.push(one);
  return sample;
}

/** What networks are trained on, and up to where each of them has seen. */
export interface NeuralPanel {
  /** Every series up to its earliest origin; those without one are left out. */
  atOrigins: NeuralSeries[];
  whole: NeuralSeries[];
  reach: NeuralReach;
}

/** Positions on the common grid of steps (`Series.clock`), null where the series have none. */
export interface NeuralReach {
  /** The earliest origin of any series. */
  origin: number | null;
  /** The end of the last one. */
  end: number | null;
}

/** The panel of a forecast as networks see it: prepared as for all other models, cut at the origins that it will have. */
export function neuralPanel(panel: readonly Series[], options: ForecastOptions): NeuralPanel {
  const { tasks } = planSeries(panel, { ...options, models: "auto" });
  const atOrigins: NeuralSeries[] = [];
  const whole: NeuralSeries[] = [];
  let [origin, end] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { series, plan } of tasks) {
    const { id, y, observed, clock } = series;
    const [cut = 0] = plan.cuts;
    whole.push({ id, y, observed, clock });
    if (cut > 0) atOrigins.push({ id, y: y.subarray(0, cut), observed: observed.subarray(0, cut), clock });
    if (cut > 0) origin = Math.min(origin, clock + cut);
    end = Math.max(end, clock + y.length);
  }
  const known = panel.every(({ clock }) => clock !== undefined);
  return {
    ...{ atOrigins, whole },
    reach: { origin: known && Number.isFinite(origin) ? origin : null, end: known ? end : null },
  };
}
