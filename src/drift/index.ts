export { adjust } from "./adjust.js";
export { type AndersonTest, anderson } from "./anderson-darling.js";
export type { Sample } from "./bin-counts.js";
export { type CategoricalStatistics, categoricalStatistics } from "./categorical-statistics.js";
export { type Chi2Options, type Chi2Test, chi2, poolRare } from "./chi-square.js";
export { compareColumns } from "./compare-columns.js";
export { compareCounts } from "./compare-counts.js";
export { type CountPair, countPair } from "./count-pair.js";
export { type CvmTest, cvm } from "./cramer-von-mises.js";
export type { Distribution } from "./distribution-schema.js";
export { driftReport } from "./drift-report.js";
export {
  type CategoricalDrift,
  type DriftEntry,
  DriftEntrySchema,
  type DriftFile,
  DriftFileSchema,
  type DriftReport,
  DriftReportSchema,
  type Judgement,
  type LevelList,
  type NumericDrift,
} from "./drift-schema.js";
export { type DriftInput, driftTable } from "./drift-table.js";
export { energy } from "./energy.js";
export { type FisherTest, fisher } from "./fisher.js";
export { type GTest, g } from "./g-test.js";
export { hellinger } from "./hellinger.js";
export { js } from "./jensen-shannon.js";
export { type KsOptions, type KsTest, ks, ksFromSorted, ksPValue } from "./ks.js";
export { kl } from "./kullback-leibler.js";
export { type MannWhitneyTest, mannwhitney } from "./mann-whitney.js";
export {
  type AttributionDrift,
  AttributionDriftSchema,
  type AttributionOptions,
  attributionDrift,
  DEFAULT_ATTRIBUTION_OPTIONS,
} from "./model/attribution-drift.js";
export type { EstimatedMetric } from "./model/bootstrap-metric.js";
export { type Brier, brier } from "./model/brier.js";
export { type CalibrationChangeOptions, calibrationChange, type ScoredTruth } from "./model/calibration-change.js";
export {
  type CalibrationBin,
  type CalibrationCurve,
  type CalibrationOptions,
  calibrationCurve,
  DEFAULT_CALIBRATION_OPTIONS,
  ece,
} from "./model/calibration-curve.js";
export {
  type BinaryPredictions,
  type Cbpe,
  type CbpeOptions,
  cbpe,
  DEFAULT_CBPE_OPTIONS,
} from "./model/cbpe.js";
export { type ClassPredictions, cbpeClasses } from "./model/cbpe-classes.js";
export {
  type ClassChange,
  type CodedPairs,
  type ConfusionCell,
  type ConfusionDelta,
  confusionDelta,
  type ProbeChange,
} from "./model/confusion-delta.js";
export { fitIsotonic, type IsotonicMap, isotonicValues } from "./model/isotonic.js";
export {
  DEFAULT_MODEL_OPTIONS,
  type ModelDrift,
  ModelDriftSchema,
  type ModelOptions,
  modelDrift,
} from "./model/model-drift.js";
export { fitPlatt, type PlattMap, plattValues } from "./model/platt.js";
export { kendallTau, ndcg } from "./model/rank-agreement.js";
export type { Moments } from "./moments.js";
export { type Auc, delong } from "./multivariate/delong.js";
export {
  DEFAULT_DOMAIN_CLASSIFIER_OPTIONS,
  type DomainClassifier,
  type DomainClassifierOptions,
  domainClassifier,
} from "./multivariate/domain-classifier.js";
export {
  DEFAULT_EMBEDDING_OPTIONS,
  type EmbeddingDrift,
  EmbeddingDriftSchema,
  type EmbeddingOptions,
  embeddingDrift,
} from "./multivariate/embedding-drift.js";
export { DEFAULT_MMD_OPTIONS, type Mmd, type MmdOptions, mmd } from "./multivariate/mmd.js";
export {
  DEFAULT_MULTIVARIATE_OPTIONS,
  type MultivariateDrift,
  MultivariateDriftSchema,
  type MultivariateOptions,
  multivariateDrift,
} from "./multivariate/multivariate-drift.js";
export { type NumericStatistics, numericStatistics, type StatisticsOptions } from "./numeric-statistics.js";
export { type CountOf, type ProportionsZ, z } from "./proportions-z.js";
export { type Psi, type PsiMode, type PsiOptions, psi } from "./psi.js";
export { type DriftSections, DriftSectionsSchema } from "./section-schema.js";
export * from "./sketch/index.js";
export {
  DEFAULT_TEXT_OPTIONS,
  type TextDrift,
  TextDriftSchema,
  type TextOptions,
  textDrift,
} from "./text/text-drift.js";
export { textLengths } from "./text/text-lengths.js";
export { tokens } from "./text/tokens.js";
export { tvd } from "./total-variation.js";
export type {
  CategoricalColumn,
  Correction,
  DriftColumn,
  DriftOptions,
  DriftTable,
  DriftWindow,
  Effect,
  LevelSample,
  NumericColumn,
  NumericSample,
  TimeColumn,
  Verdict,
} from "./types.js";
export { DEFAULT_DRIFT_OPTIONS } from "./types.js";
export { type WassersteinDistance, wasserstein } from "./wasserstein.js";
export { type WelchTest, welch, welchFromMoments } from "./welch.js";
