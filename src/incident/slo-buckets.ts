import { InputError } from "../core/errors.js";
import { isoUtc } from "../core/time.js";

/** The steps of a series of counts. */
export interface SloBuckets {
  /** Length of a bucket, ms; null for fewer than two different times. */
  ms: number | null;
  warnings: string[];
}

/** The commonest step between different times (the shortest of equals) and how many steps there are. */
function commonestStep(times: Float64Array): { step: number; steps: number } | null {
  const counts = new Map<number, number>();
  let steps = 0;
  for (let i = 1; i < times.length; i++) {
    const step = times[i] - times[i - 1];
    if (step === 0) continue;
    counts.set(step, (counts.get(step) ?? 0) + 1);
    steps++;
  }
  let best: number | null = null;
  let most = 0;
  for (const [step, count] of counts) {
    if (count > most || (count === most && best !== null && step < best)) [best, most] = [step, count];
  }
  return best === null ? null : { step: best, steps };
}

/**
 * The length of the buckets, told by the times: windows count rows, so steps that are not one bucket are worth a warning.
 *
 * @param times ascending, epoch ms; equal times count as one
 * @throws InputError where fewer than half of the steps are whole buckets: these are events, not buckets
 */
export function sloBuckets(times: Float64Array): SloBuckets {
  const common = commonestStep(times);
  if (!common) return { ms: null, warnings: [] };
  const { step, steps } = common;
  let missing = 0;
  let firstGap = -1;
  let uneven = 0;
  let firstUneven = -1;
  for (let i = 1; i < times.length; i++) {
    const buckets = (times[i] - times[i - 1]) / step;
    if (buckets === 0 || buckets === 1) continue;
    if (Number.isInteger(buckets)) {
      missing += buckets - 1;
      if (firstGap < 0) firstGap = i;
    } else {
      uneven++;
      if (firstUneven < 0) firstUneven = i;
    }
  }
  const seconds = `${step / 1000} s`;
  const between = (i: number) => `between ${isoUtc(times[i - 1])} and ${isoUtc(times[i])}`;
  if (2 * uneven > steps) {
    throw new InputError(
      `the times are no buckets: the commonest step is ${seconds}, and ${uneven} of ${steps} steps are no multiple of it (the first ${between(firstUneven)}); sum the events by buckets of one length first, e.g. 5 minutes`,
      { column: "time" },
    );
  }
  const warnings = [
    ...(missing > 0
      ? [
          `buckets of ${seconds} that are missing: ${missing} (the first ${between(firstGap)}); windows count rows, so those across a gap reach further back; give a row with total 0 where there was no traffic`,
        ]
      : []),
    ...(uneven > 0
      ? [
          `steps that are no multiple of the bucket of ${seconds}: ${uneven} of ${steps} (the first ${between(firstUneven)}); windows count rows, as if all buckets were of that length`,
        ]
      : []),
  ];
  return { ms: step, warnings };
}
