import type { LimitCheck } from "../../experiment/index.js";

/** A number at up to `precision` digits; a dash for none. */
export const figure = (value: number | null, precision = 4): string =>
  value === null ? "-" : String(Number(value.toPrecision(precision)));

/** An interval; an open end where there is no bound. */
export const interval = (lower: number | null, upper: number | null): string =>
  `${lower === null ? "(-∞" : `[${figure(lower)}`}, ${upper === null ? "∞)" : `${figure(upper)}]`}`;

/** Rows as aligned columns, indented. */
export function alignedRows(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, c) => Math.max(...rows.map((row) => row[c].length))) ?? [];
  return rows.map((row) => `  ${row.map((cell, c) => cell.padEnd(widths[c])).join("  ")}`.trimEnd());
}

/** Checks against limits, a line each. */
export function checkLines(checks: readonly LimitCheck[]): string[] {
  return alignedRows(
    checks.map(({ check, value, lower, upper, limit, verdict }) => {
      const range = lower === upper ? "" : interval(lower, upper);
      return [verdict, check, figure(value), range, `limit ${figure(limit)}`];
    }),
  );
}
