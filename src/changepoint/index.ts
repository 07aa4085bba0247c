export { AUTO_SETTINGS, type AutoSettings } from "./auto/settings.js";
export { type ChangesFile, ChangesFileSchema, type ChangesFileSeries } from "./changes-file.js";
export { binomialCost } from "./costs/binomial-cost.js";
export { kernelCost } from "./costs/kernel-cost.js";
export { meanCost } from "./costs/mean-cost.js";
export { meanVarCost } from "./costs/mean-var-cost.js";
export { nonparametricCost } from "./costs/nonparametric-cost.js";
export { poissonCost } from "./costs/poisson-cost.js";
export { slopeCost } from "./costs/slope-cost.js";
export { sumCost } from "./costs/sum-cost.js";
export { varianceCost } from "./costs/variance-cost.js";
export { coverScore } from "./cover-score.js";
export { cpop } from "./cpop.js";
export { costOf, crops } from "./crops.js";
export { DEFAULT_DETECT_OPTIONS, detect } from "./detect.js";
export { type Annotations, f1Score } from "./f1-score.js";
export { type FpopLoss, fpop } from "./fpop.js";
export { type LocationOptions, type LocationPosterior, locationPosterior } from "./location-posterior.js";
export { ALERT_SCORE, ChangeMonitor, type MonitorPoint, type MonitorState } from "./monitor/change-monitor.js";
export {
  type ChangeMonitorOptions,
  DEFAULT_CHANGE_MONITOR_OPTIONS,
  MONITOR_DETECTORS,
  type MonitorDetector,
} from "./monitor/monitor-options.js";
export { DEFAULT_MONITOR_TUNING, type MonitorTuning } from "./monitor/monitor-tuning.js";
export { type NabScore, type NabSeries, nabScore } from "./nab-score.js";
export { pelt } from "./pelt.js";
export { changePenalty, withLengthTerm } from "./penalties.js";
export type * from "./types.js";
