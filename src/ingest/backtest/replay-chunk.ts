import { createRegions } from "../../backtest/geo/create-regions.js";
import { createLabelPlaces, type LabelPlaces } from "../../backtest/geo/label-places.js";
import { createRegionTally, type RegionExposure } from "../../backtest/geo/region-tally.js";
import { createTileEdgeTally, type TileEdgeExposure } from "../../backtest/geo/tile-edge-tally.js";
import type { RegionKind } from "../../backtest/geo/types.js";
import { createMapSignals, type MapWant } from "../../backtest/map/map-signals.js";
import type { MatchTally } from "../../backtest/map/match-tally.js";
import { createReplayer } from "../../backtest/replay/create-replayer.js";
import { createCoverage } from "../../backtest/score/coverage.js";
import { createExposure, type Exposure } from "../../backtest/score/exposure.js";
import { createSweeper } from "../../backtest/sweep/create-sweeper.js";
import type { SweepTally } from "../../backtest/sweep/sweep-tally.js";
import type { ColumnarLog, EventTable, LabelTable, Policy, SweepTarget } from "../../backtest/types.js";

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

/** Makes a function that replays chunks of whole vehicles, each by itself. */
export async function chunkReplayer(setting: ReplaySetting): Promise<(log: ColumnarLog) => Promise<ChunkResult>> {
  const { policy, baseline, labels, toleranceMs, maxGapMs, sweep } = setting;
  const regions = await Promise.all(setting.regions.map(createRegions));
  const withMap = mapSignals(setting);
  return async (log) => {
    const { logs, tally } = await withMap(log);
    const [own, old = log] = logs;
    return {
      events: taken(createReplayer(policy), own),
      baseline: baseline && taken(createReplayer(baseline), old),
      exposure: taken(createExposure({ maxGapMs }), log),
      coverage: labels && taken(createCoverage(labels, toleranceMs), log),
      places: labels && taken(createLabelPlaces(labels, toleranceMs), log),
      sweep: sweep && taken(createSweeper(policy, sweep, labels, { toleranceMs }), own),
      regions: regions.map((kind) => taken(createRegionTally(kind, { maxGapMs }), log)),
      tileEdges: regions.length > 0 ? taken(createTileEdgeTally({}, { maxGapMs }), log) : null,
      mapMatch: tally,
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

function taken<T>(accumulator: { push(log: ColumnarLog): void; finish(): T }, log: ColumnarLog): T {
  accumulator.push(log);
  return accumulator.finish();
}
