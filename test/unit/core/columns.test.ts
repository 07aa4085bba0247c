import { columnFromArray, float64, int64, tableFromArrays, tableFromIPC, tableToIPC, utf8 } from "@uwdata/flechette";
import { describe, expect, it } from "vitest";
import { toArrow } from "../../../src/core/arrow.js";
import { column, numericColumn, textColumn, timeColumn, toRows } from "../../../src/core/columns.js";
import { InputError } from "../../../src/core/errors.js";

const NaN64 = Number.NaN;

/** An Arrow vector as apache-arrow shapes it: `toArray()` gives the raw buffer, with garbage under nulls. */
function apacheVector(raw: Float64Array | BigInt64Array, nulls: number[]) {
  return {
    nullCount: nulls.length,
    toArray: () => raw,
    get: (i: number) => (nulls.includes(i) ? null : raw[i]),
  };
}

describe("numericColumn", () => {
  it("passes a Float64Array without a copy", () => {
    const y = Float64Array.of(1, NaN64, 3);
    expect(numericColumn(y)).toBe(y);
  });

  it("makes null, undefined and NaN into NaN, never 0", () => {
    expect(numericColumn([1, null, undefined, NaN64, 0])).toEqual(Float64Array.of(1, NaN64, NaN64, NaN64, 0));
  });

  it.each([
    ["Float32Array", Float32Array.of(0.5, 2)],
    ["Int32Array", Int32Array.of(-1, 2)],
    ["Uint8Array", Uint8Array.of(0, 255)],
    ["BigInt64Array", BigInt64Array.of(-5n, 9007199254740992n)],
    [
      "a generator",
      (function* () {
        yield 1;
        yield 2;
      })(),
    ],
    ["a Set", new Set([3, 4])],
    ["nothing", []],
  ])("takes %s", (name, source) => {
    const wanted =
      { "a generator": [1, 2], "a Set": [3, 4] }[name] ?? Array.from(source as Iterable<number | bigint>, Number);
    expect([...numericColumn(source as Iterable<unknown>)]).toEqual(wanted);
  });

  it("refuses a bigint that a double cannot hold, naming column and row", () => {
    expect(() => numericColumn(BigInt64Array.of(1n, 9007199254740993n), "bytes")).toThrow(
      new InputError('column "bytes" row 1: 9007199254740993 does not fit a double exactly; scale it first', {
        column: "bytes",
        row: 1,
      }),
    );
    expect(() => numericColumn([-9007199254740993n])).toThrow(InputError);
  });

  it.each([
    ["text", "12"],
    ["a boolean", true],
    ["an object", {}],
    ["a date", new Date(0)],
  ])("refuses %s with its row", (_, value) => {
    expect(() => numericColumn([1, value], "gpus")).toThrow(/column "gpus" row 1: expected a number, got /);
  });

  it("reads the nulls of an Arrow vector whose buffer holds garbage there", () => {
    const vector = apacheVector(Float64Array.of(1, 99, 3), [1]);
    expect(numericColumn(vector)).toEqual(Float64Array.of(1, NaN64, 3));
    const whole = Float64Array.of(1, 2);
    expect(numericColumn(apacheVector(whole, []))).toBe(whole);
  });

  it("reads flechette columns with and without nulls, in memory and from IPC bytes", () => {
    const values = [1.5, null, -2, null];
    const built = columnFromArray(values, float64());
    expect(numericColumn(built)).toEqual(Float64Array.of(1.5, NaN64, -2, NaN64));
    const bytes = tableToIPC(tableFromArrays({ y: values }, { types: { y: float64() } }), {}) as Uint8Array;
    expect(numericColumn(column(tableFromIPC(bytes), "y"))).toEqual(Float64Array.of(1.5, NaN64, -2, NaN64));
    expect(numericColumn(columnFromArray([7n, null], int64(), { useBigInt: true } as never))).toEqual(
      Float64Array.of(7, NaN64),
    );
  });
});

describe("timeColumn", () => {
  it("takes milliseconds as numbers, microseconds as bigints, dates by their value", () => {
    expect([...timeColumn([0, 1500.5])]).toEqual([0, 1500.5]);
    expect([...timeColumn(BigInt64Array.of(1_700_000_000_000_001n, -1_500n))]).toEqual([1_700_000_000_000.001, -1.5]);
    expect([...timeColumn([new Date("2026-03-29T01:00:00Z"), null])]).toEqual([1774746000000, NaN64]);
    const ms = Float64Array.of(1, 2);
    expect(timeColumn(ms)).toBe(ms);
  });

  it("reads nulls of an Arrow vector of microseconds", () => {
    expect(timeColumn(apacheVector(BigInt64Array.of(5_000n, 7_000n), [1]))).toEqual(Float64Array.of(5, NaN64));
  });

  it("refuses text, naming column and row", () => {
    expect(() => timeColumn([0, "2026-01-01"], "ds")).toThrow(
      new InputError('column "ds" row 1: expected a time, got "2026-01-01"', { column: "ds", row: 1 }),
    );
  });
});

describe("textColumn", () => {
  it("keeps text, spells numbers and bigints, and gives null for missing", () => {
    expect(textColumn(["a", "", 1, 12345678901234567890n, null, undefined])).toEqual([
      "a",
      "",
      "1",
      "12345678901234567890",
      null,
      null,
    ]);
  });

  it("reads a flechette column with nulls", () => {
    expect(textColumn(columnFromArray(["x", null, "é"], utf8()))).toEqual(["x", null, "é"]);
  });
});

describe("column", () => {
  const rows = [
    [1, "a"],
    [2, null],
  ];

  it("finds columns of an object, an Arrow table and both shapes of a data frame", () => {
    expect(column({ x: [1] }, "x")).toEqual([1]);
    expect([...textColumn(column(toArrow({ q: ["a", "b"] }), "q"))]).toEqual(["a", "b"]);
    expect(column({ columns: ["x", "q"], values: rows }, "q")).toEqual(["a", null]);
    expect(
      column(
        {
          columns: ["x", "q"],
          getColumnData: [
            [1, 2],
            ["a", null],
          ],
        },
        "x",
      ),
    ).toEqual([1, 2]);
    const apache = { getChild: (name: string) => (name === "x" ? apacheVector(Float64Array.of(4), []) : null) };
    expect([...numericColumn(column(apache, "x"))]).toEqual([4]);
  });

  it("finds nothing, but a column, in a data frame without rows", () => {
    expect([...numericColumn(column({ columns: ["x"], values: [], getColumnData: [] }, "x"))]).toEqual([]);
  });

  it.each([
    ["an object", { x: [1], y: [2] }, 'no column "z"; the table has: x, y'],
    ["an empty object", {}, 'no column "z"; the table has: none'],
    ["a data frame", { columns: ["x"], values: [] }, 'no column "z"; the table has: x'],
    ["an Arrow table", { getChild: () => null }, 'no column "z" in the Arrow table'],
  ])("says which columns %s has when one is missing", (_, table, message) => {
    expect(() => column(table, "z")).toThrow(new InputError(message, { column: "z" }));
  });

  it("does not take what every object inherits for a column", () => {
    expect(() => column({}, "constructor")).toThrow(InputError);
    expect(() => column({}, "__proto__")).toThrow(InputError);
  });
});

describe("toRows and toArrow", () => {
  it("turns columns into rows", () => {
    expect(toRows({ q: ["a", "b"], y: Float64Array.of(1, 2) })).toEqual([
      { q: "a", y: 1 },
      { q: "b", y: 2 },
    ]);
    expect(toRows({})).toEqual([]);
  });

  it("keeps typed columns in Arrow", () => {
    const table = toArrow({ y: Float64Array.of(0.1, 2), t: BigInt64Array.of(1n, 2n) });
    expect(table.numRows).toBe(2);
    expect(numericColumn(column(table, "y"))).toEqual(Float64Array.of(0.1, 2));
  });
});
