import type { OtaFile } from "../../../src/experiment/index.js";
import type { Cell } from "../../../src/report/index.js";
import { bullets } from "../../bullets.js";
import { heading } from "../../capacity-plan/section.js";
import { counted } from "../../capacity-plan/words.js";
import { shareWords } from "../../estimate-words.js";
import { wavesOf } from "./regions.js";

/** The data, the test and what it cannot say. */
export function methodSection(result: OtaFile): Cell[] {
  const { sprt, overall, soak } = result;
  const { p0, p1, alpha, beta } = sprt;
  const size = `${counted(overall.attempted, "update")} in ${counted(wavesOf(result).length, "wave")} and ${counted(sprt.regions, "region")}`;
  return [
    heading(
      "method",
      "Data and method",
      `${size} were tested for a failure rate of ${shareWords(p1)} against ${shareWords(p0)}.`,
    ),
    ...bullets("method-notes", [
      "Rates have the exact interval of Clopper and Pearson (1934).",
      `The log-likelihood ratio is failed × ln(p1 ÷ p0) + good × ln((1 − p1) ÷ (1 − p0)) over all waves of a region so far (Wald 1945). Bounds: a fleet with the good rate is halted in any region with a chance of about ${shareWords(alpha)}, a region with the bad rate accepted with about ${shareWords(beta)}.`,
      "A later wave is tested alone as well, against a higher bound, so that many good vehicles of early waves do not hide a bad one. A region once halted stays halted.",
      soak === null
        ? ""
        : "The soak is told and not judged. Vehicles that leave it without a failure are taken to be like those that stay.",
    ]),
  ];
}
