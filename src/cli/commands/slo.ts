import { type Command, InvalidArgumentError } from "commander";
import { VERSION } from "../../core/version.js";
import { action } from "../frame.js";
import type { ObjectiveOptions } from "../slo/read-objective.js";

interface Options extends ObjectiveOptions {
  incidents?: string;
  lenient?: boolean;
  out: string;
}

const EXAMPLES = `
Examples:
  fleetlens slo requests.csv --time time --good good --total total --target 0.999 --out slo.json
  fleetlens slo latency.parquet --config examples/slo/latency-p95-100ms.yaml --out slo.json
  fleetlens slo requests.csv --config requests.yaml --incidents incidents.csv --out slo.json
  fleetlens slo 'requests/*.json' --time time --good good --total total --target 0.999 --out slo.json   # Prometheus
  fleetlens report render slo.json --to html --out reports

Each row is a bucket of one length. Alerts: page-fast 1h & 5m, page-slow 6h & 30m, ticket 3d & 6h (SRE Workbook, ch. 5).
docs/slo.md explains the rules, the file and the keys of --config.`;

function target(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < 1)) {
    throw new InvalidArgumentError("expected a share above 0 and below 1, such as 0.999 for 99.9 %.");
  }
  return value;
}

function events(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value < Number.POSITIVE_INFINITY)) {
    throw new InvalidArgumentError("expected a number of events from 0.");
  }
  return value;
}

/** `fleetlens slo`: burn rates, alerts and what is left of an error budget. */
export function registerSlo(program: Command): void {
  const command = program
    .command("slo")
    .description("Error budget of a service level objective: burn rates, alerts, time to exhaustion.")
    .argument(
      "<input>",
      "counts by bucket: .parquet, .csv(.gz), .arrow/.feather, .json/.jsonl, Prometheus' JSON; a directory or a glob",
    )
    .option("--time <column>", "column of the start of each bucket")
    .option("--good <column>", "column of good events")
    .option("--total <column>", "column of all events")
    .option("--target <share>", "share of good events that is promised, e.g. 0.999", target)
    .option("--window <duration>", "length of the objective's window, e.g. 7d (default: 30d)")
    .option(
      "--min-bad <n>",
      "low-traffic guard: bad events that an alert needs in its long window (default: 0)",
      events,
    )
    .option("--config <file>", "objective as YAML: the same keys, or a measured value with a threshold")
    .option("--incidents <file>", "incidents, as of `fleetlens incidents`: adds MTTD, MTTA, MTTR and MTBF")
    .option("--lenient", "go on when more than 1 % of the samples of a Prometheus answer cannot be read")
    .requiredOption("--out <file>", "JSON file to write")
    .addHelpText("after", EXAMPLES);

  action<Options>(command, async ([input], o, { signal, onProgress }) => {
    const { burnRates } = await import("../../incident/index.js");
    const { writeAtomically } = await import("../../ingest/atomic.js");
    const { refuseOwnInput } = await import("../own-input.js");
    const { readIncidentMetrics } = await import("../slo/read-incident-metrics.js");
    const { readObjective } = await import("../slo/read-objective.js");
    const { readSloSeries } = await import("../slo/read-slo-series.js");
    const { sloText } = await import("../slo/slo-text.js");
    const { columns, time, target, windowMs, minBad, inputs } = await readObjective(o);
    refuseOwnInput(input, [o.out]);
    if (o.incidents !== undefined) refuseOwnInput(o.incidents, [o.out]);
    onProgress(0, 0, "reading");
    const read = await readSloSeries(input, time, columns, { signal, lenient: o.lenient });
    const found = burnRates(read.series, { target, windowMs, minBad });
    const incidents = o.incidents === undefined ? null : await readIncidentMetrics(o.incidents, signal);
    const result = {
      schema: "fleetlens.slo/1" as const,
      version: VERSION,
      createdFrom: {
        inputs: [...read.inputs, ...inputs, ...(incidents?.inputs ?? [])],
        options: { time, ...columns, target, windowSeconds: windowMs / 1000, minBad },
        seed: null,
      },
      ...found,
      warnings: [...read.warnings, ...found.warnings],
      ...(incidents ? { incidents: incidents.metrics } : {}),
    };
    const outputs = await writeAtomically((files) => files.write(o.out, `${JSON.stringify(result, null, 2)}\n`));
    const { alerts, errorBudget, outlook } = result;
    return {
      outputs,
      warnings: [...result.warnings, ...(incidents?.metrics.warnings ?? [])],
      summary: { alerts: alerts.length, ...errorBudget, windowRemaining: outlook?.remaining ?? null },
      text: sloText(result, o.out),
    };
  });
}
