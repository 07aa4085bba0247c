import type { Bands } from "../../src/capacity/index.js";
import { HOUR_MS } from "../../src/core/index.js";

const STEPS = [1, 2, 3, 4, 6, 8, 12, 24] as const;

/** Hours that one point stands for, so that a chart of so many hours keeps to so many points. */
export function hoursPerPoint(hours: number, points: number): number {
  return STEPS.find((step) => hours / step <= points) ?? 24;
}

type Values = readonly (number | null)[];
type Fold = (block: number[]) => number;

const meanOf: Fold = (block) => block.reduce((sum, value) => sum + value, 0) / block.length;
const least: Fold = (block) => Math.min(...block);
const most: Fold = (block) => Math.max(...block);

function blocks(values: Values, step: number, fold: Fold): (number | null)[] {
  const out: (number | null)[] = [];
  for (let from = 0; from < values.length; from += step) {
    const block = values.slice(from, from + step).filter((value): value is number => value !== null);
    out.push(block.length ? fold(block) : null);
  }
  return out;
}

/** Hourly values as means of `step` hours, with the start of each block in epoch ms; an unobserved block is null. */
export function thinValues(start: string, values: Values, step: number) {
  const from = Date.parse(start);
  const value = blocks(values, step, meanOf);
  return { time: value.map((_, i) => from + i * step * HOUR_MS), value };
}

/** Bands thinned the safe way: the median as a mean, the bounds as the extremes of each block. */
export function thinBands(start: string, bands: Bands, levels: readonly number[], step: number) {
  const { time, value: median } = thinValues(start, bands.median, step);
  return {
    time,
    median,
    bands: levels.map((level) => ({
      level,
      lo: blocks(bands[`lo_${level}`], step, least),
      hi: blocks(bands[`hi_${level}`], step, most),
    })),
  };
}
