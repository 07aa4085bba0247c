import type { CapacityPlan } from "../../src/capacity/index.js";
import { dayAndMonth } from "./words.js";

/** Week of the horizon that starts at an instant. */
function weekAt(plan: CapacityPlan, start: string) {
  return plan.horizon.weeks.find((week) => week.start === start);
}

/** Local date of the week's Monday for a table; a partial week says how many of its hours are in the horizon. */
export function weekLabel(plan: CapacityPlan, start: string): string {
  const week = weekAt(plan, start);
  if (!week) return start.slice(0, 10);
  return week.partial ? `${week.label} (${week.hours} h)` : week.label;
}

/** `the week of 8 June`. */
export function weekWords(plan: CapacityPlan, start: string): string {
  return `the week of ${dayAndMonth(weekAt(plan, start)?.label ?? start.slice(0, 10))}`;
}
