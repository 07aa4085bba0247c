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

/** A worker and the promise that rejects when it dies, be it at work or between two tasks. */
interface Hand {
  worker: Worker;
  death: Promise<never>;
}

function hire(workerUrl: URL): Hand {
  const worker = new Worker(workerUrl);
  const death = new Promise<never>((_, reject) => {
    worker.on("error", (error) => reject(died((error as Error).message, error as Error)));
    worker.on("messageerror", (error) => reject(died(error.message, error)));
    worker.on("exit", (code) => reject(died(`it ended with code ${code}`)));
  });
  death.catch(() => {});
  return { worker, death };
}

/** Sends one task to a worker and waits for its answer; fails when the worker dies. */
function ask<T, R>({ worker, death }: Hand, task: T, buffers: ArrayBuffer[]): Promise<R> {
  const answered = new Promise<R>((resolve, reject) => {
    worker.once("message", (answer: WorkerAnswer<R>) =>
      "error" in answer ? reject(unpackError(answer.error)) : resolve(answer.result),
    );
  });
  worker.postMessage(task, buffers);
  return Promise.race([answered, death]);
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
  const hands: Hand[] = [];
  let taken = 0;
  let done = 0;

  async function work(): Promise<void> {
    let hand: Hand | null = null;
    for (;;) {
      // An async generator queues its callers, so each task goes to exactly one worker.
      const next = await source.next();
      if (next.done) return;
      const index = taken++;
      if (!hand) {
        hand = hire(workerUrl);
        hands.push(hand);
      }
      results[index] = await ask<T, R>(hand, next.value, transfer?.(next.value) ?? []);
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
    await Promise.all(hands.map(({ worker }) => worker.terminate()));
  }
}
