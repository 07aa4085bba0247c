import { describe, expect, it } from "vitest";
import { orderLog } from "../../../src/backtest/replay/order-log.js";
import type { ColumnarLog } from "../../../src/backtest/types.js";
import { InputError } from "../../../src/core/errors.js";
import { logOf } from "../../reference/replay-cases.js";

const _ = Number.NaN;

/** Rows of (vehicle, ts), each with its place in the input as x and, in float32, as y. */
function inputOf(rows: readonly (readonly [string | null, number])[]): ColumnarLog {
  return logOf(
    rows.map(([vehicle, ts], i) => ({ vehicle, ts, lat: i, lon: -i, values: { x: i, y: i } })),
    ["x", "y"],
    ["y"],
  );
}

const shown = ({ vehicle, vehicleIds, ts, signals }: ColumnarLog): unknown[][] =>
  Array.from(ts, (t, i) => [vehicleIds[vehicle[i]], t, signals["x"][i]]);

describe("orderLog", () => {
  it("gives a log in order back as it is", () => {
    const log = inputOf([
      ["a", 0],
      ["a", 5],
      ["b", 0],
    ]);
    const ordered = orderLog(log, { strict: true });
    expect(ordered.log).toBe(log);
    expect([ordered.duplicates, ordered.dropped]).toEqual([0, 0]);
    const empty = inputOf([]);
    expect(orderLog(empty).log).toBe(empty);
  });
  it("orders by bytes of the vehicle and time, all columns alike", () => {
    const { log } = orderLog(
      inputOf([
        ["\u{1f600}", 1],
        ["\uffff", 3],
        ["a", 2],
        ["\uffff", 1],
        ["a", 1],
      ]),
    );
    expect(shown(log)).toEqual([
      ["a", 1, 4],
      ["a", 2, 2],
      ["\uffff", 1, 3],
      ["\uffff", 3, 1],
      ["\u{1f600}", 1, 0],
    ]);
    expect([...log.lat]).toEqual([4, 2, 3, 1, 0]);
    expect([...log.lon]).toEqual([-4, -2, -3, -1, -0]);
    expect(log.signals["y"]).toEqual(Float32Array.of(4, 2, 3, 1, 0));
  });
  it("lets the last of a vehicle and time win, wherever the others are, and counts them", () => {
    const ordered = orderLog(
      inputOf([
        ["a", 1],
        ["b", 1],
        ["a", 1],
        ["a", 0],
        ["a", 1],
        ["b", 1],
      ]),
    );
    expect(shown(ordered.log)).toEqual([
      ["a", 0, 3],
      ["a", 1, 4],
      ["b", 1, 5],
    ]);
    expect([ordered.duplicates, ordered.dropped]).toEqual([3, 0]);
  });
  it("drops and counts rows without vehicle or time; they are no duplicates", () => {
    const ordered = orderLog(
      inputOf([
        [null, 1],
        ["a", _],
        ["a", 1],
        [null, _],
        [null, 1],
      ]),
      { strict: true },
    );
    expect(shown(ordered.log)).toEqual([["a", 1, 2]]);
    expect([ordered.duplicates, ordered.dropped]).toEqual([0, 4]);
  });
  it("takes ids of one text as one vehicle", () => {
    const log = {
      ...inputOf([
        ["a", 1],
        ["b", 1],
        ["c", 0],
      ]),
      vehicleIds: ["a", "b", "a"],
    };
    expect(shown(orderLog(log).log)).toEqual([
      ["a", 0, 2],
      ["a", 1, 0],
      ["b", 1, 1],
    ]);
    const inOrder = {
      ...inputOf([
        ["a", 1],
        ["b", 2],
        ["c", 0],
      ]),
      vehicleIds: ["a", "a", "b"],
    };
    expect(shown(orderLog(inOrder, { strict: true }).log)).toEqual([
      ["a", 1, 0],
      ["a", 2, 1],
      ["b", 0, 2],
    ]);
  });
  it("refuses disorder where it is strict, naming row and vehicle; duplicates are none", () => {
    const strict = (rows: Parameters<typeof inputOf>[0]) => () => orderLog(inputOf(rows), { strict: true });
    expect(
      strict([
        ["a", 2],
        [null, 0],
        ["a", 1],
      ]),
    ).toThrow(/row 2 .*vehicle "a" at 1 comes after vehicle "a" at 2/);
    expect(
      strict([
        ["b", 1],
        ["a", 2],
      ]),
    ).toThrow(InputError);
    expect(
      orderLog(
        inputOf([
          ["a", 1],
          ["a", 1],
          ["b", 0],
        ]),
        { strict: true },
      ).duplicates,
    ).toBe(1);
  });
  it("refuses codes of no vehicle, times that are not whole, and columns of other lengths", () => {
    const log = inputOf([
      ["a", 1],
      ["a", 2],
    ]);
    expect(() => orderLog({ ...log, vehicle: Int32Array.of(0, 1) })).toThrow(/row 1.*vehicle 1 is not among/);
    expect(() => orderLog({ ...log, ts: Float64Array.of(1, 1.5) })).toThrow(/row 1.*1.5 is not a whole number/);
    expect(() => orderLog({ ...log, ts: Float64Array.of(1, Number.POSITIVE_INFINITY) })).toThrow(InputError);
    expect(() => orderLog({ ...log, vehicle: Int32Array.of(0) })).toThrow(/"vehicle" of the log has 1 rows/);
  });
});
