import type { PlanFile } from "./plan-file.js";

const METHOD_NOTES: readonly string[] = Object.freeze([
  "One set of joint sample paths runs through forecasts, weeks, scenarios, pools, waits and costs; every interval is a quantile over the paths.",
  "Demand is running + pending GPUs. Forecasts are of demand, not of usage.",
  "Each hour's demand is placed on the pools in the order of the mapping's priority; what fits nowhere counts as shortfall of the first pool in the entry's list.",
  "Nodes are GPUs ÷ GPUs per node, rounded up; the node count of a level is not exceeded by the peak hour in that share of the paths.",
  "Costs are those of serving the demand in full: commitments are paid every hour, the rest is bought by the hour. A commitment is bought while its last node is needed in at least commit price ÷ on-demand price of the path-hours (newsvendor); this takes the horizon as typical of the term.",
]);

/** How the figures were made, in words. */
export function methodNotes(plan: PlanFile): string[] {
  return plan.pools && plan.mapping ? [...METHOD_NOTES] : METHOD_NOTES.slice(0, 2);
}
