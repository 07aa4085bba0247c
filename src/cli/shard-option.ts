import { type Command, InvalidArgumentError } from "commander";
import { InputError } from "../core/errors.js";
import { MOST_SHARDS } from "../ingest/shard/most-shards.js";
import type { ShardPlace } from "../ingest/shard/shard-place.js";
import { refuseOwnInput } from "./own-input.js";

/** Option of commands whose work can be cut into shards. */
export interface ShardOption {
  shard?: ShardPlace;
}

function shardPlace(text: string): ShardPlace {
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const [index, count] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || count < 1 || index >= count || count > MOST_SHARDS) {
    throw new InvalidArgumentError("expected i/n with i from 0 to n-1, e.g. 0/8.");
  }
  return { index, count };
}

/** Adds `--shard`. */
export function addShardOption(command: Command, what: string): Command {
  return command.option(
    "--shard <i/n>",
    `only the ${what} of shard i of n, into the folder --out, for fleetlens merge`,
    shardPlace,
  );
}

/**
 * Checks where a shard goes, and that nothing is asked of it that only the whole can give.
 *
 * @param whole options that were given and need the whole run, by flag; undefined is not given
 */
export function checkShard(
  outputs: readonly string[],
  inputs: readonly string[],
  whole: Readonly<Record<string, unknown>> = {},
  instead = "run it without --shard",
): void {
  const flag = Object.keys(whole).find((name) => whole[name] !== undefined && whole[name] !== false);
  if (flag !== undefined) {
    throw new InputError(
      `--${flag} needs the whole run, not a shard of it: ${instead}`,
      { option: flag },
      { code: "E_USAGE" },
    );
  }
  for (const input of inputs) refuseOwnInput(input, outputs);
}

/** {@link checkShard} of shards that go to a folder. */
export function checkShardFolder(
  out: string,
  inputs: readonly string[],
  whole?: Readonly<Record<string, unknown>>,
  instead?: string,
): void {
  if (/\.(json|jsonl|csv|parquet)$/i.test(out)) {
    throw new InputError(
      `with --shard, --out is the folder that all shards go to, got "${out}"; fleetlens merge makes the file of them`,
      { option: "out" },
      { code: "E_USAGE" },
    );
  }
  checkShard([out], inputs, whole, instead);
}
