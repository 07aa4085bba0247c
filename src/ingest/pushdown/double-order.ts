const view = new DataView(new ArrayBuffer(8));
const MAGNITUDE = 0x7fff_ffff_ffff_ffffn;
const SIGN = 0x8000_0000_0000_0000n;

/** The place of a number among all 64-bit floating-point numbers, ascending; 0 and −0 have place 0. */
export function placeOfDouble(x: number): bigint {
  view.setFloat64(0, x);
  const bits = view.getBigInt64(0);
  return bits >= 0n ? bits : -(bits & MAGNITUDE);
}

/** The number at a place. */
export function doubleAt(place: bigint): number {
  if (place >= 0n) view.setBigInt64(0, place);
  else view.setBigUint64(0, -place + SIGN);
  return view.getFloat64(0);
}

/** The next number above. */
export function nextUp(x: number): number {
  return doubleAt(placeOfDouble(x) + 1n);
}

/** The next number below. */
export function nextDown(x: number): number {
  return doubleAt(placeOfDouble(x) - 1n);
}
