import { HOUR_MS } from "../core/time.js";

/** A day of 86,400 seconds in milliseconds. */
export const DAY_MS = 24 * HOUR_MS;
