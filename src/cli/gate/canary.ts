import { type Command, Option } from "commander";
import { DEFAULT_CANARY_OPTIONS } from "../../experiment/canary/canary-options.js";
import type { CanaryGate } from "../../experiment/index.js";
import { action, integer, numberList } from "../frame.js";
import { alignedRows, figure, interval } from "./gate-text.js";
import { amount, share } from "./option-values.js";

interface Options {
  input: string;
  maxRegression: number;
  alpha: number;
  minN: number;
  maxLatencyIncrease?: number;
  steps: number[];
  step?: number;
  out?: string;
  failOn?: string;
}

const ORDER = ["promote", "hold", "abort"];

const EXAMPLES = `
Examples:
  fleetlens gate canary --input requests.parquet --max-regression 0.015 --step 5 --out canary.json
  fleetlens gate canary --input shadow.parquet --max-latency-increase 0.1 --out canary.json --fail-on abort

Columns: arm (prod | canary), label, prediction, latency_ms; optional slice, ok, request_id (pairs of a shadow run).
Promote when no class may be worse than the limit; abort when one is; hold otherwise. docs/gate.md has the rules.`;

function text({ classes, slices, errors, latency, decision, next_step, mode, rows }: CanaryGate): string {
  const failing = slices.filter(({ verdict }) => verdict === "fail");
  const changes = [
    ...classes.map((one) => ({ ...one, what: one.class })),
    ...failing.map((one) => ({ ...one, what: `${one.class} of ${one.slice}` })),
    ...(errors
      ? [{ ...errors, what: "failed requests", recall_prod: errors.rate_prod, recall_canary: errors.rate_canary }]
      : []),
  ];
  const lines = changes.map(({ what, verdict, recall_prod, recall_canary, lower, upper, reason, n_needed }) => {
    const needed = n_needed === null ? "" : `; ${n_needed} such rows of the canary would tell`;
    const shares = `${figure(recall_prod)} -> ${figure(recall_canary)}`;
    return [verdict, what, shares, interval(lower, upper), reason === "" ? "" : reason + needed];
  });
  const latencies = latency.map(({ q, prod, canary, lower, upper, verdict }) => {
    const ms = `${figure(prod)} -> ${figure(canary)} ms`;
    return [verdict ?? "not judged", `latency p${Math.round(100 * q)}`, ms, interval(lower, upper), ""];
  });
  const next = next_step === null ? "" : `; next step ${next_step} %`;
  return [
    `${decision}${next} (${mode}: ${rows.prod} rows of prod, ${rows.canary} of the canary)`,
    ...alignedRows([...lines, ...latencies]),
  ].join("\n");
}

/** `fleetlens gate canary`: whether a canary or shadow build may get more of the traffic. */
export function registerGateCanary(gate: Command): void {
  const of = DEFAULT_CANARY_OPTIONS;
  const steps = numberList((value) => value > 0 && value <= 100, "shares of the traffic above 0 and up to 100 %");
  const command = gate
    .command("canary")
    .description("Decide whether a canary (or shadow) build may get more of the traffic.")
    .requiredOption(
      "--input <file>",
      "requests: .parquet, .csv(.gz), .arrow/.feather, .json/.jsonl, a directory or a glob",
    )
    .option("--max-regression <share>", "largest loss of a class's recall that passes", share, of.maxRegression)
    .option("--alpha <share>", "1 - level of the intervals", share, of.alpha)
    .option("--min-n <rows>", "rows of a class that each arm must have for a verdict", integer(1), of.minN)
    .option("--max-latency-increase <share>", "largest increase of a latency quantile (default: not judged)", amount)
    .addOption(
      new Option("--steps <list>", "steps of the rollout, % of the traffic").argParser(steps).default([...of.steps]),
    )
    .option("--step <percent>", "share of the traffic that the canary has now", amount)
    .option("--out <file>", "JSON file to write (default: print it)")
    .addOption(new Option("--fail-on <decision>", "exit 3 for this decision or a worse one").choices(["hold", "abort"]))
    .addHelpText("after", EXAMPLES);

  action<Options>(command, async (_args, o, { signal, onProgress }) => {
    const { gateCanary } = await import("../../experiment/index.js");
    const { readCanary } = await import("../../ingest/gate/read-canary.js");
    const { refuseOwnInput } = await import("../own-input.js");
    const { locateRow } = await import("./locate-row.js");
    const { writeGate } = await import("./write-gate.js");
    refuseOwnInput(o.input, [o.out]);
    onProgress(0, 0, "reading");
    const { requests, inputs } = await readCanary(o.input, { signal });
    const { maxRegression, alpha, minN, steps } = o;
    const [maxLatencyIncrease, step] = [o.maxLatencyIncrease ?? null, o.step ?? null];
    const options = { maxRegression, alpha, minN, maxLatencyIncrease, steps, step };
    const found = locateRow(inputs, () => gateCanary(requests, options));
    const { next_step, mode } = found;
    const outcome = {
      kind: "canary",
      found,
      inputs,
      options,
      order: ORDER,
      summary: { next_step, mode },
      text: text(found),
    };
    return writeGate(outcome, o);
  });
}
