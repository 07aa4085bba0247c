import type { RcaFile } from "../../src/incident/index.js";
import { type Cell, lineChart } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted, percent } from "../capacity-plan/words.js";
import { whereWords } from "./kpi-words.js";

type Probes = NonNullable<RcaFile["probes"]>;
type Change = Probes["confusion"]["accuracy"];

/** Cells of the confusion matrix in the table. */
const MOST_CELLS = 20;

/** Whether an interval leaves no doubt of the direction. */
const isClear = ({ change: { low, high } }: Change) => low !== null && high !== null && (low > 0 || high < 0);

function conclusion(probes: Probes): string {
  const { before, after, where, confusion } = probes;
  const on = Object.keys(where).length > 0 ? ` with ${whereWords(where)}` : "";
  const counts = `${counted(before, "sample")} before and ${counted(after, "sample")} during the incident${on}`;
  const { accuracy } = confusion;
  if (accuracy.before.rate === null || accuracy.after.rate === null) {
    return `There are ${counts}: too few to compare the model's answers.`;
  }
  const level = `${percent(accuracy.before.rate)} of the answers were right before, ${percent(accuracy.after.rate)} during`;
  return isClear(accuracy)
    ? `The model answers ${(accuracy.change.delta ?? 0) < 0 ? "worse" : "better"}: ${level}, of ${counts}.`
    : `The model's answers are as right as before within what the sample can tell: ${level}, of ${counts}.`;
}

/** Columns of a share before and during, with the interval of its change. */
const CHANGE_COLUMNS = [
  { name: "before", label: "Before", format: "percent" },
  { name: "after", label: "During", format: "percent" },
  { name: "low", label: "Change from", format: "percent" },
  { name: "high", label: "Change to", format: "percent" },
];

const changeRow = ({ before, after, change }: Change) => ({
  before: before.rate,
  after: after.rate,
  low: change.low,
  high: change.high,
});

function confusionTable({ confusion: { cells } }: Probes): Cell {
  const left = cells.length - MOST_CELLS;
  return {
    kind: "table",
    id: "probes-confusion",
    caption: `How often each label was answered how, the largest change first; the change with its 95\u00a0% interval.${left > 0 ? ` ${counted(left, "more pair")} changed less.` : ""}`,
    columns: [
      { name: "label", label: "Label", format: "text" },
      { name: "pred", label: "Answer", format: "text" },
      { name: "n_before", label: "Count before", format: "integer" },
      { name: "n_after", label: "Count during", format: "integer" },
      ...CHANGE_COLUMNS,
    ],
    rows: cells.slice(0, MOST_CELLS).map((cell) => ({
      label: cell.label,
      pred: cell.pred,
      n_before: cell.before.count,
      n_after: cell.after.count,
      ...changeRow(cell),
    })),
  };
}

function classTable({ confusion: { classes } }: Probes): Cell {
  return {
    kind: "table",
    id: "probes-classes",
    caption: "Precision: of the answers of a class, the right ones. Recall: of the labels of a class, the found ones.",
    columns: [
      { name: "name", label: "Class", format: "text" },
      { name: "measure", label: "Measure", format: "text" },
      ...CHANGE_COLUMNS,
    ],
    rows: classes.flatMap(({ name, precision, recall }) => [
      { name, measure: "precision", ...changeRow(precision) },
      { name, measure: "recall", ...changeRow(recall) },
    ]),
  };
}

function calibrationCells({ calibration }: Probes): Cell[] {
  if (calibration === null) return [];
  const { before, after } = calibration;
  if (before.ece === null || after.ece === null) return [];
  const worse = (calibration.eceDelta ?? 0) > 0 ? "less" : "more";
  const words = `Scores miss what came true by ${percent(before.ece)} on average before and by ${percent(after.ece)} during: they are ${worse} honest.`;
  // Each period has scores of its own: its line has values only there.
  const x = [...new Set([...before.bins, ...after.bins].map(({ meanScore }) => meanScore))].sort((a, b) => a - b);
  const at = (bins: typeof before.bins, pick: (bin: (typeof bins)[number]) => number) =>
    x.map((score) => {
      const bin = bins.find(({ meanScore }) => meanScore === score);
      return bin ? pick(bin) : interpolated(bins, score, pick);
    });
  const series = ([name, { bins }]: readonly [string, typeof before]) => ({
    name,
    value: at(bins, ({ observed }) => observed),
    lo: at(bins, ({ low }) => low),
    hi: at(bins, ({ high }) => high),
  });
  return [
    heading("calibration", "Do its scores still hold?", words),
    {
      kind: "chart",
      id: "calibration-curve",
      alt: `Calibration: the scores miss what came true by ${percent(before.ece)} before and ${percent(after.ece)} during the incident.`,
      caption:
        "Share that came true at each score, in bins of equal numbers, with 95\u00a0% intervals. Honest scores lie on the diagonal.",
      spec: lineChart({
        title: "Calibration before and during",
        x,
        xTitle: "Score",
        yTitle: "Came true",
        unit: "%",
        series: [series(["before", before]), series(["during", after]), { name: "honest", value: x }],
        percent: true,
      }),
    },
  ];
}

/** A point on the line between two bins; null outside of them. */
function interpolated(
  bins: NonNullable<Probes["calibration"]>["before"]["bins"],
  score: number,
  pick: (bin: (typeof bins)[number]) => number,
): number | null {
  const next = bins.findIndex(({ meanScore }) => meanScore > score);
  if (next < 1) return null;
  const [a, b] = [bins[next - 1], bins[next]];
  return pick(a) + ((score - a.meanScore) / (b.meanScore - a.meanScore)) * (pick(b) - pick(a));
}

/** What changed in a model's answers on the failing slice. */
export function probesSection({ probes }: RcaFile): Cell[] {
  if (probes === null) return [];
  const head = heading("probes", "Does the model answer differently?", conclusion(probes));
  if (probes.before === 0 || probes.after === 0) return [head];
  return [head, confusionTable(probes), classTable(probes), ...calibrationCells(probes)];
}
