import type { DuckDBVector } from "@duckdb/node-api";

/** A text column on its way out of the engine: each value as its number among the values met so far, null and "" as −1. */
export interface LevelTarget {
  codes: Int32Array;
  levels: Map<string, number>;
  /** When there are more levels than these the rest of the column is not looked at. */
  most: number;
}

/** Where a result column goes: numbers (NaN for null) or codes. */
export type FillTarget = Float64Array | LevelTarget;

/** What a vector of the engine keeps: 8 bytes a number; 16 bytes a text, which hold it whole or its length and address. */
interface RawVector {
  items: Float64Array;
  dataView: DataView;
  validity: { data: BigUint64Array | null };
}

const SLOTS = 1 << 8;

/** Copies the rows of a chunk's vector into a target, from row `at` on. */
export function fillColumn(target: FillTarget, vector: DuckDBVector, rows: number, at: number): void {
  const raw = vector as unknown as RawVector;
  const bits = validity(raw);
  if (!(target instanceof Float64Array)) fillLevels(target, vector, bits, rows, at);
  else {
    target.set(raw.items.subarray(0, rows), at);
    if (bits) fillNulls(target, bits, rows, at);
  }
}

function validity({ validity: { data } }: RawVector): Uint8Array | null {
  return data && new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function fillNulls(to: Float64Array, bits: Uint8Array, rows: number, at: number): void {
  for (let i = 0; i < rows; i++) {
    if (bits[i >> 3] === 255) i |= 7;
    else if (((bits[i >> 3] >> (i & 7)) & 1) === 0) to[at + i] = Number.NaN;
  }
}

/**
 * Equal values of a vector mostly have equal bytes here, those of long ones by sharing an address; so a text is made of the
 * first one alone.
 */
function fillLevels(
  target: LevelTarget,
  vector: DuckDBVector,
  bits: Uint8Array | null,
  rows: number,
  at: number,
): void {
  const { codes, levels, most } = target;
  const { dataView } = vector as unknown as RawVector;
  const words = new Int32Array(dataView.buffer, dataView.byteOffset, 4 * rows);
  const seen = new Int32Array(SLOTS).fill(-1);
  for (let i = 0; i < rows && levels.size <= most; i++) {
    if (bits && ((bits[i >> 3] >> (i & 7)) & 1) === 0) {
      codes[at + i] = -1;
      continue;
    }
    const w = 4 * i;
    const slot = hashOf(words[w], words[w + 1], words[w + 2], words[w + 3]);
    const first = seen[slot];
    if (first >= 0 && equalWords(words, w, 4 * first)) codes[at + i] = codes[at + first];
    else {
      seen[slot] = i;
      codes[at + i] = codeOf(levels, vector.getItem(i) as string);
    }
  }
}

function hashOf(length: number, a: number, b: number, c: number): number {
  const mixed = Math.imul(
    length ^ Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35),
    0x27d4eb2f,
  );
  return mixed >>> 24;
}

function equalWords(words: Int32Array, p: number, q: number): boolean {
  return (
    words[p] === words[q] &&
    words[p + 1] === words[q + 1] &&
    words[p + 2] === words[q + 2] &&
    words[p + 3] === words[q + 3]
  );
}

function codeOf(levels: Map<string, number>, level: string): number {
  if (level === "") return -1;
  let code = levels.get(level);
  if (code === undefined) {
    code = levels.size;
    levels.set(level, code);
  }
  return code;
}
