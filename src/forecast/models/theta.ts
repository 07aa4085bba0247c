import type { Model } from "../model.js";
import { deseasonalise, reseasonalise } from "../theta/deseasonalise.js";
import { fitTheta, forecastTheta, selectTheta, type ThetaFit } from "../theta/fit-theta.js";

/** A theta model on the series without its shortest season (M3 and M4 practice). */
function thetaModel(name: string, fitAdjusted: (y: Float64Array) => ThetaFit | null): Model {
  return {
    name,
    point(y, { horizon, seasons }) {
      const season = deseasonalise(y, seasons[0] ?? 1);
      const fit = fitAdjusted(season.adjusted);
      return fit && reseasonalise(forecastTheta(fit, horizon), season, y.length);
    },
  };
}

/** Theta, its optimised and dynamic forms, and the best of the four by in-sample error. */
export const thetaModels: readonly Model[] = [
  thetaModel("theta", (y) => fitTheta(y, "theta")),
  thetaModel("optimised_theta", (y) => fitTheta(y, "optimised")),
  thetaModel("dynamic_theta", (y) => fitTheta(y, "dynamic")),
  thetaModel("dynamic_optimised_theta", (y) => fitTheta(y, "dynamic_optimised")),
  thetaModel("autotheta", selectTheta),
];
