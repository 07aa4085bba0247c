import type { AbPlanFile } from "../../../src/experiment/index.js";
import type { Cell } from "../../../src/report/index.js";
import { bullets } from "../../bullets.js";
import { heading } from "../../capacity-plan/section.js";
import { brief, shareWords } from "../../estimate-words.js";
import { designWords } from "../ab/design-words.js";

/** How the rows were worked out. */
export function methodSection({ alpha, power, ratio, design, effect }: AbPlanFile): Cell[] {
  const { name, note } = designWords(design);
  return [
    heading(
      "method",
      "Method",
      `Two-sided at ${shareWords(alpha)}, power ${shareWords(power)}, ${brief(ratio)} of b for each row of a, design ${name}.`,
    ),
    ...bullets("method-notes", [
      effect.kind === "proportions"
        ? "Rows without looks are those of Cohen's h, 2 arcsin √p of one share less that of the other, with the normal distribution."
        : "Rows without looks are those of Student's test by the noncentral t distribution.",
      note,
      "Rows and power are of this effect: a smaller one would be found less often, and one that is not there may still be found with a chance of alpha.",
    ]),
  ];
}
