import type { Command } from "commander";
import type { ShardFile } from "../../ingest/shard/open-shard.js";
import type { ShardCommand } from "../../ingest/shard/shard-schema.js";
import { action, type CommandContext, type CommandResult, integer } from "../frame.js";
import type { MergeOptions } from "../merge/merge-options.js";

const EXAMPLES = `
Examples:
  fleetlens merge --inputs parts --out forecast.parquet
  fleetlens merge --inputs parts --paths paths.parquet --out forecast.parquet
  fleetlens merge --inputs parts --out backtest

The shards are those that aggregate, forecast, changepoint, drift and backtest write with --shard i/n --out parts. What is
written is the same, byte for byte, as what the command writes without --shard.
Exit codes: 0 done; 2 a shard is missing, there twice, damaged or of another run; 3 done with drift and --fail-on drift.`;

type Merge = (shards: readonly ShardFile[], o: MergeOptions, context: CommandContext) => Promise<CommandResult>;

/** By command, each loaded by itself. */
const MERGES: Readonly<Record<ShardCommand, () => Promise<Merge>>> = Object.freeze({
  aggregate: async () => (await import("../aggregate/aggregate-shard.js")).mergeAggregate,
  forecast: async () => (await import("../forecast/forecast-shard.js")).mergeForecast,
  changepoint: async () => (await import("../changepoint/changepoint-shard.js")).mergeChangepoint,
  drift: async () => (await import("../drift/drift-shard.js")).mergeDrift,
  backtest: async () => (await import("../backtest/backtest-shard.js")).mergeBacktest,
});

/** `fleetlens merge`: the result of a run from those of its shards. */
export function registerMerge(program: Command): void {
  const command = program
    .command("merge")
    .description("Make the result of a run from its shards, the same as without --shard.")
    .requiredOption("--inputs <dir>", "folder of all shards of one run")
    .requiredOption("--out <path>", "what the command's own --out would be: a file, or the folder of a backtest")
    .option("--paths <file>", "of a forecast, also write joint sample paths (id, path, step, time, value)")
    .option("--threads <n>", "worker threads of a forecast; the result does not depend on it", integer(1, 256), 1)
    .addHelpText("after", EXAMPLES);

  action<MergeOptions>(command, async (_args, o, context) => {
    const { InputError } = await import("../../core/errors.js");
    const { readShards } = await import("../../ingest/shard/read-shards.js");
    context.onProgress(0, 0, `checking the shards of ${o.inputs}`);
    const shards = await readShards(o.inputs);
    const { command: name } = shards[0].head;
    if (o.paths !== undefined && name !== "forecast") {
      throw new InputError(`--paths is for the shards of forecast, these are of ${name}`, { option: "paths" });
    }
    context.onProgress(0, 0, `merging ${shards.length} shards of ${name}`);
    return (await MERGES[name]())(shards, o, context);
  });
}
