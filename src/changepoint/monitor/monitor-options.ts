import { InputError } from "../../core/errors.js";
import type { MonitorTuning } from "./monitor-tuning.js";

/** What a monitor looks for: `auto` is all of them together, with level shifts, flat lines and silence. */
export const MONITOR_DETECTORS = Object.freeze([
  "auto",
  "extremes",
  "bocpd",
  "cusum",
  "pagehinkley",
  "edetector",
] as const);

export type MonitorDetector = (typeof MONITOR_DETECTORS)[number];

/** Options of `ChangeMonitor`. */
export interface ChangeMonitorOptions {
  /** Default `auto`. */
  detector?: MonitorDetector;
  /** Season in observations; `auto` for day and week where times are epoch milliseconds. Default `auto`. */
  period?: "auto" | "none" | number;
  /**
   * Average number of observations to a false alarm of `cusum`, `pagehinkley` and `edetector` (of independent ones; normal
   * for the first two), and between changes for `bocpd`, each alone. Default 10,000.
   */
  averageRunLength?: number;
  /** Constants of the method, for studies of their effect. */
  tuning?: Partial<MonitorTuning>;
}

export const DEFAULT_CHANGE_MONITOR_OPTIONS = Object.freeze({
  detector: "auto",
  period: "auto",
  averageRunLength: 10_000,
} as const);

/** The options with their defaults; InputError for one that makes no sense. */
export function completeOptions(options: ChangeMonitorOptions): Required<Omit<ChangeMonitorOptions, "tuning">> {
  const complete = { ...DEFAULT_CHANGE_MONITOR_OPTIONS, ...options };
  const { detector, period, averageRunLength } = complete;
  if (!MONITOR_DETECTORS.includes(detector)) {
    throw new InputError(`unknown detector "${detector}": use one of ${MONITOR_DETECTORS.join(", ")}`, { detector });
  }
  if (typeof period === "number" ? !(Number.isInteger(period) && period >= 2) : !["auto", "none"].includes(period)) {
    throw new InputError(`period must be auto, none or a whole number from 2, got ${period}`, { period });
  }
  if (!(averageRunLength >= 2 && averageRunLength <= 1e12)) {
    throw new InputError(`averageRunLength must lie between 2 and 1e12, got ${averageRunLength}`, { averageRunLength });
  }
  return complete;
}
