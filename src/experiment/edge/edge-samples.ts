/** Scores of the same samples by a float build and its quantised build, as columns of one length. */
export interface EdgeSamples {
  /** Names of the classes, in the order of the score columns. */
  classes: readonly string[];
  /** Scores of the float build by class; finite. */
  float: readonly Float64Array[];
  /** Scores of the quantised build by class; not finite (NaN, Infinity) where it gave none. */
  quant: readonly Float64Array[];
  /** Latency of the quantised build on the device, ms; NaN where not known. */
  latencyMs?: Float64Array;
  /** Temperature of the device; NaN where not known. Goes with `times`. */
  temperatureC?: Float64Array;
  /** Epoch ms. */
  times?: Float64Array;
}
