import { goodByThreshold, type SloColumns, type SloSeries } from "../../incident/index.js";
import { readTimedValues, type TimedValuesTable, timedValueError } from "../../ingest/read-timed-values.js";
import type { ReadOptions } from "../../ingest/types.js";

interface SloRead extends Pick<TimedValuesTable, "inputs" | "warnings"> {
  series: SloSeries;
}

/** Whole epoch ms, so that steps compare; plain numbers, which no calendar explains, are taken for seconds. */
function instants(
  { blocks: [{ t }], clock }: TimedValuesTable,
  time: string,
): { times: Float64Array; warnings: string[] } {
  if (clock !== "plain" || t.length === 0) return { times: t.map(Math.round), warnings: [] };
  return {
    times: t.map((seconds) => Math.round(1000 * seconds)),
    warnings: [`column "${time}" holds plain numbers: they are read as seconds since 1970`],
  };
}

/** Refuses counts that cannot be meant, by file and row. */
function checkCounts(
  table: TimedValuesTable,
  { good, total }: Pick<SloSeries, "good" | "total">,
  columns: { good: string; total: string },
) {
  const [block] = table.blocks;
  const refuse = (i: number, column: string, value: number, expected: string) => {
    throw timedValueError(table, block, i, column, value, expected);
  };
  for (let i = 0; i < good.length; i++) {
    if (total[i] < 0) refuse(i, columns.total, total[i], "a count from 0");
    if (good[i] < 0) refuse(i, columns.good, good[i], "a count from 0");
    if (good[i] > total[i]) refuse(i, columns.good, good[i], `at most ${columns.total} of the row, ${total[i]}`);
  }
}

/**
 * Reads the counts of an objective, or makes them of measured values and their threshold.
 *
 * @throws InputError naming file, row and column
 */
export async function readSloSeries(
  input: string,
  time: string,
  columns: SloColumns,
  options: Pick<ReadOptions, "signal" | "lenient">,
): Promise<SloRead> {
  const counted = "good" in columns;
  const value = counted
    ? [columns.good, columns.total]
    : [columns.value, ...(columns.weight === undefined ? [] : [columns.weight])];
  const table = await readTimedValues(input, { time, value, ...options });
  const [block] = table.blocks;
  const { times, warnings } = instants(table, time);
  const head = { inputs: table.inputs, warnings: [...table.warnings, ...warnings] };
  if (counted) {
    const [good, total] = block.values;
    checkCounts(table, { good, total }, columns);
    return { ...head, series: { times, good, total } };
  }
  const [values, weights] = block.values;
  const below = weights?.findIndex((weight) => weight < 0) ?? -1;
  if (below >= 0)
    throw timedValueError(table, block, below, columns.weight as string, weights[below], "a weight from 0");
  return { ...head, series: goodByThreshold(times, values, columns.threshold, weights) };
}
