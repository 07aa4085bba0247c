const EMPTY = new Int32Array(0);
/** So many jobs are moved faster one by one. */
const FEW = 16;

/** Jobs kept in ascending order of a key; equal keys by the second key. */
export class SortedJobs {
  private buffer = new Int32Array(1024);
  private from = 0;
  private to = 0;
  /** The view that was given last; null when it no longer tells what there is. */
  private shown: Int32Array | null = null;

  /**
   * @param key by job
   * @param tie by job, different for each
   */
  constructor(
    private readonly key: Float64Array,
    private readonly tie: Int32Array,
  ) {}

  /** The jobs in order; a view that lasts until the next change. */
  view(): Int32Array {
    this.shown ??= this.from === this.to ? EMPTY : this.buffer.subarray(this.from, this.to);
    return this.shown;
  }

  add(job: number): void {
    if (this.to === this.buffer.length) this.makeRoom();
    const { buffer, to } = this;
    const at = this.position(job);
    if (to - at > FEW) buffer.copyWithin(at + 1, at, to);
    else for (let k = to; k > at; k--) buffer[k] = buffer[k - 1];
    buffer[at] = job;
    this.to++;
    this.shown = null;
  }

  /** Takes out a job whose key has not changed since it was added. */
  remove(job: number): void {
    const { buffer, from, to } = this;
    // Most jobs leave at the front.
    if (buffer[from] === job) this.from++;
    else {
      const at = this.position(job);
      buffer.copyWithin(at, at + 1, to);
      this.to--;
    }
    this.shown = null;
  }

  /** Takes out the `gone` jobs whose flag is 0. */
  drop(flag: Uint8Array, gone: number): void {
    const { buffer, to } = this;
    let { from } = this;
    let left = gone;
    while (left > 0 && flag[buffer[from]] === 0) {
      from++;
      left--;
    }
    this.from = from;
    this.shown = null;
    if (left === 0) return;
    let kept = from;
    let at = from;
    for (; left > 0; at++) {
      if (flag[buffer[at]] === 0) left--;
      else buffer[kept++] = buffer[at];
    }
    buffer.copyWithin(kept, at, to);
    this.to -= at - kept;
  }

  private isBefore(a: number, b: number): boolean {
    const { key, tie } = this;
    return key[a] < key[b] || (key[a] === key[b] && tie[a] < tie[b]);
  }

  /** Where the job is, or belongs. */
  private position(job: number): number {
    const { buffer, from, to } = this;
    // Most jobs join at the end.
    if (from === to || this.isBefore(buffer[to - 1], job)) return to;
    let low = from;
    let high = to - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.isBefore(buffer[middle], job)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private makeRoom(): void {
    const { buffer, from, to } = this;
    if (2 * (to - from) > buffer.length) this.buffer = new Int32Array(2 * buffer.length);
    this.buffer.set(buffer.subarray(from, to));
    this.to -= from;
    this.from = 0;
  }
}
