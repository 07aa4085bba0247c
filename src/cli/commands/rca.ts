import { type Command, InvalidArgumentError, Option } from "commander";
import { VERSION } from "../../core/version.js";
import type { RcaFile } from "../../incident/index.js";
import { action } from "../frame.js";
import type { RcaFiles } from "../rca/read-inputs.js";

interface Options extends RcaFiles {
  direction: "auto" | "up" | "down";
  costPerBad?: number;
  sloTarget?: number;
  out: string;
}

const EXAMPLES = `
Examples:
  fleetlens rca --kpi error_rate.csv --events changes.csv --out rca
  fleetlens rca --kpi error_rate.csv --events changes.csv --slices requests.parquet --samples labelled.parquet \\
    --replay replay.csv --direction up --cost-per-bad 0.02 --slo-target 0.999 --out rca

KPI: time, value and, for a rate in 0 to 1, requests. Events: event_id, time, kind (code, config, model, flag, data, map,
infra), target and, if known, scope (dim=value), end_time, description. Slices: time, any dimensions, value, weight.
Samples: time, label, pred, score, any dimensions. Replay: request_id, before_ok, after_ok, latency_ms_before,
latency_ms_after. Times: ISO 8601 of any zone (without one: UTC) or Unix time in s or ms.
Writes rca.json, rca.md and rca.html; docs/rca.md explains them. A quiet KPI is no error: firstBad is null.`;

function cost(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0) {
    throw new InvalidArgumentError("expected a cost from 0.");
  }
  return value;
}

function target(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError("expected a share between 0 and 1, e.g. 0.999.");
  return value;
}

/** `fleetlens rca`: when a KPI first went bad, what set it off, where, how far it reached; as a document. */
export function registerRca(program: Command): void {
  const command = program
    .command("rca")
    .description("Analyse an incident: first bad time, likely cause, failing slice, blast radius; write the document.")
    .requiredOption("--kpi <file>", "the KPI over time: Parquet, CSV, Arrow or JSON")
    .requiredOption("--events <file>", "the log of changes")
    .option("--slices <file>", "counts by time and dimensions")
    .option("--samples <file>", "predictions with their truth")
    .option("--replay <file>", "requests played against the failing system and its fix")
    .addOption(new Option("--direction <way>", "which way is bad").choices(["auto", "up", "down"]).default("auto"))
    .option("--cost-per-bad <x>", "cost of one bad request", cost)
    .option("--slo-target <share>", "objective of a rate, e.g. 0.999: how much of its 30-day budget was burnt", target)
    .requiredOption("--out <directory>", "folder to write to")
    .addHelpText("after", EXAMPLES);

  action<Options>(command, async (_args, o, { signal, onProgress }) => {
    const { readRcaInputs } = await import("../rca/read-inputs.js");
    const { rca } = await import("../../incident/index.js");
    const { rcaText } = await import("../rca/words.js");
    const { writeRca } = await import("../rca/write-rca.js");
    onProgress(0, 0, "reading");
    const { input, inputs, warnings } = await readRcaInputs(o, signal);
    onProgress(0, 0, "analysing");
    const findings = rca(input, { direction: o.direction, costPerBad: o.costPerBad, sloTarget: o.sloTarget });
    const file: RcaFile = {
      schema: "fleetlens.rca/1",
      version: VERSION,
      createdFrom: {
        inputs,
        options: { direction: o.direction, cost_per_bad: o.costPerBad ?? null, slo_target: o.sloTarget ?? null },
        seed: null,
      },
      ...findings,
      warnings,
    };
    signal.throwIfAborted();
    const outputs = await writeRca(o.out, file);
    const { firstBad, events, slices, noListedEventPosterior } = file;
    return {
      outputs,
      warnings,
      summary: {
        first_bad: firstBad?.time ?? null,
        likeliest_event: events[0] && events[0].posterior > noListedEventPosterior ? events[0].eventId : null,
        slice: slices[0]?.where ?? null,
        severity: file.severity?.level ?? null,
      },
      text: rcaText(file, o.out),
    };
  });
}
