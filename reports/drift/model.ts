import type { DriftFile } from "../../src/drift/index.js";
import type { Cell } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, listed, sentence } from "../capacity-plan/words.js";
import { brief, estimateWords } from "../estimate-words.js";
import { type IntervalRow, intervalChart } from "../interval-chart.js";
import { judgedTable } from "./judged-table.js";

type Performance = NonNullable<NonNullable<DriftFile["model"]>["performance"]>;
type MetricChange = Performance["metrics"][number];

const METRICS = Object.freeze({
  accuracy: "accuracy",
  f1: "F1",
  roc_auc: "AUC",
  macro_f1: "macro F1",
  macro_auc: "macro AUC",
});

/** `F1 estimated 0.81 (0.79 to 0.83), 0.86 in the reference, 0.8 with labels`. */
function metricWords({ name, reference, estimated: value, lower, upper, realised }: MetricChange): string {
  const before = reference === null ? "" : `, ${brief(reference)} in the reference`;
  const came = realised === null ? "" : `, ${brief(realised)} with labels`;
  return `${METRICS[name]} estimated ${estimateWords({ value, lower, upper })}${before}${came}`;
}

/** Whether what came true lies outside of what the estimate holds for likely. */
function contradicted({ lower, upper, realised }: MetricChange): boolean {
  return realised !== null && ((lower !== null && realised < lower) || (upper !== null && realised > upper));
}

function conclusion({ metrics }: Performance): string {
  const drifted = metrics.filter(({ verdict }) => verdict === "drift");
  const words = (drifted.length > 0 ? drifted : metrics).map(metricWords).join("; ");
  const wrong = metrics.filter(contradicted).map(({ name }) => METRICS[name]);
  const labels =
    wrong.length > 0
      ? ` Labels contradict the estimate of ${listed(wrong)}: they no longer depend on the scores as they did, so trust the labels.`
      : "";
  if (drifted.length > 0) return `It is estimated to have changed: ${words}.${labels}`;
  return metrics.every(({ verdict }) => verdict === "stable")
    ? `It is estimated to perform as before: ${words}.${labels}`
    : `That cannot be told for sure: ${words}.${labels}`;
}

/** Reference, estimate and what came true of each metric, one below the other. */
function rowsOf(metrics: readonly MetricChange[]): IntervalRow[] {
  const single = (name: string, value: number | null) =>
    value === null ? [] : [{ name, value, lower: null, upper: null }];
  return metrics.flatMap(({ name, reference, estimated: value, lower, upper, realised }) => [
    ...single(`${METRICS[name]}, reference`, reference),
    ...(value === null ? [] : [{ name: `${METRICS[name]}, estimated`, value, lower, upper }]),
    ...single(`${METRICS[name]}, realised`, realised),
  ]);
}

function notes({ event, calibration, n_reference, n_current }: Performance): string[] {
  const of = { positive: "the positive class", correct: "a right prediction", class: "its class, one for each" }[event];
  return [
    `The estimate needs no labels of the current rows: scores of ${counted(n_current, "row")} are calibrated (${calibration}) on ${counted(n_reference, "row")} of the reference, and give the expected confusion matrix (CBPE). The score is the probability of ${of}.`,
    "It holds as long as labels depend on scores as they did in the reference. Where that has changed, only labels show it.",
  ];
}

/** Performance of the model: estimated without labels, and realised where there are some. */
export function modelSection({ model }: DriftFile): Cell[] {
  if (!model) return [];
  const title = "Does the model still perform?";
  const { performance, warnings, n_reference, n_current } = model;
  const warned = warnings.map(sentence);
  if (performance === null) {
    const rows = `${figure(n_reference)} rows of the reference and ${figure(n_current)} current ones`;
    const head = `Its performance cannot be estimated: ${rows} have no scores, or no labels in the reference.`;
    return [heading("model", title, head), ...bullets("model-notes", warned)];
  }
  const { metrics } = performance;
  const rows = rowsOf(metrics);
  return [
    heading("model", title, conclusion(performance)),
    ...(rows.length === 0
      ? []
      : [
          {
            kind: "chart" as const,
            id: "model-performance",
            alt: `Performance of the model: ${metrics.map(metricWords).join("; ")}.`,
            caption: "The interval of the estimate says where the metric of the current rows lies.",
            spec: intervalChart({ title: "Performance, estimated and realised", rows, xTitle: "Metric" }),
          },
        ]),
    judgedTable(
      "model-table",
      "Change of",
      metrics.map((metric) => ({ ...metric, name: METRICS[metric.name] })),
    ),
    ...bullets("model-notes", [...notes(performance), ...warned]),
  ];
}
