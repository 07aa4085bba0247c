import { InputError } from "../core/errors.js";

/** What fleetlens needs of a data-frame library: `danfojs`, `danfojs-node`, or anything with such a constructor. */
export interface DataFrameLibrary<F> {
  DataFrame: new (columns: Record<string, unknown[]>) => F;
}

/**
 * A data frame of an object of columns, made by the library that the caller hands in.
 *
 * danfojs wants plain arrays and knows no bigint: typed arrays are copied, bigints become numbers. NaN stays NaN, which
 * is danfojs' missing value.
 *
 * @param columns columns of one length
 * @throws InputError when the lengths differ, or a bigint lies beyond ±2^53
 * @example
 * import * as dfd from "danfojs-node";
 * const frame = toDataFrame(dfd, { queue: ["a", "b"], gpuHours: Float64Array.of(10, 20) });
 */
export function toDataFrame<F>(library: DataFrameLibrary<F>, columns: Readonly<Record<string, ArrayLike<unknown>>>): F {
  const [first, ...others] = Object.entries(columns);
  for (const [name, values] of others) {
    if (values.length !== first[1].length) {
      throw new InputError(
        `column "${name}" has ${values.length} rows, column "${first[0]}" has ${first[1].length}: a data frame needs columns of one length`,
        { column: name },
      );
    }
  }
  const plain = Object.entries(columns).map(([name, values]) => [
    name,
    Array.from(values, (value, row) => (typeof value === "bigint" ? exactNumber(value, name, row) : value)),
  ]);
  return new library.DataFrame(Object.fromEntries(plain));
}

function exactNumber(value: bigint, column: string, row: number): number {
  if (BigInt(Number(value)) === value) return Number(value);
  throw new InputError(`column "${column}" row ${row}: ${value} does not fit a double exactly; scale it first`, {
    column,
    row,
  });
}
