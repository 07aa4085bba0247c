/**
 * Expected seconds of a job under exponential interruptions (Daly 2006): M·e^(R/M)·(e^((τ+δ)/M) − 1)·W/τ.
 *
 * @param work W, seconds of work
 * @param interval τ, seconds of work between checkpoints; 0: none, which loses all of it each time
 * @param cost δ, seconds that a checkpoint takes
 * @param restart R, seconds before it works again
 * @param meanBetween M, mean seconds between interruptions; Infinity for none
 */
export function dalyTime(work: number, interval: number, cost: number, restart: number, meanBetween: number): number {
  const [segment, overhead] = interval > 0 && interval < work ? [interval, cost] : [work, 0];
  if (work === 0) return 0;
  if (meanBetween === Number.POSITIVE_INFINITY) return ((segment + overhead) * work) / segment;
  const tries = Math.expm1((segment + overhead) / meanBetween);
  return (meanBetween * Math.exp(restart / meanBetween) * tries * work) / segment;
}

/** Interval between checkpoints that loses least, to first order (Young 1974): sqrt(2·δ·M). */
export function youngInterval(cost: number, meanBetween: number): number {
  return Math.sqrt(2 * cost * meanBetween);
}
