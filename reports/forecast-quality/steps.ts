import type { ForecastBacktest } from "../../src/forecast/index.js";
import { capital, counted } from "../capacity-plan/words.js";

const STEP: Readonly<Record<ForecastBacktest["frequency"], string>> = Object.freeze({
  int: "step",
  min: "minute",
  h: "hour",
  D: "day",
  W: "week",
  MS: "month",
  Q: "quarter",
  Y: "year",
});

/** What a step is called: `hour`, or `step` where times are numbered. */
export function stepName({ frequency }: ForecastBacktest): string {
  return STEP[frequency];
}

/** `168 hours`. */
export function stepWords(result: ForecastBacktest, steps: number): string {
  return counted(steps, stepName(result));
}

/** Title of an axis that counts steps ahead: `Hours ahead`. */
export function aheadTitle(result: ForecastBacktest): string {
  return `${capital(stepName(result))}s ahead`;
}

/** An origin or another time: date and time in UTC, or the number of the step. */
export function timeWords(time: string | number): string {
  return typeof time === "number" ? `step ${time}` : `${time.slice(0, 16).replace("T", " ")} UTC`;
}
