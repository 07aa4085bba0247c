import type { DriftFile } from "../../src/drift/index.js";
import { barChart, type Cell } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure } from "../capacity-plan/words.js";
import { cell, estimateWords, rateValue, shareWords } from "../estimate-words.js";
import { distinctNames } from "../gc/distinct-names.js";
import { leftOutWords, MOST_ROWS } from "../row-limit.js";

type Attribution = NonNullable<DriftFile["attribution"]>;

/** Features drawn; the others moved less. */
const MOST_DRAWN = 15;

/** Rank from 1 of each feature by a share; equal ones have the same. */
function ranks(shares: readonly number[]): number[] {
  return shares.map((share) => 1 + shares.filter((other) => other > share).length);
}

const FOUND = Object.freeze({
  drift: "Yes",
  stable: "No",
  inconclusive: "That cannot be told with these rows",
});

function conclusion({ features, effect, verdict }: Attribution): string {
  const [first] = features;
  if (!first || effect.value === null) return "That cannot be told: no side has attributions that are not 0.";
  return `${FOUND[verdict]}: the shares moved by ${estimateWords(effect)} in all, with a threshold of ${effect.threshold}. What moved most is ${first.feature}, from ${shareWords(first.reference)} to ${shareWords(first.current)}.`;
}

/** What the predictions rest on, before and now. */
export function attributionSection({ attribution }: DriftFile): Cell[] {
  if (!attribution) return [];
  const { features, kendall_tau, ndcg, n_reference, n_current } = attribution;
  const head = heading("attribution", "Do the predictions rest on something else?", conclusion(attribution));
  if (features.length === 0) return [head];
  const [before, after] = [ranks(features.map((one) => one.reference)), ranks(features.map((one) => one.current))];
  const drawn = features.slice(0, MOST_DRAWN);
  const fewer =
    features.length > drawn.length ? ` The ${MOST_DRAWN} that moved most of ${figure(features.length)}.` : "";
  const [first] = features;
  return [
    head,
    {
      kind: "chart",
      id: "attribution-shares",
      alt: `Shares of ${counted(drawn.length, "feature")} in the attributions before and now: ${first.feature} ${shareWords(first.reference)} and ${shareWords(first.current)}.`,
      caption: `Mean |SHAP| of a feature as a share of all features.${fewer}`,
      spec: barChart({
        title: "What predictions rest on",
        categories: distinctNames(drawn.map(({ feature }) => feature)),
        series: [
          { name: "reference", value: drawn.map(({ reference }) => 100 * reference) },
          { name: "current", value: drawn.map(({ current }) => 100 * current) },
        ],
        horizontal: true,
        yTitle: "Share",
        unit: "%",
        categoryTitle: "Feature",
      }),
    },
    {
      kind: "table",
      id: "attribution-table",
      caption: `The features that moved most first.${leftOutWords(features.length)}`,
      columns: [
        { name: "feature", label: "Feature", format: "text" },
        { name: "rank_before", label: "Rank before", format: "integer" },
        { name: "rank_after", label: "Rank now", format: "integer" },
        { name: "reference", label: "Share before", format: "percent" },
        { name: "current", label: "Share now", format: "percent" },
        { name: "change", label: "Change", unit: "points" },
      ],
      rows: features.slice(0, MOST_ROWS).map(({ feature, reference, current, change }, i) => ({
        feature,
        ...{ rank_before: before[i], rank_after: after[i] },
        reference: cell(reference),
        current: cell(current),
        change: rateValue(change),
      })),
    },
    ...bullets("attribution-notes", [
      kendall_tau.value === null
        ? ""
        : `Kendall's tau of the ranks is ${estimateWords(kendall_tau)}: 1 is the same order.`,
      ndcg.value === null
        ? ""
        : `NDCG of the current order is ${estimateWords(ndcg)}: 1 where what mattered most still stands first.`,
      `${counted(n_reference, "row")} of the reference and ${figure(n_current)} current ones with all attributions; intervals by bootstrap, the p-value by permutation.`,
    ]),
  ];
}
