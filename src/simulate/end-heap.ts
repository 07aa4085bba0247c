/** Ends of runs, earliest first (by job at ties): a binary heap. */
export interface EndHeap {
  size(): number;
  /** Second of the earliest entry; Infinity when empty. */
  next(): number;
  push(second: number, job: number): void;
  /** Takes the earliest entry out and gives its job. */
  pop(): number;
}

export function createEndHeap(): EndHeap {
  let seconds = new Float64Array(256);
  let jobs = new Int32Array(256);
  let size = 0;
  const before = (second: number, job: number, at: number): boolean =>
    second < seconds[at] || (second === seconds[at] && job < jobs[at]);
  const grow = (): void => {
    const [s, j] = [new Float64Array(2 * size), new Int32Array(2 * size)];
    s.set(seconds);
    j.set(jobs);
    [seconds, jobs] = [s, j];
  };
  return {
    size: () => size,
    next: () => (size > 0 ? seconds[0] : Number.POSITIVE_INFINITY),
    push(second, job) {
      if (size === seconds.length) grow();
      let at = size++;
      while (at > 0) {
        const parent = (at - 1) >> 1;
        if (!before(second, job, parent)) break;
        seconds[at] = seconds[parent];
        jobs[at] = jobs[parent];
        at = parent;
      }
      seconds[at] = second;
      jobs[at] = job;
    },
    pop() {
      const top = jobs[0];
      size--;
      const [second, job] = [seconds[size], jobs[size]];
      let at = 0;
      for (;;) {
        let child = 2 * at + 1;
        if (child >= size) break;
        if (child + 1 < size && before(seconds[child + 1], jobs[child + 1], child)) child++;
        if (before(second, job, child)) break;
        seconds[at] = seconds[child];
        jobs[at] = jobs[child];
        at = child;
      }
      seconds[at] = second;
      jobs[at] = job;
      return top;
    },
  };
}
