import type { DriftFile } from "../../src/drift/index.js";
import { barChart, type Cell } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure } from "../capacity-plan/words.js";
import { brief, estimateWords, shareWords } from "../estimate-words.js";
import { distinctNames } from "../gc/distinct-names.js";
import { judgedTable } from "./judged-table.js";

type TwoTests = Omit<NonNullable<DriftFile["multivariate"]>, "features">;

/** Features of the classifier that are drawn. */
const MOST_DRAWN = 15;

const FOUND = Object.freeze({
  drift: "They differ",
  stable: "They do not differ by enough to matter",
  inconclusive: "That cannot be told with these rows",
});

function conclusion({ verdict, classifier: { effect, importance } }: TwoTests): string {
  const auc = effect.value === null ? "" : `, with an AUC of ${estimateWords(effect)} where 0.5 is chance`;
  const [first] = importance;
  const leans = verdict === "drift" && first ? ` It leans most on ${first.feature}.` : "";
  return `${FOUND[verdict]}: a classifier tells current rows from those of the reference${auc}.${leans}`;
}

function cells(id: string, tests: TwoTests, extra: readonly string[]): Cell[] {
  const { classifier, mmd } = tests;
  const told = classifier.importance.filter(({ share }) => share > 0);
  const drawn = told.slice(0, MOST_DRAWN);
  const most = told.length > drawn.length ? ` The ${MOST_DRAWN} largest of ${figure(told.length)}.` : "";
  const rows = ({ n_reference, n_current }: { n_reference: number; n_current: number }) =>
    `${counted(n_reference, "row")} of the reference and ${figure(n_current)} current ones`;
  return [
    ...(drawn.length === 0
      ? []
      : [
          {
            kind: "chart" as const,
            id: `${id}-importance`,
            alt: `What the classifier leans on, ${counted(drawn.length, "column")}: ${drawn[0].feature} ${shareWords(drawn[0].share)} first.`,
            caption: `Share of what the classifier leans on.${classifier.verdict === "drift" ? "" : " With little to tell the sides apart by, this is mostly chance."}${most}`,
            spec: barChart({
              title: "What tells both sides apart",
              categories: distinctNames(drawn.map(({ feature }) => feature)),
              series: [{ name: "share", value: drawn.map(({ share }) => 100 * share) }],
              horizontal: true,
              yTitle: "Share of the classifier",
              unit: "%",
              categoryTitle: "Column",
            }),
          },
        ]),
    judgedTable(`${id}-table`, "Test", [
      { ...classifier, name: `domain classifier (${classifier.classifier}), AUC` },
      { ...mmd, name: "maximum mean discrepancy" },
    ]),
    ...bullets(`${id}-notes`, [
      `The classifier saw ${rows(classifier)} and was scored on those it was not fitted to.`,
      mmd.bandwidth === null
        ? ""
        : `The discrepancy is that of ${rows(mmd)}, with a Gaussian kernel as wide as their median distance, ${brief(mmd.bandwidth)}; its p-value is by ${counted(mmd.permutations, "permutation")}.`,
      ...extra,
    ]),
  ];
}

/** Whether the columns differ together, and whether an embedding does. */
export function multivariateSection({ multivariate, embedding }: DriftFile): Cell[] {
  const together = multivariate
    ? [
        heading(
          "multivariate",
          `Do the ${counted(multivariate.features.length, "column")} differ together?`,
          conclusion(multivariate),
        ),
        ...cells("multivariate", multivariate, []),
      ]
    : [];
  if (!embedding) return together;
  const { centroid_shift, dimensions, prefix } = embedding;
  const shift =
    centroid_shift === null
      ? ""
      : `The mean embedding moved by a cosine distance of ${brief(centroid_shift)}, over ${counted(dimensions, "dimension")} (${prefix}).`;
  return [
    ...together,
    heading("embedding", "Does the embedding differ?", conclusion(embedding)),
    ...cells("embedding", embedding, [shift]),
  ];
}
