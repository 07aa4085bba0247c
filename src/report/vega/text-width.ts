/** Widths of characters in DejaVu Sans, the widest of the usual fonts, as shares of the font size. */
const WIDTHS: readonly (readonly [characters: RegExp, width: number])[] = [
  [/[iljI.,:;'|! ]/, 0.34],
  [/[frt()[\]{}/\\\-"]/, 0.42],
  [/[mwMW%@\u2014]/, 0.95],
  [/[A-Z&]/, 0.71],
  [/[\u1100-\u115f\u2e80-\uffdc]|[\u{1f300}-\u{1faff}]/u, 1.02],
];
const USUAL_WIDTH = 0.64;

/**
 * Width of a text in px, at most the item's limit, at which Vega cuts it; Vega's own estimate without a canvas is about
 * a third too wide.
 */
export function textWidth(item: { fontSize?: number; limit?: number }, text: unknown): number {
  const characters = Array.from(String(text ?? "").trim());
  const shares = characters.map((character) => WIDTHS.find(([some]) => some.test(character))?.[1] ?? USUAL_WIDTH);
  const width = shares.reduce((sum, share) => sum + share, 0) * (item.fontSize ?? 11);
  return item.limit && item.limit > 0 ? Math.min(width, item.limit) : width;
}
