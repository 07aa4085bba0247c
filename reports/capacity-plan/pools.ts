import type { CapacityPlan, PoolResult } from "../../src/capacity/index.js";
import type { Cell, Scalar } from "../../src/report/index.js";
import { estimateColumns, estimateValues, shareValue } from "./estimates.js";
import { scenarioWords } from "./scenario-words.js";
import { absentSection, heading } from "./section.js";
import { weekLabel } from "./weeks.js";
import { counted, listed, perCent, percent, sentence } from "./words.js";

const TITLE = "Pools";

function weekTable(plan: CapacityPlan, pools: readonly PoolResult[]): Cell {
  const need = pools[0].need.map(({ level }) => level);
  const levels = plan.levels.slice(0, 1);
  return {
    kind: "table",
    id: "pools-weeks",
    caption:
      "Nodes that hold the highest hour of a week in so many per cent of the futures; P(short) is the chance of an hour without enough.",
    columns: [
      { name: "pool", label: "Pool", format: "text" },
      { name: "week", label: "Week of", format: "text" },
      { name: "have", label: "Exist", unit: "nodes", format: "integer" },
      ...need.map((level) => ({
        name: `need_${level}`,
        label: `Need at ${perCent(level)}`,
        unit: "nodes",
        format: "integer",
      })),
      ...estimateColumns("gpuHours", levels, { label: "Demand", unit: "GPU-hours" }),
      { name: "risk", label: "P(short)", format: "percent" },
    ],
    rows: pools.flatMap((pool) =>
      pool.weeks.map((week) => {
        const row: Record<string, Scalar> = {
          pool: pool.pool,
          week: weekLabel(plan, week.weekStart),
          have: pool.nodesHave,
          ...estimateValues("gpuHours", levels, week.gpuHours),
          risk: shareValue(week.pShortfall),
        };
        for (const { level, nodes } of week.need) row[`need_${level}`] = nodes;
        return row;
      }),
    ),
  };
}

/** `20 of 8 × A100-80G in az1`. */
function nodesWords({ nodesHave, gpusPerNode, gpuModel, zone }: PoolResult): string {
  return `${nodesHave} of ${gpusPerNode} × ${gpuModel ?? "GPU"}${zone === null ? "" : ` in ${zone}`}`;
}

function poolTable(plan: CapacityPlan, pools: readonly PoolResult[]): Cell {
  const levels = plan.levels.slice(0, 1);
  const packed = pools.some(({ packing }) => packing.efficiency !== null);
  return {
    kind: "table",
    id: "pools-shortfall",
    caption: "What the pools are, who may run there, and how long they would be too small as they are.",
    columns: [
      { name: "pool", label: "Pool", format: "text" },
      { name: "nodes", label: "Nodes", format: "text" },
      { name: "queues", label: "Queues", format: "text" },
      ...estimateColumns("hours", levels, { label: "Too small for", unit: "hours" }),
      { name: "lost", label: "Demand above the pool, mean", unit: "GPU-hours" },
      ...(packed ? [{ name: "packing", label: "Packing efficiency", format: "percent" }] : []),
    ],
    rows: pools.map((pool) => ({
      pool: pool.pool,
      nodes: nodesWords(pool),
      queues: pool.queues.join(", "),
      ...estimateValues("hours", levels, pool.shortfallHours),
      lost: pool.shortfallGpuHours.mean,
      ...(packed ? { packing: shareValue(pool.packing.efficiency) } : {}),
    })),
  };
}

function conclusion(plan: CapacityPlan, pools: readonly PoolResult[]): string {
  const level = plan.levels[0];
  const sentences = pools.map((pool) => {
    const nodes = pool.need.find((need) => need.level === level)?.nodes ?? 0;
    return `${pool.pool} needs ${counted(nodes, "node")} of ${pool.nodesHave} (${percent(pool.pShortfall)} risk of an hour without enough)`;
  });
  return `At ${perCent(level)}, ${scenarioWords(plan.planScenario)}: ${listed(sentences)}.`;
}

/** What the demand needs of each node pool, week by week. */
export function poolsSection(plan: CapacityPlan): Cell[] {
  const { pools } = plan;
  if (!pools?.length) return absentSection(plan, "pools", "pools", TITLE);
  const reasons = [...new Set(pools.flatMap(({ packing }) => (packing.reason ? [packing.reason] : [])))];
  return [
    heading("pools", TITLE, conclusion(plan, pools)),
    weekTable(plan, pools),
    poolTable(plan, pools),
    ...reasons.map(
      (message, i): Cell => ({
        kind: "warning",
        id: `pools-packing-${i + 1}`,
        severity: "info",
        message: sentence(message),
      }),
    ),
  ];
}
