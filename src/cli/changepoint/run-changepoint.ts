import type { ChangeModel, ChangesFileSeries, DetectOptions, Penalty } from "../../changepoint/index.js";
import type { CommandContext, CommandResult } from "../frame.js";
import { checkShardFolder, type ShardOption } from "../shard-option.js";
import { changesSeries } from "./changes-series.js";
import { type ChangepointOptions, type NamedTask, readTasks } from "./read-tasks.js";
import { type ChangesHead, writeChanges } from "./write-changes.js";

/** Options of `fleetlens changepoint` as commander gives them. */
export interface ChangepointCommandOptions extends ChangepointOptions, ShardOption {
  model: ChangeModel;
  penalty: Penalty;
  minSize?: number;
  period: "auto" | "none" | number;
  level: number;
  threads: number;
  timing: boolean;
  out: string;
}

/** Values of an input up to which the penalty path is worked out: it costs several searches of each series. */
const MOST_PATH_VALUES = 50_000;

/** Reads the series, looks for their changes and writes the file. */
export async function runChangepoint(
  input: string,
  o: ChangepointCommandOptions,
  context: CommandContext,
): Promise<CommandResult> {
  const { InputError } = await import("../../core/errors.js");
  const { refuseOwnInput } = await import("../own-input.js");
  if (o.shard) checkShardFolder(o.out, [input]);
  else if (!/\.json$/i.test(o.out)) throw new InputError(`--out must end in .json, got "${o.out}"`, { out: o.out });
  else refuseOwnInput(input, [o.out]);
  const { signal, onProgress } = context;
  onProgress(0, 0, `reading ${input}`);
  const started = performance.now();
  const { tasks, clock, inputs, warnings } = await readTasks(input, o, signal);
  const read = performance.now();
  const options = {
    ...{ model: o.model, penalty: o.penalty, period: o.period, level: o.level },
    ...(o.minSize === undefined ? {} : { minSize: o.minSize }),
  };
  const used = { ...options, exposure: o.exposure ?? null, multivariate: o.multivariate };
  const head: ChangesHead = {
    ...{ inputs, clock, options: { time: o.time, value: o.value, id: o.id ?? null, ...used } },
  };
  const values = tasks.reduce((sum, task) => sum + task.values.length * task.values[0].length, 0);
  const found = (some: readonly NamedTask[]) =>
    changesOf(some, { ...options, path: values <= MOST_PATH_VALUES }, { clock, columns: o.value }, o.threads, context);
  if (o.shard) {
    const { writeChangesShard } = await import("./changepoint-shard.js");
    return writeChangesShard(o.out, o.shard, { head, warnings }, tasks, found, signal);
  }
  const series: ChangesFileSeries[] = [];
  for await (const one of found(tasks)) series.push(one);
  const timing = { readMs: read - started, detectMs: performance.now() - read };
  return writeChanges(o.out, { head, warnings }, series, o.timing ? timing : null, signal);
}

/** The changes of series, in their order. */
async function* changesOf(
  tasks: readonly NamedTask[],
  options: DetectOptions,
  names: Parameters<typeof changesSeries>[2],
  threads: number,
  { signal, onProgress }: CommandContext,
): AsyncGenerator<ChangesFileSeries> {
  const { detectSeries } = await import("../../ingest/index.js");
  let done = 0;
  for await (const detection of detectSeries(tasks, options, { threads, signal, onProgress })) {
    yield changesSeries(detection, tasks[done++], names);
  }
}
