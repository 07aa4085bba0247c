import type { OutputColumn } from "../../ingest/index.js";
import type { QueueJobs, SimulationResult } from "../../simulate/index.js";

/** Columns of jobs.parquet, one row a job in the order of the file. */
export function jobColumns(jobs: QueueJobs, run: SimulationResult): OutputColumn[] {
  const whole = (name: string, data: OutputColumn["data"]): OutputColumn => ({ name, type: "BIGINT", data });
  return [
    { name: "job_id", type: "VARCHAR", data: jobs.id },
    { name: "queue", type: "VARCHAR", data: jobs.queue ?? new Array<string>(jobs.n).fill("default") },
    whole("submit_s", jobs.submit),
    whole("start_s", run.start),
    whole("end_s", run.end),
    whole(
      "wait_s",
      run.start.map((second, job) => second - jobs.submit[job]),
    ),
    { name: "num_gpus", type: "INTEGER", data: jobs.gpus },
    { name: "status", type: "VARCHAR", data: run.status },
    { name: "preemptions", type: "INTEGER", data: run.preemptions },
    { name: "lost_gpu_s", type: "DOUBLE", data: run.lostGpuSeconds },
    { name: "cost_usd", type: "DOUBLE", data: run.summary.cost_usd === null ? new Array(jobs.n).fill(null) : run.cost },
    { name: "nodes", type: "VARCHAR", data: run.nodes },
  ];
}

/** Columns of timeline.parquet: a row whenever a queue changed. */
export function timelineColumns({ timeline, queues }: SimulationResult): OutputColumn[] {
  if (timeline === null) return [];
  return [
    { name: "t_s", type: "BIGINT", data: timeline.t },
    { name: "queue", type: "VARCHAR", data: Array.from(timeline.queue, (q) => queues[q]) },
    { name: "running_gpus", type: "INTEGER", data: timeline.runningGpus },
    { name: "pending_jobs", type: "INTEGER", data: timeline.pendingJobs },
    { name: "pending_gpus", type: "INTEGER", data: timeline.pendingGpus },
    { name: "util", type: "DOUBLE", data: timeline.util },
  ];
}
