import { availableParallelism } from "node:os";
import { resolve, sep } from "node:path";
import { parseSweepTarget } from "../../backtest/sweep/parse-sweep-target.js";
import { EngineError, FleetlensError, InputError, UnavailableError } from "../../core/errors.js";
import { parseInstant } from "../../core/time.js";
import { readCohorts } from "../../ingest/backtest/read-cohorts.js";
import { readLabels } from "../../ingest/backtest/read-labels.js";
import { type FleetLogs, withLogs } from "../../ingest/backtest/read-logs.js";
import { readPolicy } from "../../ingest/backtest/read-policy.js";
import { replayLogs } from "../../ingest/backtest/replay-logs.js";
import { isInShard } from "../../ingest/shard/shard-place.js";
import { folderPlace } from "../../ingest/write-folder.js";
import type { CommandContext, CommandResult } from "../frame.js";
import { refuseOwnInput } from "../own-input.js";
import { checkShardFolder } from "../shard-option.js";
import type { BacktestCommandOptions } from "./command-options.js";
import { readMap } from "./read-map.js";
import { regionKind } from "./region-kind.js";
import { settingOf } from "./setting-of.js";
import { type BacktestRun, FILES, writeBacktest } from "./write-backtest.js";

/** Reads the policy and everything it is held against, replays the logs, and writes the folder. */
export async function runBacktest(o: BacktestCommandOptions, context: CommandContext): Promise<CommandResult> {
  try {
    return await backtest(o, context);
  } catch (error) {
    // Of this command's exit codes only bad input has one of its own; a plain error of ours exits 1.
    const others = error instanceof EngineError || error instanceof UnavailableError;
    throw others ? new FleetlensError(error.code, error.message, error.details, { cause: error }) : error;
  }
}

async function backtest(o: BacktestCommandOptions, { signal, onProgress }: CommandContext): Promise<CommandResult> {
  const threads = o.threads ?? Math.min(8, availableParallelism());
  await checkOptions(o);
  const policy = await readPolicy(o.policy);
  const baseline = o.baseline === undefined ? null : await readPolicy(o.baseline);
  const sweep = o.sweep === undefined ? null : parseSweepTarget(o.sweep, policy.policy);
  const regions = o.regions === undefined ? null : await regionKind(o.regions, policy.policy);
  const read = { threads, signal };
  const labels = o.labels ? await readLabels(o.labels, read) : null;
  const cohorts = o.cohorts ? await readCohorts(o.cohorts, read) : null;
  const map = await readMap(o, policy.policy, baseline?.policy ?? null, read);
  const progress = (rows: number, all: number) => onProgress(rows, all, "reading logs, row");
  // Roads are found for whole vehicles.
  const split = map.map === null;
  const { shard } = o;
  const only = shard && ((vehicleId: string) => isInShard(vehicleId, shard));
  const logOptions = { ...read, signals: map.signals, strictOrder: o.strictOrder, split, only, onProgress: progress };
  return withLogs(o.logs, logOptions, async (logs: FleetLogs) => {
    const setting = settingOf(o, {
      policy: policy.policy,
      baseline: baseline?.policy ?? null,
      labels: labels?.labels ?? null,
      ...{ signals: map.signals, sweep, regions: regions?.kind ?? null, positions: logs.positions, map: map.map },
    });
    const result = await replayLogs(logs, setting, { threads, signal });
    const run: BacktestRun = { policy, baseline, labels, cohorts, regions, map, logs, setting, result };
    if (shard) {
      const { writeBacktestShard } = await import("./backtest-shard.js");
      return writeBacktestShard({ ...o, shard }, run, signal);
    }
    onProgress(0, 0, "scoring");
    return writeBacktest(o, run, signal);
  });
}

/** Refuses what cannot be meant, and a folder that must not be replaced, before anything is read. */
async function checkOptions(o: BacktestCommandOptions): Promise<void> {
  if (o.asOf !== undefined) parseInstant(o.asOf, "--as-of");
  for (const option of ["split", "missCost", "maxNuisance", "minRecall"] as const) {
    if (o[option] === undefined || o.sweep !== undefined) continue;
    const flag = option.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`);
    throw new InputError(`--${flag} needs --sweep, whose threshold it picks`, { option });
  }
  const tables = [...o.logs, ...(o.labels ?? []), ...(o.cohorts ?? [])];
  if (o.shard) {
    checkShardFolder(o.out, tables);
    return;
  }
  await folderPlace(o.out, FILES);
  for (const input of tables) refuseOwnInput(input, [o.out]);
  for (const input of [o.policy, o.baseline, ...tables]) {
    if (input === undefined || !resolve(input).startsWith(resolve(o.out) + sep)) continue;
    throw new InputError(`${input} lies in ${o.out}, which would be replaced; give the output another name`, { input });
  }
}
