import { setImmediate } from "node:timers/promises";
import { mergeLabelPlaces } from "../../backtest/geo/label-places.js";
import { mergeRegionExposures } from "../../backtest/geo/region-tally.js";
import { mergeTileEdgeExposures } from "../../backtest/geo/tile-edge-tally.js";
import { mergeMatchTallies } from "../../backtest/map/match-tally.js";
import { mergeEvents } from "../../backtest/replay/events.js";
import { mergeCoverage } from "../../backtest/score/coverage.js";
import { mergeExposures } from "../../backtest/score/exposure.js";
import { mergeTallies } from "../../backtest/sweep/sweep-tally.js";
import type { ColumnarLog } from "../../backtest/types.js";
import { streamWorkers } from "../run-workers.js";
import { type ChunkResult, chunkReplayer, type ReplaySetting } from "./replay-chunk.js";

const WORKER = new URL("./backtest-worker.js", import.meta.url);

/** What {@link replayLogs} takes besides the rows. */
export interface ReplayLogsOptions {
  threads: number;
  signal?: AbortSignal;
}

/**
 * Replays chunks of whole vehicles, in worker threads when there are to be several. The result is the same for any number
 * of threads and any chunks.
 */
export async function replayLogs(
  chunks: AsyncIterable<ColumnarLog>,
  setting: ReplaySetting,
  options: ReplayLogsOptions,
): Promise<ChunkResult> {
  const parts: ChunkResult[] = [];
  for await (const part of options.threads > 1 ? inWorkers(chunks, setting, options) : inTurn(chunks, setting)) {
    parts.push(part);
  }
  // Without a single row there is still a result, that of no rows.
  if (parts.length === 0) parts.push(await (await chunkReplayer(setting))(noRows(setting)));
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

function noRows({ signals }: ReplaySetting): ColumnarLog {
  const none = () => new Float64Array(0);
  return {
    ...{ vehicle: new Int32Array(0), vehicleIds: [], ts: none(), lat: none(), lon: none() },
    signals: Object.fromEntries(signals.map((name) => [name, none()])),
  };
}

async function* inTurn(chunks: AsyncIterable<ColumnarLog>, setting: ReplaySetting): AsyncGenerator<ChunkResult> {
  const replayer = await chunkReplayer(setting);
  for await (const log of chunks) {
    // Ctrl-C is heard between chunks.
    await setImmediate();
    yield await replayer(log);
  }
}

function inWorkers(
  chunks: AsyncIterable<ColumnarLog>,
  setting: ReplaySetting,
  { threads, signal }: ReplayLogsOptions,
): AsyncGenerator<ChunkResult> {
  const transfer = (log: ColumnarLog) => buffersOf(log);
  // Chunks wait for their turn in a bounded number, so that memory does not grow with the rows.
  return streamWorkers<ColumnarLog, ChunkResult>(WORKER, chunks, {
    ...{ threads, signal, transfer, workerData: setting, ahead: 2 * threads },
  });
}

/** Buffers to hand over; what lies in shared memory needs no handing over. */
function buffersOf({ vehicle, ts, lat, lon, signals }: ColumnarLog): ArrayBuffer[] {
  const buffers = [vehicle, ts, lat, lon, ...Object.values(signals)].map(({ buffer }) => buffer);
  return [...new Set(buffers)].filter((buffer) => buffer instanceof ArrayBuffer);
}
