import { EngineError, InputError } from "../../core/errors.js";
import type { Batch, BatchColumn } from "../engine.js";

/** A result column's declaration, as Thrift sends it. */
export interface SparkColumnType {
  columnName: string;
  typeDesc: { types: { primitiveEntry?: { type: number; typeQualifiers?: Qualifiers } }[] };
}

interface Qualifiers {
  qualifiers: Record<string, { i32Value?: number }>;
}

/** One of the kinds of a Thrift column; `nulls` has a bit for each row, 1 = null, and may end early. */
interface SparkValues {
  values: unknown[];
  nulls: Uint8Array;
}

/** A column as Thrift sends it: values of the one kind that is there. */
export type SparkColumn = Partial<Record<string, SparkValues | null>>;

/** Thrift's `TTypeId` of the types that are sent as text. */
const STRING = 7;
const DECIMAL = 15;
const VARCHAR = 18;
const CHAR = 19;

/** Eight bytes of a 64-bit integer, as the Thrift library keeps them. */
interface Int64 {
  buffer: Buffer;
  offset: number;
}

function validity(nulls: Uint8Array, rows: number): Uint8Array | null {
  const valid = new Uint8Array(rows);
  let present = 0;
  for (let i = 0; i < rows; i++) {
    // Past the end of the bits there are no nulls.
    valid[i] = 1 - (((nulls[i >> 3] ?? 0) >> (i & 7)) & 1);
    present += valid[i];
  }
  return present < rows ? valid : null;
}

function integers(rows: number, valid: Uint8Array | null, at: (row: number) => bigint): BigInt64Array {
  const data = new BigInt64Array(rows);
  for (let i = 0; i < rows; i++) if (!valid || valid[i]) data[i] = at(i);
  return data;
}

function decimal(name: string, text: string): bigint {
  const value = BigInt(text.replace(".", ""));
  if (BigInt.asIntN(64, value) !== value) {
    throw new InputError(`column "${name}": a DECIMAL does not fit 64 bits; cast it to DOUBLE`, { column: name });
  }
  return value;
}

/** A column that was sent as text. */
function textColumn(declared: SparkColumnType, values: string[], valid: Uint8Array | null): BatchColumn {
  const name = declared.columnName;
  const { type, typeQualifiers } = declared.typeDesc.types[0]?.primitiveEntry ?? { type: -1 };
  if (type === DECIMAL) {
    const scale = typeQualifiers?.qualifiers["scale"]?.i32Value ?? 0;
    return { data: integers(values.length, valid, (i) => decimal(name, values[i])), valid, scale };
  }
  if (type === STRING || type === VARCHAR || type === CHAR) return { data: values, valid };
  throw new InputError(
    `column "${name}" has a type that arrives as text; ask for the dialect's epochMicros of a time, or cast it in the statement`,
    { column: name },
  );
}

function copyColumn(declared: SparkColumnType, column: SparkColumn): BatchColumn {
  const [kind, sent] = Object.entries(column).find(([, one]) => one) ?? [];
  if (!kind || !sent) throw new EngineError(`Spark sent no values of column "${declared.columnName}"`);
  const { values } = sent;
  const valid = validity(sent.nulls, values.length);
  switch (kind) {
    case "stringVal":
      return textColumn(declared, values as string[], valid);
    case "doubleVal": {
      const data = Float64Array.from(values as number[]);
      if (valid) for (let i = 0; i < data.length; i++) if (!valid[i]) data[i] = Number.NaN;
      return { data, valid };
    }
    case "i64Val": {
      const at = (i: number) => (values[i] as Int64).buffer.readBigInt64BE((values[i] as Int64).offset);
      return { data: integers(values.length, valid, at), valid };
    }
    case "boolVal":
    case "byteVal":
    case "i16Val":
    case "i32Val":
      return { data: integers(values.length, valid, (i) => BigInt(values[i] as number | boolean)), valid };
    default:
      throw new InputError(
        `column "${declared.columnName}" is binary, which has no flat form; cast it in the statement`,
      );
  }
}

/** Copies the columns of one answer into typed arrays. */
export function sparkBatch(declared: readonly SparkColumnType[], sent: readonly SparkColumn[]): Batch {
  const columns: Batch["columns"] = {};
  for (const [i, column] of sent.entries()) columns[declared[i].columnName] = copyColumn(declared[i], column);
  return { rows: Object.values(columns)[0]?.data.length ?? 0, columns };
}
