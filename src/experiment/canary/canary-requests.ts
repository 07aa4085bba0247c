/** Requests that two builds answered, as columns of one length. */
export interface CanaryRequests {
  /** Build that answered: 0 is prod, 1 the canary. */
  arm: Uint8Array;
  /** True classes: codes into `classes`; negative where the truth is not known. */
  label: Int32Array;
  /** Predicted classes: codes into `classes`; negative where there is none, which counts as a miss. */
  prediction: Int32Array;
  classes: readonly string[];
  /** NaN where not known. */
  latencyMs: Float64Array;
  /** Part of the traffic: codes into `values`; negative where not known. */
  slice?: { codes: Int32Array; values: readonly string[] };
  /** 1 answered, 0 failed; negative where not known. */
  ok?: Int8Array;
  /** Codes from 0 of request ids; negative where there is none. The same id in both arms is the same request. */
  request?: Int32Array;
}
