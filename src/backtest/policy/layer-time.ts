const PATTERN = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2})(:\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** Epoch ms of an ISO 8601 time with Z or an offset, or of a day's midnight in UTC; NaN for anything else. */
export function parseLayerTime(text: string): number {
  const [, day, minute = "00:00", second = ":00", zone = "Z"] = PATTERN.exec(text) ?? [];
  if (day === undefined) return Number.NaN;
  const midnight = new Date(`${day}T00:00:00Z`);
  // Date takes 30 February for 2 March.
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(day)) return Number.NaN;
  return Date.parse(`${day}T${minute}${second.slice(0, 7)}${zone}`);
}

export function isLayerTime(text: string): boolean {
  return !Number.isNaN(parseLayerTime(text));
}
