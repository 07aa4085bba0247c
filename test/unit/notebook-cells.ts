import { expect } from "vitest";
import { type Cell, defineReport, type Report, renderMarkdown } from "../../src/report/index.js";

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

/**
 * What holds of every notebook: a valid report whose sections are `heads` in this order, each opening with a sentence,
 * whose charts have titles and texts with figures of their own, and which nowhere shows a missing number.
 */
export function expectSound(report: Report, heads: readonly string[]): void {
  expect(defineReport(report)).toEqual(report);
  const found = report.cells.filter((cell) => cell.kind === "prose" && cell.markdown.startsWith("# "));
  expect(found.map(({ id }) => id)).toEqual(heads);
  for (const id of heads) expect(proseOf(report, id)).toMatch(/^# [A-Z][^\n]+\n\n\S[^\n]+[.:]$/);
  const charts = chartsOf(report);
  expect(new Set(charts.map(({ alt }) => alt)).size).toBe(charts.length);
  for (const { alt, spec } of charts) {
    expect(alt).toMatch(/\d/);
    expect(String(spec["title"])).toMatch(/^[A-Z]/);
    expect(Math.max(...rowCounts(spec))).toBeLessThanOrEqual(5000);
  }
  expect(renderMarkdown(report)).not.toMatch(/NaN|undefined|Infinity|\bnull\b|\[object/);
}

/** Names that are more than text to whoever takes them for markup. */
export const HOSTILE = Object.freeze([
  "<img src=x onerror=alert(1)>",
  "# x\n\n- [a](javascript:alert(1))",
  "_a_ *b* `c` | d",
  "__proto__",
]);

/** That names from data stay text in all prose. */
export function expectInert(report: Report): void {
  expect(defineReport(report)).toEqual(report);
  for (const cell of report.cells) {
    if (cell.kind !== "prose") continue;
    expect(cell.markdown).not.toContain("<img");
    expect(cell.markdown).not.toMatch(/(?<!\\)\]\(/);
    expect(cell.markdown.match(/^# /gm)?.length ?? 0).toBeLessThanOrEqual(1);
  }
}
