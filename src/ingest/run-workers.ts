import { Worker } from "node:worker_threads";
import { FleetlensError, InputError } from "../core/errors.js";
import type { WorkerAnswer } from "./serve-tasks.js";
import { unpackError } from "./worker-errors.js";

/** Options of {@link runWorkers}. */
export interface WorkerOptions<T> {
  /** Most workers at a time; default 1. */
  threads?: number;
  signal?: AbortSignal;
  /** Called after each task; `total` is 0 when `tasks` is not an array. */
  onProgress?: (done: number, total: number, label: string) => void;
  /** Label of the progress; default "working". */
  label?: string;
  /** Buffers of a task to hand over instead of copying. */
  transfer?: (task: T) => ArrayBuffer[];
}

/** Sends one task to a worker and waits for its answer; fails when the worker dies. */
function ask<T, R>(worker: Worker, task: T, buffers: ArrayBuffer[]): Promise<R> {
  return new Promise((resolve, reject) => {
    // Removed one by one: `removeAllListeners` would also remove Node's own, which keep the message port going.
    const listeners: [string, (value: unknown) => void][] = [
      ["message", settle((a: WorkerAnswer<R>) => ("error" in a ? reject(unpackError(a.error)) : resolve(a.result)))],
      ["error", settle((error: Error) => reject(died(error.message, error)))],
      ["exit", settle((code: number) => reject(died(`it ended with code ${code}`)))],
      ["messageerror", settle((error: Error) => reject(died(error.message, error)))],
    ];
    function settle<V>(act: (value: V) => void): (value: unknown) => void {
      return (value) => {
        for (const [event, listener] of listeners) worker.off(event, listener);
        act(value as V);
      };
    }
    for (const [event, listener] of listeners) worker.on(event, listener);
    worker.postMessage(task, buffers);
  });
}

function died(why: string, cause?: Error): FleetlensError {
  return new FleetlensError("E_WORKER", `a worker thread failed: ${why}`, {}, { cause });
}

/** Rejects when the signal aborts, so that waiting workers do not hold up Ctrl-C. */
function aborted(signal: AbortSignal | undefined): { promise: Promise<never>; stop(): void } {
  let onAbort = () => {};
  const promise = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
  promise.catch(() => {});
  return { promise, stop: () => signal?.removeEventListener("abort", onAbort) };
}

/**
 * Runs tasks in worker threads; `workerUrl` is a module that calls `serveTasks`. Tasks are taken as workers become
 * free, so an async iterable is read no faster than it is worked off.
 *
 * @returns the results in the order of the tasks, whatever the number of threads
 * @throws the first error of a task, as the typed error that it was (all workers are stopped); the signal's reason
 */
export async function runWorkers<T, R>(
  workerUrl: URL,
  tasks: readonly T[] | AsyncIterable<T>,
  options: WorkerOptions<T> = {},
): Promise<R[]> {
  const { threads = 1, signal, onProgress, label = "working", transfer } = options;
  if (!Number.isInteger(threads) || threads < 1) {
    throw new InputError(`threads must be a whole number from 1, got ${threads}`, { threads });
  }
  signal?.throwIfAborted();
  const total = Array.isArray(tasks) ? tasks.length : 0;
  const source = (async function* () {
    yield* tasks;
  })();
  const results: R[] = [];
  const workers: Worker[] = [];
  let taken = 0;
  let done = 0;

  async function work(): Promise<void> {
    let worker: Worker | null = null;
    for (;;) {
      // An async generator queues its callers, so each task goes to exactly one worker.
      const next = await source.next();
      if (next.done) return;
      const index = taken++;
      if (!worker) {
        worker = new Worker(workerUrl);
        workers.push(worker);
      }
      results[index] = await ask<T, R>(worker, next.value, transfer?.(next.value) ?? []);
      onProgress?.(++done, total, label);
    }
  }

  const abort = aborted(signal);
  try {
    const crew = Array.from({ length: total ? Math.min(threads, total) : threads }, work);
    await Promise.race([Promise.all(crew), abort.promise]);
    return results;
  } finally {
    abort.stop();
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
