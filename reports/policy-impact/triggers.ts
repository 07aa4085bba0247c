import type { Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure } from "../capacity-plan/words.js";
import { cell, hundredfold } from "../estimate-words.js";
import { intervalChart } from "../interval-chart.js";
import { leftOutWords, MOST_ROWS } from "../row-limit.js";
import type { Impact } from "./impact.js";
import { intervalTable } from "./interval-table.js";
import { estimateOf, shareEstimate, type TriggerScore, triggersOf, withAll } from "./words.js";

/** Triggers drawn; the table has more. */
const MOST_DRAWN = 15;

function conclusion(triggers: readonly [string, TriggerScore][]): string {
  const judged = triggers.filter(([, score]) => score.recall !== null);
  if (judged.length === 0) {
    const [most] = triggers.toSorted(([, a], [, b]) => b.events - a.events);
    return most ? `${most[0]} has the most alerts: ${figure(most[1].events)}.` : "The policy has no trigger.";
  }
  const [worst] = judged.toSorted(([, a], [, b]) => (a.recall as number) - (b.recall as number));
  if (worst[1].recall === 1) return "No label was missed in these logs.";
  return `${worst[0]} misses most: recall ${shareEstimate(worst[1], "recall")}.`;
}

function chart(triggers: readonly [string, TriggerScore][]): Cell[] {
  const drawn = triggers.filter(([, score]) => score.precision !== null || score.recall !== null).slice(0, MOST_DRAWN);
  if (drawn.length === 0) return [];
  const rows = drawn.flatMap(([id, score]) =>
    (["precision", "recall"] as const).flatMap((metric) => {
      const { value, lower, upper } = estimateOf(score, metric);
      if (value === null) return [];
      return {
        name: `${metric}: ${id}`,
        value: hundredfold(value),
        lower: hundredfold(lower),
        upper: hundredfold(upper),
      };
    }),
  );
  const [, first] = drawn[0];
  const { clusters, cluster_unit, reason } = first.intervals.recall;
  const how =
    reason === null
      ? `Bars are intervals of 95 % over ${counted(clusters, cluster_unit === "vehicle" ? "vehicle" : "vehicle-day")}.`
      : `No bars: ${reason}.`;
  return [
    {
      kind: "chart",
      id: "precision-recall",
      alt: `Precision and recall of ${counted(drawn.length, "trigger")}; ${drawn[0][0]}: ${shareEstimate(first, "precision")} and ${shareEstimate(first, "recall")}.`,
      caption: how,
      spec: intervalChart({ title: "Precision and recall by trigger", rows, xTitle: "Share", unit: "%" }),
    },
  ];
}

const COLUMNS = [
  { name: "trigger", label: "Trigger", format: "text" },
  { name: "events", label: "Alerts", format: "integer" },
  { name: "labels", label: "Labels", format: "integer" },
  { name: "tp", label: "Right", format: "integer" },
  { name: "fp", label: "Wrong", format: "integer" },
  { name: "fn", label: "Missed", format: "integer" },
  { name: "uncovered", label: "Missed, no rows", format: "integer" },
];

/** How well each trigger does. */
export function triggersSection({ result }: Impact): Cell[] {
  const triggers = triggersOf(result);
  const scored = result.overall.labels !== null;
  return [
    heading(
      "triggers",
      scored ? "Are the alerts right, and is none missing?" : "How many alerts are there?",
      conclusion(triggers),
    ),
    ...chart(triggers),
    {
      kind: "table",
      id: "triggers-table",
      caption: `${scored ? "Right: with a label, one to one. No rows: the log has none near the label." : "Alerts of each trigger."}${leftOutWords(triggers.length)}`,
      columns: scored ? COLUMNS : COLUMNS.slice(0, 2),
      rows: triggers.slice(0, MOST_ROWS).map(([trigger, score]) => ({
        trigger,
        ...{ events: score.events, labels: score.labels, tp: score.tp, fp: score.fp, fn: score.fn },
        uncovered: score.labels_uncovered,
      })),
    },
    ...(scored ? [scoresTable(withAll(result))] : []),
    ...severityTable(triggers),
  ];
}

const scoresTable = (triggers: readonly [string, TriggerScore][]): Cell =>
  intervalTable(
    { id: "scores-table", caption: "Scores with their intervals of 95 %, and what they were made from." },
    triggers.flatMap(([trigger, score]) =>
      (["precision", "recall", "f1"] as const).map((metric) => ({
        ...{ trigger, metric, value: score[metric], interval: score.intervals[metric] },
      })),
    ),
  );

/** Misses by how bad they are, where labels tell. */
function severityTable(triggers: readonly [string, TriggerScore][]): Cell[] {
  const rows = triggers.flatMap(([trigger, { misses_by_severity }]) =>
    (misses_by_severity ?? []).map(({ severity, labels, fn }) => ({
      ...{ trigger, severity: severity ?? "not given", labels, fn },
      share: labels === 0 ? null : cell(fn / labels),
    })),
  );
  if (rows.length === 0) return [];
  return [
    {
      kind: "table",
      id: "severity-table",
      caption: `What was missed, by the severity of the labels.${leftOutWords(rows.length)}`,
      columns: [
        { name: "trigger", label: "Trigger", format: "text" },
        { name: "severity", label: "Severity", format: "text" },
        { name: "labels", label: "Labels", format: "integer" },
        { name: "fn", label: "Missed", format: "integer" },
        { name: "share", label: "Share missed", format: "percent" },
      ],
      rows: rows.slice(0, MOST_ROWS),
    },
  ];
}
