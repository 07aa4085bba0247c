/** GPUs of a pool that will be free over time: a step function from now on. */
export interface FreeProfile {
  /** Forgets what lies before `now`. */
  advance(now: number): void;
  /** Earliest second from now on at which so many GPUs are free for so long; Infinity for never. */
  earliest(gpus: number, seconds: number): number;
  /** Takes GPUs from a second on for so long. */
  take(start: number, gpus: number, seconds: number): void;
}

/**
 * @param free GPUs that are free now
 * @param ends seconds after now at which GPUs come free, ascending, and how many
 */
export function createFreeProfile(
  now: number,
  free: number,
  ends: readonly [second: number, gpus: number][],
): FreeProfile {
  let capacity = 64 + 2 * ends.length;
  // Step k holds from `times[k]` to the next one; the last for ever.
  let times = new Float64Array(capacity);
  let levels = new Int32Array(capacity);
  let from = 0;
  let to = 1;
  times[0] = now;
  levels[0] = free;
  for (const [second, gpus] of ends) {
    if (second > times[to - 1]) {
      times[to] = second;
      levels[to] = levels[to - 1];
      to++;
    }
    levels[to - 1] += gpus;
  }

  function makeRoom(): void {
    capacity = 2 * (to - from) + 64;
    const [t, l] = [new Float64Array(capacity), new Int32Array(capacity)];
    t.set(times.subarray(from, to));
    l.set(levels.subarray(from, to));
    [times, levels] = [t, l];
    to -= from;
    from = 0;
  }

  /** The step that begins at the second, split off if need be. */
  function stepAt(second: number): number {
    let low = from;
    let high = to;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (times[middle] <= second) low = middle + 1;
      else high = middle;
    }
    if (times[low - 1] === second) return low - 1;
    times.copyWithin(low + 1, low, to);
    levels.copyWithin(low + 1, low, to);
    times[low] = second;
    levels[low] = levels[low - 1];
    to++;
    return low;
  }

  return {
    advance(second) {
      while (from + 1 < to && times[from + 1] <= second) from++;
      if (times[from] < second) times[from] = second;
    },
    earliest(gpus, seconds) {
      for (let first = from; first < to; first++) {
        if (levels[first] < gpus) continue;
        const until = times[first] + seconds;
        let step = first + 1;
        while (step < to && times[step] < until && levels[step] >= gpus) step++;
        if (step === to || times[step] >= until) return times[first];
        first = step;
      }
      return Number.POSITIVE_INFINITY;
    },
    take(start, gpus, seconds) {
      if (seconds === 0) return;
      if (to + 2 > capacity) makeRoom();
      const first = stepAt(start);
      const end = stepAt(start + seconds);
      for (let step = first; step < end; step++) levels[step] -= gpus;
    },
  };
}
