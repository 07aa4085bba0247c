import { type Detection, NOTHING, shown, stronger } from "./detection.js";
import type { MonitorTuning } from "./monitor-tuning.js";

/** Lengths of runs: the one that lasts, and the longest before. */
interface Runs {
  length: number;
  longest: number;
  /** Runs that have ended. */
  ended: number;
}

/** Runs of equal values and of missing ones. Plain data, so that it can be stored as JSON. */
export interface Silence {
  n: number;
  last: number | null;
  equal: Runs;
  missing: Runs;
}

const noRuns = (): Runs => ({ length: 0, longest: 0, ended: 0 });

export const newSilence = (): Silence => ({ n: 0, last: null, equal: noRuns(), missing: noRuns() });

/** Runs that must have ended before a run of equal values is long or short: a constant is no flat line. */
const FEWEST_ENDED = 20;

function limitOf({ longest }: Runs, n: number, { flat, flatMargin, youth }: Readonly<MonitorTuning>): number {
  return flat + flatMargin * (1 + youth / n) * Math.max(0, longest - 1);
}

/** Ends a run. One that was a finding counts as no longer than the limit, so that the next is one too. */
function end(runs: Runs, limit: number): void {
  if (runs.length === 0) return;
  runs.longest = Math.max(runs.longest, Math.min(runs.length, Math.ceil(limit)));
  runs.length = 0;
  runs.ended++;
}

const strengthOf = (length: number, limit: number): number => Math.max(0, length - 1) / (limit - 1);

/**
 * Finds values that have stopped: the same again and again, missing, or not even there.
 *
 * @param skipped observations that the distance to the time before leaves room for
 * @param v NaN for a missing value
 */
export function watchSilence(silence: Silence, skipped: number, v: number, tuning: Readonly<MonitorTuning>): Detection {
  const { equal, missing } = silence;
  silence.n++;
  const missingLimit = limitOf(missing, silence.n, tuning);
  missing.length += skipped + (Number.isNaN(v) ? 1 : 0);
  const gap = missing.length;
  if (!Number.isNaN(v)) end(missing, missingLimit);
  const equalLimit = limitOf(equal, silence.n, tuning);
  if (!Number.isNaN(v)) {
    if (v !== silence.last || skipped >= missingLimit) end(equal, equalLimit);
    equal.length++;
    silence.last = v;
  }
  if (silence.n <= tuning.warmUp) return NOTHING;
  const stopped = { strength: strengthOf(gap, missingLimit), reason: () => `no data: ${gap} observations missing` };
  if (equal.ended < FEWEST_ENDED || Number.isNaN(v)) return stopped;
  const { length } = equal;
  const flat = {
    strength: strengthOf(length, equalLimit),
    reason: () => `flat line: ${shown(v)} for ${length} observations`,
  };
  return stronger(stopped, flat);
}
