import type { SweepFile } from "../../src/backtest/index.js";
import { chartSpec, TOOLTIP_NUMBER } from "../../src/report/charts/chart-input.js";
import { type Cell, lineChart, type VegaLiteSpec } from "../../src/report/index.js";
import { LIGHT } from "../../src/report/palette.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure } from "../capacity-plan/words.js";
import { brief, cell, estimateWords, shareWords } from "../estimate-words.js";
import { leftOutWords, MOST_ROWS } from "../row-limit.js";

type Point = SweepFile["points"][number];

const [BLUE, RED] = LIGHT.category;

function ruleWords({ rule }: SweepFile["choice"]): string {
  if (rule.kind === "f1") return "the greatest F1";
  if (rule.kind === "miss_cost") return `a miss that costs as much as ${brief(rule.nuisances)} wrong alerts`;
  if (rule.kind === "max_nuisance") return `at most ${brief(rule.per_1000km)} wrong alerts per 1000 km`;
  return `a recall of at least ${shareWords(rule.recall)}`;
}

function conclusion({ target, choice, points }: SweepFile): string {
  const moved = `${target.trigger}, ${target.condition}: ${target.signal} ${target.op} ${brief(target.enter)} today, ${counted(points.length, "threshold")} tried.`;
  if (choice.value === null) return `${moved} None is picked: ${choice.reason}.`;
  const sample =
    choice.split === "vehicle"
      ? "It was picked on half of the vehicles and scored on the rest"
      : "It was picked on the labels that it is scored on (in-sample), so that its score is too good";
  return `${moved} By ${ruleWords(choice)} it would be ${brief(choice.value)}. ${sample}.`;
}

/** Misses against wrong alerts, a dot a threshold; those that no other beats in both are joined. */
function paretoPlot({ points, target, choice }: SweepFile): VegaLiteSpec {
  const unit = target.unit === null ? "" : ` ${target.unit}`;
  const values = points.map(({ value, fp, fn, pareto, precision, recall }) => ({
    ...{ value, fp, fn, precision, recall },
    name: `${target.op} ${brief(value)}${unit}`,
    kind: value === choice.value ? "picked" : value === target.enter ? "today" : pareto ? "front" : "beaten",
    front: pareto,
  }));
  const kinds = ["front", "beaten", "today", "picked"].filter((kind) => values.some((one) => one.kind === kind));
  const look: Record<string, { colour: string; shape: string }> = {
    front: { colour: BLUE, shape: "circle" },
    beaten: { colour: LIGHT.ink, shape: "cross" },
    today: { colour: LIGHT.category[2], shape: "square" },
    picked: { colour: RED, shape: "diamond" },
  };
  const axis = (field: string, title: string) => ({
    field,
    type: "quantitative",
    axis: { title, tickMinStep: 1 },
    scale: { padding: 8 },
  });
  const encoding = { x: axis("fp", "Wrong alerts"), y: axis("fn", "Missed") };
  const number = (field: string, title: string) => ({ field, type: "quantitative", title, format: TOOLTIP_NUMBER });
  const channel = (key: "colour" | "shape") => ({
    field: "kind",
    type: "nominal",
    scale: { domain: kinds, range: kinds.map((kind) => look[kind][key]) },
    legend: { title: null, symbolOpacity: 1 },
  });
  return chartSpec(
    { title: "What a threshold costs", height: 300 },
    {
      data: { values },
      layer: [
        {
          transform: [{ filter: "datum.front" }],
          mark: { type: "line", color: BLUE, strokeWidth: 2 },
          encoding: { ...encoding, order: { field: "fp" } },
        },
        {
          mark: { type: "point", filled: true, size: 70, opacity: 1 },
          encoding: {
            ...encoding,
            color: channel("colour"),
            shape: channel("shape"),
            tooltip: [
              { field: "name", type: "nominal", title: "Threshold" },
              number("fp", "Wrong"),
              number("fn", "Missed"),
              number("precision", "Precision"),
              number("recall", "Recall"),
            ],
          },
        },
      ],
    },
  );
}

function charts(sweep: SweepFile): Cell[] {
  const { points, target } = sweep;
  const x = points.map(({ value }) => value);
  const series = (name: string, of: (point: Point) => number | null) => ({ name, value: points.map(of) });
  const scored = points.some(({ recall }) => recall !== null);
  const alerts: Cell = {
    kind: "chart",
    id: "sweep-alerts",
    alt: `Alerts of ${counted(points.length, "threshold")} from ${brief(x[0])} to ${brief(x.at(-1) as number)}.`,
    caption: "The exit moves along with the threshold.",
    spec: lineChart({
      title: "Alerts by threshold",
      x,
      series: scored
        ? [series("right", ({ tp }) => tp), series("wrong", ({ fp }) => fp), series("missed", ({ fn }) => fn)]
        : [series("alerts", ({ events }) => events)],
      xTitle: target.unit === null ? "Threshold" : `Threshold (${target.unit})`,
      yTitle: "Count",
      xRules: [{ value: target.enter, label: `${brief(target.enter)} today` }],
    }),
  };
  if (!scored) return [alerts];
  const front = points.filter(({ pareto }) => pareto).length;
  return [
    {
      kind: "chart",
      id: "sweep-pareto",
      alt: `Missed against wrong of ${counted(points.length, "threshold")}; ${front} are beaten by no other.`,
      caption: "Joined: no other threshold has both fewer misses and fewer wrong alerts.",
      spec: paretoPlot(sweep),
    },
    alerts,
  ];
}

function chosen({ choice }: SweepFile): Cell[] {
  const { score, scored_on, value } = choice;
  if (score === null || value === null) return [];
  const { recall, precision } = score.intervals;
  const words = (metric: "recall" | "precision") =>
    estimateWords(
      { value: score[metric], lower: score.intervals[metric].lower, upper: score.intervals[metric].upper },
      shareWords,
    );
  const reason = recall.reason ?? precision.reason;
  return [
    {
      kind: "warning",
      id: "sweep-choice",
      severity: choice.in_sample ? "warning" : "info",
      message: `${brief(value)}: precision ${words("precision")}, recall ${words("recall")} on ${counted(scored_on.labels, "label")} of ${counted(scored_on.vehicles, "vehicle")}${choice.in_sample ? ", in-sample" : ""}.${reason === null ? "" : ` No interval: ${reason}.`}`,
    },
  ];
}

/** What other thresholds would have done. */
export function sweepSection(sweep: SweepFile | null): Cell[] {
  if (!sweep) return [];
  const { points } = sweep;
  return [
    heading("sweep", "Would another threshold be better?", conclusion(sweep)),
    ...chosen(sweep),
    ...charts(sweep),
    {
      kind: "table",
      id: "sweep-table",
      caption: `${figure(points.length)} replays of the same rows.${leftOutWords(points.length)}`,
      columns: [
        { name: "value", label: "Threshold", ...(sweep.target.unit === null ? {} : { unit: sweep.target.unit }) },
        { name: "events", label: "Alerts", format: "integer" },
        { name: "tp", label: "Right", format: "integer" },
        { name: "fp", label: "Wrong", format: "integer" },
        { name: "fn", label: "Missed", format: "integer" },
        { name: "precision", label: "Precision", format: "percent" },
        { name: "recall", label: "Recall", format: "percent" },
        { name: "pareto", label: "On the front", format: "text" },
      ],
      rows: points.slice(0, MOST_ROWS).map(({ value, events, tp, fp, fn, precision, recall, pareto }) => ({
        ...{ value, events, tp, fp, fn, precision: cell(precision), recall: cell(recall) },
        pareto: pareto ? "yes" : "no",
      })),
    },
  ];
}
