import { clopperPearson } from "../../core/clopper-pearson.js";
import { InputError } from "../../core/errors.js";
import { burnRates, DEFAULT_SLO_OPTIONS } from "../../incident/index.js";
import { checkShare } from "../check-options.js";
import { decideByChecks, exactly, type LimitCheck, limitCheck } from "../limit-check.js";
import { checkColumn } from "../refuse-value.js";
import { costPerThousand } from "./cost-per-thousand.js";
import { mitigationTimes } from "./mitigation-times.js";
import type { ServiceRecord } from "./service-record.js";
import type { ServiceGate } from "./service-schema.js";

/** Limits of a service; null: reported, not judged. */
export interface ServiceOptions {
  /** Share of good requests that is promised; needed with requests. */
  target?: number | null;
  /** Length of the objective's window, whole ms; default 30 days. */
  windowMs?: number;
  /** Low-traffic guard: bad requests that an alert needs in its long window, default 0. */
  minBad?: number;
  /** Least share of the error budget that must be left, default 0. */
  minBudget?: number;
  /** Largest cost per 1,000 inferences. */
  maxCost?: number | null;
  /** Largest mean time to mitigation, ms. */
  maxMitigationMs?: number | null;
  /** Largest share of defects that escape. */
  maxEscapeRate?: number | null;
  /** 1 − level of the intervals, default 0.05. */
  alpha?: number;
  /** Seed of the bootstrap, default 0. */
  seed?: number;
}

export const DEFAULT_SERVICE_OPTIONS = Object.freeze({
  target: null as number | null,
  windowMs: DEFAULT_SLO_OPTIONS.windowMs,
  minBad: DEFAULT_SLO_OPTIONS.minBad,
  minBudget: 0,
  maxCost: null as number | null,
  maxMitigationMs: null as number | null,
  maxEscapeRate: null as number | null,
  alpha: 0.05,
  seed: 0,
});

type Options = Required<ServiceOptions>;

function budgetOf({ requests }: ServiceRecord, { target, windowMs, minBad }: Options) {
  if (!requests) return { budget: null, warnings: [] };
  if (target === null) throw new InputError("requests need a target, e.g. 0.999", { option: "target" });
  const { errorBudget, outlook, burn, alerts, episodes, warnings, ...all } = burnRates(requests, {
    ...{ target, windowMs, minBad },
  });
  const ongoing = episodes.filter((one) => one.ongoing && !one.suppressed).map(({ rule }) => rule as string);
  // Without an outlook the rows are of one time, and all there is of the window.
  const { from, bad, total } = outlook ?? all;
  const { consumed, remaining } = outlook ?? errorBudget;
  const budget: ServiceGate["budget"] = {
    ...{ target, window_seconds: windowMs / 1000, from, bad, total, consumed, remaining },
    ...{ burn, alerts, ongoing },
  };
  return { budget, warnings };
}

function costOf({ cost }: ServiceRecord, { alpha }: Options): ServiceGate["cost"] {
  if (!cost) return null;
  const holds = (value: number) => value >= 0 && value < Number.POSITIVE_INFINITY;
  for (const name of ["cost", "inferences"] as const) checkColumn(name, cost[name], holds, "an amount from 0");
  return costPerThousand(cost, 1 - alpha);
}

function defectsOf({ defects }: ServiceRecord, { alpha }: Options): ServiceGate["defects"] {
  if (!defects) return null;
  const holds = (value: number) => Number.isSafeInteger(value) && value >= 0;
  for (const [name, counts] of Object.entries(defects)) checkColumn(name, counts, holds, "a whole number from 0");
  const [escaped, caught] = [defects.escaped, defects.caught].map((counts) => counts.reduce((a, b) => a + b, 0));
  const { rate, low, high } = clopperPearson(escaped, escaped + caught, 1 - alpha);
  return { escaped, caught, value: rate, lower: low, upper: high };
}

/** An empty list of incidents says that there were none; other parts without rows say nothing. */
function refuseEmpty({ requests, cost, incidents, defects }: ServiceRecord): void {
  const rows = { requests: requests?.times, cost: cost?.times, defects: defects?.escaped };
  for (const [part, of] of Object.entries(rows)) {
    if (of?.length === 0) throw new InputError(`there are no rows of ${part}`);
  }
  if (incidents?.started.length === 0 && !requests && !cost && !defects) throw new InputError("there are no incidents");
}

/** Alerts that still fire: one that pages breaks the gate, a ticket leaves it open. */
function alertCheck(budget: ServiceGate["budget"]): LimitCheck[] {
  if (!budget) return [];
  const [check] = limitCheck("ongoing_alerts", exactly(budget.ongoing.length), 0, "most");
  const paging = budget.ongoing.some((rule) => rule.startsWith("page"));
  return [check.verdict === "fail" && !paging ? { ...check, verdict: "hold" } : check];
}

type Found = Pick<ServiceGate, "budget" | "cost" | "mitigation" | "defects">;

/** What is left of the budget; null without any traffic, which keeps no promise. */
const leftOf = ({ total, remaining }: NonNullable<ServiceGate["budget"]>) => (total > 0 ? exactly(remaining) : null);

function checksOf({ budget, cost, mitigation, defects }: Found, limits: Options): LimitCheck[] {
  const maxSeconds = limits.maxMitigationMs === null ? null : limits.maxMitigationMs / 1000;
  return [
    ...(budget ? limitCheck("error_budget_remaining", leftOf(budget), limits.minBudget, "least") : []),
    ...alertCheck(budget),
    ...limitCheck("cost_per_thousand", cost, limits.maxCost, "most"),
    ...limitCheck("mean_time_to_mitigation_seconds", mitigation?.mean ?? null, maxSeconds, "most"),
    ...limitCheck("defect_escape_rate", defects, limits.maxEscapeRate, "most"),
  ];
}

/**
 * Whether a service is in shape for a change: error budget and burn rates of the multiwindow rules ({@link burnRates}),
 * cost per 1,000 inferences, time to mitigation of incidents, and the share of defects that escape, each with an interval.
 *
 * A figure with an interval passes when its whole interval keeps the limit and fails when its whole interval breaks it.
 * Of the error budget, `minBudget` must be left and no alert may still fire: one that pages fails the gate, a ticket
 * leaves it at `hold`.
 *
 * @returns a plain object, keys as in `service.json`
 * @throws InputError naming row (from 1) and column of a value that cannot be meant; an empty record or part
 *   (no incidents are fine beside another part); requests without a target
 * @example
 * const { decision } = gateService({ requests, defects }, { target: 0.999, maxEscapeRate: 0.1 });
 */
export function gateService(record: ServiceRecord, options: ServiceOptions = {}): ServiceGate {
  const limits: Options = { ...DEFAULT_SERVICE_OPTIONS, ...options };
  checkShare("alpha", limits.alpha);
  if (!record.requests && !record.cost && !record.incidents && !record.defects)
    throw new InputError("nothing is known of the service: give requests, cost, incidents or defects");
  refuseEmpty(record);
  const { budget, warnings } = budgetOf(record, limits);
  const { incidents } = record;
  const mitigation = incidents ? mitigationTimes(incidents, 1 - limits.alpha, limits.seed) : null;
  const found = { budget, cost: costOf(record, limits), mitigation, defects: defectsOf(record, limits) };
  const checks = checksOf(found, limits);
  return {
    ...found,
    checks,
    decision: decideByChecks(checks),
    warnings: [
      ...warnings,
      ...(mitigation && mitigation.open > 0
        ? [
            `incidents without a start or a mitigation: ${mitigation.open}; they are left out, so the times may be too short`,
          ]
        : []),
      ...(checks.length === 0 ? ["no limit was given: nothing is judged"] : []),
    ],
  };
}
