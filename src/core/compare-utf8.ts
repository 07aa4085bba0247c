/**
 * Order of two texts by their UTF-8 bytes, as Parquet writers and SQL engines sort. It is that of `<` but for characters
 * beyond U+FFFF, whose UTF-16 halves would sort before U+E000 to U+FFFF.
 *
 * @returns negative, 0 or positive
 */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Puts surrogates after all other code units. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
