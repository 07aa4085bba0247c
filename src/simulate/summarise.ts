import type { ClusterConfig } from "./cluster-config.js";
import { jainIndex } from "./jain.js";
import { outageFigures } from "./outage-figures.js";
import { poolGpus, poolState } from "./pool-states.js";
import { positions } from "./queue-order.js";
import type { QueueRun } from "./queue-run.js";
import { DEFAULT_QUEUE } from "./queues-of.js";
import { type ServiceFigures, serviceFigures } from "./service-figures.js";
import { spotFigures } from "./spot-figures.js";
import type { SimulationSummary } from "./summary-schema.js";
import { timelineMeans } from "./timeline-means.js";
import type { QueueJobs } from "./types.js";

type Named = ServiceFigures & { name: string };

/** What was simulated, for its summary. */
export interface Simulated {
  jobs: QueueJobs;
  cluster: ClusterConfig;
  run: QueueRun;
  /** The same without outages; the run itself when there are none. */
  calm: QueueRun;
  policy: string;
  seed: number;
}

/** Figures of a simulation, over all, by queue and by team (jobs without a team left out). */
export function summarise({ jobs, cluster, run, calm, policy, seed }: Simulated): SimulationSummary {
  const all = positions(jobs.n);
  const [from, to] = [least(jobs.submit), most(run.end)];
  const span = Math.max(0, to - from);
  const gpus = cluster.pools.reduce((sum, pool) => sum + poolGpus(pool), 0);
  const priced = cluster.pools.some((pool) => (pool.spot_price_hour ?? pool.price_hour) !== undefined);
  const figures = (members: ArrayLike<number>): ServiceFigures => {
    const served = serviceFigures(jobs, run, members, gpus * span);
    return priced ? served : { ...served, cost_usd: null, cost_per_gpu_hour: null };
  };
  const grouped = (column: readonly string[] | undefined): Named[] =>
    groups(column ?? []).map(([name, members]) => ({ name, ...figures(members) }));
  const whole = figures(all);
  const byQueue = jobs.queue || jobs.n === 0 ? grouped(jobs.queue) : [{ name: DEFAULT_QUEUE, ...whole }];
  const byTeam = grouped(jobs.team);
  const bill = cluster.pools.reduce((sum, pool) => sum + (poolGpus(pool) * poolState(pool).price * span) / 3600, 0);
  const useful = whole.gpu_hours - whole.lost_gpu_hours;
  const known = (second: number): number | null => (Number.isFinite(second) ? second : null);
  return {
    ...{ policy, seed, placement: cluster.placement, gpus },
    ...{ from_s: known(from), to_s: known(to) },
    ...whole,
    rejected_for: rejections(run),
    bill_usd: priced ? bill : null,
    bill_per_gpu_hour: priced && useful > 0 ? bill / useful : null,
    deadlines: deadlines(jobs, run),
    slo: verdicts(cluster.slo, whole),
    jain: { queues: fairness(byQueue), teams: fairness(byTeam), users: fairness(grouped(jobs.user)) },
    by_queue: byQueue,
    by_team: byTeam,
    spot: spotFigures(jobs, cluster, run),
    outages: outageFigures(jobs, cluster, run, calm),
    io: run.io,
    timeline: run.timeline && timelineMeans(run.timeline, run.queues),
  };
}

/** Infinity for none. */
function least(seconds: Float64Array): number {
  let found = Number.POSITIVE_INFINITY;
  for (let job = 0; job < seconds.length; job++) if (seconds[job] < found) found = seconds[job];
  return found;
}

/** -Infinity for none; jobs that never end have NaN, which is not greater than anything. */
function most(seconds: Float64Array): number {
  let found = Number.NEGATIVE_INFINITY;
  for (let job = 0; job < seconds.length; job++) if (seconds[job] > found) found = seconds[job];
  return found;
}

/** Jobs by a name, names in code-unit order; jobs without one are left out. */
function groups(column: readonly string[]): [string, number[]][] {
  const byName = new Map<string, number[]>();
  for (const [job, name] of column.entries()) {
    if (name === "") continue;
    const members = byName.get(name);
    if (members) members.push(job);
    else byName.set(name, [job]);
  }
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1));
}

function rejections({ refusal }: QueueRun): SimulationSummary["rejected_for"] {
  const count = { capacity: 0, budget: 0 };
  for (const reason of refusal) if (reason === "capacity" || reason === "budget") count[reason]++;
  return count;
}

function fairness(served: readonly Named[]): number | null {
  return jainIndex(served.flatMap(({ mean_bounded_slowdown: slowdown }) => (slowdown === null ? [] : [slowdown])));
}

function deadlines({ deadline }: QueueJobs, { end }: QueueRun): SimulationSummary["deadlines"] {
  let [jobs, missed] = [0, 0];
  deadline?.forEach((second, job) => {
    if (Number.isNaN(second)) return;
    jobs++;
    if (!(end[job] <= second)) missed++;
  });
  return { jobs, missed };
}

function verdicts(slo: ClusterConfig["slo"], figures: ServiceFigures): SimulationSummary["slo"] {
  const targets = ["median_wait_s", "p95_wait_s", "gpu_util", "cost_per_gpu_hour"] as const;
  return targets.flatMap((target) => {
    const limit = slo[target];
    if (limit === undefined) return [];
    const value = figures[target];
    const met = value === null ? null : target === "gpu_util" ? value >= limit : value <= limit;
    return [{ target, limit, value, met }];
  });
}
