import { type Command, InvalidArgumentError } from "commander";
import { InputError } from "../../core/errors.js";
import { action, integer, positive } from "../frame.js";

interface Options {
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
  shard?: { index: number; count: number };
  allowRemote?: boolean;
}

function shard(text: string): { index: number; count: number } {
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const [index, count] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || count < 1 || index >= count || count > 1_000_000) {
    throw new InvalidArgumentError("expected i/n with i from 0 to n-1, e.g. 0/8.");
  }
  return { index, count };
}

const EXAMPLES = `
Examples:
  $ fleetlens aggregate --input telemetry.parquet --queue-col vc --time-col time \\
      --value-col running_gpu_num --sample-seconds 60 --out hourly.parquet
  $ fleetlens aggregate --input 'telemetry/*.parquet' --queue-col queue --time-col ts \\
      --value-col gpus --sample-seconds 30 --out part-0.json --shard 0/8 --memory 512MB

Rows: queue, hour_us (UTC hour, µs since 1970), value_sum, gpu_hours, samples; by queue, then hour, nulls last.
Exit codes: 2 usage or bad input, 4 the engine cannot be reached or ran out of memory.`;

/** `fleetlens aggregate`: hourly GPU-hours by queue, summed inside the SQL engine. */
export function registerAggregate(program: Command): void {
  const command = program
    .command("aggregate")
    .description("Sum telemetry samples to GPU-hours by queue and UTC hour, inside the SQL engine.")
    .requiredOption("--input <file>", "Parquet (or CSV, JSON, Arrow IPC), a directory or a glob")
    .requiredOption("--queue-col <column>", "column of the queue")
    .requiredOption("--time-col <column>", "column of the time; without a zone it is UTC")
    .requiredOption("--value-col <column>", "column of the value to sum, whole numbers")
    .requiredOption("--sample-seconds <n>", "seconds that one sample stands for", positive)
    .requiredOption("--out <file>", "file to write: .json or .parquet")
    .option("--engine <url>", "duckdb, spark://host:port or trino+https://host", "duckdb")
    .option("--memory <size>", "memory limit of the engine, e.g. 512MB", "1GB")
    .option("--threads <n>", "threads of the engine (default: all, at most 8)", integer(1, 1024))
    .option("--temp-dir <directory>", "where the engine spills (default: the system's temporary directory)")
    .option("--shard <i/n>", "only the queues of shard i of n (FNV-1a of the queue, modulo n)", shard)
    .option("--allow-remote", "allow http(s) and s3 paths; downloads DuckDB's httpfs extension on first use")
    .addHelpText("after", EXAMPLES);

  action<Options>(command, async (_args, o, { signal, onProgress }) => {
    const { aggregateHours, hourlySumColumns, hourlySumJson, tableFormat, writeAtomically, writePieces, writeTable } =
      await import("../../ingest/index.js");
    const format = tableFormat(o.out);
    if (format === "csv") throw new InputError(`--out must end in .json or .parquet, got "${o.out}"`, { out: o.out });
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
    const outputs = await writeAtomically(async (files) => {
      const path = await files.reserve(o.out);
      if (format === "json") await writePieces(path, hourlySumJson(sums), signal);
      else await writeTable(path, hourlySumColumns(sums), { format, signal });
    });
    const rows = sums.queue.length;
    const gpuHours = sums.gpuHours.reduce<number>((total, hours) => total + (hours ?? 0), 0);
    return {
      outputs,
      warnings: sums.warnings,
      summary: { engine: sums.engine, rows, gpu_hours: gpuHours },
      text: `${rows} rows, ${gpuHours.toFixed(2)} GPU-hours -> ${o.out}`,
    };
  });
}
