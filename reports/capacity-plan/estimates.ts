import type { Estimate } from "../../src/capacity/index.js";
import type { Scalar, TableColumn } from "../../src/report/index.js";
import { figure, perCent } from "./words.js";

interface EstimateText {
  label: string;
  unit?: string;
  format?: string;
  /** What stands in the first column; default the mean, which adds up over rows. */
  middle?: "mean" | "median";
}

/** Columns of an estimate: its middle with the unit, then the bounds of each level in that unit. Values come from {@link estimateValues}. */
export function estimateColumns(name: string, levels: readonly number[], text: EstimateText): TableColumn[] {
  const { label, unit, format, middle = "mean" } = text;
  const bound = format === undefined ? {} : { format };
  return [
    { name: `${name}_${middle}`, label: `${label}, ${middle}`, ...(unit === undefined ? {} : { unit }), ...bound },
    ...levels.flatMap((level) => [
      { name: `${name}_lo_${level}`, label: `${perCent(level)} from`, ...bound },
      { name: `${name}_hi_${level}`, label: `${perCent(level)} to`, ...bound },
    ]),
  ];
}

/** Values of an estimate under the names of {@link estimateColumns}; all null when it is missing. */
export function estimateValues(name: string, levels: readonly number[], estimate: Estimate | null) {
  const values: Record<string, Scalar> = {
    [`${name}_mean`]: estimate?.mean ?? null,
    [`${name}_median`]: estimate?.median ?? null,
  };
  for (const level of levels) {
    values[`${name}_lo_${level}`] = estimate?.[`lo_${level}`] ?? null;
    values[`${name}_hi_${level}`] = estimate?.[`hi_${level}`] ?? null;
  }
  return values;
}

/** `1,234 GPU-hours (80 % interval 1,100 to 1,300)`. */
export function estimateWords(estimate: Estimate, level: number, unit: string): string {
  const [low, high] = [estimate[`lo_${level}`], estimate[`hi_${level}`]];
  return `${figure(estimate.mean)} ${unit} (${perCent(level)} interval ${figure(low)} to ${figure(high)})`;
}

/** A share for a table, to a tenth of a per cent: more digits than the paths support only distract. */
export function shareValue(share: number | null): number | null {
  return share === null ? null : Math.round(share * 1000) / 1000;
}
