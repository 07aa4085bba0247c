import type { SloFile } from "../../src/incident/index.js";
import type { Cell } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure } from "../capacity-plan/words.js";
import { INCIDENT_NOTES } from "../incidents/method.js";
import { durationWords } from "../queues/duration.js";
import { goodWords, minuteWords, targetWords } from "./words.js";

function conclusion(result: SloFile): string {
  const { rows, from, to, bucketSeconds, bad, total, target } = result;
  if (from === null || to === null) return `No rows, a target of ${targetWords(target)}.`;
  const bucket = bucketSeconds === null ? "" : ` of ${durationWords(bucketSeconds)}`;
  return `${counted(rows, "bucket")}${bucket} from ${minuteWords(from)} to ${minuteWords(to)}: ${figure(bad)} of ${figure(total)} events were bad${total > 0 ? `, ${goodWords(result)} were good` : ""}.`;
}

function notes({ createdFrom: { options }, minBad, incidents }: SloFile): string[] {
  const { value, threshold, weight } = options;
  return [
    ...(typeof value === "string"
      ? [
          `A bucket is good when ${value} is at most ${figure(Number(threshold))}${typeof weight === "string" ? ` and weighs its ${weight}` : ""}.`,
        ]
      : []),
    "A window holds the last so many rows, fewer at the start. Its burn rate is bad ÷ total ÷ (1 − target), 0 without traffic; at 1 the budget lasts exactly as long as the objective's window.",
    "A rule fires while both its windows are strictly above the threshold. The long window says that it matters, the short one that it still goes on.",
    "The time to exhaustion takes one window's burn rate to go on, and gives back nothing of what leaves the window: a budget of a calendar month runs out then, one that rolls rather later.",
    minBad > 0
      ? `Low-traffic guard: an alert needs ${figure(minBad)} bad events in its long window.`
      : "There is no low-traffic guard: where traffic is thin, one bad event may fire an alert. Alerts of few events are marked.",
    ...(incidents ? INCIDENT_NOTES : []),
  ];
}

/** The data, the rules and what the figures cannot say. */
export function methodSection(result: SloFile): Cell[] {
  return [
    heading("method", "Data and method", conclusion(result)),
    {
      kind: "table",
      id: "method-rules",
      caption: "Rules of the SRE Workbook, chapter 5; the thresholds scale with the objective's window.",
      columns: [
        { name: "rule", label: "Rule", format: "text" },
        { name: "long", label: "Long window", format: "text" },
        { name: "short", label: "Short window", format: "text" },
        { name: "threshold", label: "Burn rate above" },
        { name: "share", label: "Budget gone after the long window", format: "percent" },
      ],
      rows: result.rules.map(({ rule, long, short, threshold, budgetShare }) => ({
        ...{ rule, long, short, threshold },
        share: budgetShare,
      })),
    },
    ...bullets("method-notes", notes(result)),
  ];
}
