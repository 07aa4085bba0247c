import type { SloSeries } from "../../incident/index.js";

/** What is known of a service; at least one part. */
export interface ServiceRecord {
  /** Good and all requests by bucket, ascending in time. */
  requests?: SloSeries;
  /** What inferences cost, a row each (an hour, say): start as epoch ms, cost in any currency, inferences. */
  cost?: { times: Float64Array; cost: Float64Array; inferences: Float64Array };
  /** Start and mitigation of incidents, epoch ms; NaN where it is not mitigated yet. */
  incidents?: { started: Float64Array; mitigated: Float64Array };
  /** Defects by row (a release, say): found by users, and caught before. */
  defects?: { escaped: Float64Array; caught: Float64Array };
}
