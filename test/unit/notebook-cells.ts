import type { Cell, Report } from "../../src/report/index.js";

/** A cell of a report by its id. */
export function cellOf(report: Report, id: string): Cell {
  const found = report.cells.find((cell) => cell.id === id);
  if (!found) throw new Error(`no cell "${id}"; there are ${report.cells.map((cell) => cell.id).join(", ")}`);
  return found;
}

export const tableOf = (report: Report, id: string) => cellOf(report, id) as Cell & { kind: "table" };
export const figuresOf = (report: Report, id: string) => cellOf(report, id) as Cell & { kind: "metrics" };
export const chartsOf = (report: Report) => report.cells.filter((cell) => cell.kind === "chart");

/** Text of a prose cell as it is read. */
export function proseOf(report: Report, id: string): string {
  return (cellOf(report, id) as Cell & { kind: "prose" }).markdown.replaceAll("\\", "");
}

/** Numbers of rows of all data of a chart, wherever in its spec they stand. */
export function rowCounts(value: unknown): number[] {
  if (Array.isArray(value)) return value.flatMap(rowCounts);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "values" && Array.isArray(inner) ? [inner.length] : rowCounts(inner),
  );
}
