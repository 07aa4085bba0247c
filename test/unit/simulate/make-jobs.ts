import type { QueueJobs } from "../../../src/simulate/index.js";

/** Short form of a job: submit, duration, GPUs. */
export type Short = readonly [submit: number, duration: number, gpus: number];

/** Jobs a, b, c, … of short forms, with further columns. */
export function makeJobs(rows: readonly Short[], columns: Partial<QueueJobs> = {}): QueueJobs {
  return {
    n: rows.length,
    id: rows.map((_, i) => String.fromCharCode(97 + i)),
    submit: Float64Array.from(rows, ([submit]) => submit),
    duration: Float64Array.from(rows, ([, duration]) => duration),
    gpus: Int32Array.from(rows, ([, , gpus]) => gpus),
    ...columns,
  };
}

/** One pooled cluster. */
export const pooled = (gpus: number) => ({ version: 1 as const, pools: [{ name: "all", gpus }] });
