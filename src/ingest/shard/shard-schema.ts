import { z } from "zod";
import { MOST_SHARDS } from "./most-shards.js";

/** Commands whose work can be cut into shards. */
export const SHARD_COMMANDS = Object.freeze(["aggregate", "forecast", "changepoint", "drift", "backtest"] as const);
export type ShardCommand = (typeof SHARD_COMMANDS)[number];

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, "expected a SHA-256 in lower-case hex");

/** A table that a run was made of. */
export const ShardTableSchema = z.strictObject({ name: z.string(), sha256: Sha256, rows: z.int().nonnegative() });

/** A file that a run was made of; what is no table has no rows. */
const Input = z.union([ShardTableSchema, ShardTableSchema.extend({ rows: z.null() })]);

/**
 * The first line of a shard file. The lines after it are records of the command's own, in JSON; the last one is a
 * {@link ShardEndSchema}.
 */
export const ShardHeadSchema = z
  .strictObject({
    schema: z.literal("fleetlens.shard/1"),
    version: z.string().describe("of fleetlens"),
    command: z.enum(SHARD_COMMANDS),
    run: Sha256.describe("of version, command, options and inputs: the same in all shards of a run"),
    shard: z.strictObject({
      index: z.int().nonnegative().describe("from 0"),
      count: z.int().min(1).max(MOST_SHARDS),
    }),
    createdFrom: z.strictObject({
      inputs: z.array(Input),
      options: z.record(z.string(), z.json()).describe("all that the result depends on"),
      seed: z.int().nullable(),
    }),
    common: z.json().describe("what the command knows of the whole run: the same in all shards of a run"),
  })
  .describe(
    "First line of a shard file of fleetlens (JSON Lines). The last line has the SHA-256 of all lines before it",
  );

/** The last line of a shard file. */
export const ShardEndSchema = z.strictObject({
  records: z.int().nonnegative().describe("lines between the first and the last"),
  sha256: Sha256.describe("of all bytes before this line"),
});

export type ShardHead = z.infer<typeof ShardHeadSchema>;
