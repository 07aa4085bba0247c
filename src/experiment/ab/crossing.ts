import { normalCdf } from "../../core/distributions.js";
import { integrationGrid } from "./gauss-legendre.js";

/** Standard deviations beyond which a normal density counts as nothing. */
const REACH = 8.5;
/** Largest z whose tail is a double above 0. */
const LARGEST_Z = 38;
/** Panels of the grid in widths of the narrowest bell that is integrated. */
const PANEL = 2.5;

const DENSITY_SCALE = 1 / Math.sqrt(2 * Math.PI);

/** Sub-density of the score at a look, over the paths that have crossed no bound yet. */
export interface ContinuingPaths {
  /** Information of the look. */
  t: number;
  z: Float64Array;
  /** Density × weight of the integration. */
  mass: Float64Array;
}

/** Where the paths that go on may lie. */
export interface Continuation {
  lower: number;
  upper: number;
}

/** Width of the bell that the score at `to` has when the one at `from` is known, in units of either look's z. */
function bellWidth(from: number, to: number): number {
  return Math.sqrt((to - from) / to);
}

/**
 * Probability that the score of the next look, information t, is at least `bound`, and no bound was crossed before.
 *
 * @param paths of the look before; null at the first look
 * @param drift mean of the score at information 1: z at t has mean drift·√t and variance 1
 */
export function crossingProbability(paths: ContinuingPaths | null, t: number, bound: number, drift = 0): number {
  if (!paths) return normalCdf(drift * Math.sqrt(t) - bound);
  const step = t - paths.t;
  const [rootBefore, rootStep] = [Math.sqrt(paths.t), Math.sqrt(step)];
  const level = drift * step - bound * Math.sqrt(t);
  let probability = 0;
  for (let i = 0; i < paths.z.length; i++) {
    const z = (level + paths.z[i] * rootBefore) / rootStep;
    if (z > -LARGEST_Z) probability += paths.mass[i] * normalCdf(z);
  }
  return probability;
}

/**
 * The paths that go on after a look: their density is that of the look before carried over the normal increment between
 * (Armitage, McPherson & Rowe 1969; Jennison & Turnbull 2000, ch. 19), by Gauss-Legendre panels that are narrower than
 * the increments on either side of the look.
 *
 * @param next information of the look after it, which sets how fine the grid is
 */
export function continuePaths(
  paths: ContinuingPaths | null,
  t: number,
  { lower, upper }: Continuation,
  next: number,
  drift = 0,
): ContinuingPaths {
  const centre = drift * Math.sqrt(t);
  const from = Math.max(lower, Math.min(centre, 0) - REACH);
  const to = Math.min(upper, Math.max(centre, 0) + LARGEST_Z);
  const narrowest = Math.min(bellWidth(t, next), paths ? bellWidth(paths.t, t) : 1);
  const { z, weight } = integrationGrid(from, to, PANEL * narrowest);
  const mass = weight;
  if (!paths) {
    for (let i = 0; i < z.length; i++) mass[i] *= DENSITY_SCALE * Math.exp(-0.5 * (z[i] - centre) ** 2);
    return { t, z, mass };
  }
  const step = t - paths.t;
  const [root, rootBefore, rootStep] = [Math.sqrt(t), Math.sqrt(paths.t), Math.sqrt(step)];
  const scale = DENSITY_SCALE * (root / rootStep);
  let first = 0;
  for (let i = 0; i < z.length; i++) {
    const middle = (z[i] * root - drift * step) / rootBefore;
    // Paths further off lead to this node with no probability beside the others: most come from z·(1 − step ÷ t).
    const reach = ((REACH + Math.abs(z[i] - centre) * (rootStep / root)) * rootStep) / rootBefore;
    while (first < paths.z.length && paths.z[first] < middle - reach) first++;
    let density = 0;
    for (let j = first; j < paths.z.length && paths.z[j] <= middle + reach; j++) {
      const x = ((middle - paths.z[j]) * rootBefore) / rootStep;
      density += paths.mass[j] * Math.exp(-0.5 * x * x);
    }
    mass[i] *= scale * density;
  }
  return { t, z, mass };
}
