import { workerData } from "node:worker_threads";
import type { ColumnarLog } from "../../backtest/types.js";
import { serveTasks } from "../serve-tasks.js";
import { type ChunkResult, chunkReplayer, type ReplaySetting } from "./replay-chunk.js";

const replayer = chunkReplayer(workerData as ReplaySetting);

serveTasks<ColumnarLog, ChunkResult>(async (log) => (await replayer)(log));
