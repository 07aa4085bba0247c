import { type Command, Option } from "commander";
import { DEFAULT_EDGE_OPTIONS } from "../../experiment/edge/edge-options.js";
import type { EdgeGate } from "../../experiment/index.js";
import { action } from "../frame.js";
import { checkLines, figure, interval } from "./gate-text.js";
import { amount, share } from "./option-values.js";

interface Options {
  input: string;
  maxAbsDiff?: number;
  maxP99Diff?: number;
  minAgreement?: number;
  maxLatencyP95?: number;
  maxThermalTrend?: number;
  alpha: number;
  out?: string;
  failOn?: string;
}

const ORDER = ["pass", "hold", "fail"];

const EXAMPLES = `
Examples:
  fleetlens gate edge --input paired.parquet --min-agreement 0.99 --max-abs-diff 0.1 --out edge.json
  fleetlens gate edge --input paired.csv --max-latency-p95 50 --max-thermal-trend 5 --out edge.json --fail-on fail

A row a sample. Columns: float_CLASS and quant_CLASS for each class; optional latency_ms, temperature_c with time.
A figure passes when its whole interval keeps the limit, and fails when its whole interval breaks it.`;

function text(found: EdgeGate): string {
  const { samples, classes, difference, agreement, latency, thermal, checks, decision } = found;
  return [
    `${decision} (${samples} samples, ${classes} classes)`,
    ...(difference ? [`  |quantised - float| at most ${figure(difference.max)}, p99 ${figure(difference.p99)}`] : []),
    ...(agreement ? [`  agreement ${figure(agreement.rate)} ${interval(agreement.lower, agreement.upper)}`] : []),
    ...(latency ? [`  latency p95 ${figure(latency.value)} ms ${interval(latency.lower, latency.upper)}`] : []),
    ...(thermal
      ? [
          `  ${figure(thermal.slope)} °C an hour ${interval(thermal.lower, thermal.upper)}, Mann-Kendall p ${figure(thermal.p)}`,
        ]
      : []),
    ...checkLines(checks),
  ].join("\n");
}

/** `fleetlens gate edge`: whether a quantised build may replace its float build on a device. */
export function registerGateEdge(gate: Command): void {
  const command = gate
    .command("edge")
    .description("Decide whether a quantised build may replace its float build on a device.")
    .requiredOption(
      "--input <file>",
      "samples: .parquet, .csv(.gz), .arrow/.feather, .json/.jsonl, a directory or a glob",
    )
    .option("--max-abs-diff <score>", "largest absolute difference of a score (default: not judged)", amount)
    .option("--max-p99-diff <score>", "largest 99 % quantile of the differences (default: not judged)", amount)
    .option("--min-agreement <share>", "least share with the same highest score (default: not judged)", share)
    .option("--max-latency-p95 <ms>", "largest 95 % quantile of latency (default: not judged)", amount)
    .option("--max-thermal-trend <degrees>", "largest rise, °C per hour (default: not judged)", amount)
    .option("--alpha <share>", "1 - level of the intervals", share, DEFAULT_EDGE_OPTIONS.alpha)
    .option("--out <file>", "JSON file to write (default: print it)")
    .addOption(new Option("--fail-on <decision>", "exit 3 for this decision or a worse one").choices(["hold", "fail"]))
    .addHelpText("after", EXAMPLES);

  action<Options>(command, async (_args, o, { signal, onProgress }) => {
    const { gateEdge } = await import("../../experiment/index.js");
    const { readEdge } = await import("../../ingest/gate/read-edge.js");
    const { refuseOwnInput } = await import("../own-input.js");
    const { writeGate } = await import("./write-gate.js");
    refuseOwnInput(o.input, [o.out]);
    onProgress(0, 0, "reading");
    const { samples, inputs } = await readEdge(o.input, { signal });
    const options = {
      alpha: o.alpha,
      maxAbsDiff: o.maxAbsDiff ?? null,
      maxP99Diff: o.maxP99Diff ?? null,
      minAgreement: o.minAgreement ?? null,
      maxLatencyP95: o.maxLatencyP95 ?? null,
      maxThermalTrend: o.maxThermalTrend ?? null,
    };
    const found = gateEdge(samples, options);
    const outcome = {
      kind: "edge",
      found,
      inputs,
      options,
      order: ORDER,
      summary: { samples: found.samples },
      text: text(found),
    };
    return writeGate(outcome, o);
  });
}
