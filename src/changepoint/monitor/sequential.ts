import { type Bocpd, newBocpd, updateBocpd } from "./bocpd.js";
import { CUSUM_REFERENCE, type Cusum, newCusum, updateCusum } from "./cusum.js";
import { type Detection, shown } from "./detection.js";
import { type EDetector, newEDetector, updateEDetector } from "./e-detector.js";
import { newPageHinkley, PAGE_HINKLEY_TOLERANCE, type PageHinkley, updatePageHinkley } from "./page-hinkley.js";
import { cusumLimit } from "./run-length.js";

/** Detectors of small lasting changes. Plain data, so that it can be stored as JSON. */
export type Sequential =
  | { kind: "bocpd"; hazard: number; state: Bocpd }
  | { kind: "cusum"; limit: number; state: Cusum }
  | { kind: "pagehinkley"; limit: number; state: PageHinkley }
  | { kind: "edetector"; limit: number; state: EDetector };

/** The baseline that z is measured from is itself estimated, which costs a part of the run length. */
const RESERVE = 1.5;

/** @param runLength average number of observations to a false alarm; for BOCPD to a change */
export function newSequential(kind: Sequential["kind"], runLength: number): Sequential {
  if (kind === "bocpd") return { kind, hazard: 1 / runLength, state: newBocpd() };
  if (kind === "cusum") return { kind, limit: cusumLimit(CUSUM_REFERENCE, RESERVE * runLength), state: newCusum() };
  if (kind === "pagehinkley") {
    return { kind, limit: cusumLimit(PAGE_HINKLEY_TOLERANCE, RESERVE * runLength), state: newPageHinkley() };
  }
  return { kind, limit: runLength, state: newEDetector() };
}

/** Lets the evidence of a detector begin anew, after an alarm. */
export function clearSequential(detector: Sequential): void {
  if (detector.kind === "cusum") detector.state = newCusum();
  if (detector.kind === "pagehinkley") detector.state = newPageHinkley();
  if (detector.kind === "edetector") detector.state.sums.fill(0);
}

/** Forgets what is past, after a change that has come to stay. */
export function restartSequential(detector: Sequential): void {
  clearSequential(detector);
  if (detector.kind === "edetector") detector.state = newEDetector();
}

const side = (sum: number): string => (sum > 0 ? "up" : "down");

/** A single observation counts as no more than this many standard deviations. */
const MOST = 4;

/** What a detector says of an observation, and the statistic by which it compares with its own past, with a sign. */
export interface Evidence extends Detection {
  statistic: number;
}

/**
 * Takes an observation.
 *
 * @param level the observation without its season
 * @param z the same in standard deviations from the baseline
 */
export function weighSequential(detector: Sequential, level: number, z: number): Evidence {
  const limited = Math.max(-MOST, Math.min(MOST, z));
  if (detector.kind === "bocpd") {
    const { recent, mean } = updateBocpd(detector.state, limited, detector.hazard);
    const reason = () => `new run with probability ${shown(recent)}, expected shift ${shown(mean)} sd`;
    return { strength: recent / (1 - recent), reason, statistic: mean };
  }
  if (detector.kind === "edetector") {
    const evidence = updateEDetector(detector.state, level);
    const statistic = Math.max(0, Math.log(evidence));
    const reason = () => `e-detector: evidence ${shown(evidence)}, limit ${shown(detector.limit)}`;
    return { strength: statistic / Math.log(detector.limit), reason, statistic };
  }
  const { limit } = detector;
  const cusum = detector.kind === "cusum";
  const sum = cusum ? updateCusum(detector.state, limited) : updatePageHinkley(detector.state, limited);
  const name = cusum ? "CUSUM" : "Page-Hinkley";
  const reason = () => `${name} ${side(sum)}: ${shown(Math.abs(sum))}, limit ${shown(limit)}`;
  return { strength: Math.abs(sum) / limit, reason, statistic: sum };
}

/** Takes an observation; a detector that alarms starts again. */
export function updateSequential(detector: Sequential, level: number, z: number): Detection {
  const evidence = weighSequential(detector, level, z);
  if (evidence.strength >= 1) clearSequential(detector);
  return evidence;
}
