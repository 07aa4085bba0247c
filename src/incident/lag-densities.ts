import type { EventKind } from "./types.js";

/** How long after a change of a kind its first bad time comes: a density over seconds. */
export type LagDensity =
  | { family: "log-normal"; medianSeconds: number; sigma: number }
  | { family: "exponential"; meanSeconds: number };

/** What is known of changes of a kind before the incident is looked at. */
export interface EventKindModel {
  readonly lag: Readonly<LagDensity>;
  /** Probability that a change of the kind breaks this KPI. */
  readonly prior: number;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;

function logNormal(medianSeconds: number, sigma: number, prior: number): EventKindModel {
  return Object.freeze({ lag: Object.freeze({ family: "log-normal", medianSeconds, sigma }), prior });
}

function exponential(meanSeconds: number, prior: number): EventKindModel {
  return Object.freeze({ lag: Object.freeze({ family: "exponential", meanSeconds }), prior });
}

/**
 * Defaults by kind. Flags and configuration act within minutes; code and models need a rollout and traffic; bad data
 * and maps first have to be built into something and used; infrastructure fails at once or soon. The spreads are wide
 * (two events in three within a factor of 3.3 to 6 either way), so that a known lag of one's own platform is worth
 * passing in.
 */
export const LAG_DENSITIES: Readonly<Record<EventKind, EventKindModel>> = Object.freeze({
  code: logNormal(10 * MINUTE, 1.2, 0.02),
  config: logNormal(4 * MINUTE, 1.2, 0.02),
  flag: logNormal(3 * MINUTE, 1.2, 0.02),
  model: logNormal(15 * MINUTE, 1.2, 0.02),
  data: logNormal(1 * HOUR, 1.4, 0.01),
  map: logNormal(1 * HOUR, 1.4, 0.01),
  infra: exponential(10 * MINUTE, 0.02),
  other: logNormal(15 * MINUTE, 1.8, 0.005),
});

/**
 * Density (per second) of a lag.
 *
 * @param seconds since the change; 0 and less have no density
 */
export function lagDensity(lag: LagDensity, seconds: number): number {
  if (!(seconds > 0)) return 0;
  if (lag.family === "exponential") return Math.exp(-seconds / lag.meanSeconds) / lag.meanSeconds;
  const z = Math.log(seconds / lag.medianSeconds) / lag.sigma;
  return Math.exp(-0.5 * z * z) / (seconds * lag.sigma * Math.sqrt(2 * Math.PI));
}

/** The lag that changes of a kind usually have, seconds. */
export function usualLag(lag: LagDensity): number {
  return lag.family === "exponential" ? lag.meanSeconds * Math.LN2 : lag.medianSeconds;
}
