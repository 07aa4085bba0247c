import type { CapacityPlan, Showback } from "../../src/capacity/index.js";
import type { Cell } from "../../src/report/index.js";
import { absentSection, heading, paragraph } from "./section.js";
import { figure, percent } from "./words.js";

const TITLE = "Showback";

function conclusion(showback: Showback): string {
  const { usedGpuHours, idleGpuHours, cost } = showback.totals;
  const all = usedGpuHours + (idleGpuHours ?? 0);
  const idle =
    idleGpuHours === null
      ? ""
      : `; ${figure(idleGpuHours)} more were idle${all > 0 ? ` (${percent(idleGpuHours / all)} of what existed)` : ""}`;
  const money = cost === null ? "" : `, for ${figure(cost)} ${showback.currency ?? ""}`.trimEnd();
  return `In ${showback.month} the teams used ${figure(usedGpuHours)} GPU-hours${idle}${money}.`;
}

function byTeam(showback: Showback) {
  const teams = new Map<string, { gpuHours: number; cost: number | null }>();
  for (const row of showback.rows) {
    const team = row.queue === "_idle" ? "idle capacity" : row.team;
    const sum = teams.get(team) ?? { gpuHours: 0, cost: null };
    const cost = row.cost === null ? sum.cost : (sum.cost ?? 0) + row.cost;
    teams.set(team, { gpuHours: sum.gpuHours + row.gpuHours, cost });
  }
  return [...teams].sort((a, b) => b[1].gpuHours - a[1].gpuHours || (a[0] < b[0] ? -1 : 1));
}

/** Who used what in the last full month, and what it cost; idle capacity is a line of its own. */
export function showbackSection(plan: CapacityPlan): Cell[] {
  const { showback } = plan;
  if (!showback) return absentSection(plan, "showback", "showback", TITLE);
  const priced = showback.rows.some((row) => row.cost !== null);
  const cost = priced ? [{ name: "cost", label: "Cost", unit: showback.currency ?? undefined, format: "integer" }] : [];
  const gpuHours = { name: "gpuHours", label: "Used", unit: "GPU-hours", format: "integer" };
  const label = (team: string) => (team === "_unassigned" ? "no team" : team);
  return [
    heading("showback", `${TITLE}, ${showback.month}`, conclusion(showback)),
    {
      kind: "table",
      id: "showback-teams",
      columns: [{ name: "team", label: "Team", format: "text" }, gpuHours, ...cost],
      rows: byTeam(showback).map(([team, sum]) => ({ team: label(team), gpuHours: sum.gpuHours, cost: sum.cost })),
    },
    {
      kind: "table",
      id: "showback-queues",
      caption: "The same by queue.",
      columns: [
        { name: "team", label: "Team", format: "text" },
        { name: "queue", label: "Queue", format: "text" },
        gpuHours,
        ...cost,
      ],
      rows: showback.rows.map((row) => ({
        team: label(row.team),
        queue: row.queue === "_idle" ? "idle capacity" : row.queue,
        gpuHours: row.gpuHours,
        cost: row.cost,
      })),
    },
    paragraph("showback-rule", showback.rule),
  ];
}
