/** Jobs kept in ascending order of a key; equal keys by the second key. */
export interface SortedJobs {
  /** The jobs in order; a view that lasts until the next change. */
  view(): Int32Array;
  add(job: number): void;
  /** Takes out a job whose key has not changed since it was added. */
  remove(job: number): void;
  /** Takes out the `gone` jobs whose flag is 0. */
  drop(flag: Uint8Array, gone: number): void;
}

const EMPTY = new Int32Array(0);
/** So many jobs are moved faster one by one. */
const FEW = 16;

/**
 * @param key by job
 * @param tie by job, different for each
 */
export function createSortedJobs(key: ArrayLike<number>, tie: ArrayLike<number>): SortedJobs {
  let buffer = new Int32Array(1024);
  let from = 0;
  let to = 0;
  const isBefore = (a: number, b: number): boolean => key[a] < key[b] || (key[a] === key[b] && tie[a] < tie[b]);
  const position = (job: number): number => {
    // Most jobs join at the end.
    if (from === to || isBefore(buffer[to - 1], job)) return to;
    let low = from;
    let high = to - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBefore(buffer[middle], job)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const makeRoom = (): void => {
    const wanted = 2 * (to - from) > buffer.length ? 2 * buffer.length : buffer.length;
    const next = new Int32Array(wanted);
    next.set(buffer.subarray(from, to));
    buffer = next;
    to -= from;
    from = 0;
  };
  return {
    view: () => (from === to ? EMPTY : buffer.subarray(from, to)),
    add(job) {
      if (to === buffer.length) makeRoom();
      const at = position(job);
      if (to - at > FEW) buffer.copyWithin(at + 1, at, to);
      else for (let k = to; k > at; k--) buffer[k] = buffer[k - 1];
      buffer[at] = job;
      to++;
    },
    remove(job) {
      const at = position(job);
      if (at === from) from++;
      else {
        buffer.copyWithin(at, at + 1, to);
        to--;
      }
    },
    drop(flag, gone) {
      let left = gone;
      while (left > 0 && flag[buffer[from]] === 0) {
        from++;
        left--;
      }
      let kept = from;
      let at = from;
      for (; left > 0; at++) {
        if (flag[buffer[at]] === 0) left--;
        else buffer[kept++] = buffer[at];
      }
      if (kept === at) return;
      buffer.copyWithin(kept, at, to);
      to -= at - kept;
    },
  };
}
