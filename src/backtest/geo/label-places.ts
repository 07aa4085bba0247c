import type { ColumnarLog, LabelTable } from "../types.js";
import { hasPosition } from "./walk-segments.js";

/** Where labels began: by label, degrees; NaN where the vehicle has no position near enough. */
export interface LabelPlaces {
  lat: Float64Array;
  lon: Float64Array;
  /** Time of the position less the start of the label, ms; NaN where there is none. */
  offset: Float64Array;
}

/**
 * Finds of each label the vehicle's position nearest to its start in time, the earlier of two equally near, over chunks
 * of rows (rows of a vehicle consecutive and in the order of time).
 *
 * @param toleranceMs most time between the two, inclusive
 * @returns `finish` gives what {@link mergeLabelPlaces} joins
 */
export function createLabelPlaces(
  labels: LabelTable,
  toleranceMs: number,
): { push(log: ColumnarLog): void; finish(): LabelPlaces } {
  const places = nowhere(labels.ts.length);
  const ofVehicle = new Map<string, number[]>();
  labels.vehicle.forEach((code, label) => {
    const own = ofVehicle.get(labels.vehicleIds[code]) ?? [];
    own.push(label);
    ofVehicle.set(labels.vehicleIds[code], own);
  });

  function place(log: ColumnarLog, from: number, to: number, label: number): void {
    const start = labels.ts[label];
    const split = firstFrom(log.ts, from, to, start);
    const offer = (row: number) => {
      const offset = log.ts[row] - start;
      if (isNearer(offset, places.offset[label]))
        [places.lat[label], places.lon[label], places.offset[label]] = [log.lat[row], log.lon[row], offset];
    };
    let row = split - 1;
    while (row >= from && start - log.ts[row] <= toleranceMs && !hasPosition(log.lat[row], log.lon[row])) row--;
    if (row >= from && start - log.ts[row] <= toleranceMs) offer(row);
    row = split;
    while (row < to && log.ts[row] - start <= toleranceMs && !hasPosition(log.lat[row], log.lon[row])) row++;
    if (row < to && log.ts[row] - start <= toleranceMs) offer(row);
  }

  return {
    push(log) {
      for (let from = 0, to = 0; from < log.ts.length; from = to) {
        while (to < log.ts.length && log.vehicle[to] === log.vehicle[from]) to++;
        for (const label of ofVehicle.get(log.vehicleIds[log.vehicle[from]]) ?? []) place(log, from, to, label);
      }
    },
    finish: () => places,
  };
}

/** The nearest place of each label over several parts of a log. */
export function mergeLabelPlaces(parts: readonly LabelPlaces[]): LabelPlaces {
  const merged = nowhere(parts[0]?.lat.length ?? 0);
  for (const { lat, lon, offset } of parts) {
    for (let label = 0; label < offset.length; label++) {
      if (!isNearer(offset[label], merged.offset[label])) continue;
      [merged.lat[label], merged.lon[label], merged.offset[label]] = [lat[label], lon[label], offset[label]];
    }
  }
  return merged;
}

function nowhere(count: number): LabelPlaces {
  const column = () => new Float64Array(count).fill(Number.NaN);
  return { lat: column(), lon: column(), offset: column() };
}

/** The first offset is nearer to 0, or as near and negative. */
function isNearer(offset: number, than: number): boolean {
  if (Number.isNaN(offset) || Number.isNaN(than)) return !Number.isNaN(offset);
  return Math.abs(offset) < Math.abs(than) || (offset === -than && offset < than);
}

/** First row from `from` to before `to` with a time ≥ limit; `to` where there is none. */
function firstFrom(ts: Float64Array, from: number, to: number, limit: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ts[middle] >= limit) high = middle;
    else low = middle + 1;
  }
  return low;
}
