import type { PlanFile } from "./plan-file.js";
import type { CapacityPlan } from "./plan-result.js";

type Draft = Omit<CapacityPlan, "summary" | "warnings" | "absent">;

/** Sections that are not there, each with the input that it would need. */
export function absentSections(draft: Draft, plan: PlanFile): CapacityPlan["absent"] {
  const noPools = !plan.pools
    ? "the plan file has no pools section"
    : "the plan file has no mapping section: nothing says which queue may run in which pool";
  const out: CapacityPlan["absent"] = [];
  const say = (section: CapacityPlan["absent"][number]["section"], reason: string) => {
    out.push({ section, reason });
  };
  if (draft.pools === null) for (const section of ["pools", "risk", "buying", "io"] as const) say(section, noPools);
  else {
    if (draft.buying === null) say("buying", "no pool has a price");
    if (draft.io === null) say("io", "no pool names its storage throughput (io.gbytes_per_s)");
    const unpacked = draft.pools.flatMap(({ packing }) => packing.reason ?? []);
    if (unpacked.length > 0) say("packing", [...new Set(unpacked)].join("; "));
    const unsimulated = (draft.risk ?? []).flatMap(({ simulation }) => simulation.reason ?? []);
    if (unsimulated.length > 0) say("simulated_waits", [...new Set(unsimulated)].join("; "));
  }
  if (draft.budget === null) {
    if (!plan.budget) say("budget", "the plan file has no budget section");
    else if (draft.buying === null) say("budget", "without prices there is no cost to hold against the budget");
    else say("budget", `the horizon does not reach into the budget's month ${draft.month}`);
  }
  if (draft.scenarios.length === 1) say("scenarios", "the plan file has no scenarios section");
  if (draft.slo === null) say("slo", "the history covers no month");
  if (draft.showback === null) say("showback", "the history covers no month");
  if (draft.method.backtest === null) {
    say("backtest", `${draft.quality.hours} hours of history are too short for two rolling origins`);
  }
  return out;
}
