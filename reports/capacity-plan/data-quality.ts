import type { CapacityPlan } from "../../src/capacity/index.js";
import type { Cell } from "../../src/report/index.js";
import { shareValue } from "./estimates.js";
import { formatLocal } from "./local-time.js";
import { heading } from "./section.js";
import { rankedWarnings, WARNINGS_AT_TOP } from "./warnings.js";
import { counted } from "./words.js";

function conclusion(plan: CapacityPlan): string {
  const { quality } = plan;
  const holed = quality.queues.filter((queue) => queue.gaps > 0);
  const worst = holed.reduce<(typeof holed)[number] | null>(
    (a, b) => (a && a.longestGapHours >= b.longestGapHours ? a : b),
    null,
  );
  const known = quality.queues.filter((queue) => queue.censoredHours !== null);
  const censored = known.reduce((sum, queue) => sum + (queue.censoredHours ?? 0), 0);
  const parts = [
    `The plan stands on ${counted(quality.hours, "hour")} of ${counted(quality.queues.length, "queue")}`,
    worst
      ? `, ${counted(holed.length, "queue")} with gaps (the longest ${counted(worst.longestGapHours, "hour")}, in ${worst.queue})`
      : " without gaps",
    known.length ? `; in ${counted(censored, "queue-hour")} a full queue held back usage, though not demand` : "",
    quality.duplicatesDropped ? `; ${counted(quality.duplicatesDropped, "exact duplicate row")} were dropped` : "",
  ];
  return `${parts.join("")}.`;
}

function queueTable(plan: CapacityPlan): Cell {
  const { quality, timeZone } = plan;
  return {
    kind: "table",
    id: "quality-queues",
    caption:
      `Observations from ${formatLocal(quality.from, timeZone)} to ${formatLocal(quality.to, timeZone)} (${timeZone}). ` +
      "Missing hours are left out of the fits, never counted as zero.",
    columns: [
      { name: "queue", label: "Queue", format: "text" },
      { name: "observed", label: "Observed", unit: "hours", format: "integer" },
      { name: "missing", label: "Missing", unit: "hours", format: "integer" },
      { name: "gaps", label: "Gaps", format: "integer" },
      { name: "longest", label: "Longest gap", unit: "hours", format: "integer" },
      { name: "censored", label: "Full with demand waiting", unit: "hours", format: "integer" },
      { name: "idle", label: "Idle", format: "percent" },
      { name: "demand", label: "Demand", unit: "GPU-hours", format: "integer" },
      { name: "usage", label: "Usage", unit: "GPU-hours", format: "integer" },
    ],
    rows: quality.queues.map((queue) => ({
      queue: queue.queue,
      observed: queue.observedHours,
      missing: queue.missingHours,
      gaps: queue.gaps,
      longest: queue.longestGapHours,
      censored: queue.censoredHours,
      idle: shareValue(queue.idleShare),
      demand: queue.demandGpuHours,
      usage: queue.usageGpuHours,
    })),
  };
}

/** Remarks, and the warnings that found no room at the top. */
function remarks(plan: CapacityPlan): Cell[] {
  const ranked = rankedWarnings(plan);
  const grave = ranked.filter((warning) => warning.severity !== "info");
  // What a model had to say of its queue stands beside the model.
  const elsewhere = new Set(
    plan.method.models.flatMap(({ queue, warnings }) => warnings.map((warning) => `queue ${queue}: ${warning}`)),
  );
  const infos = ranked.filter(({ severity, message }) => severity === "info" && !elsewhere.has(message));
  const rows = [...grave.slice(WARNINGS_AT_TOP), ...infos];
  if (rows.length === 0) return [];
  return [
    {
      kind: "table",
      id: "quality-remarks",
      caption: "Remarks on the data and on the plan.",
      columns: [
        { name: "section", label: "On", format: "text" },
        { name: "message", label: "Remark", format: "text" },
      ],
      rows: rows.map(({ section, message }) => ({ section, message })),
    },
  ];
}

/** How far the observations can be trusted. */
export function dataQualitySection(plan: CapacityPlan): Cell[] {
  return [heading("quality", "Data quality", conclusion(plan)), queueTable(plan), ...remarks(plan)];
}
