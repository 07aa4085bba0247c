import type { DuckDBVector } from "@duckdb/node-api";

/** A text column on its way out of the engine: each value as its number among the values met so far, null and "" as −1. */
export interface LevelTarget {
  codes: Int32Array;
  levels: Map<string, number>;
  /** When there are more levels than these the rest of the column is not looked at. */
  most: number;
}

/** Where a result column goes: numbers (NaN for null), whole numbers without sign (of a column without nulls) or codes. */
export type FillTarget = Float64Array | BigUint64Array | LevelTarget;

/** What a vector of the engine keeps: 8 bytes a number; 16 bytes a text, which hold it whole or its length and address. */
interface RawVector {
  items: Float64Array | BigUint64Array;
  dataView: DataView;
  validity: { data: BigUint64Array | null };
}

const SLOTS = 1 << 8;

/** Copies the rows of a chunk's vector into a target, from row `at` on. */
export function fillColumn(target: FillTarget, vector: DuckDBVector, rows: number, at: number): void {
  const raw = vector as unknown as RawVector;
  const bits = validity(raw);
  if (target instanceof BigUint64Array) target.set((raw.items as BigUint64Array).subarray(0, rows), at);
  else if (!(target instanceof Float64Array)) fillLevels(target, vector, bits, rows, at);
  else {
    target.set((raw.items as Float64Array).subarray(0, rows), at);
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

/** Values met last, by a hash of their bytes, as four words and the code of each. */
interface SeenLevels {
  words: Int32Array;
  codes: Int32Array;
}

/** Most bytes of a text that lies in its vector whole. */
const INLINE = 12;
/** Where no value was met: the length of none. */
const NONE = -1;

const seenOf = new WeakMap<LevelTarget, SeenLevels>();

/** What a target has seen of earlier vectors, without the long texts: the address of one may now be that of another. */
function seenBy(target: LevelTarget): SeenLevels {
  const seen = seenOf.get(target) ?? { words: new Int32Array(4 * SLOTS).fill(NONE), codes: new Int32Array(SLOTS) };
  seenOf.set(target, seen);
  for (let s = 0; s < seen.words.length; s += 4) if (seen.words[s] > INLINE) seen.words[s] = NONE;
  return seen;
}

/**
 * Equal values mostly have equal bytes here, long ones of a vector by sharing an address; so a text is made of the first one
 * alone.
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
  const seen = seenBy(target);
  for (let i = 0; i < rows && levels.size <= most; i++) {
    if (bits && ((bits[i >> 3] >> (i & 7)) & 1) === 0) {
      codes[at + i] = -1;
      continue;
    }
    const w = 4 * i;
    const slot = hashOf(words[w], words[w + 1], words[w + 2], words[w + 3]);
    if (!equalWords(words, w, seen.words, 4 * slot)) {
      seen.words.set(words.subarray(w, w + 4), 4 * slot);
      seen.codes[slot] = codeOf(levels, vector.getItem(i) as string);
    }
    codes[at + i] = seen.codes[slot];
  }
}

function hashOf(length: number, a: number, b: number, c: number): number {
  const mixed = Math.imul(
    length ^ Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35),
    0x27d4eb2f,
  );
  return mixed >>> 24;
}

function equalWords(a: Int32Array, p: number, b: Int32Array, q: number): boolean {
  return a[p] === b[q] && a[p + 1] === b[q + 1] && a[p + 2] === b[q + 2] && a[p + 3] === b[q + 3];
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
