import { InputError } from "../core/index.js";
import { isoSeconds } from "./iso-seconds.js";
import { type EventKindModel, LAG_DENSITIES, type LagDensity, lagDensity, usualLag } from "./lag-densities.js";
import type { ChangeEvent, EventKind, FirstBad, RankedEvent, RankedEvents } from "./types.js";

/** Options of `rankEvents`. */
export interface RankEventsOptions {
  /** The slice that carries the incident, as `searchSlices` found it; default none. */
  where?: Readonly<Record<string, string>>;
  /** Lag densities and priors of one's own, by kind; the others keep `LAG_DENSITIES`. */
  kinds?: Readonly<Partial<Record<EventKind, EventKindModel>>>;
  /** Incidents a day whose cause is not in the list; default 1 / 15. */
  unlistedPerDay?: number;
}

export const DEFAULT_RANK_EVENTS_OPTIONS = Object.freeze({ unlistedPerDay: 1 / 15 });

/** Factors on the likelihood of an event by its scope. */
export const SCOPE_FACTORS = Object.freeze({
  /** A dimension of the scope has the slice's value. */
  matches: 4,
  /** It has another value: the event cannot reach the slice, as far as the scope is true. */
  contradicts: 0.05,
  /** The slice is not narrowed to the scope's dimension: the event would reach only a part of it. */
  narrower: 0.5,
});

const DAY_SECONDS = 86_400;
/** Moments that a rollout is split into. */
const ROLLOUT_PARTS = 16;

/** How an event's scope and the failing slice go together. */
interface ScopeMatch {
  factor: number;
  words: string;
}

function matchScope(event: ChangeEvent, where: Readonly<Record<string, string>>): ScopeMatch {
  let factor = 1;
  const words: string[] = [];
  if (Object.keys(where).length === 0) return { factor, words: "" };
  for (const [name, value] of Object.entries(event.scope ?? {})) {
    if (where[name] === value) {
      factor *= SCOPE_FACTORS.matches;
      words.push(`its scope ${name}=${value} is that of the failing slice`);
    } else if (where[name] !== undefined) {
      factor *= SCOPE_FACTORS.contradicts;
      words.push(`its scope ${name}=${value} is not that of the failing slice (${name}=${where[name]})`);
    } else {
      factor *= SCOPE_FACTORS.narrower;
      words.push(`its scope ${name}=${value} is narrower than the failing slice`);
    }
  }
  return { factor, words: words.join("; ") };
}

/** Density (per second) of the onset, averaged over the onset's posterior, of a change at a moment. */
function onsetDensity(lag: LagDensity, { starts, ends, weights }: FirstBad["onset"], moment: number): number {
  let density = 0;
  for (let k = 0; k < weights.length; k++) {
    // Only what lies after the change; within it the middle stands for the whole.
    const from = Math.max(starts[k], moment);
    if (from >= ends[k]) continue;
    const share = (ends[k] - from) / (ends[k] - starts[k]);
    density += weights[k] * share * lagDensity(lag, ((from + ends[k]) / 2 - moment) / 1000);
  }
  return density;
}

/** The same for a rollout that may have done it at any moment between its begin and its end. */
function eventDensity(lag: LagDensity, fb: FirstBad, { time, endTime }: ChangeEvent): number {
  // Past the interval's end nothing can have caused it.
  if (time > fb.timeHigh) return 0;
  if (endTime === undefined || endTime <= time) return onsetDensity(lag, fb.onset, time);
  let density = 0;
  for (let part = 0; part < ROLLOUT_PARTS; part++) {
    density += onsetDensity(lag, fb.onset, time + ((part + 0.5) / ROLLOUT_PARTS) * (endTime - time));
  }
  return density / ROLLOUT_PARTS;
}

/** Probability that the onset came after a moment. */
function onsetAfter({ starts, ends, weights }: FirstBad["onset"], moment: number): number {
  return weights.reduce((sum, weight, k) => {
    const after = (ends[k] - Math.max(starts[k], moment)) / (ends[k] - starts[k]);
    return sum + weight * Math.max(0, after);
  }, 0);
}

/** A time span in words, to two digits or so. */
function span(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 36 * 3600) return `${Math.round(seconds / 360) / 10} h`;
  return `${Math.round(seconds / 8640) / 10} days`;
}

const NAMES: Readonly<Record<EventKind, string>> = {
  code: "code change",
  config: "configuration change",
  model: "model change",
  flag: "flag change",
  data: "data change",
  map: "map change",
  infra: "infrastructure change",
  other: "change",
};

function explain(event: ChangeEvent, fb: FirstBad, kind: EventKindModel, scope: string, posterior: number): string {
  const lag = (fb.time - event.time) / 1000;
  const what = `${NAMES[event.kind]} of ${event.target || "an unnamed target"} at ${isoSeconds(event.time)}`;
  if (event.time > fb.timeHigh) return `${what}: after the first bad time, so it cannot be the cause`;
  const when =
    lag >= 0
      ? `${span(lag)} before the first bad row; such changes usually show after ${span(usualLag(kind.lag))}`
      : `${span(-lag)} after the first bad row began, yet before the latest time it may be`;
  const rollout = event.endTime !== undefined && event.endTime > event.time;
  const during = rollout ? `; rolled out until ${isoSeconds(event.endTime!)}` : "";
  const share = posterior < 0.001 ? "under 0.1 %" : `${Math.round(1000 * posterior) / 10} %`;
  return `${what}: ${when}${during}${scope && `; ${scope}`}: ${share} likely`;
}

function checkEvents(events: readonly ChangeEvent[]): void {
  events.forEach(({ eventId, time, kind }, row) => {
    if (!Number.isFinite(time)) {
      throw new InputError(`time of event ${row} (${eventId}) is ${time}: epoch milliseconds are needed`, { row });
    }
    if (!Object.hasOwn(LAG_DENSITIES, kind)) {
      const known = Object.keys(LAG_DENSITIES).join(", ");
      throw new InputError(`kind of event ${row} (${eventId}) is "${kind}": use one of ${known}`, { row });
    }
  });
}

/**
 * How likely each listed event is the cause of an incident, and how likely none of them is; these sum to 1.
 *
 * By Bayes' rule an event weighs prior(kind) · Σ P(onset) · density of the lag from the event to the onset, times a
 * factor of its scope when the failing slice is given; that no listed event did it weighs the rate of other incidents.
 * An event after the onset's interval weighs nothing, and one that probably came after the onset at most as much as the
 * best of the others (or as none); a rollout may have done it at any moment until its `endTime`.
 * Ranked by posterior; of equals the later event comes first when both lie before the onset.
 *
 * @throws {InputError} on an event without a time or of an unknown kind, or when unlistedPerDay is not above 0
 * @example
 * const { events, noListedEventPosterior } = rankEvents(found, log, { where: { region: "eu" } });
 */
export function rankEvents(
  fb: FirstBad,
  events: readonly ChangeEvent[],
  options: RankEventsOptions = {},
): RankedEvents {
  const { where = {}, kinds = {}, unlistedPerDay } = { ...DEFAULT_RANK_EVENTS_OPTIONS, ...options };
  if (!(unlistedPerDay > 0)) {
    throw new InputError(`unlistedPerDay must be above 0, got ${unlistedPerDay}`, { unlistedPerDay });
  }
  checkEvents(events);
  const scored = events.map((event) => {
    const kind = kinds[event.kind] ?? LAG_DENSITIES[event.kind];
    const scope = matchScope(event, where);
    const weight = kind.prior * scope.factor * eventDensity(kind.lag, fb, event);
    return { event, kind, scope: scope.words, weight, late: onsetAfter(fb.onset, event.time) < 0.5 };
  });
  const unlisted = unlistedPerDay / DAY_SECONDS;
  // What probably came after the onset must not come first, however well a short lag would fit the rest of the interval.
  const most = scored.reduce((best, { weight, late }) => (late ? best : Math.max(best, weight)), unlisted);
  for (const one of scored) if (one.late) one.weight = Math.min(one.weight, most);
  const total = scored.reduce((sum, { weight }) => sum + weight, unlisted);
  const lagOf = ({ time }: ChangeEvent): number => fb.time - time;
  // Events of no weight: those before the onset by nearness, then those after it.
  const nearness = (event: ChangeEvent): number => (lagOf(event) < 0 ? Number.POSITIVE_INFINITY : lagOf(event));
  const after = (late: boolean): number => (late ? 1 : 0);
  scored.sort(
    (a, b) =>
      b.weight - a.weight ||
      after(a.late) - after(b.late) ||
      nearness(a.event) - nearness(b.event) ||
      a.event.time - b.event.time,
  );
  return {
    events: scored.map(({ event, kind, scope, weight }, i): RankedEvent => {
      const posterior = weight / total;
      return {
        ...{ eventId: event.eventId, rank: i + 1, posterior, lagSeconds: lagOf(event) / 1000, kind: event.kind },
        why: explain(event, fb, kind, scope, posterior),
      };
    }),
    noListedEventPosterior: unlisted / total,
  };
}
