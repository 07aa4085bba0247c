import type { Cell, TableColumn } from "../../src/report/index.js";
import type { SimulationFile } from "../../src/simulate/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, percent } from "../capacity-plan/words.js";
import { durationWords, inHours } from "./duration.js";
import type { Served } from "./targets.js";

/** Rows of a table. */
const MOST_LINES = 200;

function conclusion(result: SimulationFile, bill_usd: number): string {
  const { cost_usd, cost_per_gpu_hour, bill_per_gpu_hour, lost_gpu_hours, gpu_hours } = result;
  const bill = `All pools cost ${figure(bill_usd)} USD from the first submit to the last end; jobs used ${percent((cost_usd ?? 0) / bill_usd)} of it.`;
  const hour =
    cost_per_gpu_hour === null || bill_per_gpu_hour === null
      ? ""
      : ` A useful GPU-hour costs ${figure(cost_per_gpu_hour)} USD while it runs, and ${figure(bill_per_gpu_hour)} USD with idle GPUs in it.`;
  const lost = lost_gpu_hours > 0 ? ` Work done twice: ${percent(lost_gpu_hours / gpu_hours)} of the GPU-hours.` : "";
  return `${bill}${hour}${lost}`;
}

function table(id: string, what: "Queue" | "Team", served: readonly Served[]): Cell[] {
  if (served.length < 2) return [];
  const sorted = [...served].sort((a, b) => (b.cost_usd ?? 0) - (a.cost_usd ?? 0) || (a.name < b.name ? -1 : 1));
  const left = sorted.length - MOST_LINES;
  return [
    {
      kind: "table",
      id,
      caption: `Cost by ${what.toLowerCase()}, of the GPUs that its jobs held.${left > 0 ? ` ${left} that cost less are not listed.` : ""}`,
      columns: [
        { name: "name", label: what, format: "text" },
        { name: "cost", label: "Cost", unit: "USD", format: "integer" },
        { name: "hours", label: "GPU-hours", format: "integer" },
        { name: "lost", label: "Of them lost", format: "integer" },
        { name: "hour", label: "Cost of a useful GPU-hour", unit: "USD" },
        { name: "preemptions", label: "Preemptions", format: "integer" },
      ],
      rows: sorted.slice(0, MOST_LINES).map((one) => ({
        name: one.name,
        cost: one.cost_usd,
        hours: one.gpu_hours,
        lost: one.lost_gpu_hours,
        hour: one.cost_per_gpu_hour,
        preemptions: one.preemptions,
      })),
    },
  ];
}

function spotTable({ spot }: SimulationFile): Cell[] {
  if (spot.length === 0) return [];
  return [
    {
      kind: "table",
      id: "costs-spot",
      caption:
        "Spot pools: mean time on GPUs of the jobs that ran there only, as simulated and as Daly (2006) expects it, and the interval between checkpoints beside Young's advice (1974).",
      columns: [
        { name: "pool", label: "Pool", format: "text" },
        { name: "jobs", label: "Jobs", format: "integer" },
        { name: "interruptions", label: "Interruptions", format: "integer" },
        { name: "between", label: "Between two", unit: "h" },
        { name: "simulated", label: "Simulated", unit: "h" },
        { name: "daly", label: "Expected", unit: "h" },
        { name: "interval", label: "Checkpoint every", unit: "h" },
        { name: "young", label: "Advised", unit: "h" },
      ],
      rows: spot.map((pool) => ({
        pool: pool.pool,
        jobs: pool.jobs,
        interruptions: pool.interruptions,
        between: inHours(pool.mean_between_interruptions_s),
        simulated: inHours(pool.simulated_mean_s),
        daly: inHours(pool.daly_mean_s),
        interval: inHours(pool.checkpoint_interval_s),
        young: inHours(pool.young_interval_s),
      })),
    },
  ];
}

function ioCells({ io }: SimulationFile): Cell[] {
  if (io.length === 0) return [];
  const columns: TableColumn[] = [
    { name: "pool", label: "Pool", format: "text" },
    { name: "limit", label: "Limit", unit: "GB/s" },
    { name: "by", label: "Set by", format: "text" },
    { name: "peak", label: "Peak of the reads", unit: "GB/s" },
    { name: "hours", label: "Above the limit for", unit: "h" },
    { name: "jobs", label: "Jobs bound by it", format: "integer" },
    { name: "fsx", label: "FSx that removes it", unit: "TiB" },
  ];
  const bound = io.filter(({ hours_bound }) => hours_bound > 0);
  const words = bound.map(
    ({ pool, hours_bound, jobs_bound, fsx_tib_needed: tib }) =>
      `Pool ${pool} reads more than its data path carries for ${durationWords(hours_bound * 3600)}, with ${counted(jobs_bound.length, "job")} running` +
      `${tib === null ? "" : `; FSx of ${figure(tib)} TiB removes that`}.`,
  );
  return [
    heading("io", "Do data hold jobs up?", words.join(" ") || "No pool reads more than its data path carries."),
    {
      kind: "table",
      id: "io-pools",
      columns,
      rows: io.map((pool) => ({
        pool: pool.pool,
        limit: pool.limit_gbytes_per_s,
        by: pool.limited_by,
        peak: pool.peak_gbytes_per_s,
        hours: pool.hours_bound,
        jobs: pool.jobs_bound.length,
        fsx: pool.fsx_tib_needed,
      })),
    },
  ];
}

/** What the cluster costs, who uses it, what spot pools lose, and whether data hold jobs up. */
export function costsSection(result: SimulationFile): Cell[] {
  const { bill_usd, by_queue, by_team, spot, gpus } = result;
  const priced = bill_usd !== null && bill_usd > 0;
  const head = priced
    ? conclusion(result, bill_usd)
    : `No prices are given for the ${counted(gpus, "GPU")}: add price_hour to the pools of the cluster file.`;
  return [
    ...(priced || spot.length > 0 ? [heading("costs", "What does it cost?", head)] : []),
    ...(priced ? [...table("costs-queues", "Queue", by_queue), ...table("costs-teams", "Team", by_team)] : []),
    ...spotTable(result),
    ...ioCells(result),
  ];
}
