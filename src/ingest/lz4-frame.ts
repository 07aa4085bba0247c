import { InputError } from "../core/errors.js";

const MAGIC = 0x184d2204;
/** Most bytes that one compressed buffer may grow to. */
export const MOST_DECODED = 1 << 30;

/** Decodes one LZ4 block onto `out` at `to`; returns the new end (LZ4 block format, Collet 2011). */
function block(input: Uint8Array, out: Uint8Array, start: number): number {
  let to = start;
  let i = 0;
  const length = (nibble: number): number => {
    let total = nibble;
    if (nibble === 15) {
      let byte: number;
      do {
        if (i >= input.length) throw new RangeError("LZ4 length overruns");
        byte = input[i++];
        total += byte;
      } while (byte === 255);
    }
    return total;
  };
  while (i < input.length) {
    const token = input[i++];
    const literals = length(token >> 4);
    if (i + literals > input.length || to + literals > out.length) throw new RangeError("LZ4 literals overrun");
    out.set(input.subarray(i, i + literals), to);
    i += literals;
    to += literals;
    if (i >= input.length) break;
    const distance = input[i] | (input[i + 1] << 8);
    i += 2;
    const match = length(token & 15) + 4;
    if (distance === 0 || distance > to || to + match > out.length) throw new RangeError("LZ4 match overruns");
    // Source and target may overlap: a repeat, so byte by byte.
    for (let k = 0; k < match; k++, to++) out[to] = out[to - distance];
  }
  return to;
}

/** Decodes an LZ4 frame (LZ4 frame format 1.6), as Feather files hold; checksums are not verified. */
export function decodeLz4Frame(input: Uint8Array): Uint8Array {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  if (input.length < 7 || view.getUint32(0, true) !== MAGIC) throw new InputError("not an LZ4 frame");
  const flags = input[4];
  const largest = 1 << (8 + 2 * ((input[5] >> 4) & 7));
  let at = 6 + (flags & 8 ? 8 : 0) + (flags & 1 ? 4 : 0) + 1;
  const known = flags & 8 ? Number(view.getBigUint64(6, true)) : 0;
  if (known > MOST_DECODED) throw new InputError(`an LZ4 frame of ${known} bytes is larger than 1 GiB`);
  let out = new Uint8Array(known || input.length * 4);
  let to = 0;
  while (at + 4 <= input.length) {
    const head = view.getUint32(at, true);
    at += 4;
    if (head === 0) break;
    const size = head & 0x7fffffff;
    const data = input.subarray(at, at + size);
    const room = head >>> 31 ? size : largest;
    if (!known && to + room > out.length) {
      if (to + room > MOST_DECODED) throw new InputError("an LZ4 frame is larger than 1 GiB");
      const grown = new Uint8Array(Math.min(MOST_DECODED, Math.max(out.length * 2, to + room)));
      grown.set(out.subarray(0, to));
      out = grown;
    }
    if (head >>> 31) {
      out.set(data, to);
      to += data.length;
    } else to = block(data, out, to);
    at += size + (flags & 16 ? 4 : 0);
  }
  return out.subarray(0, to);
}
