import type { RcaFile } from "../../src/incident/index.js";
import { barChart, type Cell } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { percent } from "../capacity-plan/words.js";
import { distinctNames } from "../gc/distinct-names.js";
import { durationWords } from "../queues/duration.js";
import { leftOutWords, MOST_ROWS } from "../row-limit.js";
import { utcCell } from "../utc-words.js";
import { EVENT_KINDS, whereWords } from "./kpi-words.js";

type Event = RcaFile["events"][number];

/** Events told in sentences, and drawn: those with at least this probability. */
const TOLD = 3;
const DRAWN = 8;
const VISIBLE = 0.005;
/** From this probability on, an event is called the likely cause. */
const LIKELY = 0.5;

/** `model release of ranker-v7 (e3)`. */
export function eventWords({ kind, target, eventId }: Event): string {
  return `${EVENT_KINDS[kind]} of ${target} (${eventId})`;
}

/** What most likely set the incident off, in one sentence. */
export function causeWords({ events, noListedEventPosterior: none }: RcaFile): string {
  const [first] = events;
  if (!first) return "No event is listed that could have set it off.";
  if (first.posterior === 0) return "No listed event can have set it off: each came after it, or far too long before.";
  if (none >= first.posterior) {
    return `Most likely none of the listed events set it off (${percent(none)}); of those listed, the ${eventWords(first)} fits best (${percent(first.posterior)}).`;
  }
  const how = first.posterior >= LIKELY ? "The likely trigger is" : "The trigger is uncertain; what fits best is";
  return `${how} the ${eventWords(first)}, with a probability of ${percent(first.posterior)}; the probability that none of the listed events did it is ${percent(none)}.`;
}

const lagWords = (seconds: number) =>
  seconds >= 0 ? `${durationWords(seconds)} later` : `${durationWords(-seconds)} earlier`;

function chart({ events, noListedEventPosterior: none }: RcaFile): Cell {
  const shown = events.filter(({ posterior }) => posterior >= VISIBLE).slice(0, DRAWN);
  const names = [...shown.map(({ eventId, target }) => `${eventId} ${target}`), "no listed event"];
  const shares = [...shown.map(({ posterior }) => posterior), none];
  return {
    kind: "chart",
    id: "causes-posterior",
    alt: `Probability of each cause: ${names.map((name, i) => `${name} ${percent(shares[i])}`).join(", ")}.`,
    caption: `Probabilities of all listed events and of none of them add up to one.${events.length > shown.length ? " The likely events are drawn." : ""}`,
    spec: barChart({
      title: "Probability of each cause",
      categories: distinctNames(names),
      categoryTitle: "Event",
      series: [{ name: "Probability", value: shares.map((share) => 100 * share) }],
      horizontal: true,
      yTitle: "Probability",
      unit: "%",
    }),
  };
}

function table({ events }: RcaFile): Cell {
  return {
    kind: "table",
    id: "causes-events",
    caption: `Events of the change log, the likeliest first.${leftOutWords(events.length)}`,
    columns: [
      { name: "event", label: "Event", format: "text" },
      { name: "what", label: "What changed", format: "text" },
      { name: "scope", label: "Scope", format: "text" },
      { name: "time", label: "Time (UTC)", format: "text" },
      { name: "lag", label: "First bad", format: "text" },
      { name: "posterior", label: "Probability", format: "percent" },
    ],
    rows: events.slice(0, MOST_ROWS).map((event) => ({
      event: event.eventId,
      what: `${EVENT_KINDS[event.kind]} of ${event.target}`,
      scope: event.scope ? whereWords(event.scope) : "everywhere",
      time: utcCell(event.time),
      lag: lagWords(event.lagSeconds),
      posterior: Math.round(1e4 * event.posterior) / 1e4,
    })),
  };
}

/** Which listed change fits, and how well. */
export function causesSection(rca: RcaFile): Cell[] {
  const { firstBad, events } = rca;
  if (firstBad === null) return [];
  const head = heading("causes", "What set it off", causeWords(rca));
  if (events.length === 0) return [head];
  const told = events.slice(0, TOLD).map((event) => `${event.eventId}: ${event.why}`);
  return [head, ...bullets("causes-words", told), chart(rca), table(rca)];
}
