import { parentPort } from "node:worker_threads";
import { InputError } from "../core/errors.js";
import { packError, type WorkerError } from "./worker-errors.js";

/** What a worker answers to a task. */
export type WorkerAnswer<R> = { result: R } | { error: WorkerError };

/**
 * Worker side of `runWorkers`: answers each task with the handler's result. A worker module calls it once.
 *
 * @param transfer buffers of a result to hand over instead of copying
 */
export function serveTasks<T, R>(handler: (task: T) => R | Promise<R>, transfer?: (result: R) => ArrayBuffer[]): void {
  const port = parentPort;
  if (!port) throw new InputError("serveTasks must be called in a worker thread");
  port.on("message", async (task: T) => {
    let answer: WorkerAnswer<R>;
    let buffers: ArrayBuffer[] = [];
    try {
      const result = await handler(task);
      answer = { result };
      buffers = transfer?.(result) ?? [];
    } catch (error) {
      answer = { error: packError(error) };
    }
    port.postMessage(answer, buffers);
  });
}
