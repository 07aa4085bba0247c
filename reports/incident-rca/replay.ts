import type { RcaFile } from "../../src/incident/index.js";
import type { Cell } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";

/** What playing the requests again showed; empty without a replay. */
export function replayWords({ replay }: RcaFile): string {
  return replay === null ? "" : replay.verdict;
}

/** Whether the fix holds. */
export function replaySection(rca: RcaFile): Cell[] {
  const { replay } = rca;
  if (replay === null) return [];
  const { fixed, stillFailing, newlyBroken, stillOk, latency, brokenIds } = replay;
  const more = newlyBroken - brokenIds.length;
  return [
    heading("replay", "Does the fix hold?", replayWords(rca)),
    {
      kind: "table",
      id: "replay-requests",
      caption: "Requests played against the failing system and against its fix.",
      columns: [
        { name: "what", label: "Requests", format: "text" },
        { name: "count", label: "Number", format: "integer" },
      ],
      rows: [
        { what: "fixed", count: fixed },
        { what: "still failing", count: stillFailing },
        { what: "newly broken", count: newlyBroken },
        { what: "well before and after", count: stillOk },
      ],
    },
    ...bullets("replay-broken", [
      brokenIds.length > 0 ? `Newly broken: ${brokenIds.join(", ")}${more > 0 ? " and others" : ""}.` : "",
    ]),
    ...(latency === null
      ? []
      : [
          {
            kind: "table" as const,
            id: "replay-latency",
            caption: "Latency of the requests that have both.",
            columns: [
              { name: "what", label: "Latency", format: "text" },
              { name: "before", label: "Before the fix", unit: "ms" },
              { name: "after", label: "With the fix", unit: "ms" },
            ],
            rows: [
              { what: "median", before: latency.medianBefore, after: latency.medianAfter },
              { what: "95th percentile", before: latency.p95Before, after: latency.p95After },
            ],
          },
        ]),
  ];
}
