import { HOUR_MS, isoUtc } from "../core/time.js";
import type { PlanFile } from "./plan-file.js";
import type { WeekSpan } from "./plan-weeks.js";

/** What every section of a plan needs to know. */
export interface PlanContext {
  plan: PlanFile;
  levels: readonly number[];
  /** Epoch ms of the first forecast hour. */
  start: number;
  /** Hours. */
  horizon: number;
  weeks: readonly WeekSpan[];
}

/** ISO instant of an hour of the horizon. */
export function instantAt(context: PlanContext, hour: number): string {
  return isoUtc(context.start + hour * HOUR_MS);
}
