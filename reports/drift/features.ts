import type { DriftFile } from "../../src/drift/index.js";
import type { Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted, perCent } from "../capacity-plan/words.js";
import { cell } from "../estimate-words.js";
import { distinctNames } from "../gc/distinct-names.js";
import { intervalChart } from "../interval-chart.js";
import { leftOutWords, MOST_ROWS } from "../row-limit.js";
import { largestFirst, wholeEntries } from "./entries.js";
import { effectWords } from "./words.js";

/** Features of the chart; more rows cannot be read. */
const MOST_DRAWN = 30;

/** All features by their effect, with intervals against the threshold. */
export function featuresSection(result: DriftFile): Cell[] {
  const ranked = largestFirst(wholeEntries(result));
  if (ranked.length === 0) return [];
  const drawn = ranked.filter(({ effect }) => effect.value !== null).slice(0, MOST_DRAWN);
  const thresholds = [...new Set(drawn.map(({ effect }) => effect.threshold))];
  const level = perCent(100 * (1 - Number(result.createdFrom.options["alpha"] ?? 0.05)));
  const [first] = ranked;
  const head =
    first.effect.value === null
      ? "No feature has values on both sides."
      : `${first.feature} moved most: ${effectWords(first.effect)}, with a threshold of ${first.effect.threshold}.`;
  return [
    heading("features", "By how much did each feature move?", head),
    ...(drawn.length === 0
      ? []
      : [
          {
            kind: "chart" as const,
            id: "features-effects",
            alt: `Effects of ${counted(drawn.length, "feature")} with their intervals: from ${effectWords(drawn[0].effect)} (${drawn[0].feature}) down to ${effectWords(drawn[drawn.length - 1].effect)}.`,
            caption: `Effect with its ${level} interval: Kolmogorov-Smirnov distance of numbers, total variation of levels; 0 is no difference, 1 nothing in common.${ranked.length > drawn.length ? ` The ${MOST_DRAWN} largest.` : ""}`,
            spec: intervalChart({
              title: "Effect by feature",
              rows: distinctNames(drawn.map(({ feature }) => feature)).map((name, i) => ({
                name,
                value: drawn[i].effect.value,
                lower: drawn[i].effect.lower,
                upper: drawn[i].effect.upper,
                verdict: drawn[i].verdict,
              })),
              // Thresholds of single features stand in the table.
              rules: thresholds.length === 1 ? [{ value: thresholds[0], label: "threshold" }] : [],
              xTitle: "Effect",
            }),
          },
        ]),
    {
      kind: "table",
      id: "features-table",
      caption: `Drift: p-value, adjusted over all tests, of at most alpha and an effect of at least the threshold. Stable: the interval lies below the threshold, or the effect is significant and smaller.${leftOutWords(ranked.length)}`,
      columns: [
        { name: "feature", label: "Feature", format: "text" },
        { name: "verdict", label: "Verdict", format: "text" },
        { name: "effect", label: "Effect" },
        { name: "lower", label: "From" },
        { name: "upper", label: "To" },
        { name: "threshold", label: "Threshold" },
        { name: "test", label: "Test", format: "text" },
        { name: "p", label: "Adjusted p" },
        { name: "missing_reference", label: "Missing before", format: "percent" },
        { name: "missing_current", label: "Missing now", format: "percent" },
      ],
      rows: ranked.slice(0, MOST_ROWS).map((entry) => ({
        feature: entry.feature,
        verdict: entry.verdict,
        effect: cell(entry.effect.value),
        lower: cell(entry.effect.lower),
        upper: cell(entry.effect.upper),
        threshold: entry.effect.threshold,
        test: entry.test.name,
        p: cell(entry.test.p_adjusted),
        missing_reference: entry.n_reference === 0 ? null : entry.missing_reference / entry.n_reference,
        missing_current: entry.n_current === 0 ? null : entry.missing_current / entry.n_current,
      })),
    },
  ];
}
