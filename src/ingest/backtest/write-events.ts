import { CLOSE_REASONS, type EventTable } from "../../backtest/types.js";
import type { OutputColumn } from "../types.js";
import { writeParquet } from "../write-parquet.js";

/** Columns of `events.parquet`; times are epoch ms. */
function eventColumns(events: EventTable): OutputColumn[] {
  const { trigger, triggerIds, vehicle, vehicleIds, geofence, geofenceIds } = events;
  return [
    { name: "trigger_id", type: "VARCHAR", data: Array.from(trigger, (t) => triggerIds[t]) },
    { name: "vehicle_id", type: "VARCHAR", data: Array.from(vehicle, (v) => vehicleIds[v]) },
    { name: "onset_ts", type: "BIGINT", data: events.onsetTs },
    { name: "trigger_ts", type: "BIGINT", data: events.triggerTs },
    { name: "end_ts", type: "BIGINT", data: events.endTs },
    { name: "close_reason", type: "VARCHAR", data: Array.from(events.closeReason, (code) => CLOSE_REASONS[code]) },
    { name: "n_samples", type: "INTEGER", data: events.nSamples },
    { name: "extreme", type: "DOUBLE", data: events.extreme },
    { name: "geofence_id", type: "VARCHAR", data: Array.from(geofence, (g) => (g < 0 ? null : geofenceIds[g])) },
    { name: "lat", type: "DOUBLE", data: events.lat },
    { name: "lon", type: "DOUBLE", data: events.lon },
  ];
}

/** Writes events as Parquet to exactly `path`, in their order. */
export async function writeEvents(
  path: string,
  events: EventTable,
  options: { signal?: AbortSignal } = {},
): Promise<void> {
  await writeParquet(path, eventColumns(events), options);
}
