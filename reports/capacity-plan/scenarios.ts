import type { CapacityPlan, ScenarioResult } from "../../src/capacity/index.js";
import { type Cell, escapeMarkdown, type Scalar, type TableColumn } from "../../src/report/index.js";
import { estimateColumns, estimateValues, estimateWords, shareValue } from "./estimates.js";
import { absentSection, heading } from "./section.js";
import { figure, perCent } from "./words.js";

const TITLE = "Scenarios";

function demandTable(plan: CapacityPlan): Cell {
  const levels = plan.levels.slice(0, 1);
  return {
    kind: "table",
    id: "scenarios-demand",
    caption: "Differences are taken within each future, so they hold the scenario's effect and nothing else.",
    columns: [
      { name: "scenario", label: "Scenario", format: "text" },
      { name: "probability", label: "In the futures", format: "percent" },
      ...estimateColumns("difference", levels, { label: "Difference", unit: "GPU-hours" }),
      { name: "gpuHours", label: "Demand, mean", unit: "GPU-hours" },
      { name: "peak", label: "Highest hour, median", unit: "GPUs" },
    ],
    rows: plan.scenarios.map((scenario) => ({
      scenario: scenario.name,
      probability: shareValue(scenario.probability),
      ...estimateValues("difference", levels, scenario.name === "baseline" ? null : scenario.difference),
      gpuHours: scenario.gpuHours.mean,
      peak: scenario.peakGpus.median,
    })),
  };
}

/** What each scenario is made of. */
function contents(plan: CapacityPlan): Cell {
  const lines = plan.scenarios
    .filter(({ name }) => name !== "baseline" && name !== "all")
    .map(({ name, overlays }) => `- **${escapeMarkdown(name)}**: ${escapeMarkdown(overlays.join("; "))}`);
  return { kind: "prose", id: "scenarios-contents", markdown: lines.join("\n") };
}

function nodesTable(plan: CapacityPlan): Cell[] {
  const first = plan.scenarios.find((scenario) => scenario.nodes?.length)?.nodes?.[0];
  if (!first) return [];
  const columns: TableColumn[] = [
    { name: "scenario", label: "Scenario", format: "text" },
    { name: "pool", label: "Pool", format: "text" },
    ...first.need.flatMap(({ level }) => [
      { name: `need_${level}`, label: `Need at ${perCent(level)}`, unit: "nodes", format: "integer" },
      { name: `difference_${level}`, label: `more at ${perCent(level)}`, unit: "nodes", format: "integer" },
    ]),
  ];
  const rows = plan.scenarios.flatMap((scenario) =>
    (scenario.nodes ?? []).map(({ pool, need }) => {
      const row: Record<string, Scalar> = { scenario: scenario.name, pool };
      for (const { level, nodes, difference } of need) {
        row[`need_${level}`] = nodes;
        row[`difference_${level}`] = scenario.name === "baseline" ? null : difference;
      }
      return row;
    }),
  );
  const caption = "Nodes that each pool needs under each scenario, and how many more than the baseline.";
  return [{ kind: "table", id: "scenarios-nodes", caption, columns, rows }];
}

function conclusion(plan: CapacityPlan, all: ScenarioResult): string {
  const sentence = `Planned work adds ${estimateWords(all.difference, plan.levels[0], "GPU-hours")}`;
  const baseline = plan.scenarios.find((scenario) => scenario.name === "baseline");
  if (!baseline) return `${sentence}.`;
  return `${sentence} and lifts the highest hour from ${figure(baseline.peakGpus.median)} to ${figure(all.peakGpus.median)} GPUs in the median future.`;
}

/** What planned work changes, in GPU-hours and in nodes. */
export function scenariosSection(plan: CapacityPlan): Cell[] {
  const all = plan.scenarios.find((scenario) => scenario.name === plan.planScenario);
  if (!all || plan.planScenario === "baseline") return absentSection(plan, "scenarios", "scenarios", TITLE);
  return [heading("scenarios", TITLE, conclusion(plan, all)), contents(plan), demandTable(plan), ...nodesTable(plan)];
}
