import { compareUtf8 } from "../../core/compare-utf8.js";
import { InputError } from "../../core/errors.js";
import type { EventTable, LabelTable, MatchResult } from "../types.js";
import { assignSpans } from "./assign-spans.js";
import { type Spans, spanDistance } from "./spans.js";

/**
 * Pairs events with labels of the same trigger and vehicle, one to one.
 *
 * The distance of a pair is max(0, label start − event end, event onset − label end), and a pair is allowed up to
 * `toleranceMs`, inclusive. Of all pairings it gives one with the most pairs, and of those one with the least sum of
 * distances. Taking the nearest pair first would give neither. Ids are compared as texts, since each table has its own
 * dictionary.
 *
 * Where several pairings are equally good, the choice depends on times and label ids alone and not on the order of
 * the rows; only of events alike in onset and end, or labels alike in start, end and id, does the earlier row go first.
 *
 * @param toleranceMs at least 0
 * @throws InputError for a bad tolerance, or a time that is not a number
 *
 * @example
 * const { labelOfEvent, eventOfLabel } = matchEvents(replay(policy, log), labels, 2000);
 * const falseAlarms = labelOfEvent.filter((label) => label < 0).length;
 */
export function matchEvents(e: EventTable, l: LabelTable, toleranceMs: number): MatchResult {
  if (!(toleranceMs >= 0))
    throw new InputError(`toleranceMs must be 0 or more, got ${toleranceMs}`, { option: "toleranceMs" });
  checkSpans("event", e.onsetTs, e.endTs);
  checkSpans("label", l.ts, l.endTs);
  const result: MatchResult = {
    labelOfEvent: new Int32Array(e.trigger.length).fill(-1),
    eventOfLabel: new Int32Array(l.trigger.length).fill(-1),
    totalDistance: 0,
  };
  for (const { events, labels } of pairsOfGroups(e, l)) {
    sortRows(events, e.onsetTs, e.endTs, (a, b) => a - b);
    sortRows(labels, l.ts, l.endTs, (a, b) => compareUtf8(l.labelIds[a], l.labelIds[b]) || a - b);
    for (const part of splitInTime(events, labels, e, l, toleranceMs)) matchPart(part, e, l, toleranceMs, result);
  }
  return result;
}

/** Rows of events and labels that may be paired. */
interface Group {
  events: number[];
  labels: number[];
}

function checkSpans(what: string, start: Float64Array, end: Float64Array): void {
  const row = start.findIndex((at, k) => !(Number.isFinite(at) && end[k] >= at && Number.isFinite(end[k])));
  if (row < 0) return;
  throw new InputError(`${what} ${row}: the end must not lie before the start, got ${start[row]} to ${end[row]}`, {
    row,
  });
}

/** Rows of each trigger and vehicle that has both events and labels. */
function pairsOfGroups(e: EventTable, l: LabelTable): Iterable<Group> {
  const triggers = new Map(e.triggerIds.map((id, code) => [id, code]));
  const vehicles = new Map(e.vehicleIds.map((id, code) => [id, code]));
  const groups = new Map<number, Group>();
  const triggerOf = l.triggerIds.map((id) => triggers.get(id) ?? -1);
  const vehicleOf = l.vehicleIds.map((id) => vehicles.get(id) ?? -1);
  for (let row = 0; row < l.trigger.length; row++) {
    const [trigger, vehicle] = [triggerOf[l.trigger[row]], vehicleOf[l.vehicle[row]]];
    if (trigger < 0 || vehicle < 0) continue;
    const key = trigger * vehicles.size + vehicle;
    const group = groups.get(key);
    if (group) group.labels.push(row);
    else groups.set(key, { events: [], labels: [row] });
  }
  for (let row = 0; row < e.trigger.length; row++)
    groups.get(e.trigger[row] * vehicles.size + e.vehicle[row])?.events.push(row);
  return groups.values();
}

function sortRows(rows: number[], start: Float64Array, end: Float64Array, tie: (a: number, b: number) => number): void {
  rows.sort((a, b) => start[a] - start[b] || end[a] - end[b] || tie(a, b));
}

/** Parts between which no pair is allowed: where a span starts after all before it have ended, tolerance included. */
function* splitInTime(
  events: number[],
  labels: number[],
  e: EventTable,
  l: LabelTable,
  tolerance: number,
): Generator<Group> {
  let part: Group = { events: [], labels: [] };
  let reach = Number.NEGATIVE_INFINITY;
  for (let i = 0, j = 0; i < events.length || j < labels.length; ) {
    const eventStart = i < events.length ? e.onsetTs[events[i]] : Number.POSITIVE_INFINITY;
    const labelStart = j < labels.length ? l.ts[labels[j]] - tolerance : Number.POSITIVE_INFINITY;
    if (Math.min(eventStart, labelStart) > reach) {
      yield part;
      part = { events: [], labels: [] };
    }
    if (eventStart <= labelStart) {
      reach = Math.max(reach, e.endTs[events[i]]);
      part.events.push(events[i++]);
    } else {
      reach = Math.max(reach, l.endTs[labels[j]] + tolerance);
      part.labels.push(labels[j++]);
    }
  }
  yield part;
}

function matchPart(part: Group, e: EventTable, l: LabelTable, tolerance: number, result: MatchResult): void {
  if (part.events.length === 0 || part.labels.length === 0) return;
  const events = takeSpans(part.events, e.onsetTs, e.endTs);
  const labels = takeSpans(part.labels, l.ts, l.endTs);
  const fewerEvents = part.events.length <= part.labels.length;
  const partners = fewerEvents ? assignSpans(events, labels, tolerance) : assignSpans(labels, events, tolerance);
  partners.forEach((partner, own) => {
    if (partner < 0) return;
    const [event, label] = fewerEvents ? [own, partner] : [partner, own];
    result.labelOfEvent[part.events[event]] = part.labels[label];
    result.eventOfLabel[part.labels[label]] = part.events[event];
    result.totalDistance += spanDistance(events, event, labels, label);
  });
}

function takeSpans(rows: number[], start: Float64Array, end: Float64Array): Spans {
  return { start: Float64Array.from(rows, (row) => start[row]), end: Float64Array.from(rows, (row) => end[row]) };
}
