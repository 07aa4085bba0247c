import { DURING, incidentWindows } from "./slices/incident-windows.js";
import type { FirstBad, SliceTable } from "./types.js";

/** Whether the table adds up rather than being a rate: every row weighs 1 and is more than one request. */
function isAdditive({ value, weight }: SliceTable): boolean {
  return weight.every((w) => w === 1 || Number.isNaN(w)) && !value.every((v) => v === 0 || v === 1 || Number.isNaN(v));
}

/**
 * Who bears an incident: of every dimension, the share of each value in what went bad beyond what was expected. Expected
 * is the value's usual bad at the traffic of the incident as a whole, so that a value to which bad traffic moved bears
 * it. Values that got better count as 0; the shares of a dimension sum to 1, or are all 0 where nothing got worse.
 *
 * @param table value (bad, or an amount) and weight (total, or 1) by time and dimensions
 */
export function excessShares(table: SliceTable, fb: FirstBad): Record<string, Record<string, number>> {
  const { bucket, weights } = incidentWindows(table.times, fb);
  const usual = (row: number): number => (bucket[row] >= 0 ? weights[bucket[row]] : 0);
  const during = (row: number): number => (bucket[row] === DURING ? 1 : 0);
  const missing = (row: number): boolean => Number.isNaN(table.value[row]) || Number.isNaN(table.weight[row]);
  const total = { before: 0, after: 0, weightBefore: 0, weightAfter: 0 };
  for (let row = 0; row < bucket.length; row++) {
    if (missing(row)) continue;
    total.before += usual(row) * table.value[row];
    total.weightBefore += usual(row) * table.weight[row];
    total.after += during(row) * table.value[row];
    total.weightAfter += during(row) * table.weight[row];
  }
  const growth = isAdditive(table) || !(total.weightBefore > 0) ? 1 : total.weightAfter / total.weightBefore;
  const sign = total.after < growth * total.before ? -1 : 1;
  const shares: Record<string, Record<string, number>> = {};
  for (const { name, codes, values } of table.dimensions) {
    const excess = new Float64Array(values.length);
    for (let row = 0; row < codes.length; row++) {
      if (missing(row)) continue;
      excess[codes[row]] += sign * (during(row) - growth * usual(row)) * table.value[row];
    }
    const worse = excess.reduce((sum, e) => sum + Math.max(0, e), 0);
    const share = (e: number): number => (worse > 0 ? Math.max(0, e) / worse : 0);
    shares[name] = Object.fromEntries(values.map((value, code) => [value, share(excess[code])]));
  }
  return shares;
}
