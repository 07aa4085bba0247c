/** Length in bytes of what a block unpacks to, and where its elements start. */
function readLength(packed: Uint8Array): { length: number; at: number } {
  let length = 0;
  for (let at = 0; at < 5; at++) {
    if (at >= packed.length) break;
    length += (packed[at] & 0x7f) * 2 ** (7 * at);
    if (packed[at] < 0x80) return { length, at: at + 1 };
  }
  throw new RangeError("Snappy length overruns");
}

/**
 * Unpacks a raw Snappy block (Google's "Snappy compressed format description", 2011).
 *
 * @param most bytes that it may unpack to
 * @throws RangeError when the block is broken
 */
export function unpackSnappy(packed: Uint8Array, most: number): Buffer {
  const { length, at: start } = readLength(packed);
  if (length > most) throw new RangeError(`${length} bytes are more than a metadata file may have`);
  const out = Buffer.allocUnsafe(length);
  let [at, to] = [start, 0];
  const number = (bytes: number): number => {
    if (at + bytes > packed.length) throw new RangeError("Snappy element overruns");
    let value = 0;
    for (let k = 0; k < bytes; k++) value += packed[at++] * 256 ** k;
    return value;
  };
  const literal = (size: number): void => {
    if (at + size > packed.length || to + size > length) throw new RangeError("Snappy literal overruns");
    out.set(packed.subarray(at, at + size), to);
    at += size;
    to += size;
  };
  const copy = (size: number, distance: number): void => {
    if (distance === 0 || distance > to || to + size > length) throw new RangeError("Snappy copy overruns");
    // Source and target may overlap: a repeat, so byte by byte.
    for (let k = 0; k < size; k++, to++) out[to] = out[to - distance];
  };
  while (at < packed.length) {
    const tag = packed[at++];
    const high = tag >> 2;
    if ((tag & 3) === 0) literal(high < 60 ? high + 1 : number(high - 59) + 1);
    else if ((tag & 3) === 1) copy((high & 7) + 4, (high >> 3) * 256 + number(1));
    else copy(high + 1, number((tag & 3) === 2 ? 2 : 4));
  }
  if (to !== length) throw new RangeError(`Snappy block has ${to} bytes instead of ${length}`);
  return out;
}
