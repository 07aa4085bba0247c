import { isoUtc } from "../core/time.js";

/** ISO 8601 in UTC to the whole second, which is as fine as the times of an analysis are. */
export function isoSeconds(ms: number): string {
  return isoUtc(Math.floor(ms / 1000) * 1000);
}
