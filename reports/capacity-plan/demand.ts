import type { CapacityPlan, QueueDemand } from "../../src/capacity/index.js";
import { type Cell, escapeMarkdown } from "../../src/report/index.js";
import { estimateColumns, estimateValues, estimateWords, shareValue } from "./estimates.js";
import { fanCell } from "./fan.js";
import { heading, paragraph } from "./section.js";
import { weekLabel } from "./weeks.js";
import { counted, percent } from "./words.js";

/** Fan charts in the section: the total and the largest queues. */
export const MOST_FANS = 12;

/** Points of the history, and of the forecast, in the chart of the total and in that of a queue. */
const POINTS = { total: 700, queue: 175 };

/** Queues by GPU-hours, largest first; names break ties. */
export function queuesBySize(plan: CapacityPlan): QueueDemand[] {
  return plan.demand
    .filter((queue) => queue.queue !== "_total")
    .sort((a, b) => b.gpuHours.mean - a.gpuHours.mean || (a.queue < b.queue ? -1 : 1));
}

function conclusion(plan: CapacityPlan, total: QueueDemand): string {
  const level = plan.levels[0];
  const words = [`All queues together will want ${estimateWords(total.gpuHours, level, "GPU-hours")}`];
  words.push(`in ${counted(plan.horizon.hours, "hour")}`);
  const { change, lastMonth } = total;
  if (change && lastMonth) {
    const direction = change.mean < 0 ? "less" : "more";
    words.push(`, ${percent(Math.abs(change.mean))} ${direction} per hour than in ${lastMonth.month}`);
  }
  return `${words.join(" ").replace(" ,", ",")}. Planned work is not in these figures; see Scenarios.`;
}

function weeklyTable(plan: CapacityPlan): Cell {
  const rows = plan.weekly.filter((row) => row.queue === "_total" && row.scenario === "baseline");
  return {
    kind: "table",
    id: "demand-weekly",
    caption:
      "All queues by calendar week. Bounds are quantiles of sums over the futures, so they do not add up over weeks or " +
      "queues; means do.",
    columns: [
      { name: "week", label: "Week of", format: "text" },
      ...estimateColumns("gpuHours", plan.levels, { label: "Demand", unit: "GPU-hours" }),
      { name: "peak", label: "Highest hour, median", unit: "GPUs" },
    ],
    rows: rows.map((row) => ({
      week: weekLabel(plan, row.weekStart),
      ...estimateValues("gpuHours", plan.levels, row.gpuHours),
      peak: row.peakGpus.median,
    })),
  };
}

function queueTable(plan: CapacityPlan, queues: readonly QueueDemand[]): Cell {
  const levels = plan.levels.slice(0, 1);
  return {
    kind: "table",
    id: "demand-queues",
    caption:
      "Every queue over the whole horizon, largest first. P(over) is the chance that some hour exceeds the queue's capacity.",
    columns: [
      { name: "queue", label: "Queue", format: "text" },
      ...estimateColumns("gpuHours", levels, { label: "Demand", unit: "GPU-hours" }),
      { name: "peak", label: "Highest hour, median", unit: "GPUs" },
      { name: "capacity", label: "Capacity", unit: "GPUs" },
      { name: "over", label: "P(over)", format: "percent" },
      { name: "change", label: "Against last month", format: "percent" },
    ],
    rows: queues.map((queue) => ({
      queue: queue.queue,
      ...estimateValues("gpuHours", levels, queue.gpuHours),
      peak: queue.peakGpus.median,
      capacity: queue.capacity,
      over: shareValue(queue.pOverCapacity),
      change: shareValue(queue.change?.mean ?? null),
    })),
  };
}

/** The total without planned work; where nothing is planned, the chart beside the decisions shows it already. */
function totalFan(plan: CapacityPlan, total: QueueDemand): Cell {
  const subject = "Demand of all queues without planned work";
  return fanCell(plan, total, total.forecast.bands, {
    id: "demand-fan-total",
    subject,
    title: true,
    points: POINTS.total,
  });
}

/** Demand by queue: the total first, then the largest queues; all of them in a table. */
export function demandSection(plan: CapacityPlan): Cell[] {
  const total = plan.demand.find((queue) => queue.queue === "_total");
  const queues = queuesBySize(plan);
  if (!total || queues.length === 0) return [heading("demand", "Demand by queue", "There is no queue to plan for.")];
  const drawn = queues.slice(0, MOST_FANS - 1);
  const left = queues.length - drawn.length;
  const fans = drawn.flatMap((queue, i): Cell[] => [
    { kind: "prose", id: `demand-queue-${i + 1}`, markdown: `## ${escapeMarkdown(queue.queue)}` },
    fanCell(plan, queue, queue.forecast.bands, {
      id: `demand-fan-${i + 1}`,
      subject: `Demand of ${queue.queue}`,
      points: POINTS.queue,
      height: 180,
    }),
  ]);
  return [
    heading("demand", "Demand by queue", conclusion(plan, total)),
    ...(total.planned ? [totalFan(plan, total)] : []),
    weeklyTable(plan),
    queueTable(plan, queues),
    ...fans,
    ...(left > 0
      ? [
          paragraph(
            "demand-left",
            `${counted(drawn.length, "queue")} by size are drawn; ${counted(left, "smaller one")} stand in the table only.`,
          ),
        ]
      : []),
  ];
}
