import type { Clusters } from "../score/clusters.js";
import type { Tally } from "../score/tally-clusters.js";

/** The two cohorts of a rollout. */
export const COHORTS = Object.freeze(["canary", "control"] as const);
export type Cohort = (typeof COHORTS)[number];

/** What is known of a cohort: its clusters, and the tallies of each trigger and, last, of all together. */
export interface Arm {
  clusters: Clusters;
  tallies: Tally[];
}
