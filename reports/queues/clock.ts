import { isoUtc } from "../../src/core/index.js";
import type { SimulationFile } from "../../src/simulate/index.js";

/** What the seconds of a simulation mean. */
export interface Clock {
  /** Whether they are dates; else they only count from the start. */
  dated: boolean;
  /** Epoch ms of a second; only meaningful when dated. */
  ms(second: number): number;
  /** Days since the first submit. */
  days(second: number): number;
  /** `2017-10-15 16:00 UTC`, or `day 41.6`. */
  words(second: number): string;
}

const DAY = 86_400;
/** Seconds since 1970 are beyond this since 2001; smaller ones are a clock of the file's own. */
const EPOCH_FROM = 1e9;

export function clockOf({ createdFrom, from_s }: SimulationFile): Clock {
  const given = createdFrom.options["origin_ms"];
  const origin = typeof given === "number" ? given : 0;
  const start = from_s ?? 0;
  const dated = origin !== 0 || start >= EPOCH_FROM;
  const ms = (second: number) => origin + 1000 * second;
  const days = (second: number) => (second - start) / DAY;
  return {
    dated,
    ms,
    days,
    words: (second) =>
      dated ? `${isoUtc(ms(second)).slice(0, 16).replace("T", " ")} UTC` : `day ${Math.round(days(second) * 10) / 10}`,
  };
}
