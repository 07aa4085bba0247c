import type { IncidentsFile } from "../../src/incident/index.js";
import type { Cell } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { counted } from "../capacity-plan/words.js";

/** What the figures of incidents mean. */
export const INCIDENT_NOTES = Object.freeze([
  "MTTD is detected − started, MTTA acknowledged − detected, MTTR resolved − started, each a mean over the incidents whose times are known, so that open ones count too.",
  "MTBF is the start of the next incident − the end of the one before, of the same service; of a severity or month between its incidents alone. Overlapping incidents make it smaller, even negative.",
  "p90 is the 90 % quantile by linear interpolation. Of fewer than ten incidents it says little.",
  "Response limits: SEV1 5, SEV2 15, SEV3 60, SEV4 480 minutes; P1 to P4 alike, P0 and SEV0 as SEV1.",
]);

/** What the figures mean, and on how many incidents they rest. */
export function methodSection({ overall, createdFrom: { inputs } }: IncidentsFile): Cell[] {
  const { mttd, mtta, mttr, mtbf } = overall.counted;
  return [
    heading(
      "method",
      "Data and method",
      `${counted(overall.n, "incident")} from ${counted(inputs.length, "file")}: MTTD of ${mttd}, MTTA of ${mtta}, MTTR of ${mttr}, MTBF of ${counted(mtbf, "gap")}.`,
    ),
    ...bullets("method-notes", INCIDENT_NOTES),
  ];
}
