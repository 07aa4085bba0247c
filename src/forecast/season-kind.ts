/** A season from this length on is "long": few of its cycles are ever seen, so each coefficient must be earned. */
const LONG_SEASON = 26;

/** Whether a season is one of hours, days or months, of which a history holds many cycles. */
export function isShort(season: number | undefined): boolean {
  return season !== undefined && season < LONG_SEASON;
}
