import type { CapacityPlan, PlanWarning } from "./plan-result.js";
import { count, list, percent } from "./words.js";

/** Share of censored hours from which a queue is worth a word. */
const MUCH_CENSORED = 0.1;

/** Hours of history in which a week is seen twice. */
const WEEKLY_SEASON = 336;

type Draft = Omit<CapacityPlan, "summary" | "warnings">;

/** What the figures themselves give reason to say: shortfalls, budget, models, data. */
export function findings(plan: Draft): PlanWarning[] {
  const top = plan.levels[plan.levels.length - 1];
  const out: PlanWarning[] = [];
  const say = (severity: PlanWarning["severity"], section: string, message: string) => {
    out.push({ severity, section, message });
  };
  for (const pool of plan.pools ?? []) {
    const short = pool.shortfall.find(({ nodes }) => nodes > 0);
    if (short) {
      say(
        "warning",
        "pools",
        `pool ${pool.pool} may run short: ${count(short.nodes, "node")} missing at ${short.level} %, P(shortfall in any hour) ${percent(pool.pShortfall)}`,
      );
    }
  }
  const budget = plan.budget?.options.find(({ option }) => option === "recommended");
  if (budget && budget.pOverBudget > 1 - top / 100) {
    say(
      "warning",
      "budget",
      `the budget of ${plan.budget?.month} is exceeded with probability ${percent(budget.pOverBudget)}`,
    );
  }
  for (const check of plan.io ?? []) {
    if (check.bottleneck)
      say("warning", "io", `storage of pool ${check.pool} is a bottleneck with probability ${percent(check.pAnyHour)}`);
  }
  const fallbacks = plan.method.models.filter(({ fallback }) => fallback !== null).map(({ queue }) => queue);
  if (fallbacks.length > 0) {
    say(
      "info",
      "method",
      `seasonal naive forecasts ${list(fallbacks)}: the chosen model does not beat it on their backtest`,
    );
  }
  if (plan.method.backtest?.note) say("info", "method", plan.method.backtest.note);
  for (const { queue, observedHours } of plan.quality.queues) {
    if (observedHours < WEEKLY_SEASON) {
      say(
        "warning",
        "method",
        `queue ${queue} has only ${count(observedHours, "observed hour")}: no weekly season can be learned, so its interval leans on the other queues`,
      );
    }
  }
  const censored = plan.quality.queues.filter(
    (queue) => (queue.censoredHours ?? 0) > MUCH_CENSORED * queue.observedHours,
  );
  if (censored.length > 0) {
    say(
      "info",
      "quality",
      `usage of ${list(censored.map(({ queue }) => queue))} is capped by capacity in more than ${percent(MUCH_CENSORED)} of the hours; forecasts are of demand`,
    );
  }
  const guessed = plan.demand
    .filter(({ capacitySource }) => capacitySource === "observed_maximum")
    .map(({ queue }) => queue);
  if (guessed.length > 0) {
    say("info", "demand", `no capacity is recorded for ${list(guessed)}: the most GPUs seen in use stand in for it`);
  }
  const partial = plan.horizon.weeks.filter((week) => week.partial);
  for (const week of partial) {
    say(
      "info",
      "demand",
      `the week of ${week.label} is partial: the horizon covers ${count(week.hours, "hour")} of it`,
    );
  }
  if (plan.showback?.partial) {
    say(
      "info",
      "showback",
      `no calendar month is observed in full: SLO report and showback cover the observed part of ${plan.showback.month}`,
    );
  }
  for (const { queue, warnings } of plan.method.models) {
    for (const message of warnings) say("info", "method", `queue ${queue}: ${message}`);
  }
  return out;
}
