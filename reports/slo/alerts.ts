import type { SloFile } from "../../src/incident/index.js";
import type { Cell } from "../../src/report/index.js";
import { shareValue } from "../capacity-plan/estimates.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure } from "../capacity-plan/words.js";
import { durationWords, inHours } from "../queues/duration.js";
import { leftOutWords, MOST_ROWS } from "../row-limit.js";
import { minuteCell, minuteWords } from "./words.js";

function conclusion({ alerts, episodes, bucketSeconds, minBad }: SloFile): string {
  const suppressed = episodes.length - alerts.length;
  const guard =
    suppressed > 0
      ? ` The low-traffic guard left out ${counted(suppressed, "run")} with fewer than ${figure(minBad)} bad events in the long window.`
      : "";
  if (alerts.length === 0) return `None.${guard}`;
  const longest = episodes.filter((one) => !one.suppressed).reduce((a, b) => (b.rows > a.rows ? b : a));
  const length = bucketSeconds === null ? "" : ` and lasted ${durationWords(longest.rows * bucketSeconds)}`;
  return `${counted(alerts.length, "alert")}; the longest, ${longest.rule}, began at ${minuteWords(longest.start)}${length}.${guard}`;
}

function stateOf({ suppressed, ongoing, few }: SloFile["episodes"][number]): string {
  if (suppressed) return "suppressed";
  return [ongoing ? "ongoing" : "over", ...(few ? ["few events"] : [])].join(", ");
}

/** Every alert with its figures, in the order of time. */
export function alertsSection(result: SloFile): Cell[] {
  const { episodes, bucketSeconds, rows } = result;
  if (rows === 0) return [];
  const head = heading("alerts", "Which alerts fired?", conclusion(result));
  if (episodes.length === 0) return [head];
  const sorted = [...episodes].sort((a, b) => Date.parse(a.start) - Date.parse(b.start));
  return [
    head,
    {
      kind: "table",
      id: "alerts-table",
      caption: `Runs of rows with both windows above the threshold. Budget: share of a window's error budget that the run burnt. Few events: fewer than 10 bad ones, which say little.${leftOutWords(sorted.length)}`,
      columns: [
        { name: "rule", label: "Rule", format: "text" },
        { name: "from", label: "From (UTC)", format: "text" },
        { name: "to", label: "To (UTC)", format: "text" },
        { name: "hours", label: "Lasted", unit: "h" },
        { name: "peak", label: "Peak burn" },
        { name: "bad", label: "Bad", format: "integer" },
        { name: "budget", label: "Budget", format: "percent" },
        { name: "state", label: "State", format: "text" },
      ],
      rows: sorted.slice(0, MOST_ROWS).map((one) => ({
        rule: one.rule,
        from: minuteCell(one.start),
        to: minuteCell(one.end),
        hours: bucketSeconds === null ? null : inHours(one.rows * bucketSeconds),
        peak: Number(one.peakBurn.toPrecision(3)),
        bad: one.bad,
        budget: shareValue(one.budget),
        state: stateOf(one),
      })),
    },
  ];
}
