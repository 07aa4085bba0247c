import { HOUR_MS, isoUtc, monthName, nextMonth } from "../core/time.js";
import { VERSION } from "../core/version.js";
import { absentSections } from "./absent-sections.js";
import { checkPlanQueues } from "./check-plan-queues.js";
import { compileMapping } from "./compile-mapping.js";
import { demandSection, peakWeeks, weeklyRows } from "./demand-section.js";
import { asWarning, bySeverity, capacityWarnings, driftReportWarnings, priceWarnings } from "./input-warnings.js";
import { joinForecasts } from "./join-forecasts.js";
import { methodNotes } from "./method-notes.js";
import { lastMonth } from "./month-span.js";
import { packPools } from "./packed-pool.js";
import { parsePlanFile } from "./parse-plan-file.js";
import type { PlanContext } from "./plan-context.js";
import type { PlanFile } from "./plan-file.js";
import { planForecasts } from "./plan-forecasts.js";
import { demandPanel, usableHistory } from "./plan-panel.js";
import type { CapacityPlan, PlanWarning } from "./plan-result.js";
import { demandHourly, forecastHourly, forecastWeekly, poolsTable, showbackTable } from "./plan-tables.js";
import { findings } from "./plan-warnings.js";
import { planWeeks } from "./plan-weeks.js";
import { type PoolSetting, poolNeeds, poolSections } from "./pool-sections.js";
import { dataQuality } from "./quality.js";
import { queueCapacities } from "./queue-capacity.js";
import { roundFigures } from "./round-figures.js";
import { scenarioResult } from "./scenario-results.js";
import { everyScenario } from "./scenario-runs.js";
import { showback } from "./showback.js";
import { sloReport } from "./slo-report.js";
import { summary } from "./summary.js";
import type { PlanInput, PlanJobs, PlanOptions, PlanOutcome } from "./types.js";

/** Defaults of {@link PlanOptions}. */
export const DEFAULT_PLAN_OPTIONS = Object.freeze({ paths: 2000, models: "auto" as readonly string[] | "auto" });

const NO_POOLS = Object.freeze({ pools: null, risk: null, buying: null, budget: null, io: null });

/**
 * The capacity plan: from hourly demand to forecasts, peaks, pools, risk, purchases and showback, all on one set of
 * joint sample paths.
 *
 * Pure and deterministic: the same input and seed give the same plan, whatever the order of the queues.
 *
 * @param input hourly demand; everything else is optional and makes its part of the plan absent when missing
 * @throws InputError for a plan that cannot be meant, e.g. a queue that no pool takes
 * @example
 * const plan = planCapacity({ hourly, plan: { horizon_weeks: 2, pools, mapping } });
 * plan.pools?.[0].need; // [{ level: 50, nodes: 61 }, { level: 80, nodes: 70 }, …]
 */
export function planCapacity(input: PlanInput, options: PlanOptions = {}): CapacityPlan {
  return planWithTables(input, options).plan;
}

/** {@link planCapacity} with the columns of the Parquet files and the baseline's sample paths. */
export function planWithTables(input: PlanInput, options: PlanOptions = {}): PlanOutcome {
  const plan = parsePlanFile({ ...input.plan, version: 1 }, "plan");
  const { hourly, warnings } = usableHistory(input.hourly);
  checkPlanQueues(plan, hourly.queues);
  const end = hourly.start + hourly.hours * HOUR_MS;
  const horizon = plan.horizon_weeks * 168;
  const context: PlanContext = {
    plan,
    levels: plan.levels,
    start: end,
    horizon,
    weeks: planWeeks(end, horizon, plan.time_zone),
  };
  const settings = { ...DEFAULT_PLAN_OPTIONS, ...options };
  const span = { start: end, horizon, levels: plan.levels };
  const given =
    options.forecasts ??
    planForecasts(
      demandPanel(hourly),
      { horizon, levels: plan.levels, seed: plan.seed, paths: settings.paths, models: settings.models },
      options,
    );
  const joined = joinForecasts(given, hourly.queues, span);
  options.onProgress?.(0, 0, "laying out the plan");
  const capacities = queueCapacities(hourly, input.capacity, horizon);
  const setting = poolSetting(plan, hourly.queues, input.jobs);
  const { runs, warnings: scenarioWarnings } = everyScenario(joined.paths, context);
  const baseline = runs[0];
  const planned = runs[runs.length - 1];
  const month = lastMonth(hourly, plan.time_zone);
  const name = plan.month ?? monthName(nextMonth(end - 1, plan.time_zone), plan.time_zone);
  const costs = month && showback(hourly, month, capacities, plan, setting?.mapping ?? null);
  const weekly = runs.map((run) => weeklyRows(run, context));
  const models = joined.models.map(({ model }) => model);
  const sections = setting ? poolSections(setting, planned, name, context, input.jobs) : NO_POOLS;
  const needs = runs.map((run) => (run === planned ? sections.pools : poolNeeds(setting, run, context)));
  const draft: Omit<CapacityPlan, "absent" | "summary" | "warnings"> = {
    schema: "fleetlens.capacity-plan/1",
    version: VERSION,
    createdFrom: {
      inputs: (input.inputs ?? []).map((file) => ({ ...file })),
      options: JSON.parse(JSON.stringify({ ...plan, paths: joined.paths.n, models: settings.models })),
      seed: plan.seed,
    },
    month: name,
    timeZone: plan.time_zone,
    asOf: isoUtc(options.asOf ?? end),
    levels: [...plan.levels],
    horizon: {
      start: isoUtc(end),
      end: isoUtc(end + horizon * HOUR_MS),
      hours: horizon,
      weeks: context.weeks.map(({ from, to, label, partial }) => ({
        start: isoUtc(end + from * HOUR_MS),
        end: isoUtc(end + to * HOUR_MS),
        label,
        hours: to - from,
        partial,
      })),
    },
    planScenario: planned.name,
    demand: demandSection(hourly, capacities, month, baseline, planned, models, context),
    weekly: weekly.flat(),
    peakWeeks: peakWeeks(planned, weekly[weekly.length - 1], context),
    scenarios: runs.map((run, r) =>
      scenarioResult(run, baseline, { run: needs[r], baseline: needs[0] }, capacities, context),
    ),
    ...sections,
    slo: month && costs && sloReport(hourly, month, capacities, plan, input.jobs, costs),
    showback: costs,
    quality: dataQuality(hourly, capacities, input.duplicatesDropped ?? null),
    method: {
      paths: joined.paths.n,
      seed: plan.seed,
      version: VERSION,
      models: joined.models,
      backtest: joined.backtest,
      notes: methodNotes(plan),
    },
  };
  const complete = roundFigures({ ...draft, absent: absentSections(draft, plan) });
  const said: PlanWarning[] = [
    ...(input.warnings ?? []).map(asWarning("input")),
    ...warnings.map(asWarning("quality")),
    ...capacityWarnings(input, hourly.queues).map(asWarning("demand")),
    ...(setting?.mapping.warnings ?? []).map(asWarning("pools")),
    ...priceWarnings(plan).map(asWarning("buying")),
    ...[...scenarioWarnings, ...driftReportWarnings(plan)].map(asWarning("scenarios")),
    ...findings(complete),
  ];
  return {
    plan: { ...complete, warnings: bySeverity(said), summary: summary(complete) },
    tables: {
      demand_hourly: demandHourly(hourly, capacities),
      forecast_hourly: forecastHourly(runs, models, context),
      forecast_weekly: forecastWeekly(draft.weekly, plan.levels),
      pools: poolsTable(draft.pools ?? []),
      showback: showbackTable(costs),
    },
    paths: joined.paths,
  };
}

/** Pools with their packing and their mapping; null when either is missing. */
function poolSetting(plan: PlanFile, queues: readonly string[], jobs: PlanJobs | undefined): PoolSetting | null {
  if (!plan.pools || !plan.mapping) return null;
  const mapping = compileMapping(plan.pools, plan.mapping, queues);
  return { pools: packPools(plan.pools, mapping, jobs, queues, plan.seed), mapping };
}
