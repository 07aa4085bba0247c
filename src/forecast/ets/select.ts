import { fitFrom } from "./fit.js";
import type { EtsFit, EtsForm } from "./types.js";

/**
 * The forms that are compared: no multiplicative trend, and no multiplicative season with an additive error, whose
 * likelihood is unstable (as R's `ets` restricts them); multiplicative parts only where every value is positive.
 */
export function etsForms(y: Float64Array, period: number): EtsForm[] {
  const positive = y.every((v) => v > 0);
  const forms: EtsForm[] = [];
  for (const error of positive ? (["A", "M"] as const) : (["A"] as const)) {
    for (const season of period < 2 ? (["N"] as const) : (["N", "A", "M"] as const)) {
      if (season === "M" && error === "A") continue;
      for (const trend of ["N", "A", "Ad"] as const) forms.push({ error, trend, season });
    }
  }
  return forms;
}

/**
 * Fits all forms that the series is long enough for and keeps the one with the least AICc.
 *
 * @param y finite values
 * @param period steps in a season; 1 for none
 * @param forms default {@link etsForms}; the cheapest first, since later searches start from earlier fits
 * @returns null when the series is too short even for a level alone (fewer than five values)
 */
export function selectEts(
  y: Float64Array,
  period: number,
  forms: readonly EtsForm[] = etsForms(y, period),
): EtsFit | null {
  const fits: EtsFit[] = [];
  for (const form of forms) {
    const kindred = fits.filter((fit) => isKindred(fit.form, form));
    // Relative errors move the peaks of the likelihood little: with a season, the search among many starts is saved.
    const thorough = form.season === "N" || !kindred.some((fit) => fit.form.error !== form.error);
    const fit = fitFrom(y, { ...form, period }, kindred, thorough);
    if (fit) fits.push(fit);
  }
  return fits.reduce<EtsFit | null>((best, fit) => (best && best.aicc <= fit.aicc ? best : fit), null);
}

/** Same season, and the same error or the same trend. */
function isKindred(a: EtsForm, b: EtsForm): boolean {
  return a.season === b.season && (a.error === b.error || a.trend === b.trend);
}
