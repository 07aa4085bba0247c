import type { CloseReason } from "../types.js";
import type { CompiledTrigger, Place } from "./compile-trigger.js";
import type { EventCollector } from "./events.js";
import { evaluateRule, FALSE, TRUE, UNKNOWN } from "./truth.js";

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
  run(from: number, to: number): void;
  end(): void;
}

/** @param room most rows of a block */
export function createTriggerMachine(
  { id, rules, candidate, places, fences }: CompiledTrigger,
  room: number,
  events: EventCollector,
): TriggerMachine {
  let block: Block;
  // What each rule says of the rows of the block, worked out when first asked for.
  const truths = rules.map(() => ({ known: false, values: new Uint8Array(room) }));
  const scratch = new Uint8Array(room);

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

  function truthOf(rule: number): Uint8Array {
    const truth = truths[rule];
    if (!truth.known) evaluateRule(rules[rule], block.columns, block.ts.length, truth.values, scratch);
    truth.known = true;
    return truth.values;
  }

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
  function seek(from: number, to: number): number {
    const { ts } = block;
    const maybe = truthOf(candidate);
    const earliest = cooldownEnd;
    for (let row = from; row < to; row++) {
      if (maybe[row] !== TRUE || ts[row] < earliest) continue;
      const here = places[fences === null ? 0 : fences.at(block.lon[row], block.lat[row]) + 1];
      if (here.enter !== candidate && truthOf(here.enter)[row] !== TRUE) continue;
      if (!here.atOnce && row + 1 < to && truthOf(here.enter)[row + 1] === FALSE) {
        // What would be pending until the next row: not worth its beginning, unless that row counts again after a gap.
        if (ts[row + 1] - ts[row] <= here.parameters.max_gap_ms) row++;
        continue;
      }
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
  function follow(from: number, to: number): number {
    const { ts } = block;
    const { dwell_ms, min_samples, release_ms, max_gap_ms, max_event_ms } = place.parameters;
    const { column, sign } = place.extreme;
    const values = block.columns[column];
    const { onset } = event;
    let truth = truthOf(state === PENDING ? place.enter : place.exit);
    let { last, end, extreme } = event;
    let now: number = state;
    let n = count;
    let closing: CloseReason | null = null;
    let row = from;
    while (row < to && closing === null && now !== IDLE) {
      const t = ts[row];
      if (t - last > max_gap_ms) {
        // The row itself is looked at again.
        if (now !== PENDING) closing = "gap";
        now = IDLE;
        continue;
      }
      const holds = truth[row++];
      if (holds === UNKNOWN) continue;
      last = t;
      if (holds === TRUE) {
        n++;
        end = t;
        const value = sign * values[row - 1];
        if (value > extreme || Number.isNaN(extreme)) extreme = value;
        if (now !== PENDING) now = ACTIVE;
        else if (t - onset >= dwell_ms && n >= min_samples) {
          now = ACTIVE;
          event.trigger = t;
          truth = truthOf(place.exit);
        }
      } else if (now === PENDING) now = IDLE;
      else if (now === ACTIVE && release_ms > 0) {
        now = RELEASING;
        event.since = t;
      } else if (now === ACTIVE || t - event.since >= release_ms) closing = "exit";
      if (closing === null && now >= ACTIVE && t - onset >= max_event_ms) closing = "max_duration";
    }
    event.last = last;
    event.end = end;
    event.extreme = extreme;
    state = now;
    count = n;
    if (closing !== null) close(closing);
    return row;
  }

  return {
    load(next) {
      block = next;
      for (const truth of truths) truth.known = false;
    },
    begin(next) {
      vehicle = next;
      state = IDLE;
      cooldownEnd = Number.NEGATIVE_INFINITY;
    },
    run(from, to) {
      for (let row = from; row < to; ) row = state === IDLE ? seek(row, to) : follow(row, to);
    },
    end() {
      if (state === ACTIVE || state === RELEASING) close("end_of_data");
      state = IDLE;
    },
  };
}
