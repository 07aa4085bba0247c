import type { CapacityPlan, SloReport } from "../../src/capacity/index.js";
import type { Cell, TableColumn } from "../../src/report/index.js";
import { shareValue } from "./estimates.js";
import { absentSection, heading } from "./section.js";
import { counted, listed, percent } from "./words.js";

const TITLE = "Service levels";
const CAPTION = "The cost of a queue's GPU-hour leaves idle capacity out; that of all queues carries it.";

function conclusion(slo: SloReport): string {
  const month = slo.partial ? `${slo.month} (as far as observed)` : slo.month;
  const total = slo.rows.find((row) => row.queue === "_total");
  const use = total?.gpuUtilisation == null ? "" : ` and ${percent(total.gpuUtilisation)} of the GPUs were in use`;
  const waited =
    total?.pendingShare == null ? "" : `In ${month} ${percent(total.pendingShare)} of the demand waited${use}.`;
  const judged = slo.rows.filter((row) => row.met !== null);
  const missed = judged.filter((row) => row.met === false).map((row) => row.queue);
  if (judged.length === 0) {
    const why = slo.source === "jobs" ? "no targets are set" : "telemetry does not tell how long jobs waited";
    return `${waited} Targets were not judged: ${why}.`.trim();
  }
  const verdict = missed.length
    ? `${listed(missed)} missed ${missed.length === 1 ? "its" : "their"} targets`
    : `${counted(judged.length, "queue")} with targets met them`;
  return `${waited} ${verdict}.`.trim();
}

/** Columns that hold something in at least one row. */
function filled(columns: TableColumn[], rows: Cell & { kind: "table" }): Cell {
  const used = columns.filter(({ name }) => rows.rows.some((row) => row[name] !== null));
  return { ...rows, columns: used };
}

/** How the last full month went: waits, utilisation, cost of a GPU-hour. */
export function sloSection(plan: CapacityPlan): Cell[] {
  const { slo } = plan;
  if (!slo) return absentSection(plan, "slo", "slo", TITLE);
  const currency = plan.showback?.currency ?? plan.buying?.currency ?? undefined;
  const columns: TableColumn[] = [
    { name: "queue", label: "Queue", format: "text" },
    { name: "team", label: "Team", format: "text" },
    { name: "jobs", label: "Jobs", format: "integer" },
    { name: "median", label: "Median wait", unit: "min" },
    { name: "targetMedian", label: "Target", unit: "min" },
    { name: "p95", label: "p95 wait", unit: "min" },
    { name: "targetP95", label: "p95 target", unit: "min" },
    { name: "met", label: "Met" },
    { name: "pending", label: "Demand that waited", format: "percent" },
    { name: "use", label: "GPUs in use", format: "percent" },
    { name: "cost", label: "Cost of a GPU-hour", ...(currency ? { unit: currency } : {}) },
  ];
  const rows = slo.rows.map((row) => ({
    queue: row.queue === "_total" ? "all queues" : row.queue,
    team: row.team,
    jobs: row.jobs,
    median: row.medianWaitMinutes,
    targetMedian: row.targetMedianMinutes,
    p95: row.p95WaitMinutes,
    targetP95: row.targetP95Minutes,
    met: row.met,
    pending: shareValue(row.pendingShare),
    use: shareValue(row.gpuUtilisation),
    cost: row.costPerGpuHour,
  }));
  return [
    heading("slo", `${TITLE}, ${slo.month}`, conclusion(slo)),
    filled(columns, { kind: "table", id: "slo-queues", caption: CAPTION, columns, rows }),
  ];
}
