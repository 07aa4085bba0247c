import { isoLocal } from "../../src/core/index.js";

/** Local date and time of an instant, `2020-06-08 14:00`. */
export function formatLocal(instant: string, timeZone: string): string {
  return isoLocal(Date.parse(instant), timeZone).slice(0, 16).replace("T", " ");
}
