import type { IncidentMetrics } from "../../incident/index.js";
import { durationText } from "../duration-text.js";

/** What a person reads of incidents on the terminal: how many, and their mean times. */
export function meanTimesText({ overall }: IncidentMetrics): string[] {
  const { n, open, mttdSeconds, mttaSeconds, mttrSeconds, mtbfSeconds } = overall;
  return [
    `${n} incidents, ${open} of them open`,
    `mean time to detect ${durationText(mttdSeconds)}, to acknowledge ${durationText(mttaSeconds)}, to repair ${durationText(mttrSeconds)}, between failures of a service ${durationText(mtbfSeconds)}`,
  ];
}
