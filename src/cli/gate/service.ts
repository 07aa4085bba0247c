import { type Command, Option } from "commander";
import { InputError } from "../../core/errors.js";
import { parseDuration } from "../../core/time.js";
import type { ServiceGate } from "../../experiment/index.js";
import { durationText } from "../duration-text.js";
import { action, integer } from "../frame.js";
import { checkLines, figure, interval } from "./gate-text.js";
import { amount, share } from "./option-values.js";

interface Options {
  input?: string;
  incidents?: string;
  defects?: string;
  target?: number;
  window: string;
  minBad: number;
  minBudget: number;
  maxCost?: number;
  maxMitigation?: string;
  maxEscapeRate?: number;
  alpha: number;
  seed: number;
  out?: string;
  failOn?: string;
}

const ORDER = ["pass", "hold", "fail"];

const EXAMPLES = `
Examples:
  fleetlens gate service --input hours.parquet --target 0.999 --max-cost 0.4 --out service.json
  fleetlens gate service --incidents incidents.csv --max-mitigation 1h --defects releases.csv \\
      --max-escape-rate 0.1 --out service.json --fail-on fail

Buckets: time with good, total and/or cost, inferences (else total). Incidents: started_at, mitigated_at (else
resolved_at). Defects: escaped, caught. The budget must last and no alert may fire; docs/gate.md has the rules.`;

function text({ budget, cost, mitigation, defects, checks, decision }: ServiceGate): string {
  const percent = (value: number) => `${figure(100 * value)} %`;
  return [
    decision,
    ...(budget
      ? [
          `  of the error budget of the last ${durationText(budget.window_seconds)} ${percent(budget.consumed)} is consumed, ${percent(budget.remaining)} left; alerts that fire: ${budget.ongoing.join(", ") || "none"}`,
        ]
      : []),
    ...(cost ? [`  ${figure(cost.value)} per 1000 inferences ${interval(cost.lower, cost.upper)}`] : []),
    ...(mitigation
      ? [
          `  time to mitigation of ${mitigation.n} incidents: mean ${durationText(mitigation.mean.value)}, median ${durationText(mitigation.median.value)}, p90 ${durationText(mitigation.p90.value)}`,
        ]
      : []),
    ...(defects ? [`  defects that escaped: ${figure(defects.value)} ${interval(defects.lower, defects.upper)}`] : []),
    ...checkLines(checks),
  ].join("\n");
}

/** `fleetlens gate service`: whether a service is in shape for a change. */
export function registerGateService(gate: Command): void {
  const command = gate
    .command("service")
    .description("Decide whether a service is in shape for a change: budget, burn, cost, mitigation, escaped defects.")
    .option("--input <file>", "buckets of requests and costs: a table, a directory or a glob")
    .option("--incidents <file>", "incidents with their mitigation")
    .option("--defects <file>", "counts of escaped and caught defects")
    .option("--target <share>", "share of good requests that is promised, e.g. 0.999", share)
    .option("--window <duration>", "length of the objective's window", "30d")
    .option("--min-bad <n>", "low-traffic guard: bad requests that an alert needs in its long window", amount, 0)
    .option("--min-budget <share>", "least share of the error budget that must be left", amount, 0)
    .option("--max-cost <amount>", "largest cost per 1000 inferences (default: not judged)", amount)
    .option("--max-mitigation <duration>", "largest mean time to mitigation, e.g. 1h (default: not judged)")
    .option("--max-escape-rate <share>", "largest share of defects that escape (default: not judged)", share)
    .option("--alpha <share>", "1 - level of the intervals", share, 0.05)
    .option("--seed <n>", "seed of the bootstrap", integer(0), 0)
    .option("--out <file>", "JSON file to write (default: print it)")
    .addOption(new Option("--fail-on <decision>", "exit 3 for this decision or a worse one").choices(["hold", "fail"]))
    .addHelpText("after", EXAMPLES);

  action<Options>(command, async (_args, o, { signal, onProgress }) => {
    const { gateService } = await import("../../experiment/index.js");
    const { readDefects, readMitigations, readServiceBuckets } = await import("../../ingest/gate/read-service.js");
    const { requireRows } = await import("../../ingest/gate/require-rows.js");
    const { refuseOwnInput } = await import("../own-input.js");
    const { writeGate } = await import("./write-gate.js");
    const sources = [
      [o.input, readServiceBuckets],
      [o.incidents, readMitigations],
      [o.defects, readDefects],
    ] as const;
    if (sources.every(([file]) => file === undefined))
      throw new InputError("give at least one of --input, --incidents and --defects", { option: "input" });
    for (const [file] of sources) if (file !== undefined) refuseOwnInput(file, [o.out]);
    onProgress(0, 0, "reading");
    const parts = [];
    for (const [file, read] of sources) if (file !== undefined) parts.push(await read(file, { signal }));
    const record = Object.assign({}, ...parts.map((part) => part.record));
    const options = {
      target: o.target ?? null,
      windowMs: parseDuration(o.window),
      minBad: o.minBad,
      minBudget: o.minBudget,
      maxCost: o.maxCost ?? null,
      maxMitigationMs: o.maxMitigation === undefined ? null : parseDuration(o.maxMitigation),
      maxEscapeRate: o.maxEscapeRate ?? null,
      alpha: o.alpha,
    };
    const inputs = parts.flatMap((part) => part.inputs);
    if (!o.input && !o.defects) requireRows(inputs, "incident");
    const found = gateService(record, { ...options, seed: o.seed });
    const outcome = {
      kind: "service",
      found,
      inputs,
      options,
      seed: o.seed,
      order: ORDER,
      summary: {},
      text: text(found),
    };
    return writeGate(outcome, o);
  });
}
