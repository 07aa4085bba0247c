import { barChart, lineChart, stepChart, type VegaLiteSpec } from "../../report/index.js";
import type { QueueJobs, SimulationResult } from "../../simulate/index.js";
import { sampleTimeline } from "./sample-timeline.js";

const HOUR = 3600;

/** Charts of a simulation by name: GPUs over time, how long jobs waited, and that by queue. */
export function simulationCharts(
  jobs: QueueJobs,
  result: SimulationResult,
  originMs: number,
): Record<string, VegaLiteSpec> {
  const { t, runningGpus, pendingGpus } = sampleTimeline(result);
  const waits = Float64Array.from(result.start, (second, job) => (second - jobs.submit[job]) / HOUR)
    .filter((wait) => !Number.isNaN(wait))
    .sort();
  const shares = Array.from({ length: waits.length > 0 ? 101 : 0 }, (_, percent) => percent / 100);
  const hours = (seconds: number | null): number | null => (seconds === null ? null : seconds / HOUR);
  const { by_queue: queues, gpus } = result.summary;
  return {
    gpus: stepChart({
      title: "GPUs that run and that are waited for",
      time: t.map((second) => originMs + second * 1000),
      series: [
        { name: "running", value: runningGpus },
        { name: "pending", value: pendingGpus },
      ],
      yTitle: "GPUs",
      yRules: [{ value: gpus, label: `${gpus} GPUs` }],
    }),
    waits: lineChart({
      title: "Share of jobs that waited no longer",
      x: shares.map((share) => waits[Math.round(share * (waits.length - 1))]),
      xTitle: "Wait (hours)",
      series: [{ name: "jobs", value: shares }],
      percent: true,
    }),
    queues: barChart({
      title: "Wait by queue",
      categories: queues.map(({ name }) => name),
      categoryTitle: "Queue",
      series: [
        { name: "median", value: queues.map((queue) => hours(queue.median_wait_s)) },
        { name: "p95", value: queues.map((queue) => hours(queue.p95_wait_s)) },
      ],
      yTitle: "Wait",
      unit: "hours",
    }),
  };
}
