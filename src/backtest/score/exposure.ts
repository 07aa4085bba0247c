import { compareUtf8 } from "../../core/compare-utf8.js";
import { InputError } from "../../core/errors.js";
import { DAY_MS, isoUtc } from "../../core/utc.js";
import { createSegmentWalk } from "../geo/walk-segments.js";
import type { ColumnarLog } from "../types.js";
import { DEFAULT_EXPOSURE_OPTIONS, type ExposureOptions } from "./exposure-options.js";

/** What was driven: one row a vehicle and UTC date with rows, in the order of (vehicle id by UTF-8 bytes, date). */
export interface Exposure {
  vehicleIds: readonly string[];
  /** Place in `vehicleIds`. */
  vehicle: Int32Array;
  /** Days since 1970-01-01. */
  day: Int32Array;
  /** Metres driven. */
  metres: Float64Array;
  /** Times of the first and the last row, epoch ms; null without rows, or where they are not known. */
  span?: RowSpan | null;
}

/** From the first to the last row, epoch ms. */
export interface RowSpan {
  from: number;
  to: number;
}

/**
 * Measures what was driven, over chunks of rows; rows of a vehicle must be consecutive, and may go on in the next chunk.
 *
 * Distances are great-circle (haversine) between successive positions of a vehicle ({@link createSegmentWalk}), and count for
 * the date of the later one. A vehicle-day is a date on which the vehicle has a row, with or without
 * position. `finish` gives what {@link mergeExposures} takes, or of a single run the result itself.
 *
 * @throws InputError for a gap or a speed that is not positive
 *
 * @example
 * const exposure = createExposure();
 * for (const chunk of chunks) exposure.push(chunk);
 * const { metres } = exposure.finish();
 */
export function createExposure(options: Partial<ExposureOptions> = {}): {
  push(log: ColumnarLog): void;
  finish(): Exposure;
} {
  const { maxGapMs, maxSpeed } = { ...DEFAULT_EXPOSURE_OPTIONS, ...options };
  for (const [option, value] of Object.entries({ maxGapMs, maxSpeed }))
    if (!(value > 0)) throw new InputError(`${option} must be positive, got ${value}`, { option });
  const vehicleIds: string[] = [];
  const vehicle: number[] = [];
  const day: number[] = [];
  const metres: number[] = [];
  const walk = createSegmentWalk({ maxGapMs, maxSpeed });
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

  function open(id: string, date: number): void {
    if (vehicleIds.at(-1) !== id) vehicleIds.push(id);
    vehicle.push(vehicleIds.length - 1);
    day.push(date);
    metres.push(0);
  }

  function addDays(log: ColumnarLog): void {
    for (let row = 0, current = -1, dayEnd = 0; row < log.ts.length; row++) {
      const t = log.ts[row];
      if (t > last) last = t;
      if (log.vehicle[row] === current && t < dayEnd) continue;
      if (t < first) first = t;
      current = log.vehicle[row];
      const [id, date] = [log.vehicleIds[current], Math.floor(t / DAY_MS)];
      dayEnd = (date + 1) * DAY_MS;
      if (vehicleIds.at(-1) !== id || day.at(-1) !== date) open(id, date);
    }
  }

  return {
    push(log) {
      // Pieces come in the order of the days, from the one that the chunk before ended with.
      let at = Math.max(0, day.length - 1);
      addDays(log);
      walk(log, (id, _lat, _lon, length, t) => {
        const date = Math.floor(t / DAY_MS);
        while (day[at] !== date || vehicleIds[vehicle[at]] !== id) at++;
        metres[at] += length;
      });
    },
    finish: () =>
      mergeExposures([
        {
          vehicleIds,
          ...{ vehicle: Int32Array.from(vehicle), day: Int32Array.from(day), metres: Float64Array.from(metres) },
          span: vehicle.length > 0 ? { from: first, to: last } : null,
        },
      ]),
  };
}

/** One table from parts that have no vehicle in common. */
export function mergeExposures(parts: readonly Exposure[]): Exposure {
  const rows = parts.flatMap((part) =>
    Array.from(part.vehicle, (code, row) => ({
      id: part.vehicleIds[code],
      day: part.day[row],
      metres: part.metres[row],
    })),
  );
  rows.sort((a, b) => compareUtf8(a.id, b.id) || a.day - b.day);
  const vehicleIds: string[] = [];
  const vehicle = Int32Array.from(rows, ({ id }) => {
    if (vehicleIds.at(-1) !== id) vehicleIds.push(id);
    return vehicleIds.length - 1;
  });
  return {
    vehicleIds,
    vehicle,
    day: Int32Array.from(rows, (row) => row.day),
    metres: Float64Array.from(rows, (row) => row.metres),
    span: joined(parts.flatMap(({ span }) => span ?? [])),
  };
}

function joined(spans: readonly RowSpan[]): RowSpan | null {
  if (spans.length === 0) return null;
  return spans.reduce((a, b) => ({ from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) }));
}

/** Totals of what was driven, as `metrics.json` has them. */
export interface ExposureTotals {
  km: number;
  vehicle_days: number;
  vehicles: number;
  /** Distinct UTC dates with rows. */
  days: number;
  /** Times of the first and the last row, ISO 8601 in UTC; left out without rows. */
  from?: string;
  to?: string;
}

/** Totals; the metres of a vehicle are summed first, then those of all vehicles in the order of their ids. */
export function exposureTotals({ vehicleIds, vehicle, day, metres, span }: Exposure): ExposureTotals {
  const byVehicle = new Float64Array(vehicleIds.length);
  metres.forEach((length, row) => {
    byVehicle[vehicle[row]] += length;
  });
  return {
    km: byVehicle.reduce((sum, length) => sum + length, 0) / 1000,
    vehicle_days: vehicle.length,
    vehicles: vehicleIds.length,
    days: new Set(day).size,
    ...(span ? { from: isoUtc(span.from), to: isoUtc(span.to) } : {}),
  };
}
