import type { BacktestFile } from "../../src/backtest/index.js";
import { barChart, type Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure } from "../capacity-plan/words.js";
import { estimateWords, hundredfold, pointRange } from "../estimate-words.js";
import { distinctNames } from "../gc/distinct-names.js";
import { intervalChart } from "../interval-chart.js";
import { leftOutWords, MOST_ROWS } from "../row-limit.js";
import type { Impact } from "./impact.js";
import { intervalTable } from "./interval-table.js";

type Change = NonNullable<BacktestFile["baseline"]>["overall"];

/** Figures whose differences are listed. */
const DIFFERENCES = Object.freeze(["precision", "recall", "alerts_per_1000km", "nuisance_per_1000km"] as const);

/** Triggers drawn: those that changed most. */
const MOST_DRAWN = 12;

function conclusion({ differences, added, removed, added_tp, removed_tp, policy }: Change): string {
  const right =
    policy.labels === null
      ? ""
      : ` Of those added ${figure(added_tp ?? 0)} are right, of those removed ${figure(removed_tp ?? 0)} were.`;
  const { recall, precision, alerts_per_1000km } = differences;
  const scores =
    recall.value === null ? "" : ` Recall changes by ${pointRange(recall)}, precision by ${pointRange(precision)}.`;
  return `${counted(added, "alert")} added and ${figure(removed)} removed: a change of ${estimateWords(alerts_per_1000km)} per 1000 km.${right}${scores}`;
}

/** The policy against the one before, over the same rows. */
export function beforeAfterSection({ result: { baseline } }: Impact): Cell[] {
  if (!baseline) return [];
  const triggers = Object.entries(baseline.triggers);
  const drawn = triggers.toSorted(([, a], [, b]) => b.added + b.removed - a.added - a.removed).slice(0, MOST_DRAWN);
  const scored = triggers.filter(([, { differences }]) => differences.recall.value !== null).slice(0, MOST_DRAWN);
  const fewer = triggers.length > drawn.length ? ` The ${drawn.length} of ${triggers.length} that changed most.` : "";
  const names = distinctNames(drawn.map(([id]) => id));
  const counts = (of: (change: Change) => number) => drawn.map(([, change]) => of(change));
  return [
    heading("before-after", `What changes against policy ${baseline.version}?`, conclusion(baseline.overall)),
    {
      kind: "chart",
      id: "added-removed",
      alt: `Alerts added, removed and in both of ${counted(drawn.length, "trigger")}; all: ${baseline.overall.added} added, ${baseline.overall.removed} removed, ${baseline.overall.common} in both.`,
      caption: `An alert is in both where those of the two policies overlap, one to one.${fewer}`,
      spec: barChart({
        title: "Alerts before and after",
        categories: names,
        series: [
          { name: "in both", value: counts(({ common }) => common) },
          { name: "added", value: counts(({ added }) => added) },
          { name: "removed", value: counts(({ removed }) => removed) },
        ],
        horizontal: true,
        yTitle: "Alerts",
        categoryTitle: "Trigger",
      }),
    },
    ...(scored.length === 0
      ? []
      : [
          {
            kind: "chart" as const,
            id: "score-differences",
            alt: `Differences of precision and recall of ${counted(scored.length, "trigger")}.`,
            caption: "Policy less baseline; right of 0 is better. Bars are paired intervals of 95 %.",
            spec: intervalChart({
              title: "Precision and recall against before",
              rows: scored.flatMap(([id, { differences }]) =>
                (["precision", "recall"] as const)
                  .filter((metric) => differences[metric].value !== null)
                  .map((metric) => ({
                    name: `${metric}: ${id}`,
                    value: hundredfold(differences[metric].value),
                    lower: hundredfold(differences[metric].lower),
                    upper: hundredfold(differences[metric].upper),
                  })),
              ),
              rules: [{ value: 0, label: "no change" }],
              xTitle: "Change",
              unit: "points",
            }),
          },
        ]),
    {
      kind: "table",
      id: "changes-table",
      caption: `Alerts of the two policies over the same rows.${leftOutWords(triggers.length)}`,
      columns: [
        { name: "trigger", label: "Trigger", format: "text" },
        { name: "in", label: "In", format: "text" },
        { name: "added", label: "Added", format: "integer" },
        { name: "removed", label: "Removed", format: "integer" },
        { name: "common", label: "In both", format: "integer" },
        { name: "added_tp", label: "Added, right", format: "integer" },
        { name: "removed_tp", label: "Removed, right", format: "integer" },
      ],
      rows: triggers.slice(0, MOST_ROWS).map(([trigger, change]) => ({
        trigger,
        in: change.in === "both" ? "both policies" : change.in === "policy" ? "the new one" : "the old one",
        ...{ added: change.added, removed: change.removed, common: change.common },
        ...{ added_tp: change.added_tp, removed_tp: change.removed_tp },
      })),
    },
    intervalTable(
      { id: "differences-table", caption: "Policy less baseline, with paired intervals of 95 %.", isChange: true },
      [...(triggers.length > 1 ? [["all triggers", baseline.overall] as const] : []), ...triggers].flatMap(
        ([trigger, { policy, differences }]) =>
          DIFFERENCES.filter((metric) => metric === "alerts_per_1000km" || policy.labels !== null).map((metric) => {
            const { value, ...interval } = differences[metric];
            return { trigger, metric, value, interval };
          }),
      ),
    ),
  ];
}
