import { createVehicleRuns } from "../replay/vehicle-runs.js";
import type { ColumnarLog, MapLayer } from "../types.js";
import { addMapSignals, type MatchedRows } from "./add-map-signals.js";
import { edgeLayers } from "./edge-layers.js";
import type { MapSignal } from "./map-columns.js";
import { emptyMatchTally, type MatchTally, tallyMatch } from "./match-tally.js";
import type { Trace, TraceMatch } from "./trace-match.js";

/** What one policy wants of the map. */
export interface MapWant {
  /** Its `map_layers`. */
  layers: readonly MapLayer[];
  /** The signals to compute: `computed` of {@link mapColumns}; may be none. */
  computed: readonly MapSignal[];
}

/** A matcher of one trace: `createTraceMatcher(graph, options)`, or that of a match service. */
export type MatchRows = (trace: Trace) => TraceMatch | Promise<TraceMatch>;

/** A log with signals of the map. */
export interface MappedLog {
  /** The same rows once for each policy, with the signals that it wants. */
  logs: ColumnarLog[];
  /** Counts for {@link mapMatchSection}. */
  tally: MatchTally;
}

/**
 * The step of a backtest between the reader and the replayer: a function that matches the rows of whole vehicles to roads,
 * once for all policies, and adds each policy's signals of the map. The signals are the same whatever vehicles share a log.
 *
 * @param wants one for each policy, e.g. that of `--policy` and that of `--baseline`
 * @throws (the function) InputError where a log is not in order; what `match` throws
 * @example
 * const { computed, read } = mapColumns(signalsOf(policy), logColumns, true);
 * checkMapLayers(policy.map_layers, graph.edgeIds);
 * const mapped = createMapSignals([{ layers: policy.map_layers, computed }], createTraceMatcher(graph));
 * const { logs, tally } = await mapped(log);
 * replay(policy, logs[0]);
 * mapMatchSection([tally], "road_graph");
 */
export function createMapSignals(
  wants: readonly MapWant[],
  match: MatchRows,
): (log: ColumnarLog) => Promise<MappedLog> {
  const policies = wants.map(({ layers, computed }) => ({ layers: edgeLayers(layers), computed }));
  return async (log) => {
    const tally = emptyMatchTally();
    const matched: MatchedRows[] = [];
    for (const { id, from, to } of createVehicleRuns()(log, 0, log.ts.length)) {
      const [ts, lat, lon] = [log.ts, log.lat, log.lon].map((column) => column.subarray(from, to));
      const { roads, edge, distance, breaks } = await match({ ts, lat, lon });
      tallyMatch(tally, id, lat, lon, { edge, distance, breaks });
      matched.push({ start: from, roads, edge, distance });
    }
    return { logs: policies.map(({ layers, computed }) => addMapSignals(log, matched, layers, computed)), tally };
  };
}
