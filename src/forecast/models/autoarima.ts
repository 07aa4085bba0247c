import { fourierColumns, selectHarmonics } from "../arima/fourier.js";
import { selectArima } from "../arima/select.js";
import type { Model } from "../model.js";

/** A season up to this length is one of the ARIMA process itself; a longer one is a regression on Fourier pairs. */
const LONGEST_PERIOD = 24;

/**
 * ARIMA with orders chosen by AICc (Hyndman & Khandakar 2008) and with the shortest season: as a seasonal process up to
 * 24 steps, else as Fourier pairs of which the process is the error. Further seasons are left out: Fourier pairs of the
 * week beside a seasonal process of the day made hourly forecasts worse.
 */
export const autoArima: Model = {
  name: "autoarima",
  point(y, { horizon, seasons }) {
    const season = seasons[0] ?? 1;
    if (season <= LONGEST_PERIOD) return selectArima(y, season)?.forecast(horizon) ?? null;
    const harmonics = selectHarmonics(y, season);
    const fit = selectArima(y, 1, fourierColumns(season, harmonics, 0, y.length));
    return fit?.forecast(horizon, fourierColumns(season, harmonics, y.length, horizon)) ?? null;
  },
};
