import type { Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure } from "../capacity-plan/words.js";
import { brief, shareWords } from "../estimate-words.js";
import type { Impact } from "./impact.js";

/** How well positions lie on the roads. */
export function mapMatchSection({ result: { map_match: match } }: Impact): Cell[] {
  if (!match) return [];
  const { rows, matched, no_position, offset_m: offset, breaks } = match;
  const share = rows === 0 ? "" : ` (${shareWords(matched / rows)})`;
  const far = offset.p95 === null ? "" : ` 95 % of them are within ${brief(offset.p95)} m of their road.`;
  const { gap, no_candidate, no_route } = breaks.by_reason;
  return [
    heading(
      "map-match",
      "Do the positions lie on the roads?",
      `${figure(matched)} of ${counted(rows, "row")}${share} were put on a road; ${figure(no_position)} have no position.${far}`,
    ),
    {
      kind: "table",
      id: "map-match-table",
      caption: `Traces broke ${counted(breaks.count, "time")}: ${figure(gap)} at gaps of time, ${figure(no_candidate)} with no road near, ${figure(no_route)} without a route.`,
      columns: [
        { name: "quantile", label: "Distance from the road", format: "text" },
        { name: "metres", label: "Metres" },
      ],
      rows: (["p50", "p90", "p95", "p99", "max"] as const).map((quantile) => ({ quantile, metres: offset[quantile] })),
    },
  ];
}
