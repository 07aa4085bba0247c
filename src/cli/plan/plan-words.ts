import type { CapacityPlan } from "../../capacity/index.js";

const SHOWN_WARNINGS = 20;

/** Warnings for stderr; notes are in the plan. */
export function shownWarnings({ warnings }: CapacityPlan): string[] {
  const told = warnings.filter(({ severity }) => severity !== "info").map(({ message }) => message);
  const more = told.length - SHOWN_WARNINGS;
  return more > 0 ? [...told.slice(0, SHOWN_WARNINGS), `and ${more} more; they are in the plan`] : told;
}

/** Facts for machines. */
export function planFacts(plan: CapacityPlan): Record<string, unknown> {
  return {
    month: plan.month,
    queues: plan.demand.length - 1,
    horizon_hours: plan.horizon.hours,
    paths: plan.method.paths,
    seed: plan.method.seed,
    scenarios: plan.scenarios.map(({ name }) => name),
    absent: plan.absent.map(({ section }) => section),
  };
}

/** What a person reads on stdout: the decisions, then the files. */
export function planWords(plan: CapacityPlan, outputs: readonly string[]): string {
  const decisions = plan.summary.map(({ text }) => `- ${text}`);
  return [`Capacity plan ${plan.month}`, ...decisions, "", ...outputs].join("\n");
}
