import type { RcaFile } from "../../src/incident/index.js";
import type { Cell, Metric } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { percent } from "../capacity-plan/words.js";
import { durationIn } from "../queues/duration.js";
import { utcRange, utcWords } from "../utc-words.js";
import { warningCells } from "../warning-cells.js";
import { blastWords, budgetWords } from "./blast.js";
import { causeWords } from "./causes.js";
import { kpiWords } from "./kpi-words.js";
import { replayWords } from "./replay.js";
import { sliceWords } from "./slices.js";

function conclusion(rca: RcaFile): string {
  const { firstBad, recovered, kpi } = rca;
  if (firstBad === null) {
    return kpi.rows === 0
      ? "The KPI has no rows."
      : `No incident: from ${utcWords(kpi.from)} to ${utcWords(kpi.to)} the KPI does nothing that its season and noise would not explain.`;
  }
  const moved = firstBad.direction === "up" ? "rose" : "fell";
  const how = firstBad.kind === "ramp" ? `began to ${firstBad.direction === "up" ? "rise" : "fall"}` : moved;
  const { observed, expected } = kpi.whileBad;
  const level =
    observed === null || expected === null
      ? ""
      : `, to ${kpiWords(rca, observed)} on average against ${kpiWords(rca, expected)} expected`;
  const interval = `${percent(firstBad.level)} interval ${utcRange(firstBad.timeLow, firstBad.timeHigh)}`;
  const end = recovered ? `It was back at ${utcWords(recovered.time)}.` : "It had not recovered when the data end.";
  return `The KPI ${how} at ${utcWords(firstBad.time)} (${interval})${level}. ${end}`;
}

function tiles({ firstBad, blastRadius, events, noListedEventPosterior, severity, kpi }: RcaFile): Metric[] {
  if (firstBad === null) return [];
  const [best] = events;
  return [
    { label: "Severity, proposed", value: severity?.level ?? null },
    { label: "Bad for", ...durationIn(blastRadius.badSeconds) },
    {
      label: kpi.ratio ? "Excess bad requests" : "Excess over the expected",
      value: kpi.ratio ? Math.round(blastRadius.excessBad) : blastRadius.excessBad,
    },
    best && best.posterior > noListedEventPosterior
      ? { label: `Likeliest cause: ${best.eventId}`, value: Math.round(100 * best.posterior), unit: "%" }
      : { label: "No listed event did it", value: Math.round(100 * noListedEventPosterior), unit: "%" },
  ];
}

/** The incident in a few lines. */
export function verdictSection(rca: RcaFile): Cell[] {
  const head = heading("summary", "Summary", conclusion(rca));
  if (rca.firstBad === null) return [head, ...warningCells(rca.warnings)];
  return [
    head,
    { kind: "metrics", id: "summary-figures", items: tiles(rca) },
    ...bullets("summary-words", [
      causeWords(rca),
      rca.sliceVerdict === null ? "" : sliceWords(rca),
      `${blastWords(rca)} ${budgetWords(rca)}`.trim(),
      replayWords(rca),
    ]),
    ...warningCells(rca.warnings),
  ];
}

/** How severe it was, by what it did to the traffic. */
export function severitySection({ severity }: RcaFile): Cell[] {
  if (severity === null) return [];
  const { level, share, basis, from } = severity;
  const much = percent(basis === "requests" ? Math.min(1, share) : share);
  const harm =
    basis === "requests"
      ? `${much} of the requests went bad beyond what was expected while it lasted`
      : `the KPI moved ${much} away from what was expected`;
  const limit = from === 0 ? "" : ` ${level} begins at ${percent(from)}.`;
  return [heading("severity", "Severity", `${level} is proposed: ${harm}.${limit} The team decides.`)];
}
