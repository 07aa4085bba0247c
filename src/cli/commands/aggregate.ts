import type { Command } from "commander";
import { action, integer, positive } from "../frame.js";
import { addShardOption, checkShard, checkShardFolder, type ShardOption } from "../shard-option.js";

interface Options extends ShardOption {
  input: string;
  queueCol: string;
  timeCol: string;
  valueCol: string;
  sampleSeconds: number;
  out: string;
  engine: string;
  memory: string;
  threads?: number;
  tempDir?: string;
  allowRemote?: boolean;
}

const EXAMPLES = `
Examples:
  $ fleetlens aggregate --input telemetry.parquet --queue-col vc --time-col time \\
      --value-col running_gpu_num --sample-seconds 60 --out hourly.parquet
  $ fleetlens aggregate --input 'telemetry/*.parquet' --queue-col queue --time-col ts \\
      --value-col gpus --sample-seconds 30 --memory 512MB --shard 0/8 --out parts
  $ fleetlens aggregate --engine spark://127.0.0.1:10000 --input /data/telemetry --queue-col vc --time-col time \\
      --value-col gpus --sample-seconds 60 --out hourly.json

Rows: queue, hour_us (UTC hour, µs since 1970), value_sum, gpu_hours, samples; by queue, then hour, nulls last.
Exit codes: 2 usage or bad input, 4 the engine cannot be reached or ran out of memory.`;

const SPREADS = "an engine of its own spreads the work itself";

/** `fleetlens aggregate`: hourly GPU-hours by queue, summed inside the SQL engine. */
export function registerAggregate(program: Command): void {
  const command = program
    .command("aggregate")
    .description("Sum telemetry samples to GPU-hours by queue and UTC hour, inside the SQL engine.")
    .requiredOption(
      "--input <file>",
      "Parquet (or CSV, JSON, Arrow IPC), a directory or a glob; a server's path or table",
    )
    .requiredOption("--queue-col <column>", "column of the queue")
    .requiredOption("--time-col <column>", "column of the time; without a zone it is UTC")
    .requiredOption("--value-col <column>", "column of the value to sum, whole numbers")
    .requiredOption("--sample-seconds <n>", "seconds that one sample stands for", positive)
    .requiredOption("--out <file>", "file to write: .json or .parquet")
    .option(
      "--engine <url>",
      "duckdb, spark://host:port or trino+https://host:port/catalog/schema; its login is in the environment",
      "duckdb",
    )
    .option("--memory <size>", "memory limit of DuckDB, e.g. 512MB", "1GB")
    .option("--threads <n>", "threads of DuckDB (default: all, at most 8)", integer(1, 1024))
    .option("--temp-dir <directory>", "where DuckDB spills (default: the system's temporary directory)")
    .option("--allow-remote", "allow http(s) and s3 paths; downloads DuckDB's httpfs extension on first use")
    .addHelpText("after", EXAMPLES);
  addShardOption(command, "queues");

  action<Options>(command, async (_args, o, { signal, onProgress }) => {
    const { aggregateHours } = await import("../../ingest/aggregate-hours.js");
    const { checkSumsFile, isSumsFile, writeSums } = await import("../aggregate/write-sums.js");
    const { refuseOwnInput } = await import("../own-input.js");
    const whole = { engine: o.engine !== "duckdb" };
    if (!o.shard) {
      checkSumsFile(o.out);
      refuseOwnInput(o.input, [o.out]);
    } else if (isSumsFile(o.out)) checkShard([o.out], [o.input], whole, SPREADS);
    else checkShardFolder(o.out, [o.input], whole, SPREADS);
    onProgress(0, 0, `aggregating ${o.input}`);
    const sums = await aggregateHours({
      input: o.input,
      queueColumn: o.queueCol,
      timeColumn: o.timeCol,
      valueColumn: o.valueCol,
      sampleSeconds: o.sampleSeconds,
      engine: o.engine,
      memory: o.memory,
      threads: o.threads,
      tempDirectory: o.tempDir,
      shard: o.shard,
      allowRemote: o.allowRemote,
      signal,
    });
    if (!o.shard) return writeSums(o.out, sums, signal);
    const { writeSumsShard } = await import("../aggregate/aggregate-shard.js");
    return writeSumsShard(o.out, o.shard, o, sums, signal);
  });
}
