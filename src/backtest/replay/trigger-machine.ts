import type { CloseReason } from "../types.js";
import type { CompiledTrigger, Place } from "./compile-trigger.js";
import type { EventCollector } from "./events.js";
import { createRuleWords } from "./rule-words.js";
import { endOfTrue, isSet, leastRows, nextTrue } from "./true-rows.js";

const IDLE = 0;
const PENDING = 1;
const ACTIVE = 2;
const RELEASING = 3;

/** Rows next to each other, at most as many as the machine has room for. */
export interface Block {
  ts: Float64Array;
  lat: Float64Array;
  lon: Float64Array;
  columns: readonly Float64Array[];
}

/**
 * The machine of one trigger, for one vehicle after the other. Order: `load` a block; for each vehicle in it `begin`, unless
 * it goes on from the block before, and `run`; `end` before another `begin` and after all.
 */
export interface TriggerMachine {
  load(block: Block): void;
  begin(vehicle: string): void;
  /** @param longestStep the most time between two of the rows */
  run(from: number, to: number, longestStep: number): void;
  end(): void;
}

/** @param room most rows of a block */
export function createTriggerMachine(
  { id, rules, candidate, places, fences }: CompiledTrigger,
  room: number,
  events: EventCollector,
): TriggerMachine {
  let block: Block;
  const truths = createRuleWords(rules, room);

  let vehicle = "";
  let state: number = IDLE;
  let place: Place = places[0];
  let count = 0;
  let cooldownEnd = Number.NEGATIVE_INFINITY;
  // What may become an event, or is one. `last` is the last used row; before onset nothing depends on it. Numbers live in an
  // object, which takes new ones in place.
  const event = {
    last: Number.NaN,
    onset: Number.NaN,
    trigger: Number.NaN,
    end: Number.NaN,
    since: Number.NaN,
    extreme: Number.NaN,
    lat: Number.NaN,
    lon: Number.NaN,
  };

  function close(closeReason: CloseReason): void {
    state = IDLE;
    cooldownEnd = event.end + place.parameters.cooldown_ms;
    events.add({
      trigger: id,
      vehicle,
      onsetTs: event.onset,
      triggerTs: event.trigger,
      endTs: event.end,
      closeReason,
      nSamples: count,
      extreme: place.extreme.sign * event.extreme,
      geofence: place.geofence,
      lat: event.lat,
      lon: event.lon,
    });
  }

  /** Looks for an onset among rows; gives the row after it, or `to`. */
  function seek(from: number, to: number, least: number): number {
    const { ts } = block;
    if (ts[to - 1] < cooldownEnd) return to;
    let row = from;
    while (ts[row] < cooldownEnd) row++;
    const maybe = truths.of(candidate);
    for (row = nextTrue(maybe, row, to, least); row < to; row = nextTrue(maybe, row + 1, to, least)) {
      const here = places[fences === null ? 0 : fences.at(block.lon[row], block.lat[row]) + 1];
      if (here.enter !== candidate && !isSet(truths.of(here.enter).true, row)) continue;
      open(here, row);
      return row + 1;
    }
    return to;
  }

  function open(here: Place, row: number): void {
    const t = block.ts[row];
    place = here;
    event.last = t;
    event.onset = t;
    event.trigger = t;
    event.end = t;
    count = 1;
    event.extreme = here.extreme.sign * block.columns[here.extreme.column][row];
    event.lat = block.lat[row];
    event.lon = block.lon[row];
    state = here.atOnce ? ACTIVE : PENDING;
    if (state === ACTIVE && here.parameters.max_event_ms <= 0) close("max_duration");
  }

  /** Follows what has begun until it is over; gives the next row to look at, or `to`. */
  function follow(from: number, to: number, longestStep: number): number {
    const { dwell_ms, min_samples, release_ms, max_gap_ms, max_event_ms } = place.parameters;
    const { ts } = block;
    const { onset } = event;
    let truth = truths.of(state === PENDING ? place.enter : place.exit);
    let row = from;
    while (row < to && state !== IDLE) {
      const t = ts[row];
      if (t - event.last > max_gap_ms) {
        // The row itself is looked at again.
        if (state === PENDING) state = IDLE;
        else close("gap");
      } else if (isSet(truth.true, row)) {
        const pending = state === PENDING;
        const [least, limit] = pending ? [min_samples - count, dwell_ms] : [1, max_event_ms];
        let stop = endOfTrue(truth, row, to);
        if (longestStep > max_gap_ms) stop = firstGap(ts, row, stop, max_gap_ms);
        const reached = ts[stop - 1] - onset >= limit && stop - row >= least;
        if (reached) {
          stop = Math.max(row + least, row + 1);
          while (ts[stop - 1] - onset < limit) stop++;
        }
        extend(row, stop);
        row = stop;
        if (!pending) state = ACTIVE;
        else if (reached) {
          state = ACTIVE;
          event.trigger = event.end;
          truth = truths.of(place.exit);
        }
        if (state === ACTIVE && event.end - onset >= max_event_ms) close("max_duration");
      } else {
        if (!isSet(truth.notFalse, row)) fail(t, release_ms, max_event_ms);
        row++;
      }
    }
    return row;
  }

  /** Counts rows, which are true. */
  function extend(from: number, to: number): void {
    const { column, sign } = place.extreme;
    const values = block.columns[column];
    let { extreme } = event;
    for (let row = from; row < to; row++) {
      const value = sign * values[row];
      if (value > extreme || Number.isNaN(extreme)) extreme = value;
    }
    event.extreme = extreme;
    event.end = block.ts[to - 1];
    event.last = event.end;
    count += to - from;
  }

  /** A row that is false. */
  function fail(t: number, release: number, limit: number): void {
    event.last = t;
    if (state === PENDING) state = IDLE;
    else if (state === ACTIVE && release > 0) {
      state = RELEASING;
      event.since = t;
    } else if (state === ACTIVE || t - event.since >= release) close("exit");
    if (state !== IDLE && t - event.onset >= limit) close("max_duration");
  }

  return {
    load(next) {
      block = next;
      truths.load(next.columns, next.ts.length);
    },
    begin(next) {
      vehicle = next;
      state = IDLE;
      cooldownEnd = Number.NEGATIVE_INFINITY;
    },
    run(from, to, longestStep) {
      const least = fences === null ? leastRows(places[0].parameters, longestStep) : 1;
      for (let row = from; row < to; ) row = state === IDLE ? seek(row, to, least) : follow(row, to, longestStep);
    },
    end() {
      if (state === ACTIVE || state === RELEASING) close("end_of_data");
      state = IDLE;
    },
  };
}

/** The first of rows after `from` that comes too late after the one before it, or `to`. */
function firstGap(ts: Float64Array, from: number, to: number, maxGap: number): number {
  let row = from + 1;
  while (row < to && ts[row] - ts[row - 1] <= maxGap) row++;
  return row;
}
