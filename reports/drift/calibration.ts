import type { DriftFile } from "../../src/drift/index.js";
import type { Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted, listed } from "../capacity-plan/words.js";
import { brief, cell } from "../estimate-words.js";
import { judgedTable } from "./judged-table.js";
import { reliabilityChart } from "./reliability-chart.js";

type DriftCalibration = NonNullable<NonNullable<DriftFile["model"]>["calibration"]>;
type Calibration = NonNullable<DriftCalibration["reference"]>;

const PARTS = Object.freeze([
  { name: "ECE, bins of equal mass", of: (side: Calibration) => side.equal_mass.ece },
  { name: "ECE, bins of equal width", of: (side: Calibration) => side.equal_width.ece },
  { name: "Brier score", of: (side: Calibration) => side.brier.score },
  { name: "reliability (0 is best)", of: (side: Calibration) => side.brier.reliability },
  { name: "resolution (more is better)", of: (side: Calibration) => side.brier.resolution },
  { name: "uncertainty (of the labels)", of: (side: Calibration) => side.brier.uncertainty },
  { name: "within bins", of: (side: Calibration) => side.brier.within },
]);

function eceWords({ n, equal_mass: { ece } }: Calibration, side: string): string {
  return `${ece === null ? "unknown" : brief(ece)} on ${counted(n, "row")} ${side}`;
}

const CHANGES = Object.freeze({ ece: "expected calibration error", brier: "Brier score" });

/** What the verdicts say, where both sides have labels. */
function changeWords(changes: DriftCalibration["changes"]): string {
  if (changes.length === 0) return "";
  const of = (wanted: string) => changes.filter(({ verdict }) => verdict === wanted).map(({ name }) => CHANGES[name]);
  const [drifted, open] = [of("drift"), of("inconclusive")];
  if (drifted.length > 0) return ` More than chance has changed the ${listed(drifted)}.`;
  return open.length > 0
    ? ` Whether the ${listed(open)} changed cannot be told for sure.`
    : " That is no change that matters.";
}

/** Whether scores still are the shares that they claim to be. */
export function calibrationSection({ model }: DriftFile): Cell[] {
  const calibration = model?.calibration;
  if (!calibration) return [];
  const { reference, current, ece_delta, changes } = calibration;
  const title = "Can the scores still be believed?";
  const words = [
    ...(reference ? [eceWords(reference, "of the reference")] : []),
    ...(current ? [eceWords(current, "now")] : []),
  ];
  if (words.length === 0) {
    return [heading("calibration", title, "No side has both scores and labels, so that cannot be told.")];
  }
  const change =
    ece_delta === null
      ? current === null
        ? " Without labels of the current rows there is nothing to compare it with."
        : ""
      : ` That is ${brief(Math.abs(ece_delta))} ${ece_delta > 0 ? "more" : "less"} than before.`;
  const sides = [
    ...(reference ? [{ name: "reference", side: reference }] : []),
    ...(current ? [{ name: "current", side: current }] : []),
  ];
  const curves = sides.map(({ name, side }) => ({ name, bins: side.equal_mass.bins }));
  const bins = curves.reduce((sum, one) => sum + one.bins.length, 0);
  return [
    heading(
      "calibration",
      title,
      `The expected calibration error is ${listed(words)}.${change}${changeWords(changes)}`,
    ),
    ...(bins === 0
      ? []
      : [
          {
            kind: "chart" as const,
            id: "calibration-curve",
            alt: `Observed share by score in ${counted(bins, "bin")} of equal mass; expected calibration error ${listed(words)}.`,
            caption: "A score that is right lies on the dashed line. Wilson's 95\u00a0% intervals.",
            spec: reliabilityChart("Reliability of the scores", curves),
          },
        ]),
    ...(changes.length === 0
      ? []
      : [
          judgedTable(
            "calibration-changes",
            "Change of",
            changes.map((change) => ({ ...change, name: CHANGES[change.name] })),
          ),
        ]),
    {
      kind: "table",
      id: "calibration-parts",
      caption:
        "ECE: mean distance of observed share and mean score, weighted by rows. Brier score = reliability − resolution + uncertainty + within bins (Murphy 1973).",
      columns: [
        { name: "part", label: "Figure", format: "text" },
        { name: "reference", label: "Reference" },
        { name: "current", label: "Current" },
        { name: "change", label: "Change" },
      ],
      rows: PARTS.map(({ name, of }) => {
        const [before, after] = [reference && of(reference), current && of(current)];
        return {
          part: name,
          reference: cell(before),
          current: cell(after),
          change: before === null || after === null ? null : cell(after - before),
        };
      }),
    },
  ];
}
