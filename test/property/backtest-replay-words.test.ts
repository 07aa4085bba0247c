import { describe, expect, it } from "vitest";
import { createReplayer } from "../../src/backtest/replay/create-replayer.js";
import { eventRows } from "../../src/backtest/replay/events.js";
import { replay } from "../../src/backtest/replay/replay.js";
import { COMPARISONS, type ColumnarLog, type Policy, type TriggerParameters } from "../../src/backtest/types.js";
import { createRandom, type Random } from "../../src/core/random.js";
import { type CaseRow, logOf, policyOf, triggerOf } from "../reference/replay-cases.js";
import { replayReference } from "../reference/replay-reference.js";

/** Rows that the machine takes together: a word, and what it loads at once. */
const [WORD, BLOCK] = [32, 4096];
const MAX_GAP = 4;

/**
 * Vehicles of many rows in stretches of one value, of noise and of missing values, with limits around a word of rows, and
 * steps of time at, over and far over the longest that is no gap, most of them where words and blocks meet.
 */
function stretchCase(random: Random, mostRows: number): { policy: Policy; log: ColumnarLog } {
  const pick = <T>(of: readonly T[]): T => of[random.int(of.length)];
  const chance = (p: number): boolean => random.uniform() < p;
  const op = pick(COMPARISONS);
  const enter = pick([0, 1, -1]);
  const exit = op.startsWith("<") ? enter + pick([0, 1]) : enter - pick([0, 1]);
  const lengths = [1, 2, 3, 5, 31, 32, 33, 40, 70];
  const parameters: Partial<TriggerParameters> = {
    conditions: [{ name: "c", signal: "x", op, enter, exit }],
    guards: chance(0.3)
      ? [{ signal: "y", op: pick(COMPARISONS), value: pick([-1, 0, 1]), action: pick(["suppress", "hold"]) }]
      : [],
    dwell_ms: pick([0, ...lengths]),
    min_samples: pick([1, 1, 1, ...lengths]),
    release_ms: pick([0, 0, 1, 2, 33]),
    cooldown_ms: pick([0, 0, 1, 5, 33, 200]),
    max_gap_ms: MAX_GAP,
    max_event_ms: pick([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0, 1, 31, 32, 64]),
    on_missing: pick(["hold", "false"]),
  };
  const [gaps, missing, noise] = [pick([0, 0, 0.01, 0.1]), pick([0, 0, 0.05]), pick([0, 0.1, 1])];
  const values = [-2, -1, 0, 1, 2, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const rows = ["a", "b"].slice(random.int(2)).flatMap((vehicle) => {
    let ts = 0;
    let [x, left] = [0, 0];
    return Array.from({ length: random.int(mostRows + 1) }, (_, row): CaseRow => {
      const step = chance(0.9) ? 1 : 1 + random.int(MAX_GAP);
      ts += chance(row % WORD === 0 ? 10 * gaps : gaps) ? pick([MAX_GAP, MAX_GAP + 1, 50]) : step;
      if (left-- === 0) [x, left] = [chance(missing) ? Number.NaN : pick(values), pick(lengths)];
      const value = chance(noise) ? pick([...values, Number.NaN]) : x;
      return {
        ...{ vehicle, ts, lat: row, lon: 0 },
        values: { x: value, y: chance(0.1) ? Number.NaN : random.int(3) - 1 },
      };
    });
  });
  return { policy: policyOf([triggerOf("t", parameters)]), log: logOf(rows, ["x", "y"]) };
}

function inPieces(policy: Policy, log: ColumnarLog, size: number): ReturnType<typeof replay> {
  const replayer = createReplayer(policy);
  for (let from = 0; from < log.ts.length; from += size) {
    const cut = <T extends Int32Array | Float64Array | Float32Array>(column: T): T =>
      column.slice(from, from + size) as T;
    const signals = Object.fromEntries(Object.entries(log.signals).map(([name, x]) => [name, cut(x)]));
    const [lat, lon] = [cut(log.lat), cut(log.lon)];
    replayer.push({ vehicle: cut(log.vehicle), vehicleIds: log.vehicleIds, ts: cut(log.ts), lat, lon, signals });
  }
  return replayer.finish();
}

describe("rows that are taken a word at a time", () => {
  it("give the events of the slow reference, however they are cut", () => {
    const reasons = new Map<string, number>();
    for (let k = 0; k < 1000; k++) {
      const { policy, log } = stretchCase(createRandom(k).child("stretches"), 260);
      const events = replay(policy, log);
      const expected = replayReference(policy, log);
      expect(eventRows(events), `case ${k}`).toEqual(expected);
      for (const { closeReason } of expected) reasons.set(closeReason, (reasons.get(closeReason) ?? 0) + 1);
      const sizes = k % 5 === 0 ? [1, 7, 31, 32, 33, 2048] : [[7, 32, 33][k % 3]];
      for (const size of sizes) expect(inPieces(policy, log, size), `case ${k} by ${size}`).toEqual(events);
    }
    expect(Math.min(...reasons.values())).toBeGreaterThan(100);
    expect(reasons.size).toBe(4);
  });

  it("go on from one block to the next, with a gap there or the longest step that is none", () => {
    let events = 0;
    for (let k = 0; k < 12; k++) {
      const random = createRandom(k).child("blocks");
      const { policy } = stretchCase(random, 0);
      const rows: CaseRow[] = [];
      let ts = 0;
      for (let row = 0; row < 2 * BLOCK + 50; row++) {
        const edge = row % BLOCK === 0;
        ts += edge ? [1, MAX_GAP, MAX_GAP + 1][random.int(3)] : 1;
        const calm = Math.abs(((row + BLOCK / 2) % BLOCK) - BLOCK / 2) < 100 && random.uniform() < 0.98;
        const x = calm ? [2, -2][k % 2] : [2, -2, Number.NaN][random.int(3)];
        rows.push({ ...{ vehicle: "v", ts, lat: row, lon: 0 }, values: { x, y: 0 } });
      }
      const log = logOf(rows, ["x", "y"]);
      const expected = replayReference(policy, log);
      events += expected.length;
      expect(eventRows(replay(policy, log)), `case ${k}`).toEqual(expected);
    }
    expect(events).toBeGreaterThan(200);
  });
});
