import { dirname } from "node:path";
import type { PlanFile, PlanInput } from "../../capacity/index.js";
import type { InputFile } from "../../core/demand.js";
import { InputError } from "../../core/errors.js";
import type { ReadOptions, TelemetryColumns } from "../../ingest/index.js";

/** What the command line says of the inputs; it wins over the plan file. */
export interface InputFlags {
  telemetry?: string[];
  /** The plan's demand is of job files that the command line names. */
  jobs?: string[];
  lenient?: boolean;
  capacity?: string;
  asOf?: number;
  threads: number;
  signal: AbortSignal;
}

/** The inputs of a plan, read. */
export interface PlanInputs extends Pick<PlanInput, "hourly" | "jobs" | "duplicatesDropped"> {
  capacity?: PlanInput["capacity"];
  inputs: InputFile[];
  warnings: string[];
  /** Columns that were inferred rather than named. */
  inferred: TelemetryColumns | null;
}

type Demand = NonNullable<PlanFile["demand"]>;

/** The source of the demand: the command line's telemetry, else what the plan file names. */
function demandOf(
  plan: PlanFile,
  planPath: string | undefined,
  flags: InputFlags,
): { demand: Demand; baseDir?: string } {
  const named = plan.demand;
  if (flags.telemetry) {
    const columns = named?.source === "telemetry" ? named.columns : undefined;
    return { demand: { source: "telemetry", files: flags.telemetry, columns } };
  }
  if (!named) {
    throw new InputError(
      `${planPath ?? "plan"}: demand is missing: name its files (demand: { source: telemetry, files: … }) or pass --telemetry FILES, or --jobs FILES`,
    );
  }
  return { demand: named, baseDir: flags.jobs ? undefined : planPath && dirname(planPath) };
}

async function readTelemetryInput(
  demand: Extract<Demand, { source: "telemetry" }>,
  options: ReadOptions,
  asOf?: number,
) {
  const { inferTelemetryColumns, readTelemetry } = await import("../../ingest/index.js");
  const inferred = demand.columns ? null : await inferTelemetryColumns(demand.files, options);
  const columns = (demand.columns ?? inferred) as TelemetryColumns;
  const { hourly, inputs, quality, warnings } = await readTelemetry({ ...options, files: demand.files, columns, asOf });
  return { hourly, inputs, warnings, inferred, duplicatesDropped: quality.duplicates };
}

async function readJobsInput(
  demand: Extract<Demand, { source: "jobs" }>,
  options: ReadOptions,
  zone: string,
  asOf?: number,
) {
  const { readJobs } = await import("../../ingest/index.js");
  const { files, format, columns } = demand;
  const { hourly, jobs, inputs, warnings } = await readJobs({
    ...options,
    files,
    format,
    columns,
    timeZone: zone,
    asOf,
  });
  return { hourly, jobs, inputs, warnings, inferred: null, duplicatesDropped: null };
}

/** Reads demand and capacity. */
export async function readInputs(plan: PlanFile, planPath: string | undefined, flags: InputFlags): Promise<PlanInputs> {
  const { threads, signal, asOf, lenient } = flags;
  const { demand, baseDir } = demandOf(plan, planPath, flags);
  const options = { baseDir, threads, signal, lenient };
  const read =
    demand.source === "telemetry"
      ? await readTelemetryInput(demand, options, asOf)
      : await readJobsInput(demand, options, plan.time_zone, asOf);
  const files = flags.capacity ?? plan.capacity?.files;
  if (files === undefined) return read;
  const { readCapacity } = await import("../../ingest/index.js");
  const base = flags.capacity === undefined && planPath !== undefined ? dirname(planPath) : undefined;
  const { entries, inputs } = await readCapacity(files, { threads, signal, baseDir: base });
  return { ...read, capacity: entries, inputs: [...read.inputs, ...inputs] };
}
