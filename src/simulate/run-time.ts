/** One run of a job, from the second it gets its GPUs. All but `speed` are seconds. */
export interface RunTerms {
  /** Before it works again after it was interrupted; 0 for a first run. */
  restart: number;
  /** Work to do, at speed 1. */
  work: number;
  /** Work done a second. */
  speed: number;
  /** Work between two checkpoints; 0: none. */
  interval: number;
  /** Time that a checkpoint takes. */
  cost: number;
}

/** Whole seconds that the run takes when nothing interrupts it; no checkpoint is taken at the end. */
export function runTime({ restart, work, speed, interval, cost }: RunTerms): number {
  const checkpoints = interval > 0 && cost > 0 ? Math.max(0, Math.ceil(work / interval) - 1) : 0;
  const time = restart + work / speed + checkpoints * cost;
  return speed === 1 ? time : Math.ceil(time);
}

/** Work that is safe in a checkpoint after `elapsed` seconds of the run, and the seconds that went into the rest. */
export function savedWork({ restart, work, speed, interval, cost }: RunTerms, elapsed: number): [number, number] {
  const active = Math.max(0, elapsed - restart);
  if (interval === 0) return [0, active];
  const cycle = interval / speed + cost;
  const checkpoints = Math.min(Math.floor(active / cycle), Math.max(0, Math.ceil(work / interval) - 1));
  return [checkpoints * interval, active - checkpoints * cycle];
}

/** Work done after `elapsed` seconds of the run, safe or not. */
export function workDone(terms: RunTerms, elapsed: number): number {
  const [saved, since] = savedWork(terms, elapsed);
  const open = Math.min(since * terms.speed, terms.interval || Number.POSITIVE_INFINITY);
  return Math.min(terms.work, saved + open);
}
