/**
 * Jobs by a second, earliest first (by job at ties): a binary heap. A class, as `SortedJobs` is, because code that
 * the engine has made fast for one simulation then serves the next.
 */
export class EndHeap {
  private seconds = new Float64Array(256);
  private jobs = new Int32Array(256);
  private size = 0;

  /** Second of the earliest entry; Infinity when empty. */
  next(): number {
    return this.size > 0 ? this.seconds[0] : Number.POSITIVE_INFINITY;
  }

  push(second: number, job: number): void {
    if (this.size === this.seconds.length) this.grow();
    const { seconds, jobs } = this;
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(second, job, seconds[parent], jobs[parent])) break;
      seconds[at] = seconds[parent];
      jobs[at] = jobs[parent];
      at = parent;
    }
    seconds[at] = second;
    jobs[at] = job;
  }

  /** Takes the earliest entry out and gives its job. */
  pop(): number {
    const { seconds, jobs } = this;
    const top = jobs[0];
    const size = --this.size;
    const second = seconds[size];
    const job = jobs[size];
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && isBefore(seconds[child + 1], jobs[child + 1], seconds[child], jobs[child])) child++;
      if (isBefore(second, job, seconds[child], jobs[child])) break;
      seconds[at] = seconds[child];
      jobs[at] = jobs[child];
      at = child;
    }
    seconds[at] = second;
    jobs[at] = job;
    return top;
  }

  private grow(): void {
    const [seconds, jobs] = [new Float64Array(2 * this.size), new Int32Array(2 * this.size)];
    seconds.set(this.seconds);
    jobs.set(this.jobs);
    [this.seconds, this.jobs] = [seconds, jobs];
  }
}

function isBefore(second: number, job: number, otherSecond: number, otherJob: number): boolean {
  return second < otherSecond || (second === otherSecond && job < otherJob);
}
