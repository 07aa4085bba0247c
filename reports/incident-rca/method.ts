import type { RcaFile } from "../../src/incident/index.js";
import type { Cell } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { counted } from "../capacity-plan/words.js";

/** How the findings were made, and what they cannot say. */
export function methodSection(rca: RcaFile): Cell[] {
  const { kpi, events, probes, replay, firstBad, sliceVerdict } = rca;
  if (kpi.rows === 0) return [];
  const log = firstBad === null ? "" : ` and ${counted(events.length, "listed event")}`;
  const data = `${counted(kpi.rows, "row")} of the KPI${log} were analysed.`;
  return [
    heading("method", "Data and method", data),
    ...bullets("method-notes", [
      "What the KPI would have been comes from the time before the incident, with its daily and weekly cycle.",
      "The interval of the first bad time holds it with the level stated. A ramp begins where the KPI first leaves what was expected.",
      firstBad === null
        ? ""
        : "An event's probability weighs how long its kind of change usually takes to show, how often that kind is the cause, and whether its scope fits the failing slice. An event after the interval of the first bad time has none.",
      firstBad === null
        ? ""
        : "The probabilities are of the events that were listed: what no log holds can only show as no listed event.",
      sliceVerdict === null
        ? ""
        : "A slice that got worse is told apart from traffic that moved to a slice which was worse all along.",
      probes === null ? "" : "Intervals of shares are Wilson's, those of their changes Newcombe's, both at 95\u00a0%.",
      replay === null
        ? ""
        : "Whether a fix changes anything is McNemar's exact test on the requests whose outcome changed.",
      "This document describes what systems did. It names no person, and asks how the system let it happen.",
    ]),
  ];
}
