import { InputError } from "../../core/errors.js";
import type { ColumnarLog, LabelTable } from "../types.js";

/**
 * Finds the labels that have a row of their vehicle within the tolerance of their span, over chunks of rows (rows of a
 * vehicle consecutive and in the order of time). A label without one could not be hit: the log has no data there.
 *
 * @param toleranceMs at least 0, inclusive
 * @throws InputError for a bad tolerance
 * @returns `finish` gives of each label 1 where it is covered, else 0; {@link mergeCoverage} joins those of several runs
 */
export function createCoverage(
  labels: LabelTable,
  toleranceMs: number,
): { push(log: ColumnarLog): void; finish(): Uint8Array } {
  if (!(toleranceMs >= 0))
    throw new InputError(`toleranceMs must be 0 or more, got ${toleranceMs}`, { option: "toleranceMs" });
  const covered = new Uint8Array(labels.ts.length);
  const rowsByVehicle = labelsByVehicle(labels);
  let id: string | undefined;
  let rows: readonly number[] = [];
  let next = 0;

  /** Decides the labels whose span begins before the run of rows ends: no earlier run has reached them. */
  function decide(ts: Float64Array, from: number, to: number): void {
    for (; next < rows.length && labels.ts[rows[next]] - toleranceMs <= ts[to - 1]; next++) {
      const label = rows[next];
      const row = firstFrom(ts, from, to, labels.ts[label] - toleranceMs);
      if (ts[row] <= labels.endTs[label] + toleranceMs) covered[label] = 1;
    }
  }

  return {
    push({ vehicle, vehicleIds, ts }) {
      for (let from = 0, to = 0; from < ts.length; from = to) {
        while (to < ts.length && vehicle[to] === vehicle[from]) to++;
        if (vehicleIds[vehicle[from]] !== id) {
          id = vehicleIds[vehicle[from]];
          rows = rowsByVehicle.get(id) ?? [];
          next = 0;
        }
        decide(ts, from, to);
      }
    },
    finish: () => covered,
  };
}

/** A label is covered where any run found it so. */
export function mergeCoverage(parts: readonly Uint8Array[]): Uint8Array {
  const covered = new Uint8Array(parts[0]?.length ?? 0);
  for (const part of parts) for (let label = 0; label < covered.length; label++) covered[label] |= part[label];
  return covered;
}

/** Rows of each vehicle's labels in the order of their starts. */
function labelsByVehicle(labels: LabelTable): Map<string, number[]> {
  const rows = new Map<string, number[]>(labels.vehicleIds.map((vehicle) => [vehicle, []]));
  labels.vehicle.forEach((code, row) => {
    rows.get(labels.vehicleIds[code])?.push(row);
  });
  for (const own of rows.values()) own.sort((a, b) => labels.ts[a] - labels.ts[b]);
  return rows;
}

/** First row from `from` to before `to` with a time ≥ limit; the last row is known to be one. */
function firstFrom(ts: Float64Array, from: number, to: number, limit: number): number {
  let [low, high] = [from, to - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ts[middle] >= limit) high = middle;
    else low = middle + 1;
  }
  return low;
}
