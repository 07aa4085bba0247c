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
