/** State of the queues over time: a row whenever a queue changed, good until its next one. */
export interface Timeline {
  /** Second. */
  t: Float64Array;
  /** Position of the queue. */
  queue: Int32Array;
  runningGpus: Int32Array;
  pendingJobs: Int32Array;
  pendingGpus: Int32Array;
  /** Running GPUs of the queue ÷ GPUs of the cluster that are up. */
  util: Float64Array;
}

export interface TimelineRecorder {
  /** Writes down the queues that changed since their last row. */
  record(now: number, gpusUp: number): void;
  finish(): Timeline;
}

/** Counts of each queue, kept by the simulation. */
export interface QueueCounts {
  runningGpus: Int32Array;
  pendingJobs: Int32Array;
  pendingGpus: Int32Array;
}

export function createTimelineRecorder(counts: QueueCounts): TimelineRecorder {
  const queues = counts.runningGpus.length;
  const columns = { t: [] as number[], queue: [] as number[], running: [] as number[], jobs: [] as number[] };
  const pending: number[] = [];
  const util: number[] = [];
  const last = new Int32Array(3 * queues);
  return {
    record(now, gpusUp) {
      for (let q = 0; q < queues; q++) {
        const [running, jobs, gpus] = [counts.runningGpus[q], counts.pendingJobs[q], counts.pendingGpus[q]];
        if (running === last[3 * q] && jobs === last[3 * q + 1] && gpus === last[3 * q + 2]) continue;
        last[3 * q] = running;
        last[3 * q + 1] = jobs;
        last[3 * q + 2] = gpus;
        columns.t.push(now);
        columns.queue.push(q);
        columns.running.push(running);
        columns.jobs.push(jobs);
        pending.push(gpus);
        util.push(gpusUp > 0 ? running / gpusUp : 0);
      }
    },
    finish: () => ({
      t: Float64Array.from(columns.t),
      queue: Int32Array.from(columns.queue),
      runningGpus: Int32Array.from(columns.running),
      pendingJobs: Int32Array.from(columns.jobs),
      pendingGpus: Int32Array.from(pending),
      util: Float64Array.from(util),
    }),
  };
}
