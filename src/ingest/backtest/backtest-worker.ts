import { workerData } from "node:worker_threads";
import { serveTasks } from "../serve-tasks.js";
import { type LogPart, orderedRows } from "./log-part.js";
import { chunkReplayer, type PartResult, type ReplaySetting } from "./replay-chunk.js";

const replayer = chunkReplayer(workerData as ReplaySetting);

serveTasks<LogPart, PartResult>(async (part) => (await replayer)(orderedRows(part)));
