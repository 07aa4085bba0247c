import type { QueueState, Scheduler } from "../types.js";
import { hasRoomForAny } from "./easy-by-class.js";
import { type GavelShares, gavelShares, type JobClass } from "./gavel-shares.js";
import { createHeap } from "./heap.js";

/**
 * Policy `gavel`: time shares by {@link gavelShares}, played out in rounds of `round_s` seconds. Each round credits
 * every job with its share of the round on each pool; the pools are filled by the highest credit that is not yet used
 * up, and running jobs that are not among those chosen are checkpointed and taken off, once they have worked for a round.
 * GPUs that become free inside a round go to waiting jobs in the same order.
 *
 * Rates are the cluster file's `throughput[kind][model]`: the kind is the job's label `kind`, then `*`; 1 where neither
 * says. They are the speed of the run too. Weights are those of the queues.
 *
 * @see Narayanan et al., OSDI 2020, §5 (the round-based mechanism).
 */
export function createGavel(state: QueueState): Scheduler {
  const { jobs, pools } = state;
  const { round_s: round, throughput } = state.cluster;
  const J = pools.length;
  const rate = (job: number, pool: number): number => {
    const kind = jobs.labels?.[job]?.["kind"] ?? "*";
    const { model } = pools[pool];
    return throughput[kind]?.[model] ?? throughput["*"]?.[model] ?? 1;
  };
  const { classOf, classes } = classify(state, rate);
  const present = new Int32Array(classes.length);
  // Seconds on each pool that a job was credited with, by class, since the start; and those of it that each job used up.
  const credit = new Float64Array(classes.length * J);
  const used = new Float64Array(jobs.n * J);
  const known = new Uint8Array(jobs.n);
  const countedTo = new Float64Array(jobs.n);
  let shares: { key: string; of: Map<number, Float64Array> } = { key: "", of: new Map() };
  let nextRound = 0;

  const due = (candidate: number): number => {
    const job = Math.floor(candidate / J);
    return credit[classOf[job] * J + (candidate % J)] - used[candidate];
  };
  const runsThere = (candidate: number): number => (state.poolOf[Math.floor(candidate / J)] === candidate % J ? 1 : 0);
  const before = (a: number, b: number): boolean => {
    const difference = due(b) - due(a) || runsThere(b) - runsThere(a);
    if (difference !== 0) return difference < 0;
    return a === b ? false : (state.rank[Math.floor(a / J)] - state.rank[Math.floor(b / J)] || a - b) < 0;
  };

  /** Charges a run for its time up to now; nobody owes more than a round. */
  function charge(job: number): void {
    const slot = job * J + state.poolOf[job];
    const since = Math.max(state.runStart[job], countedTo[job]);
    const most = credit[classOf[job] * J + state.poolOf[job]] + round;
    used[slot] = Math.max(used[slot], Math.min(most, used[slot] + state.now - since));
    countedTo[job] = state.now;
  }

  function welcome(job: number): void {
    known[job] = 1;
    for (let j = 0; j < J; j++) used[job * J + j] = credit[classOf[job] * J + j];
  }

  function grant(active: readonly number[]): void {
    present.fill(0);
    for (const job of active) present[classOf[job]]++;
    const key = `${present.join()}|${pools.map((pool) => pool.gpus).join()}`;
    if (key !== shares.key) shares = { key, of: solve() };
    for (const [c, row] of shares.of) for (let j = 0; j < J; j++) credit[c * J + j] += row[j] * round;
  }

  function solve(): Map<number, Float64Array> {
    const gpus = pools.map((pool) => pool.gpus);
    const runnable = (c: number) =>
      classes[c].gpus > 0 && gpus.some((count, j) => count > 0 && classes[c].rates[j] > 0);
    const list = [...present.keys()].filter((c) => present[c] > 0 && runnable(c));
    const solution: GavelShares = gavelShares(
      gpus,
      list.map((c) => ({ ...classes[c], jobs: present[c] })),
    );
    return new Map(list.map((c, i) => [c, solution.shares[i]]));
  }

  function candidates(active: Iterable<number>): number[] {
    const list: number[] = [];
    for (const job of active) for (const pool of state.poolsFor(job)) list.push(job * J + pool);
    return list;
  }

  /** Who is not up for choice: besides those that may not be taken off, runs shorter than a round and their restart. */
  function staysOn(job: number): boolean {
    if (jobs.preemptible?.[job] === false || jobs.gpus[job] === 0) return true;
    return state.now - state.runStart[job] < round + (jobs.restart?.[job] ?? 0);
  }

  /** Pool of each job that is to run in the next round. */
  function plan(active: readonly number[]): Map<number, number> {
    const left = pools.map((pool) => pool.gpus);
    const chosen = new Map<number, number>();
    const choose = (job: number, pool: number): void => {
      chosen.set(job, pool);
      left[pool] -= jobs.gpus[job];
    };
    for (const job of state.running) if (staysOn(job)) choose(job, state.poolOf[job]);
    const heap = createHeap(before, candidates(active));
    for (let next = heap.pop(); next >= 0 && left.some((gpus) => gpus > 0); next = heap.pop()) {
      const job = Math.floor(next / J);
      if (!chosen.has(job) && jobs.gpus[job] <= left[next % J]) choose(job, next % J);
    }
    return chosen;
  }

  function fill(): void {
    if (!hasRoomForAny(state)) return;
    const waiting = state.waiting.filter((job) => state.isWaiting(job));
    for (const job of waiting) if (!known[job]) welcome(job);
    const heap = createHeap(before, candidates(waiting));
    for (let next = heap.pop(); next >= 0; next = heap.pop()) {
      const job = Math.floor(next / J);
      if (state.isWaiting(job)) state.start(job, next % J, rate(job, next % J));
    }
  }

  function startRound(): void {
    const active = [...state.running, ...state.waiting];
    for (const job of state.running) charge(job);
    for (const job of state.waiting) if (!known[job]) welcome(job);
    grant(active);
    const chosen = plan(active);
    for (const job of [...state.running]) if (chosen.get(job) !== state.poolOf[job]) state.preempt(job, true);
    for (const [job, pool] of chosen) if (state.isWaiting(job)) state.start(job, pool, rate(job, pool));
    nextRound = state.now + round;
    if (active.length > 0) state.wakeAt(nextRound);
  }

  return {
    pass() {
      if (state.now >= nextRound) startRound();
      fill();
    },
    onStop: charge,
  };
}

/** Jobs of one size, weight and speed are one class. */
function classify(
  { jobs, pools, queueOf, queues, poolsFor }: QueueState,
  rate: (job: number, pool: number) => number,
): { classOf: Int32Array; classes: JobClass[] } {
  const numbers = new Map<string, number>();
  const classes: JobClass[] = [];
  const classOf = Int32Array.from(jobs.gpus, (gpus, job) => {
    const usable = poolsFor(job);
    const rates = pools.map((_, pool) => (usable.includes(pool) ? rate(job, pool) : 0));
    const { weight } = queues[queueOf[job]];
    const key = `${gpus}|${weight}|${rates.join()}`;
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, classes.length);
    return classes.push({ jobs: 1, gpus, weight, rates }) - 1;
  });
  return { classOf, classes };
}
