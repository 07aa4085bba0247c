import type { EventTable } from "../types.js";
import { type EdgeCounts, edgeRatio } from "./edge-ratio.js";
import type { EdgeRow, EdgeVerdict, TileBoundaries } from "./tile-boundaries-schema.js";
import { metresToTileEdge, type TileEdgeExposure } from "./tile-edge-tally.js";
import { hasPosition } from "./walk-segments.js";

/** Events that only one of two policies has, as rows of its table. */
export interface EdgeChanges {
  /** Rows of the policy's own events. */
  added: ArrayLike<number>;
  baseline: EventTable;
  /** Rows of the baseline's. */
  removed: ArrayLike<number>;
}

/** Options of {@link tileBoundaries}. */
export interface TileBoundaryOptions {
  /** Of the intervals, between 0 and 1. */
  level: number;
}

export const DEFAULT_TILE_BOUNDARY_OPTIONS: TileBoundaryOptions = Object.freeze({ level: 0.95 });

/** A rate of half or twice the usual one is what the check must be able to show before it calls a policy clear. */
const NOTABLE = 2;

function verdictOf(low: number | null, high: number | null): EdgeVerdict {
  if (low === null) return "too_few_events";
  const top = high ?? Number.POSITIVE_INFINITY;
  if (low > 1 || top < 1) return "suspect";
  return low >= 1 / NOTABLE && top <= NOTABLE ? "clear" : "too_few_events";
}

/** Counts some rows of a table by vehicle, over the exposure of all vehicles. */
function edgeRow(events: EventTable, rows: readonly number[], exposure: TileEdgeExposure, level: number): EdgeRow {
  const { vehicleIds, near, away, zoom, distanceM } = exposure;
  const vehicles = new Map<string, EdgeCounts>(
    vehicleIds.map((id, place) => [id, { near: 0, away: 0, kmNear: near[place] / 1e9, kmAway: away[place] / 1e9 }]),
  );
  const total = { near: 0, away: 0 };
  for (const row of rows) {
    if (!hasPosition(events.lat[row], events.lon[row])) continue;
    const side = metresToTileEdge(events.lat[row], events.lon[row], zoom) <= distanceM ? "near" : "away";
    const id = events.vehicleIds[events.vehicle[row]];
    const own = vehicles.get(id) ?? { near: 0, away: 0, kmNear: 0, kmAway: 0 };
    own[side]++;
    total[side]++;
    vehicles.set(id, own);
  }
  const [kmNear, kmAway] = [sumOf(near) / 1e9, sumOf(away) / 1e9];
  const { ratio, low, high, clusters } = edgeRatio([...vehicles.values()], level);
  return {
    ...total,
    expected_near: kmNear === 0 ? 0 : ((total.near + total.away) * kmNear) / (kmNear + kmAway),
    alerts_per_1000km_near: kmNear > 0 ? (1000 * total.near) / kmNear : null,
    alerts_per_1000km_away: kmAway > 0 ? (1000 * total.away) / kmAway : null,
    rate_ratio: ratio,
    low,
    high,
    level,
    clusters,
    verdict: verdictOf(low, high),
  };
}

const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);

/**
 * Checks whether events gather or go missing at the edges of map tiles, as they do where the software on the vehicle loads
 * its map by tiles and evaluates each alone: the rate for each km driven near edges is compared with that of the rest, over
 * all events and by trigger. What a road happens to do at an edge can make a difference too: a suspect trigger is one to
 * look at, on a map and with another zoom.
 *
 * @param exposure of the same rows, see `createTileEdgeTally`; it says which zoom and distance are meant
 * @param changes events added and removed against a baseline
 *
 * @example
 * tileBoundaries(replay(policy, log), tally.finish()).verdict; // "clear"
 */
export function tileBoundaries(
  events: EventTable,
  exposure: TileEdgeExposure,
  changes: EdgeChanges | null = null,
  options: Partial<TileBoundaryOptions> = {},
): TileBoundaries {
  const { level } = { ...DEFAULT_TILE_BOUNDARY_OPTIONS, ...options };
  const every = Array.from(events.onsetTs, (_, row) => row);
  const placed = every.filter((row) => hasPosition(events.lat[row], events.lon[row]));
  const all = edgeRow(events, placed, exposure, level);
  const tested = events.triggerIds.map((trigger, code) => ({
    trigger,
    rows: placed.filter((row) => events.trigger[row] === code),
  }));
  const present = tested.filter(({ rows }) => rows.length > 0);
  const adjusted = 1 - (1 - level) / Math.max(present.length, 1);
  const triggers = present.map(({ trigger, rows }) => ({ trigger, ...edgeRow(events, rows, exposure, adjusted) }));
  return {
    zoom: exposure.zoom,
    distance_m: exposure.distanceM,
    km_near: sumOf(exposure.near) / 1e9,
    km_away: sumOf(exposure.away) / 1e9,
    without_position: every.length - placed.length,
    verdict: [all, ...triggers].some(({ verdict }) => verdict === "suspect") ? "suspect" : all.verdict,
    all,
    triggers,
    ...(changes === null
      ? {}
      : {
          added: edgeRow(events, Array.from(changes.added), exposure, level),
          removed: edgeRow(changes.baseline, Array.from(changes.removed), exposure, level),
        }),
  };
}
