import { existsSync } from "node:fs";
import { type Command, Option } from "commander";
import type { InputFile } from "../../core/demand.js";
import { VERSION } from "../../core/version.js";
import type { DemandOptions, Scenario, Series } from "../../forecast/index.js";
import type { TelemetryTable } from "../../ingest/index.js";
import { addHierarchyOptions, type HierarchyOptions, readTree } from "../forecast/hierarchy-options.js";
import { addZoneOption, forecastModels, levels } from "../forecast/series-options.js";
import { action, integer, numberList } from "../frame.js";

interface Options extends HierarchyOptions {
  queue: string;
  time: string;
  value: string;
  capacity?: string;
  freq: "h";
  weeks: number;
  season: number[];
  level: number[];
  scenarios?: string;
  unit: "gpu" | "gpu-hours";
  model: string[];
  tz?: string;
  seed: number;
  threads: number;
  out: string;
}

const EXAMPLES = `
Examples:
  fleetlens demand telemetry.parquet --queue vc --time time --value running_gpu_num+pending_gpu_num \\
    --capacity total_gpu_num --weeks 4 --out demand.json
  fleetlens demand telemetry.csv --queue queue --time ts --value demand --capacity gpus.csv --weeks 2 \\
    --scenarios scenarios.json --out demand.json
  fleetlens demand telemetry.parquet --queue queue --time time --value demand --tz Europe/Berlin \\
    --hierarchy region,pool,queue --reconcile mint --out demand.json

Demand is running + pending: name both columns joined by "+", or one column that holds their sum.`;

export function registerDemand(program: Command): void {
  const command = program
    .command("demand")
    .description("Weekly GPU-hours per queue and in total, with intervals, peak weeks and scenarios.")
    .argument("<input>", "telemetry: .parquet, .csv(.gz), .arrow/.feather, .json/.jsonl, a directory or a glob")
    .requiredOption("--queue <column>", "column with the queue")
    .requiredOption("--time <column>", "column with the time stamp")
    .requiredOption("--value <column>", "demand in GPUs: a column, or RUNNING+PENDING")
    .option("--capacity <column|file>", "GPUs per queue: a column of the input, or a file (wide or tidy)")
    .addOption(new Option("--freq <freq>", "step of the forecast").choices(["h"]).default("h"))
    .option("--weeks <n>", "blocks of 168 hours from the first forecast hour, 1 to 4", integer(1, 4), 4)
    .option("--season <list>", "season lengths in hours", numberList(Number.isInteger, "whole hours"), [24, 168])
    .option("--level <list>", "interval levels in per cent", levels, [80, 95])
    .option("--scenarios <file>", "planned work: JSON with {scenarios:[{name, overlays:[…]}]}")
    .addOption(new Option("--unit <unit>", "weekly figures").choices(["gpu", "gpu-hours"]).default("gpu-hours"))
    .option("--model <names>", "auto, or models whose median is taken", forecastModels, ["auto"])
    .option("--seed <n>", "seed of the sample paths", integer(0), 0)
    .option("--threads <n>", "worker threads; the result does not depend on it", integer(1, 256), 1)
    .requiredOption("--out <file>", "output .json")
    .addHelpText("after", EXAMPLES);
  addHierarchyOptions(addZoneOption(command));

  action<Options>(command, async ([input], o, { signal, onProgress }) => {
    const forecasting = await import("../../forecast/index.js");
    const { assertTimeZone } = await import("../../core/time.js");
    const { forecastParallel, writeAtomically } = await import("../../ingest/index.js");
    await checkOut(input, o);
    if (o.tz) assertTimeZone(o.tz);
    onProgress(0, 0, "reading");
    const { scenarios, inputs: scenarioFiles } = await readScenarios(o.scenarios);
    const telemetry = await readDemand(input, o, signal);
    const { hourly } = telemetry;
    const panel = panelOf(telemetry);
    const hierarchy = await readTree(input, o.hierarchy, o.queue, signal);
    const { capacity, inputs: capacityFiles, warnings: doubts } = await capacityOf(o, telemetry, signal);
    const options: DemandOptions = {
      weeks: o.weeks,
      start: hourly.start + hourly.hours * 3_600_000,
      season: o.season,
      levels: o.level,
      capacity,
      scenarios,
      unit: o.unit,
      reconcile: o.reconcile,
      hierarchy,
      seed: o.seed,
      models: o.model.includes("auto") ? "auto" : o.model,
      signal,
      onProgress,
    };
    const asked = forecasting.demandForecastOptions(options);
    // On no paths at all, so that an unknown queue or an impossible span is told before the long work.
    const none = { n: 0, horizon: asked.horizon, start: options.start ?? 0, stepMs: 3_600_000 };
    const data = hourly.queues.map(() => new Float64Array(0));
    forecasting.applyScenarios({ ...none, ids: hourly.queues, data }, scenarios, o.seed);
    const laidOut = forecasting
      .demandPanel(panel, o.reconcile, hierarchy)
      .map(({ id, y, t = new Float64Array(0) }) => forecasting.layOut({ id, y, t }, "h", asked.horizon, o.tz));
    const made = await forecastParallel(
      laidOut.map(({ series }) => series),
      { ...asked, horizon: forecasting.farthestStep(laidOut), threads: o.threads },
    );
    const forecasts = made.map((forecast, i) => forecasting.pickForecast(forecast, laidOut[i].steps));
    const result = forecasting.forecastDemand(panel, { ...options, forecasts });
    const { demandWarnings } = await import("../forecast/demand-warnings.js");
    const warnings = [...telemetry.warnings, ...demandWarnings(hourly, o.value), ...doubts, ...result.warnings];
    const document = {
      schema: "fleetlens.demand/1",
      version: VERSION,
      createdFrom: {
        inputs: [...telemetry.inputs, ...capacityFiles, ...scenarioFiles],
        options: { ...echo(o), value: o.value },
        seed: o.seed,
      },
      unit: o.unit,
      ...result,
      warnings,
    };
    const outputs = await writeAtomically((files) => files.write(o.out, `${JSON.stringify(document, null, 2)}\n`));
    const { peak } = result;
    const text = `${panel.length} queues × ${o.weeks} weeks written to ${o.out}; the total peaks in week ${peak.week} with probability ${peak.probability.toFixed(2)}`;
    return { outputs, warnings, summary: { queues: panel.length, weeks: o.weeks, peak }, text };
  });
}

/** The options that decide the result, for `createdFrom`. */
function echo(o: Options): Record<string, unknown> {
  const { queue, time, weeks, season, level, unit, reconcile, model, hierarchy, tz, capacity, scenarios } = o;
  const given = Object.fromEntries(
    Object.entries({ hierarchy, tz, capacity, scenarios }).filter(([, option]) => option !== undefined),
  );
  return { queue, time, weeks, season, level, unit, reconcile, model, ...given };
}

async function readDemand(input: string, o: Options, signal: AbortSignal): Promise<TelemetryTable> {
  const { InputError } = await import("../../core/errors.js");
  const { readTelemetry } = await import("../../ingest/index.js");
  const [running, pending, ...more] = o.value.split("+");
  if (more.length || running === "" || pending === "") {
    throw new InputError(`--value takes one column or RUNNING+PENDING, got "${o.value}"`, { option: "value" });
  }
  const capacity = o.capacity && !isFile(o.capacity) ? o.capacity : undefined;
  return readTelemetry({
    files: input,
    columns: { queue: o.queue, time: o.time, running, pending, capacity },
    threads: o.threads,
    signal,
  });
}

function isFile(text: string): boolean {
  return /\.(csv|csv\.gz|parquet|arrow|feather|json|jsonl)$/i.test(text) || existsSync(text);
}

/** Hours seen for less than half are missing: a mean over a few minutes says little of the hour. */
function panelOf({ hourly }: TelemetryTable): Series[] {
  const t = Float64Array.from({ length: hourly.hours }, (_, h) => hourly.start + h * 3_600_000);
  return hourly.queues.map((id, q) => ({
    id,
    y: hourly.demand[q].map((v, h) => (hourly.observed[q][h] >= 0.5 ? v : Number.NaN)),
    t,
  }));
}

/** The result is JSON whatever its name, so that name must say so. */
async function checkOut(input: string, o: Options): Promise<void> {
  const { InputError } = await import("../../core/errors.js");
  const { refuseOwnInput } = await import("../own-input.js");
  for (const read of [input, o.scenarios, o.capacity]) if (read !== undefined) refuseOwnInput(read, [o.out]);
  if (/\.json$/i.test(o.out)) return;
  throw new InputError(`--out ${o.out}: the result is JSON; end the name in .json`, { option: "out" });
}

async function readScenarios(path: string | undefined): Promise<{ scenarios: Scenario[]; inputs: InputFile[] }> {
  if (path === undefined) return { scenarios: [], inputs: [] };
  const { InputError } = await import("../../core/errors.js");
  const { ScenarioSchema } = await import("../../forecast/index.js");
  const { readFile } = await import("node:fs/promises");
  const text = await readFile(path, "utf8").catch(() => {
    throw new InputError(`cannot read the scenario file ${path}`, { path });
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${path} is not JSON: ${(error as Error).message}`, { path });
  }
  const parsed = ScenarioSchema.safeParse(json);
  if (parsed.success) {
    const { scenarios } = parsed.data;
    const { createHash } = await import("node:crypto");
    const sha256 = createHash("sha256").update(text).digest("hex");
    return { scenarios, inputs: [{ name: path, sha256, rows: scenarios.length }] };
  }
  const [issue] = parsed.error.issues;
  throw new InputError(`${path} at ${issue.path.join(".") || "top"}: ${issue.message}`, { path, at: issue.path });
}

/** Capacities over the horizon, the files they come from and what is doubtful about them. */
interface Capacities {
  capacity?: Record<string, number | Float64Array>;
  inputs: InputFile[];
  warnings: string[];
}

/** Capacity by queue: the last one of the telemetry's column, or the steps of a file. */
async function capacityOf(o: Options, { hourly }: TelemetryTable, signal: AbortSignal): Promise<Capacities> {
  if (!o.capacity) return { inputs: [], warnings: [] };
  const { changedCapacities, missingCapacities } = await import("../forecast/demand-warnings.js");
  if (!isFile(o.capacity)) {
    const last = (values: Float64Array): number => values.findLast((v) => !Number.isNaN(v)) ?? Number.NaN;
    const entries = hourly.queues.map((id, q) => [id, last(hourly.capacity?.[q] ?? new Float64Array(0))] as const);
    const capacity = Object.fromEntries(entries.filter(([, gpus]) => !Number.isNaN(gpus)));
    return { capacity, inputs: [], warnings: [...changedCapacities(hourly), ...missingCapacities(hourly, capacity)] };
  }
  const { readCapacity } = await import("../../ingest/index.js");
  const { entries, inputs } = await readCapacity(o.capacity, { signal });
  const start = hourly.start + hourly.hours * 3_600_000;
  const steps = (queue: string) => entries.filter((e) => e.queue === queue);
  const known = hourly.queues.filter((id) => steps(id).length > 0);
  const strangers = [...new Set(entries.map((e) => e.queue))].filter((queue) => !hourly.queues.includes(queue));
  const unknown = strangers.length ? [`${o.capacity} names queues without telemetry: ${strangers.join(", ")}`] : [];
  const capacity = Object.fromEntries(
    known.map((id) => [
      id,
      Float64Array.from({ length: o.weeks * 168 }, (_, h) => {
        const current = steps(id).findLast((e) => e.fromMs <= start + h * 3_600_000);
        return current?.gpus ?? Number.POSITIVE_INFINITY;
      }),
    ]),
  );
  return { capacity, inputs, warnings: [...unknown, ...missingCapacities(hourly, capacity)] };
}
