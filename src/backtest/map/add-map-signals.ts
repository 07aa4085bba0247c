import type { ColumnarLog, MapLayer } from "../types.js";
import { closedAt, type EdgeLayers, limitAt } from "./edge-layers.js";
import { type MapSignal, SPEED_COLUMN } from "./map-columns.js";
import type { RoadFacts } from "./trace-match.js";

/** Rows of one vehicle with their roads. */
export interface MatchedRows {
  /** First row. */
  start: number;
  roads: RoadFacts;
  edge: Int32Array;
  distance: Float64Array;
}

/** The log with signals of the map; columns that were there are not copied. */
export function addMapSignals(
  log: ColumnarLog,
  matched: readonly MatchedRows[],
  layers: EdgeLayers,
  computed: readonly MapSignal[],
): ColumnarLog {
  const signals = new Map(computed.map((name) => [name, new Float64Array(log.ts.length).fill(Number.NaN)]));
  const limit = signals.get("map_speed_limit_mps");
  const over = signals.get("map_speed_over_limit_mps");
  const closed = signals.get("map_closed");
  const distance = signals.get("map_match_distance_m");
  const speed = over && log.signals[SPEED_COLUMN];
  for (const rows of matched) {
    distance?.set(rows.distance, rows.start);
    if (!limit && !over && !closed) continue;
    let edge = -1;
    let own: readonly MapLayer[] = [];
    for (let i = 0; i < rows.edge.length; i++) {
      if (rows.edge[i] < 0) continue;
      if (rows.edge[i] !== edge) {
        edge = rows.edge[i];
        own = layers.get(rows.roads.edgeIds[edge]) ?? [];
      }
      const row = rows.start + i;
      const mps = limitAt(own, log.ts[row], rows.roads.speedLimit[edge]);
      if (limit) limit[row] = mps;
      if (over && speed) over[row] = speed[row] - mps;
      if (closed) closed[row] = closedAt(own, log.ts[row]) ? 1 : 0;
    }
  }
  return { ...log, signals: { ...log.signals, ...Object.fromEntries(signals) } };
}
