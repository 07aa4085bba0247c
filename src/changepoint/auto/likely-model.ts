import { countDispersion } from "../dispersion.js";
import { fillGaps } from "../fill-gaps.js";
import type { ModelOptions } from "./detect-levels.js";
import { seasonFor } from "./detect-levels.js";
import type { AutoSettings } from "./settings.js";

/** Furthest that the variance of counts may be from their mean, as a factor, for them to be taken as Poisson. */
const PURE = 1.4;

/**
 * The likelihood that a series asks for: counts with an exposure are rates or, where no count exceeds it, shares; whole
 * numbers that vary like Poisson counts and have no season are counts; anything else is `auto`.
 */
export function likelyModel(
  y: Float64Array,
  options: ModelOptions,
  settings: AutoSettings,
): "auto" | "poisson" | "binomial" {
  const { exposure } = options;
  if (exposure) return y.some((value, i) => value > exposure[i]) ? "poisson" : "binomial";
  for (let i = 0; i < y.length; i++) if (y[i] < 0 || (y[i] % 1 !== 0 && !Number.isNaN(y[i]))) return "auto";
  const dispersion = countDispersion(y);
  if (dispersion > PURE || dispersion < 1 / PURE) return "auto";
  return seasonFor(fillGaps(y), options, settings) ? "auto" : "poisson";
}
