import { type Command, InvalidArgumentError } from "commander";
import { isInstant, parseInstant } from "../../core/time.js";
import type { GcInputs } from "../../ingest/gc/plan/index.js";
import { integer } from "../frame.js";

/** Options of the commands that decide. */
export interface InputOptions {
  objects: string;
  edges?: string;
  policy: string;
  protections?: string;
  holds?: string;
  erasures?: string;
  asOf: number;
  snapshotAt?: number;
  allowNoEdges?: boolean;
  allowUnmatched?: boolean;
  maxMemory?: string;
  threads?: number;
}

/** commander parser for an instant; epoch ms. */
export function instant(text: string): number {
  if (!isInstant(text)) throw new InvalidArgumentError("expected a time such as 2026-06-01T00:00:00Z.");
  return parseInstant(text);
}

/** Memory and threads, which every command takes. */
export function engineOptions(command: Command): Command {
  return command
    .option("--max-memory <size>", "memory of the run; a larger graph is walked on disk (default: 4GB)")
    .option("--threads <n>", "threads of the SQL engine; results do not depend on them", integer(1, 1024));
}

/** The inputs of a decision. */
export function inputOptions(command: Command): Command {
  return engineOptions(
    command
      .requiredOption("--objects <glob>", "objects: Parquet, CSV, Arrow or NDJSON")
      .option("--edges <glob>", "edges src -> dst, where src needs dst")
      .requiredOption("--policy <file>", "retention_policy.yaml")
      .option("--protections <file>", "what is protected, by id or prefix: a table, or a YAML or JSON list")
      .option("--holds <file>", "legal holds, likewise")
      .option("--erasures <file>", "erasure requests, likewise")
      .requiredOption("--as-of <time>", "when ages are counted, ISO 8601", instant)
      .option("--snapshot-at <time>", "when the lists were made (default: --as-of)", instant)
      .option("--allow-no-edges", "accept that there are no edges at all")
      .option("--allow-unmatched", "accept protections of which none matches an object"),
  );
}

export function gcInputs(options: InputOptions): GcInputs {
  const { asOf, snapshotAt, ...rest } = options;
  return { ...rest, asOfMs: asOf, snapshotAtMs: snapshotAt };
}
