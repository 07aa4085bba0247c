import { HOUR_MS } from "../../src/core/index.js";
import type { RcaFile } from "../../src/incident/index.js";
import type { Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { percent } from "../capacity-plan/words.js";
import { durationWords } from "../queues/duration.js";
import { utcCell, utcRange, utcWords } from "../utc-words.js";
import { EVENT_KINDS } from "./kpi-words.js";

interface Entry {
  time: string;
  what: string;
  detail: string;
}

/** Events of the timeline: the likely ones, and those of the day before the first bad time until the recovery. */
const LIKELY = 0.01;
const BEFORE_MS = 24 * HOUR_MS;
const MOST_EVENTS = 20;

function toldEvents({ firstBad, recovered, events, kpi }: RcaFile): RcaFile["events"] {
  const from = Date.parse(firstBad?.timeLow ?? "") - BEFORE_MS;
  const to = Date.parse(recovered?.time ?? kpi.to ?? "");
  const near = (time: string) => Date.parse(time) >= from && Date.parse(time) <= to;
  return events.filter(({ time, posterior }) => posterior >= LIKELY || near(time)).slice(0, MOST_EVENTS);
}

const intervalWords = ({ timeLow, timeHigh }: { timeLow: string; timeHigh: string }) =>
  timeLow === timeHigh ? "known to the very row" : `interval ${utcRange(timeLow, timeHigh)}`;

function entries(rca: RcaFile): Entry[] {
  const { firstBad, recovered, detection } = rca;
  if (firstBad === null) return [];
  const list: Entry[] = toldEvents(rca).flatMap((event) => [
    {
      time: event.time,
      what: `Event ${event.eventId}`,
      detail: `${EVENT_KINDS[event.kind]} of ${event.target}; probability ${percent(event.posterior)}`,
    },
    ...(event.endTime === null
      ? []
      : [{ time: event.endTime, what: `End of ${event.eventId}`, detail: "rollout complete" }]),
  ]);
  const interval = intervalWords(firstBad);
  const onset = firstBad.kind === "ramp" ? "start of a ramp" : "step";
  list.push({ time: firstBad.time, what: "First bad", detail: `${onset} ${firstBad.direction}, ${interval}` });
  if (detection.monitorAlert !== null) {
    list.push({
      time: detection.monitorAlert.time,
      what: "A monitor would alert",
      detail: `${durationWords(detection.monitorAlert.delaySeconds)} after the first bad time`,
    });
  }
  if (recovered === null) list.push({ time: rca.kpi.to ?? "", what: "End of the data", detail: "still bad" });
  else {
    const detail = intervalWords(recovered);
    list.push({ time: recovered.time, what: "Recovered", detail });
  }
  return list.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
}

/** What happened, in order, in UTC. */
export function timelineSection(rca: RcaFile): Cell[] {
  const { firstBad, recovered } = rca;
  if (firstBad === null) return [];
  const end = recovered ? `and was back at ${utcWords(recovered.time)}` : "and had not recovered when the data end";
  return [
    heading("timeline", "Timeline", `The KPI went bad at ${utcWords(firstBad.time)} ${end}.`),
    {
      kind: "table",
      id: "timeline-table",
      caption:
        "Of the change log: the likely events, and those from the day before the first bad time to the recovery.",
      columns: [
        { name: "time", label: "Time (UTC)", format: "text" },
        { name: "what", label: "What", format: "text" },
        { name: "detail", label: "Detail", format: "text" },
      ],
      rows: entries(rca).map(({ time, what, detail }) => ({ time: utcCell(time), what, detail })),
    },
  ];
}
