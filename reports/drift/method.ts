import type { DriftFile } from "../../src/drift/index.js";
import type { Cell } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, perCent } from "../capacity-plan/words.js";

const CORRECTIONS: Readonly<Record<string, string>> = Object.freeze({
  bh: "by Benjamini and Hochberg",
  by: "by Benjamini and Yekutieli",
  holm: "by Holm",
  none: "not adjusted",
});

/** The rule, the tests and what the figures cannot say. */
export function methodSection({ rows, dataset, createdFrom: { options } }: DriftFile): Cell[] {
  const alpha = Number(options["alpha"] ?? 0.05);
  const minN = Number(options["minN"] ?? 30);
  const corrected = CORRECTIONS[String(options["correction"] ?? "bh")];
  return [
    heading(
      "method",
      "Data and method",
      `${counted(rows.reference, "row")} of reference and ${figure(rows.current)} of today; ${counted(dataset.n_tests, "test")}, adjusted together: ${corrected}.`,
    ),
    ...bullets("method-notes", [
      `Drift needs both: an adjusted p-value of at most ${figure(alpha)}, so that it is no chance, and an effect of at least the threshold, so that it matters. A small p-value alone says only that there are many rows.`,
      `Stable means that the ${perCent(100 * (1 - alpha))} interval of the effect lies below the threshold, or that the effect is significant and smaller. Everything else, and fewer than ${figure(minN)} rows on a side, is inconclusive.`,
      "Numbers: Kolmogorov-Smirnov test; the effect is the largest gap between the two cumulative shares. Levels: chi-square test of both samples, with rare levels as one, or Fisher's exact test; the effect is half the sum of the differences of shares.",
      "Missing values are left out of tests and effects, and tested by themselves. Infinite numbers count as missing.",
    ]),
  ];
}
