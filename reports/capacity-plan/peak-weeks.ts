import type { CapacityPlan } from "../../src/capacity/index.js";
import { type Cell, heatmap } from "../../src/report/index.js";
import { estimateColumns, estimateValues, shareValue } from "./estimates.js";
import { scenarioWords } from "./scenario-words.js";
import { heading } from "./section.js";
import { weekLabel, weekWords } from "./weeks.js";
import { figure, percent } from "./words.js";

const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const HOURS = Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, "0")}:00`);
const TICKS = ["00:00", "06:00", "12:00", "18:00"];

function weekTable(plan: CapacityPlan): Cell {
  const { scenario } = plan.peakWeeks;
  const levels = plan.levels.slice(0, 1);
  const rows = plan.weekly.filter((row) => row.queue === "_total" && row.scenario === scenario);
  return {
    kind: "table",
    id: "peak-total",
    caption: `All queues together, ${scenarioWords(scenario)}. A partial week has fewer hours and so seldom is the peak.`,
    columns: [
      { name: "week", label: "Week of", format: "text" },
      { name: "p", label: "P(peak week)", format: "percent" },
      ...estimateColumns("gpuHours", levels, { label: "Demand", unit: "GPU-hours" }),
      ...estimateColumns("peak", levels, { label: "Highest hour", unit: "GPUs", middle: "median" }),
    ],
    rows: rows.map((row) => ({
      week: weekLabel(plan, row.weekStart),
      p: shareValue(row.pPeak),
      ...estimateValues("gpuHours", levels, row.gpuHours),
      ...estimateValues("peak", levels, row.peakGpus),
    })),
  };
}

function queueTable(plan: CapacityPlan): Cell[] {
  const levels = plan.levels.slice(0, 1);
  const rows = plan.peakWeeks.rows.filter((row) => row.queue !== "_total");
  if (rows.length === 0) return [];
  return [
    {
      kind: "table",
      id: "peak-queues",
      caption: `The likeliest peak week of each queue, ${scenarioWords(plan.peakWeeks.scenario)}.`,
      columns: [
        { name: "queue", label: "Queue", format: "text" },
        { name: "week", label: "Peak week of", format: "text" },
        { name: "p", label: "P(peak week)", format: "percent" },
        { name: "gpuHours", label: "Demand in it, mean", unit: "GPU-hours" },
        ...estimateColumns("peak", levels, { label: "Highest hour", unit: "GPUs", middle: "median" }),
      ],
      rows: rows.map((row) => ({
        queue: row.queue,
        week: weekLabel(plan, row.weekStart),
        p: shareValue(row.pPeak),
        gpuHours: row.gpuHours.mean,
        ...estimateValues("peak", levels, row.peakGpus),
      })),
    },
  ];
}

function heatmapCell(plan: CapacityPlan): Cell[] {
  const means = plan.peakWeeks.heatmap.find((row) => row.queue === "_total")?.meanGpus;
  const known = means?.flatMap((value, hour) => (value === null ? [] : [{ value, hour }])) ?? [];
  if (!means || known.length === 0) return [];
  const name = (hour: number) => `${DAYS[Math.floor(hour / 24)]} ${HOURS[hour % 24]}`;
  const top = known.reduce((a, b) => (b.value > a.value ? b : a));
  const low = known.reduce((a, b) => (b.value < a.value ? b : a));
  return [
    {
      kind: "chart",
      id: "peak-hours",
      alt:
        `Mean demand by hour of the week: highest on ${name(top.hour)} with ${figure(top.value)} GPUs, ` +
        `lowest on ${name(low.hour)} with ${figure(low.value)} GPUs.`,
      caption: `Mean demand of all queues by local hour of the week (${plan.timeZone}), ${scenarioWords(plan.peakWeeks.scenario)}.`,
      spec: heatmap({
        columns: HOURS,
        rows: DAYS,
        values: DAYS.map((_, day) => means.slice(day * 24, day * 24 + 24)),
        valueTitle: "Demand",
        unit: "GPUs",
        xTitle: "Hour of the day",
        columnTicks: TICKS,
      }),
    },
  ];
}

/** Which week and which hours are the tightest. */
export function peakWeeksSection(plan: CapacityPlan): Cell[] {
  const total = plan.peakWeeks.rows.find((row) => row.queue === "_total");
  const conclusion = total
    ? `Expect the peak in ${weekWords(plan, total.weekStart)}: it is the largest week in ${percent(total.pPeak)} of the ` +
      `futures, and its highest hour wants ${figure(total.peakGpus.median)} GPUs in the median one.`
    : "There is no demand to peak.";
  return [heading("peak-weeks", "Peak weeks", conclusion), weekTable(plan), ...heatmapCell(plan), ...queueTable(plan)];
}
