import { describe, expect, it } from "vitest";
import { column, numericColumn, textColumn } from "../../../src/core/columns.js";
import { InputError } from "../../../src/core/errors.js";
import { fromDataFrame, toDataFrame } from "../../../src/interop/index.js";

/** A data frame as danfojs builds it of an object of columns: rows in `values`, columns in `getColumnData`. */
class DataFrame {
  readonly columns: string[];
  readonly values: unknown[][];
  readonly getColumnData: unknown[][];

  constructor(data: Record<string, unknown[]>) {
    this.columns = Object.keys(data);
    // danfojs refuses anything but plain arrays.
    for (const values of Object.values(data)) if (!Array.isArray(values)) throw new Error("not an array");
    this.values = (Object.values(data)[0] ?? []).map((_, row) => this.columns.map((name) => data[name][row]));
    this.getColumnData = this.values.length ? Object.values(data) : [];
  }
}
const dfd = { DataFrame };

describe("toDataFrame", () => {
  it("gives the library plain arrays of numbers and text", () => {
    const frame = toDataFrame(dfd, {
      queue: ["a", null],
      gpus: Float64Array.of(8, Number.NaN),
      t: BigInt64Array.of(1n, 2n),
    });
    expect(frame.values).toEqual([
      ["a", 8, 1],
      [null, Number.NaN, 2],
    ]);
  });

  it("refuses columns of unequal length and bigints beyond a double", () => {
    expect(() => toDataFrame(dfd, { a: [1, 2], b: [1] })).toThrow(
      'column "b" has 1 rows, column "a" has 2: a data frame needs columns of one length',
    );
    expect(() => toDataFrame(dfd, { a: [2n ** 53n + 1n] })).toThrow(InputError);
    expect(toDataFrame(dfd, { a: [2n ** 60n] }).values).toEqual([[2 ** 60]]);
  });
});

describe("fromDataFrame", () => {
  it("comes back from a round trip with typed numbers and null for missing text", () => {
    const columns = { queue: ["a", null, "c"], gpus: Float64Array.of(8, Number.NaN, 0), on: [true, false, true] };
    expect(fromDataFrame(toDataFrame(dfd, columns))).toEqual(columns);
  });

  it("keeps a column of mixed kinds as it is, NaN as null", () => {
    expect(fromDataFrame({ columns: ["x"], values: [[1], ["b"], [Number.NaN], [undefined]] })).toEqual({
      x: [1, "b", null, null],
    });
  });

  it("takes frames without rows and without columns", () => {
    expect(fromDataFrame(toDataFrame(dfd, { x: [] }))).toEqual({ x: new Float64Array(0) });
    expect(fromDataFrame(toDataFrame(dfd, {}))).toEqual({});
  });
});

describe("a data frame where columns are wanted", () => {
  it("is taken as it is", () => {
    const frame = toDataFrame(dfd, { queue: ["a", "b"], gpus: [1, 2] });
    expect(numericColumn(column(frame, "gpus"))).toEqual(Float64Array.of(1, 2));
    expect(textColumn(column(frame, "queue"))).toEqual(["a", "b"]);
  });
});
