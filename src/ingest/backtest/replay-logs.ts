import { setImmediate } from "node:timers/promises";
import { mergeLabelPlaces } from "../../backtest/geo/label-places.js";
import { mergeRegionExposures } from "../../backtest/geo/region-tally.js";
import { mergeTileEdgeExposures } from "../../backtest/geo/tile-edge-tally.js";
import { mergeMatchTallies } from "../../backtest/map/match-tally.js";
import { mergeEvents } from "../../backtest/replay/events.js";
import { mergeCoverage } from "../../backtest/score/coverage.js";
import { mergeExposures } from "../../backtest/score/exposure.js";
import { mergeTallies } from "../../backtest/sweep/sweep-tally.js";
import { streamWorkers } from "../run-workers.js";
import { addOrderCounts, type LogPart, orderedRows } from "./log-part.js";
import type { FleetLogs } from "./read-logs.js";
import { type ChunkResult, chunkReplayer, type PartResult, type ReplaySetting } from "./replay-chunk.js";

const WORKER = new URL("./backtest-worker.js", import.meta.url);

/** What {@link replayLogs} takes besides the rows. */
export interface ReplayLogsOptions {
  threads: number;
  signal?: AbortSignal;
}

/**
 * Replays logs, in worker threads when there are to be several, and completes their counts. The result is the same for any
 * number of threads and any chunks.
 */
export async function replayLogs(
  logs: FleetLogs,
  setting: ReplaySetting,
  options: ReplayLogsOptions,
): Promise<ChunkResult> {
  const parts: ChunkResult[] = [];
  for await (const part of options.threads > 1 ? inWorkers(logs, setting, options) : inTurn(logs, setting, options)) {
    addOrderCounts(logs.counts, part.counts);
    parts.push(part);
  }
  // Without a single row there is still a result, that of no rows.
  if (parts.length === 0) parts.push(await (await chunkReplayer(setting))([]));
  return mergeChunks(parts, setting);
}

/** What the vehicles of all parts come to, in whatever order they are: no vehicle is in two. */
export function mergeChunks(parts: readonly ChunkResult[], setting: ReplaySetting): ChunkResult {
  const all = <T>(part: (chunk: ChunkResult) => T | null): T[] => parts.flatMap((chunk) => part(chunk) ?? []);
  return {
    events: mergeEvents(all(({ events }) => events)),
    baseline: setting.baseline && mergeEvents(all(({ baseline }) => baseline)),
    exposure: mergeExposures(all(({ exposure }) => exposure)),
    coverage: setting.labels && mergeCoverage(all(({ coverage }) => coverage)),
    places: setting.labels && mergeLabelPlaces(all(({ places }) => places)),
    regions: setting.regions.map((_, kind) => mergeRegionExposures(all(({ regions }) => regions[kind]))),
    tileEdges: setting.regions.length > 0 ? mergeTileEdgeExposures(all(({ tileEdges }) => tileEdges)) : null,
    mapMatch: setting.map && mergeMatchTallies(all(({ mapMatch }) => mapMatch)),
    sweep: setting.sweep && mergeTallies(all(({ sweep }) => sweep)),
  };
}

async function* inTurn(
  logs: FleetLogs,
  setting: ReplaySetting,
  { signal }: ReplayLogsOptions,
): AsyncGenerator<PartResult> {
  const replayer = await chunkReplayer(setting);
  for await (const part of logs.parts()) yield await replayer(untilAborted(orderedRows(part), signal));
}

/** Ctrl-C is heard between chunks. */
async function* untilAborted<T>(chunks: Iterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T> {
  for (const chunk of chunks) {
    await setImmediate();
    signal?.throwIfAborted();
    yield chunk;
  }
}

function inWorkers(
  logs: FleetLogs,
  setting: ReplaySetting,
  { threads, signal }: ReplayLogsOptions,
): AsyncGenerator<PartResult> {
  return streamWorkers<LogPart, PartResult>(WORKER, logs.parts(), { threads, signal, workerData: setting });
}
