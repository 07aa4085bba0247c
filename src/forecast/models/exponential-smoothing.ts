import { fitEts } from "../ets/fit.js";
import { fourierSeason } from "../ets/long-season.js";
import { etsForms, selectEts } from "../ets/select.js";
import type { EtsFit, EtsForm } from "../ets/types.js";
import type { Model } from "../model.js";

/** A season up to this length is carried in states, one for each of its steps; a longer one in Fourier terms. */
const LONGEST_STATES = 24;

const fixedForm = (name: string, trend: EtsForm["trend"]): Model => ({
  name,
  point: (y, { horizon }) => fitEts(y, { error: "A", trend, season: "N" })?.forecast(horizon) ?? null,
});

/** Simple exponential smoothing (Brown 1959): a level only. */
export const ses: Model = fixedForm("ses", "N");

/** Level and slope (Holt 1957). */
export const holt: Model = fixedForm("holt", "A");

/** Level and a slope that dies out (Gardner & McKenzie 1985). */
export const dampedHolt: Model = fixedForm("damped_holt", "Ad");

/**
 * {@link selectEts} without multiplicative errors around an undamped trend: their likelihood weighs low values most and
 * so prefers a line that heads for zero, which ruins longer horizons (rolling origins in the M4 hourly training part:
 * MASE 1.82 with these forms, 1.39 without).
 */
function select(y: Float64Array, period: number): EtsFit | null {
  const forms = etsForms(y, period).filter(({ error, trend }) => error === "A" || trend !== "A");
  return selectEts(y, period, forms);
}

/**
 * The exponential smoothing model with the least AICc (Hyndman et al. 2002, 2008).
 *
 * The shortest season is part of the model if it has at most 24 steps. A longer one is taken out as Fourier terms before
 * and added again after.
 */
export const autoEts: Model = {
  name: "autoets",
  point(y, { horizon, seasons }) {
    const season = seasons.length > 0 ? seasons[0] : 1;
    if (season <= LONGEST_STATES) return select(y, season)?.forecast(horizon) ?? null;
    const { past, future } = fourierSeason(y, season, horizon);
    const rest = y.map((v, t) => v - past[t]);
    return (
      select(rest, 1)
        ?.forecast(horizon)
        .map((v, h) => v + future[h]) ?? null
    );
  },
};
