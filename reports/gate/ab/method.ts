import type { AbFile } from "../../../src/experiment/index.js";
import type { Cell } from "../../../src/report/index.js";
import { bullets } from "../../bullets.js";
import { heading } from "../../capacity-plan/section.js";
import { counted } from "../../capacity-plan/words.js";
import { shareWords } from "../../estimate-words.js";
import { numberOption } from "../words.js";
import { designWords } from "./design-words.js";

/** The design, the tests and what they cannot say. */
export function methodSection(result: AbFile): Cell[] {
  const { experiments, createdFrom } = result;
  const { name, note } = designWords(createdFrom.options["design"]);
  const alpha = numberOption(result, "alpha");
  const level = alpha === null ? "" : `, two-sided at ${shareWords(alpha)} an experiment`;
  const looks = experiments.reduce((sum, one) => sum + one.looks.length, 0);
  const cuped = experiments.some((one) => one.looks.some((look) => look.cuped !== null));
  return [
    heading(
      "method",
      "Data and method",
      `${counted(looks, "look")} of ${counted(experiments.length, "experiment")}, by the design ${name}${level}.`,
    ),
    ...bullets("method-notes", [
      "z is the difference of the means of b and a over Welch's standard error. A look rejects when |z| reaches its bound.",
      note,
      "Several primary metrics share alpha evenly (Bonferroni); each guardrail has all of it, and stops the experiment when it is beyond its bound the wrong way.",
      cuped
        ? "With a covariate from before the experiment the effect is adjusted by it (CUPED, Deng et al. 2013), which leaves its expectation as it is and takes away what the covariate explains."
        : "",
      "Accept says that no difference was shown with the planned information, not that there is none: the interval says how large one may yet be.",
    ]),
  ];
}
