import type { CapacityPlan } from "../../src/capacity/index.js";
import type { Cell } from "../../src/report/index.js";
import { counted } from "./words.js";

/** Warnings shown at the top; the others stand in the section on data quality. */
export const WARNINGS_AT_TOP = 8;

const RANK = { error: 0, warning: 1, info: 2 } as const;

/** Findings before remarks on the data that they rest on. */
const LATE: ReadonlySet<string> = new Set(["input", "quality"]);

/** Warnings of the plan, gravest first; among equals those on the data last, else in the order of the plan. */
export function rankedWarnings(plan: CapacityPlan): CapacityPlan["warnings"] {
  const late = (section: string) => Number(LATE.has(section));
  return [...plan.warnings].sort((a, b) => RANK[a.severity] - RANK[b.severity] || late(a.section) - late(b.section));
}

/** What the reader must know before any figure: errors and warnings. Remarks stand in the section on data quality. */
export function warningsSection(plan: CapacityPlan): Cell[] {
  const grave = rankedWarnings(plan).filter((warning) => warning.severity !== "info");
  const cells: Cell[] = grave.slice(0, WARNINGS_AT_TOP).map(({ severity, message }, i) => ({
    kind: "warning",
    id: `warning-${i + 1}`,
    severity,
    message,
  }));
  const more = grave.length - cells.length;
  if (more > 0) {
    const message = `${counted(more, "more warning")}: see the table of remarks in the section on data quality.`;
    cells.push({ kind: "warning", id: "warnings-more", severity: "warning", message });
  }
  return cells;
}
