import { DEFAULT_EXPOSURE_OPTIONS, type ExposureOptions } from "../score/exposure-options.js";
import type { ColumnarLog } from "../types.js";
import { haversine } from "./haversine.js";

/** What becomes of a counted piece of a drive: the vehicle, where the piece begins, its length, and when it ends. */
export type SegmentVisitor = (vehicleId: string, lat: number, lon: number, metres: number, ts: number) => void;

/** A length whose sums are exact up to 9 million km, so that the order of adding does not matter. */
export const wholeMicrometres = (metres: number): number => Math.round(metres * 1e6);

/** Whether a row has a position that a region can hold. */
export function hasPosition(lat: number, lon: number): boolean {
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180;
}

/**
 * Walks along the driven pieces between successive positions of each vehicle, over chunks of rows (rows of a vehicle
 * consecutive, it may go on in the next chunk). A piece counts when its ends are at most `maxGapMs` apart and it was not
 * driven faster than `maxSpeed`. Rows without a position on earth are left out.
 *
 * Logs that are faster than their receiver repeat a fix until the next one comes. The speed to the next is therefore over the time since the
 * fix first came (at most `maxGapMs` of it), not since its last repetition: that would make jumps of what was driven.
 *
 * @returns a function of a chunk and a visitor
 */
export function createSegmentWalk(
  options: Partial<ExposureOptions> = {},
): (log: ColumnarLog, visit: SegmentVisitor) => void {
  const { maxGapMs, maxSpeed } = { ...DEFAULT_EXPOSURE_OPTIONS, ...options };
  let id: string | undefined;
  const state = new Float64Array(4).fill(Number.NaN);
  return (log, visit) => {
    // Variables of this call: those of the function around it would be boxed anew at every row.
    let [ts, since, lat, lon] = state;
    for (let row = 0, current = -1; row < log.ts.length; row++) {
      if (log.vehicle[row] !== current) {
        current = log.vehicle[row];
        if (log.vehicleIds[current] !== id) ts = Number.NaN;
        id = log.vehicleIds[current];
      }
      const [t, y, x] = [log.ts[row], log.lat[row], log.lon[row]];
      if (!hasPosition(y, x)) continue;
      const joined = t - ts <= maxGapMs;
      ts = t;
      if (joined && y === lat && x === lon) continue;
      if (joined) {
        const metres = haversine(lat, lon, y, x);
        if (metres * 1000 <= maxSpeed * Math.min(t - since, maxGapMs)) visit(id as string, lat, lon, metres, t);
      }
      since = t;
      lat = y;
      lon = x;
    }
    state.set([ts, since, lat, lon]);
  };
}
