import { type CalibrationTask, scalesOf } from "./calibration-task.js";
import { conformalWidths } from "./conformal.js";
import type { QuantileForecast } from "./model.js";
import { absoluteErrors, poolScores } from "./score-pool.js";

/** Step of the miss rate after each origin. */
const RATE = 0.1;
/** Coverages at which the pooled widths are known; between them they are linear. */
const CURVE: readonly number[] = [...Array.from({ length: 100 }, (_, i) => i / 100), 0.995, 0.999, 1];

/**
 * Pooled conformal intervals whose coverage each series learns from its own origins, oldest first (adaptive conformal
 * inference, Gibbs & Candès 2021): α ← α + γ·(α₀ − share of the origin's steps that fell outside).
 */
export function adaptiveGrids(task: CalibrationTask): QuantileForecast[] {
  const { items, horizon, probabilities } = task;
  const scales = scalesOf(task);
  const absolute = items.map(absoluteErrors);
  const curve = conformalWidths(poolScores(absolute, scales), CURVE, horizon);
  return items.map(({ fit }, i) => {
    const misses = (coverage: number): number[] =>
      absolute[i].map((row, k) => shareOutside(row, curve, coverage, scales[i].byOrigin[k]));
    return probabilities.map((p) => {
      const coverage = adapt(Math.abs(2 * p - 1), absolute[i].length, (c, k) => misses(c)[k]);
      return fit.point.map((v, h) => v + Math.sign(p - 0.5) * scales[i].whole * widthAt(curve, coverage, h));
    });
  });
}

/** Coverage to use so that the wanted one comes out, after the misses of all origins. */
function adapt(wanted: number, origins: number, miss: (coverage: number, origin: number) => number): number {
  let alpha = 1 - wanted;
  for (let k = 0; k < origins; k++) alpha += RATE * (1 - wanted - miss(clamp(1 - alpha), k));
  return clamp(1 - alpha);
}

const clamp = (v: number): number => Math.min(1, Math.max(0, v));

function shareOutside(errors: Float64Array, curve: readonly Float64Array[], coverage: number, scale: number): number {
  let outside = 0;
  let known = 0;
  errors.forEach((error, h) => {
    if (Number.isNaN(error)) return;
    known++;
    if (error > scale * widthAt(curve, coverage, h)) outside++;
  });
  return known ? outside / known : 1 - coverage;
}

function widthAt(curve: readonly Float64Array[], coverage: number, h: number): number {
  let i = 1;
  while (i < CURVE.length - 1 && CURVE[i] < coverage) i++;
  const share = (coverage - CURVE[i - 1]) / (CURVE[i] - CURVE[i - 1]);
  return curve[i - 1][h] + share * (curve[i][h] - curve[i - 1][h]);
}
