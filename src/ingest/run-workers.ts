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
  /** What every worker is given when it starts, as `workerData` of `node:worker_threads`. */
  workerData?: unknown;
}

/** What ends all that waits for it: the first error given to `cut`. */
interface Lifeline {
  cut(error: unknown): void;
  /**
   * Waits for a promise, or fails when the line is cut. `Promise.race` with a promise that lives as long as the run would
   * keep every result it ever raced in memory.
   */
  orFail<V>(wanted: Promise<V>): Promise<V>;
}

function lifeline(): Lifeline {
  const waiting = new Set<(error: unknown) => void>();
  let ended: { error: unknown } | null = null;
  return {
    cut(error) {
      ended ??= { error };
      for (const reject of waiting) reject(ended.error);
      waiting.clear();
    },
    orFail: (wanted) =>
      new Promise((resolve, reject) => {
        if (ended) reject(ended.error);
        else waiting.add(reject);
        wanted.then(resolve, reject).finally(() => waiting.delete(reject));
      }),
  };
}

/** A worker, and the line that is cut when it dies, be it at work or between two tasks. */
interface Hand {
  worker: Worker;
  life: Lifeline;
}

function hire(workerUrl: URL, workerData: unknown): Hand {
  const worker = new Worker(workerUrl, { workerData });
  const life = lifeline();
  worker.on("error", (error) => life.cut(died((error as Error).message, error as Error)));
  worker.on("messageerror", (error) => life.cut(died(error.message, error)));
  worker.on("exit", (code) => life.cut(died(`it ended with code ${code}`)));
  return { worker, life };
}

/** Sends one task to a worker and waits for its answer; fails when the worker dies. */
function ask<T, R>({ worker, life }: Hand, task: T, buffers: ArrayBuffer[]): Promise<R> {
  const answered = new Promise<R>((resolve, reject) => {
    worker.once("message", (answer: WorkerAnswer<R>) =>
      "error" in answer ? reject(unpackError(answer.error)) : resolve(answer.result),
    );
  });
  worker.postMessage(task, buffers);
  return life.orFail(answered);
}

function died(why: string, cause?: Error): FleetlensError {
  return new FleetlensError("E_WORKER", `a worker thread failed: ${why}`, {}, { cause });
}

/** Workers that are hired as they are needed, at most `threads` of them, and lent to one task at a time. */
function crewOf(workerUrl: URL, threads: number, workerData: unknown) {
  const hands: Hand[] = [];
  const free: Hand[] = [];
  const waiting: ((hand: Hand) => void)[] = [];
  return {
    /** A worker without a task; waits for one when all are at work. */
    async take(): Promise<Hand> {
      const idle = free.pop();
      if (idle) return idle;
      if (hands.length === threads) return new Promise((resolve) => waiting.push(resolve));
      const hand = hire(workerUrl, workerData);
      hands.push(hand);
      return hand;
    },
    giveBack(hand: Hand): void {
      const next = waiting.shift();
      if (next) next(hand);
      else free.push(hand);
    },
    dismiss: async (): Promise<void> => {
      await Promise.all(hands.map(({ worker }) => worker.terminate()));
    },
  };
}

/**
 * Runs tasks in worker threads and hands the results out in the order of the tasks, whatever the number of threads.
 * `workerUrl` is a module that calls `serveTasks`. Tasks are taken as workers become free, so an async iterable is read
 * no faster than it is worked off; and with `ahead`, results wait for their reader in a bounded number.
 *
 * @param options.ahead most tasks that are begun and not yet handed out; default no bound
 * @throws the first error of a task, as the typed error that it was (all workers are stopped); the signal's reason
 */
export async function* streamWorkers<T, R>(
  workerUrl: URL,
  tasks: readonly T[] | AsyncIterable<T>,
  options: WorkerOptions<T> & { ahead?: number } = {},
): AsyncGenerator<R> {
  const { threads = 1, signal, onProgress, label = "working", transfer, ahead = Number.POSITIVE_INFINITY } = options;
  if (!Number.isInteger(threads) || threads < 1) {
    throw new InputError(`threads must be a whole number from 1, got ${threads}`, { threads });
  }
  signal?.throwIfAborted();
  const total = Array.isArray(tasks) ? tasks.length : 0;
  const crew = crewOf(workerUrl, threads, options.workerData);
  const pending: Promise<R>[] = [];
  let done = 0;
  const life = lifeline();
  // Waiting workers do not hold up Ctrl-C.
  const stop = () => life.cut(signal?.reason);
  signal?.addEventListener("abort", stop, { once: true });

  async function run(hand: Hand, task: T): Promise<R> {
    const result = await ask<T, R>(hand, task, transfer?.(task) ?? []);
    crew.giveBack(hand);
    onProgress?.(++done, total, label);
    return result;
  }

  try {
    for await (const task of tasks) {
      const result = run(await life.orFail(crew.take()), task);
      result.catch(life.cut);
      pending.push(result);
      while (pending.length >= ahead) yield await life.orFail(pending.shift() as Promise<R>);
    }
    while (pending.length > 0) yield await life.orFail(pending.shift() as Promise<R>);
  } finally {
    signal?.removeEventListener("abort", stop);
    await crew.dismiss();
  }
}

/** {@link streamWorkers} for results that are wanted all at once. */
export async function runWorkers<T, R>(
  workerUrl: URL,
  tasks: readonly T[] | AsyncIterable<T>,
  options: WorkerOptions<T> = {},
): Promise<R[]> {
  const results: R[] = [];
  for await (const result of streamWorkers<T, R>(workerUrl, tasks, options)) results.push(result);
  return results;
}
