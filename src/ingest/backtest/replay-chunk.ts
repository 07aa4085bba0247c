import { createRegions } from "../../backtest/geo/create-regions.js";
import { createLabelPlaces, type LabelPlaces } from "../../backtest/geo/label-places.js";
import { createRegionTally, type RegionExposure } from "../../backtest/geo/region-tally.js";
import { createTileEdgeTally, type TileEdgeExposure } from "../../backtest/geo/tile-edge-tally.js";
import type { RegionKind } from "../../backtest/geo/types.js";
import { createMapSignals, type MapWant } from "../../backtest/map/map-signals.js";
import { type MatchTally, mergeMatchTallies } from "../../backtest/map/match-tally.js";
import { createReplayer } from "../../backtest/replay/create-replayer.js";
import { createCoverage } from "../../backtest/score/coverage.js";
import { createExposure, type Exposure } from "../../backtest/score/exposure.js";
import { createSweeper } from "../../backtest/sweep/create-sweeper.js";
import type { SweepTally } from "../../backtest/sweep/sweep-tally.js";
import type { ColumnarLog, EventTable, LabelTable, Policy, SweepTarget } from "../../backtest/types.js";
import { addOrderCounts, NO_ORDER_COUNTS, type OrderCounts, type OrderedRows } from "./log-part.js";
import { type MapSource, matcherOf } from "./map-source.js";

/** What logs are replayed for. Plain data, so that it can be handed to a worker. */
export interface ReplaySetting {
  policy: Policy;
  /** Replayed besides, over the same rows. */
  baseline: Policy | null;
  /** Columns of the rows besides vehicle, time and position. */
  signals: readonly string[];
  labels: LabelTable | null;
  /** Most time between an event and its label, ms. */
  toleranceMs: number;
  /** Most time between two positions of a vehicle that count as driven, ms. */
  maxGapMs: number;
  sweep: SweepTarget | null;
  /** What is driven is measured by each of these, and near the edges of map tiles; none where there are no positions. */
  regions: readonly RegionKind[];
  /** What adds signals of the map, and which the policy and the baseline want. */
  map: { source: MapSource; policy: MapWant; baseline: MapWant | null } | null;
}

/** What whole vehicles come to. */
export interface ChunkResult {
  events: EventTable;
  baseline: EventTable | null;
  exposure: Exposure;
  /** Of each label 1 where there is a row near it. */
  coverage: Uint8Array | null;
  places: LabelPlaces | null;
  sweep: SweepTally | null;
  /** By kind of region. */
  regions: RegionExposure[];
  tileEdges: TileEdgeExposure | null;
  mapMatch: MatchTally | null;
}

/** {@link ChunkResult} with what became of the rows. */
export interface PartResult extends ChunkResult {
  counts: OrderCounts;
}

/** Makes a function that replays the rows of whole vehicles, in chunks through which a vehicle may go on. */
export async function chunkReplayer(
  setting: ReplaySetting,
): Promise<(chunks: Iterable<OrderedRows> | AsyncIterable<OrderedRows>) => Promise<PartResult>> {
  const { policy, baseline, labels, toleranceMs, maxGapMs, sweep } = setting;
  const regions = await Promise.all(setting.regions.map(createRegions));
  const withMap = mapSignals(setting);
  return async (chunks) => {
    const events = createReplayer(policy);
    const old = baseline && createReplayer(baseline);
    const sweeper = sweep && createSweeper(policy, sweep, labels, { toleranceMs });
    const exposure = createExposure({ maxGapMs });
    const coverage = labels && createCoverage(labels, toleranceMs);
    const places = labels && createLabelPlaces(labels, toleranceMs);
    const driven = regions.map((kind) => createRegionTally(kind, { maxGapMs }));
    const tileEdges = regions.length > 0 ? createTileEdgeTally({}, { maxGapMs }) : null;
    const tallies: MatchTally[] = [];
    const counts = { ...NO_ORDER_COUNTS };
    for await (const chunk of chunks) {
      addOrderCounts(counts, chunk.counts);
      const { log } = chunk;
      const { logs, tally } = await withMap(log);
      if (tally) tallies.push(tally);
      const [own, before = log] = logs;
      events.push(own);
      sweeper?.push(own);
      old?.push(before);
      for (const one of [exposure, coverage, places, ...driven, tileEdges]) one?.push(log);
    }
    return {
      events: events.finish(),
      baseline: old?.finish() ?? null,
      exposure: exposure.finish(),
      coverage: coverage?.finish() ?? null,
      places: places?.finish() ?? null,
      sweep: sweeper?.finish() ?? null,
      regions: driven.map((one) => one.finish()),
      tileEdges: tileEdges?.finish() ?? null,
      mapMatch: setting.map && mergeMatchTallies(tallies),
      counts,
    };
  };
}

/** Gives the rows with the signals of the map that the policy wants, then those for the baseline. */
function mapSignals({ map }: ReplaySetting) {
  const wants = map && [map.policy, ...(map.baseline ? [map.baseline] : [])];
  const add = map && wants && createMapSignals(wants, matcherOf(map.source));
  return async (log: ColumnarLog): Promise<{ logs: ColumnarLog[]; tally: MatchTally | null }> =>
    add ? add(log) : { logs: [log, log], tally: null };
}
