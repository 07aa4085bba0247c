import { setImmediate } from "node:timers/promises";
import { type Detection, type DetectOptions, detect } from "../changepoint/index.js";
import { streamWorkers, type WorkerOptions } from "./run-workers.js";

/** A series whose changes are looked for. */
export interface DetectTask {
  /** One array, or several of the same length, whose changes are looked for together. */
  values: Float64Array[];
  /** Exposure or trials of every observation. */
  exposure?: Float64Array;
  /** Epoch ms of every observation. */
  times?: Float64Array;
}

/** Tasks that a worker does at a time. */
export interface DetectWork {
  tasks: DetectTask[];
  options: DetectOptions;
}

const DETECT_WORKER = new URL("./detect-worker.js", import.meta.url);
/** Enough to pay for the message, few enough to balance. */
const POINTS_PER_WORK = 100_000;
const TASKS_PER_WORK = 64;

/** The changes of one series. */
export function detectTask({ values, exposure, times }: DetectTask, options: DetectOptions): Detection {
  return detect(values.length === 1 ? values[0] : values, {
    ...options,
    ...(exposure ? { exposure } : {}),
    ...(times ? { times } : {}),
  });
}

/**
 * Looks for the changes of many series, in worker threads where there are several. A series' changes depend on that
 * series alone, so they are the same for any number of threads.
 *
 * @returns the detections in the order of the tasks
 * @throws InputError as `detect` does
 */
export async function* detectSeries(
  tasks: readonly DetectTask[],
  options: DetectOptions,
  run: Pick<WorkerOptions<DetectWork>, "signal" | "onProgress"> & { threads: number },
): AsyncGenerator<Detection> {
  const { signal, onProgress } = run;
  const works = worksOf(tasks, options);
  const threads = Math.min(run.threads, works.length);
  let done = 0;
  for await (const detections of threads > 1
    ? streamWorkers<DetectWork, Detection[]>(DETECT_WORKER, works, { threads, signal })
    : inTurn(works, signal)) {
    done += detections.length;
    onProgress?.(done, tasks.length, "detecting");
    yield* detections;
  }
}

function worksOf(tasks: readonly DetectTask[], options: DetectOptions): DetectWork[] {
  const works: DetectWork[] = [];
  let points = POINTS_PER_WORK;
  for (const task of tasks) {
    const size = task.values.length * task.values[0].length;
    const last = works.at(-1);
    if (last === undefined || points + size > POINTS_PER_WORK || last.tasks.length === TASKS_PER_WORK) {
      works.push({ tasks: [task], options });
      points = size;
    } else {
      last.tasks.push(task);
      points += size;
    }
  }
  return works;
}

/** Does the work in this thread, which listens for an abort in between. */
async function* inTurn(works: readonly DetectWork[], signal: AbortSignal | undefined): AsyncGenerator<Detection[]> {
  for (const { tasks, options } of works) {
    await setImmediate();
    signal?.throwIfAborted();
    yield tasks.map((task) => detectTask(task, options));
  }
}
