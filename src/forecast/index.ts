export * from "./adaptive-conformal.js";
export * from "./arima/index.js";
export * from "./backtest.js";
export * from "./backtest-result.js";
export * from "./backtest-schema.js";
export type { Smoother } from "./decompose/loess.js";
export { type MstlDecomposition, type MstlOptions, mstl } from "./decompose/mstl.js";
export { seasonalStrength } from "./decompose/seasonal-strength.js";
export { type StlDecomposition, type StlOptions, stl } from "./decompose/stl.js";
export * from "./demand.js";
export * from "./demand-from-jobs.js";
export { fitEts } from "./ets/fit.js";
export { etsForms, selectEts } from "./ets/select.js";
export type { EtsBounds, EtsFit, EtsForm, EtsOptions, EtsParameters, EtsState } from "./ets/types.js";
export { type ComponentFit, fitSeries, type PanelFits, type SeriesTask } from "./fit-series.js";
export {
  type ForecastJob,
  finishForecast,
  finishIntervals,
  forecast,
  type PlannedSeries,
  planForecast,
  planSeries,
} from "./forecast.js";
export * from "./frequency.js";
export * from "./hierarchy.js";
export * from "./hierarchy-forecast.js";
export * from "./lay-out.js";
export * from "./leaderboard.js";
export * from "./metrics.js";
export type { Forecaster, Model, ModelSetting, PanelCut, QuantileForecast } from "./model.js";
export { MODEL_NAMES, MODELS, type ModelName } from "./models/registry.js";
export { DEFAULT_FORECAST_OPTIONS } from "./options.js";
export * from "./overlays.js";
export { alignPaths, type PathTask, samplePaths } from "./paths.js";
export * from "./reconcile.js";
export * from "./schema.js";
export { seasonClock, withClock } from "./season-clock.js";
export { spreadQuantiles } from "./spread-quantiles.js";
export { type Deseasonalised, deseasonalise, reseasonalise } from "./theta/deseasonalise.js";
export type { ThetaParameters } from "./theta/estimate-theta.js";
export { fitTheta, forecastTheta, selectTheta, type ThetaFit, type ThetaKind } from "./theta/fit-theta.js";
export * from "./types.js";
