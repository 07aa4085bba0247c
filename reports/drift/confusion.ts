import type { DriftFile } from "../../src/drift/index.js";
import type { Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted } from "../capacity-plan/words.js";
import { cell, hundredfold, pointRange, rateValue, shareWords } from "../estimate-words.js";
import { distinctNames } from "../gc/distinct-names.js";
import { intervalChart } from "../interval-chart.js";
import { leftOutWords, MOST_ROWS } from "../row-limit.js";

type Confusion = NonNullable<NonNullable<DriftFile["model"]>["confusion"]>;
type Change = Confusion["accuracy"];

/** Cells drawn; the others barely moved. */
const MOST_DRAWN = 20;

function deltaWords({ change: { delta: value, low: lower, high: upper } }: Change): string {
  return pointRange({ value, lower, upper });
}

function shareOf({ rate }: Change["before"]): string {
  return rate === null ? "no row" : shareWords(rate);
}

/** Where the confusion matrix moved, the largest change first. */
export function confusionSection({ model }: DriftFile): Cell[] {
  const confusion = model?.confusion;
  if (!confusion) return [];
  const { accuracy, cells, classes } = confusion;
  const moved = cells.filter(({ change }) => change.delta !== null);
  const [first] = moved;
  const most = first
    ? ` What moved most is ${first.label} taken for ${first.pred}: ${shareOf(first.before)} before, ${shareOf(first.after)} now.`
    : "";
  const drawn = moved.slice(0, MOST_DRAWN);
  const names = distinctNames(drawn.map(({ label, pred }) => `${label} as ${pred}`));
  const fewer =
    moved.length > drawn.length ? ` The ${MOST_DRAWN} that moved most of ${counted(moved.length, "cell")}.` : "";
  return [
    heading(
      "confusion",
      "Which mistakes became more common?",
      `Right are ${shareOf(accuracy.after)} of the current rows, ${shareOf(accuracy.before)} in the reference: ${deltaWords(accuracy)}.${most}`,
    ),
    ...(drawn.length === 0
      ? []
      : [
          {
            kind: "chart" as const,
            id: "confusion-changes",
            alt: `Changes of ${counted(drawn.length, "cell")} of the confusion matrix, the largest ${deltaWords(first)} for ${first.label} taken for ${first.pred}.`,
            caption: `Rows of a label that are predicted as a class, now less before, with Newcombe's interval.${fewer}`,
            spec: intervalChart({
              title: "Change of the confusion matrix",
              rows: drawn.map(({ change: { delta, low, high } }, i) => ({
                name: names[i],
                value: hundredfold(delta),
                lower: hundredfold(low),
                upper: hundredfold(high),
              })),
              rules: [{ value: 0, label: "as before" }],
              xTitle: "Current \u2212 reference",
              unit: "points",
            }),
          },
        ]),
    {
      kind: "table",
      id: "confusion-classes",
      caption: `Precision: right ones of those predicted as the class. Recall: found ones of those that are of it.${leftOutWords(classes.length)}`,
      columns: [
        { name: "name", label: "Class", format: "text" },
        { name: "precision_before", label: "Precision before", format: "percent" },
        { name: "precision_after", label: "Precision now", format: "percent" },
        { name: "recall_before", label: "Recall before", format: "percent" },
        { name: "recall_after", label: "Recall now", format: "percent" },
        { name: "delta", label: "Change of recall", unit: "points" },
        { name: "lower", label: "From" },
        { name: "upper", label: "To" },
      ],
      rows: classes.slice(0, MOST_ROWS).map(({ name, precision, recall }) => ({
        name,
        precision_before: cell(precision.before.rate),
        precision_after: cell(precision.after.rate),
        recall_before: cell(recall.before.rate),
        recall_after: cell(recall.after.rate),
        delta: rateValue(recall.change.delta),
        lower: rateValue(recall.change.low),
        upper: rateValue(recall.change.high),
      })),
    },
  ];
}
