import type { EdgeFile } from "../../../src/experiment/index.js";
import type { Cell } from "../../../src/report/index.js";
import { bullets } from "../../bullets.js";
import { heading } from "../../capacity-plan/section.js";
import { counted } from "../../capacity-plan/words.js";
import { CHECK_NOTE } from "../checks.js";
import { levelWords } from "../words.js";

/** The data, the figures and what they cannot say. */
export function methodSection(result: EdgeFile): Cell[] {
  const { samples, classes, agreement, latency, thermal } = result;
  return [
    heading(
      "method",
      "Data and method",
      `Scores of both builds for the same ${counted(samples, "sample")}, ${counted(classes, "class", "classes")} each.`,
    ),
    ...bullets("method-notes", [
      CHECK_NOTE,
      "A score that is missing or not finite in the quantised build disagrees, and the gate fails whatever the limits.",
      agreement === null ? "" : `The agreement has Wilson's ${levelWords(result)}: samples are taken for independent.`,
      latency === null
        ? ""
        : "The interval of the latency lies between two order statistics, whatever its distribution.",
      thermal === null
        ? ""
        : "The trend takes its points for independent. Temperatures of neighbours are alike, so that its interval may be too short; a device that still warms up has a trend that will not last.",
    ]),
  ];
}
