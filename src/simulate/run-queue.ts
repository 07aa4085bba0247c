import { NumericalError } from "../core/errors.js";
import { createRandom } from "../core/random.js";
import { isShed, overBudget, type Refusal } from "./admission.js";
import type { ClusterConfig } from "./cluster-config.js";
import { createRoom } from "./create-room.js";
import { createEndHeap } from "./end-heap.js";
import { createIoLedger } from "./io-ledger.js";
import { LiveViews } from "./live-views.js";
import { createMonthBudgets } from "./month-budgets.js";
import { type OutageHit, zoneEvents } from "./outages.js";
import { queueOrder, ranks } from "./queue-order.js";
import { createQueueRun, type QueueRun } from "./queue-run.js";
import { queuesOf } from "./queues-of.js";
import { type RunTerms, runTime, savedWork, workDone } from "./run-time.js";
import { createSortedJobs } from "./sorted-jobs.js";
import { createTimelineRecorder } from "./timeline.js";
import type { QueueJobs, QueueState, SchedulerFactory } from "./types.js";

/** A job that is preempted more often will not get done: some policies' settings make jobs take turns for ever. */
const MOST_PREEMPTIONS = 100_000;

function neverDone(id: string): NumericalError {
  const text = `job "${id}" was preempted ${MOST_PREEMPTIONS} times and would never end: jobs take each other's GPUs in turn; check preemption and priorities in the cluster file`;
  return new NumericalError(text, { job: id });
}

/** What a simulation needs besides jobs, cluster and policy. */
export interface RunSettings {
  seed: number;
  /** Epoch milliseconds of second 0; months of budgets are calendar months in UTC. */
  originMs: number;
  /** Whether to keep the timeline. */
  timeline: boolean;
  /** Order of the queue by this column before submit time and id. */
  orderBy?: Float64Array;
}

/** The state as the simulation itself has it. */
type ChangingState = QueueState & { now: number; waiting: Int32Array };

/** Plays the jobs through the cluster: at each second completions, zones, arrivals, then one scheduling pass. */
export function runQueue(
  jobs: QueueJobs,
  cluster: ClusterConfig,
  policy: SchedulerFactory,
  settings: RunSettings,
): QueueRun {
  const { n, submit, duration, gpus } = jobs;
  const room = createRoom(jobs, cluster);
  const { queues, queueOf } = queuesOf(jobs, cluster.queues);
  const told = jobs.estimate ?? duration;
  const estimate = told.slice();
  const arrivals = queueOrder(jobs);
  const rank = ranks(settings.orderBy ? queueOrder(jobs, settings.orderBy) : arrivals);
  const priority = new Float64Array(n);
  for (let job = 0; job < n; job++) priority[job] = (jobs.priority?.[job] ?? 0) + queues[queueOf[job]].priority;
  const rng = createRandom(settings.seed);
  const limitsRuns = jobs.budget !== undefined || queues.some((queue) => queue.per_run_budget_usd !== undefined);
  const io = createIoLedger(jobs, cluster.pools);
  const zoneChanges = zoneEvents(cluster.faults);
  const budgets = queues.some((queue) => queue.budget_usd_month !== undefined)
    ? createMonthBudgets(queues, settings.originMs)
    : null;

  const run = createQueueRun(
    n,
    queues.map((queue) => queue.name),
    cluster.faults,
  );
  const counts = {
    runningGpus: new Int32Array(queues.length),
    pendingJobs: new Int32Array(queues.length),
    pendingGpus: new Int32Array(queues.length),
  };
  const recorder = settings.timeline ? createTimelineRecorder(counts) : null;
  const waiting = createSortedJobs(rank, rank);
  const isWaiting = new Uint8Array(n);
  const isListed = new Uint8Array(n);
  const held: number[] = [];
  /** Jobs of them that a new month lets start. */
  let releasable = 0;
  const estimatedEnd = new Float64Array(n);
  const running = createSortedJobs(estimatedEnd, rank);
  const runStart = new Float64Array(n).fill(Number.NaN);
  const runEnd = new Float64Array(n).fill(Number.NaN);
  const runSpeed = new Float64Array(n).fill(1);
  const isInterrupted = new Uint8Array(n);
  const poolOf = new Int32Array(n).fill(-1);
  const workLeft = duration.slice();
  const ends = createEndHeap();
  const wakes = createEndHeap();
  const missing = new Map<number, OutageHit>();
  // Filled anew in each pass, up to `started`.
  const startedInPass: number[] = [];
  let started = 0;
  const preemptedInPass: number[] = [];
  let reservedUntil = Number.POSITIVE_INFINITY;

  const state: ChangingState = Object.assign(new LiveViews(room.pools, running), {
    ...{ jobs, cluster, queues, queueOf, estimate, rank, estimatedEnd, runStart, poolOf, workLeft, priority },
    queueGpus: counts.runningGpus,
    now: 0,
    waiting: waiting.view(),
    isWaiting: (job: number) => isWaiting[job] === 1,
    poolsFor: room.poolsFor,
    findPool: (job: number, pool?: number) => room.find(job, among(job, pool), false),
    start: (job: number, pool?: number, speed = 1) => begin(job, room.find(job, among(job, pool), false), speed, false),
    reserve(job: number) {
      reservedUntil = room.reserve(job, { running: running.view(), estimatedEnd, poolOf }, state.now);
      return reservedUntil;
    },
    freeBeside: room.freeBeside,
    backfill(job: number) {
      const beside = state.now + estimate[job] > reservedUntil;
      return begin(job, room.find(job, room.poolsFor(job), beside), 1, beside);
    },
    preempt(job: number, keepWork = false) {
      stop(job, keepWork);
      if (++run.preemptions[job] > MOST_PREEMPTIONS) throw neverDone(jobs.id[job]);
      wait(job);
      preemptedInPass.push(job);
    },
    wakeAt(second: number) {
      if (second > state.now) wakes.push(second, 0);
    },
  });

  const scheduler = policy(state);

  function among(job: number, pool: number | undefined): readonly number[] {
    const all = room.poolsFor(job);
    return pool === undefined ? all : all.includes(pool) ? [pool] : [];
  }

  function termsOf(job: number, pool: number, speed: number): RunTerms {
    const interval = jobs.checkpointInterval?.[job] ?? 0;
    return {
      restart: run.preemptions[job] > 0 ? (jobs.restart?.[job] ?? 0) : 0,
      work: workLeft[job],
      speed,
      interval,
      // Elsewhere the duration is that of the whole run, its checkpoints included.
      cost: room.pools[pool].spot ? (jobs.checkpointCost?.[job] ?? 0) : 0,
    };
  }

  /** The job's line in the counts: it waits (again). */
  function wait(job: number): void {
    isWaiting[job] = 1;
    counts.pendingJobs[queueOf[job]]++;
    counts.pendingGpus[queueOf[job]] += gpus[job];
  }

  function join(job: number): void {
    wait(job);
    list(job);
  }

  function list(job: number): void {
    isListed[job] = 1;
    waiting.add(job);
  }

  function begin(job: number, pool: number, speed: number, beside: boolean): boolean {
    if (pool < 0 || isWaiting[job] === 0) return false;
    const queue = queueOf[job];
    const now = state.now;
    room.take(job, pool, beside);
    isWaiting[job] = 0;
    startedInPass[started++] = job;
    counts.pendingJobs[queue]--;
    counts.pendingGpus[queue] -= gpus[job];
    counts.runningGpus[queue] += gpus[job];
    budgets?.add(queue, (gpus[job] * room.pools[pool].price) / 3600);
    const isPlain = speed === 1 && run.preemptions[job] === 0 && !room.pools[pool].spot;
    const time = isPlain ? workLeft[job] : runTime(termsOf(job, pool, speed));
    const until = isPlain ? time : interruption(job, pool);
    isInterrupted[job] = until < time ? 1 : 0;
    runEnd[job] = now + Math.min(time, until);
    ends.push(runEnd[job], job);
    runStart[job] = now;
    runSpeed[job] = speed;
    estimatedEnd[job] = now + (speed === 1 ? estimate[job] : Math.ceil(estimate[job] / speed));
    running.add(job);
    if (Number.isNaN(run.start[job])) run.start[job] = now;
    else if (run.pool[job] !== pool) run.onePool[job] = 0;
    run.pool[job] = pool;
    run.nodes[job] = room.nodesOf(job);
    poolOf[job] = pool;
    io?.begin(job, pool, now);
    if (missing.size > 0) endMissing(job);
    return true;
  }

  /** Notes that a job that an outage hit runs again. */
  function endMissing(job: number): void {
    const hit = missing.get(job);
    if (!hit) return;
    hit.restarted = state.now;
    missing.delete(job);
  }

  /** Seconds until the spot market takes the run away: exponential, drawn by job and run. */
  function interruption(job: number, pool: number): number {
    const rate = cluster.pools[pool].spot_interrupt_per_hour ?? 0;
    if (rate === 0) return Number.POSITIVE_INFINITY;
    const u = rng.child(jobs.id[job]).child(run.preemptions[job]).uniform();
    return Math.max(1, Math.round((-Math.log(1 - u) * 3600) / rate));
  }

  /** Ends a run, at whatever point it is; gives the seconds of work that were lost. */
  function stop(job: number, keepWork: boolean): number {
    const pool = poolOf[job];
    const elapsed = state.now - runStart[job];
    scheduler.onStop?.(job);
    let lost = 0;
    if (runEnd[job] <= state.now && isInterrupted[job] === 0) workLeft[job] = 0;
    else {
      const terms = termsOf(job, pool, runSpeed[job]);
      const [saved, since] = savedWork(terms, elapsed);
      lost = keepWork ? 0 : since;
      workLeft[job] -= keepWork ? workDone(terms, elapsed) : saved;
      estimate[job] = Math.max(0, told[job] - (duration[job] - workLeft[job])) + (jobs.restart?.[job] ?? 0);
      run.lostGpuSeconds[job] += lost * gpus[job];
    }
    run.runSeconds[job] += elapsed;
    run.cost[job] += (elapsed * gpus[job] * room.pools[pool].price) / 3600;
    budgets?.add(queueOf[job], (-gpus[job] * room.pools[pool].price) / 3600);
    counts.runningGpus[queueOf[job]] -= gpus[job];
    running.remove(job);
    room.release(job, pool);
    io?.stop(job, pool, state.now);
    poolOf[job] = -1;
    runEnd[job] = Number.NaN;
    return lost;
  }

  function finishRun(job: number): void {
    const interrupted = isInterrupted[job] === 1;
    stop(job, false);
    if (!interrupted) {
      run.status[job] = "completed";
      run.end[job] = state.now;
      return;
    }
    run.preemptions[job]++;
    run.interruptions[job]++;
    join(job);
  }

  function changeZones(): void {
    const { zones, up, fault } = zoneChanges[zonesDone++];
    for (const job of room.setZones(zones, up)) {
      const lostSeconds = stop(job, false);
      run.preemptions[job]++;
      const hit = { job, lostSeconds, lostGpuSeconds: lostSeconds * gpus[job], restarted: Number.NaN };
      run.outages[fault].hits.push(hit);
      missing.set(job, hit);
      join(job);
    }
  }

  function isOverBudget(job: number): boolean {
    const prices = room.poolsFor(job).map((p) => room.pools[p].price);
    return overBudget(jobs, job, told[job], queues[queueOf[job]], prices);
  }

  function arrive(job: number): void {
    let refusal: Refusal | null = null;
    if (room.poolsFor(job).length === 0) refusal = "capacity";
    else if (limitsRuns && isOverBudget(job)) refusal = "budget";
    else if (isShed(cluster.shed, counts.pendingJobs[queueOf[job]], priority[job])) refusal = "shed";
    if (refusal === null) {
      join(job);
      return;
    }
    run.refusal[job] = refusal;
    run.status[job] = refusal === "shed" ? "shed" : "rejected";
  }

  /** Takes jobs of queues that have spent their month out of the order. */
  function holdOverspent(): void {
    if (!budgets?.anySpent()) return;
    let gone = 0;
    for (const job of waiting.view()) {
      if (!budgets.spent(queueOf[job])) continue;
      isListed[job] = 0;
      held.push(job);
      if (queues[queueOf[job]].budget_usd_month !== 0) releasable++;
      gone++;
    }
    waiting.drop(isListed, gone);
  }

  /** A month begins: everyone is back in the order. */
  function releaseHeld(): void {
    for (const job of held.splice(0)) list(job);
    releasable = 0;
  }

  function pass(): void {
    holdOverspent();
    started = 0;
    if (preemptedInPass.length > 0) preemptedInPass.length = 0;
    reservedUntil = Number.POSITIVE_INFINITY;
    state.waiting = waiting.view();
    scheduler.pass();
    if (started === 0 && preemptedInPass.length === 0) return;
    let gone = 0;
    for (let k = 0; k < started; k++) {
      const job = startedInPass[k];
      if (isWaiting[job] === 1 || isListed[job] === 0) continue;
      isListed[job] = 0;
      gone++;
    }
    waiting.drop(isListed, gone);
    for (const job of preemptedInPass) if (isWaiting[job] === 1 && isListed[job] === 0) list(job);
  }

  let arrived = 0;
  let zonesDone = 0;
  for (;;) {
    const nextArrival = arrived < n ? submit[arrivals[arrived]] : Number.POSITIVE_INFINITY;
    const nextZones = zonesDone < zoneChanges.length ? zoneChanges[zonesDone].second : Number.POSITIVE_INFINITY;
    const nextMonth = budgets && releasable > 0 ? budgets.monthEnd() : Number.POSITIVE_INFINITY;
    const now = Math.min(nextArrival, nextZones, ends.next(), wakes.next(), nextMonth);
    if (recorder && now > state.now) recorder.record(state.now, state.gpus);
    if (now === Number.POSITIVE_INFINITY) break;
    state.now = now;
    if (budgets?.advance(now)) releaseHeld();
    while (ends.next() === now) {
      const job = ends.pop();
      if (runEnd[job] === now) finishRun(job);
    }
    while (wakes.next() === now) wakes.pop();
    while (zonesDone < zoneChanges.length && zoneChanges[zonesDone].second === now) changeZones();
    while (arrived < n && submit[arrivals[arrived]] === now) arrive(arrivals[arrived++]);
    pass();
  }
  run.timeline = recorder?.finish() ?? null;
  run.io = io?.figures() ?? [];
  return run;
}
