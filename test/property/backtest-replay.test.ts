import { describe, expect, it } from "vitest";
import { createReplayer } from "../../src/backtest/replay/create-replayer.js";
import { eventRows, mergeEvents } from "../../src/backtest/replay/events.js";
import { orderLog } from "../../src/backtest/replay/order-log.js";
import { replay } from "../../src/backtest/replay/replay.js";
import type { ColumnarLog, EventTable } from "../../src/backtest/types.js";
import { createRandom } from "../../src/core/random.js";
import { type CaseRow, logOf, type RandomCase, randomCase } from "../reference/replay-cases.js";
import { replayReference } from "../reference/replay-reference.js";

const CASES = 300;

function cases(name: string, count: number, check: (one: RandomCase, k: number) => void): void {
  it(name, () => {
    for (let k = 0; k < count; k++) {
      try {
        check(randomCase(createRandom(k).child(name)), k);
      } catch (error) {
        if (error instanceof Error) error.message = `case ${k}: ${error.message}`;
        throw error;
      }
    }
  });
}

function slice(log: ColumnarLog, from: number, to: number): ColumnarLog {
  const signals = Object.fromEntries(Object.entries(log.signals).map(([name, x]) => [name, x.slice(from, to)]));
  const [lat, lon] = [log.lat.slice(from, to), log.lon.slice(from, to)];
  return {
    vehicle: log.vehicle.slice(from, to),
    vehicleIds: log.vehicleIds,
    ts: log.ts.slice(from, to),
    lat,
    lon,
    signals,
  };
}

/** The same rows under other codes. */
function recoded(log: ColumnarLog, random: () => number): ColumnarLog {
  const vehicleIds = [...log.vehicleIds.map((id) => [random(), id] as const)]
    .sort((a, b) => a[0] - b[0])
    .map(([, id]) => id);
  return { ...log, vehicleIds, vehicle: log.vehicle.map((code) => vehicleIds.indexOf(log.vehicleIds[code])) };
}

const without = (rows: readonly CaseRow[], drop: (row: CaseRow) => boolean): CaseRow[] =>
  rows.filter((row) => !drop(row));
const names = (log: ColumnarLog): string[] => Object.keys(log.signals);
const floats = (log: ColumnarLog): string[] => names(log).filter((name) => log.signals[name] instanceof Float32Array);
const again = (one: RandomCase, rows: readonly CaseRow[]): ColumnarLog => logOf(rows, names(one.log), floats(one.log));

describe("replay and the slow reference", () => {
  let events = 0;
  cases("agree on random policies and logs", 1500, ({ policy, log }) => {
    const expected = replayReference(policy, log);
    events += expected.length;
    expect(eventRows(replay(policy, log))).toEqual(expected);
  });

  cases("agree where vehicles are longer than a block", 6, (_, k) => {
    const { policy, log } = randomCase(createRandom(k).child("long"), 9000);
    expect(eventRows(replay(policy, log))).toEqual(replayReference(policy, log));
  });

  it("have something to agree on", () => {
    expect(events).toBeGreaterThan(3000);
  });
});

describe("nothing changes the events of replay", () => {
  const push = (policy: RandomCase["policy"], pieces: readonly ColumnarLog[]): EventTable => {
    const replayer = createReplayer(policy);
    for (const piece of pieces) replayer.push(piece);
    return replayer.finish();
  };

  cases("how rows are cut", CASES, ({ policy, log }, k) => {
    const ordered = orderLog(log).log;
    const expected = replay(policy, log);
    const random = createRandom(k);
    for (const size of [1, 7, 2048]) {
      const pieces = Array.from({ length: Math.ceil(ordered.ts.length / size) }, (_, i) =>
        slice(ordered, i * size, (i + 1) * size),
      );
      expect(push(policy, pieces)).toEqual(expected);
    }
    const cut = random.int(ordered.ts.length + 1);
    const pieces = [slice(ordered, 0, cut), slice(ordered, cut, ordered.ts.length)];
    expect(
      push(
        policy,
        pieces.map((piece) => recoded(piece, random.uniform)),
      ),
    ).toEqual(expected);
  });

  cases("the order of rows, where no two are of one time", CASES, (one, k) => {
    const rows = [...new Map(one.rows.map((row) => [JSON.stringify([row.vehicle, row.ts]), row])).values()];
    const random = createRandom(k);
    const permuted = rows.map((row) => [random.uniform(), row] as const).sort((a, b) => a[0] - b[0]);
    expect(
      replay(
        one.policy,
        again(
          one,
          permuted.map(([, row]) => row),
        ),
      ),
    ).toEqual(replay(one.policy, again(one, rows)));
  });

  cases("other vehicles, and which worker has which", CASES, (one) => {
    const { policy, log } = one;
    const whole = replay(policy, log);
    const apart = [...new Set(one.rows.map(({ vehicle }) => vehicle))].map((id) =>
      replay(
        policy,
        again(
          one,
          without(one.rows, ({ vehicle }) => vehicle !== id),
        ),
      ),
    );
    expect(mergeEvents(apart)).toEqual({ ...whole, triggerIds: apart.length > 0 ? whole.triggerIds : [] });
  });

  cases("another zero of the clock", CASES, (one) => {
    const shift = 86_400_000 * 365;
    const moved = again(
      one,
      one.rows.map((row) => ({ ...row, ts: row.ts + shift })),
    );
    const back = eventRows(replay(one.policy, moved)).map((event) => ({
      ...event,
      ...{ onsetTs: event.onsetTs - shift, triggerTs: event.triggerTs - shift, endTs: event.endTs - shift },
    }));
    expect(back).toEqual(eventRows(replay(one.policy, one.log)));
  });
});
