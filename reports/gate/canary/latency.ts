import type { CanaryFile } from "../../../src/experiment/index.js";
import type { Cell } from "../../../src/report/index.js";
import { heading } from "../../capacity-plan/section.js";
import { counted, listed } from "../../capacity-plan/words.js";
import { brief, cell, estimateWords } from "../../estimate-words.js";
import { intervalChart } from "../../interval-chart.js";
import { levelWords, numberOption } from "../words.js";
import { quantileWords } from "./changes.js";

type Latency = CanaryFile["latency"][number] & { prod: number; canary: number };

const msWords = (ms: number): string => `${brief(ms)}\u00a0ms`;

/** The change of a quantile with its interval. */
function change({ prod, canary, lower, upper }: Latency) {
  return { value: canary - prod, lower, upper };
}

/** `0.9 ms (0.4 to 1.5)`, of a change. */
const msRange = (one: Latency): string => estimateWords(change(one), msWords, brief);

function conclusion(judged: boolean, latency: readonly Latency[]): string {
  const words = latency.map(
    (one) => `${quantileWords(one.q)} ${msWords(one.prod)}, ${msWords(one.canary)} in the canary`,
  );
  const first = `${listed(words)}.`;
  if (!judged) return `${first} No limit was given, so latency was not judged.`;
  const failing = latency.filter(({ verdict }) => verdict === "fail").map(({ q }) => quantileWords(q));
  const open = latency.filter(({ verdict }) => verdict === "hold").map(({ q }) => quantileWords(q));
  if (failing.length > 0) return `${first} Too slow: ${listed(failing)}.`;
  return `${first} ${open.length > 0 ? `Cannot be told yet: ${listed(open)}.` : "All keep the limit."}`;
}

/** Quantiles of latency by build, and their differences. */
export function latencySection(result: CanaryFile): Cell[] {
  const latency = result.latency.filter((one): one is Latency => one.prod !== null && one.canary !== null);
  if (latency.length === 0) return [];
  const increase = numberOption(result, "maxLatencyIncrease");
  const judged = latency.some(({ verdict }) => verdict !== null);
  const [first, last] = [latency[0], latency[latency.length - 1]];
  return [
    heading("latency", "Is it slower?", conclusion(judged, latency)),
    {
      kind: "chart",
      id: "latency-changes",
      alt: `Change of ${counted(latency.length, "quantile")} of latency: ${quantileWords(first.q)} ${msRange(first)}, ${quantileWords(last.q)} ${msRange(last)}.`,
      caption: "Right of the rule the canary is slower. An interval without two bounds is not drawn: too few rows.",
      spec: intervalChart({
        title: "Change of latency by quantile",
        rows: latency.map((one) => ({
          name: quantileWords(one.q),
          ...change(one),
          ...(judged ? { verdict: one.verdict ?? "not judged" } : {}),
        })),
        rules: [{ value: 0, label: "as prod" }],
        xTitle: "Canary \u2212 prod",
        unit: "ms",
      }),
    },
    {
      kind: "table",
      id: "latency-table",
      caption: `From and to: ${levelWords(result)} of the change.`,
      columns: [
        { name: "quantile", label: "Quantile", format: "text" },
        ...(judged ? [{ name: "verdict", label: "Verdict", format: "text" }] : []),
        { name: "prod", label: "Prod", unit: "ms" },
        { name: "canary", label: "Canary", unit: "ms" },
        { name: "change", label: "Change", unit: "ms" },
        { name: "lower", label: "From" },
        { name: "upper", label: "To" },
        ...(increase === null ? [] : [{ name: "limit", label: "Largest change", unit: "ms" }]),
      ],
      rows: latency.map((one) => ({
        quantile: quantileWords(one.q),
        ...(judged ? { verdict: one.verdict } : {}),
        prod: cell(one.prod),
        canary: cell(one.canary),
        change: cell(one.canary - one.prod),
        lower: cell(one.lower),
        upper: cell(one.upper),
        ...(increase === null ? {} : { limit: cell(increase * one.prod) }),
      })),
    },
  ];
}
