import { NumericalError } from "../core/errors.js";
import { createRandom, type Random } from "../core/random.js";
import { isShed, overBudget, type Refusal } from "./admission.js";
import type { ClusterConfig, QueueConfig } from "./cluster-config.js";
import { createRoom } from "./create-room.js";
import { EndHeap } from "./end-heap.js";
import { createIoLedger, type IoLedger } from "./io-ledger.js";
import { LiveViews } from "./live-views.js";
import { createMonthBudgets, type MonthBudgets } from "./month-budgets.js";
import { type OutageHit, type ZoneEvent, zoneEvents } from "./outages.js";
import { queueOrder, ranks } from "./queue-order.js";
import { createQueueRun, type QueueRun } from "./queue-run.js";
import { queuesOf } from "./queues-of.js";
import type { Room } from "./room.js";
import { type RunTerms, runTime, savedWork, workDone } from "./run-time.js";
import { SortedJobs } from "./sorted-jobs.js";
import { createTimelineRecorder, type QueueCounts, type TimelineRecorder } from "./timeline.js";
import type { QueueJobs, QueueState, Scheduler, SchedulerFactory } from "./types.js";

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

/** Each job's own priority and its queue's. */
function priorities({ n, priority }: QueueJobs, queues: readonly QueueConfig[], queueOf: Int32Array): Float64Array {
  const found = new Float64Array(n);
  for (let job = 0; job < n; job++) found[job] = (priority?.[job] ?? 0) + queues[queueOf[job]].priority;
  return found;
}

/** The state as the simulation itself has it. */
type ChangingState = QueueState & { now: number };

/** Plays the jobs through the cluster: at each second completions, zones, arrivals, then one scheduling pass. */
export function runQueue(
  jobs: QueueJobs,
  cluster: ClusterConfig,
  policy: SchedulerFactory,
  settings: RunSettings,
): QueueRun {
  return new QueueSimulation(jobs, cluster, policy, settings).play();
}

/**
 * One simulation. A class, so that code which the engine has made fast for one simulation serves the next ones; the
 * policy sees only its {@link QueueState}.
 */
class QueueSimulation {
  private readonly run: QueueRun;
  private readonly room: Room;
  private readonly state: ChangingState;
  private readonly scheduler: Scheduler;
  private readonly gpus: Int32Array;
  private readonly queues: readonly QueueConfig[];
  private readonly queueOf: Int32Array;
  /** What the scheduler was told before the first run; `estimate` is for the next run. */
  private readonly told: Float64Array;
  private readonly estimate: Float64Array;
  private readonly priority: Float64Array;
  private readonly workLeft: Float64Array;
  private readonly counts: QueueCounts;
  private readonly recorder: TimelineRecorder | null;
  private readonly budgets: MonthBudgets | null;
  private readonly io: IoLedger | null;
  private readonly rng: Random;
  private readonly limitsRuns: boolean;
  /** Jobs by submit time, then id. */
  private readonly arrivals: Int32Array;
  private readonly zoneChanges: readonly ZoneEvent[];
  private arrived = 0;
  private zonesDone = 0;

  private readonly waiting: SortedJobs;
  private readonly isWaiting: Uint8Array;
  private readonly isListed: Uint8Array;
  private readonly held: number[] = [];
  /** Jobs of them that a new month lets start. */
  private releasable = 0;

  private readonly running: SortedJobs;
  private readonly estimatedEnd: Float64Array;
  private readonly runStart: Float64Array;
  private readonly runEnd: Float64Array;
  private readonly runSpeed: Float64Array;
  private readonly isInterrupted: Uint8Array;
  private readonly poolOf: Int32Array;
  private readonly ends = new EndHeap();
  private readonly wakes = new EndHeap();
  private readonly missing = new Map<number, OutageHit>();

  /** Filled anew in each pass, up to `started`. */
  private readonly startedInPass: number[] = [];
  private started = 0;
  private readonly preemptedInPass: number[] = [];
  private reservedUntil = Number.POSITIVE_INFINITY;

  constructor(
    private readonly jobs: QueueJobs,
    private readonly cluster: ClusterConfig,
    policy: SchedulerFactory,
    settings: RunSettings,
  ) {
    const { n, duration, gpus } = jobs;
    const { queues, queueOf } = queuesOf(jobs, cluster.queues);
    this.room = createRoom(jobs, cluster);
    this.gpus = gpus;
    this.queues = queues;
    this.queueOf = queueOf;
    this.told = jobs.estimate ?? duration;
    this.estimate = this.told.slice();
    this.arrivals = queueOrder(jobs);
    const rank = ranks(settings.orderBy ? queueOrder(jobs, settings.orderBy) : this.arrivals);
    this.priority = priorities(jobs, queues, queueOf);
    this.workLeft = duration.slice();
    this.rng = createRandom(settings.seed);
    this.limitsRuns = jobs.budget !== undefined || queues.some((queue) => queue.per_run_budget_usd !== undefined);
    this.io = createIoLedger(jobs, cluster.pools);
    this.zoneChanges = zoneEvents(cluster.faults);
    const spendsByMonth = queues.some((queue) => queue.budget_usd_month !== undefined);
    this.budgets = spendsByMonth ? createMonthBudgets(queues, settings.originMs) : null;
    this.run = createQueueRun(
      n,
      queues.map((queue) => queue.name),
      cluster.faults,
    );
    this.counts = {
      runningGpus: new Int32Array(queues.length),
      pendingJobs: new Int32Array(queues.length),
      pendingGpus: new Int32Array(queues.length),
    };
    this.recorder = settings.timeline ? createTimelineRecorder(this.counts) : null;
    this.isWaiting = new Uint8Array(n);
    this.isListed = new Uint8Array(n);
    this.estimatedEnd = new Float64Array(n);
    this.runStart = new Float64Array(n).fill(Number.NaN);
    this.runEnd = new Float64Array(n);
    this.runSpeed = new Float64Array(n);
    this.isInterrupted = new Uint8Array(n);
    this.poolOf = new Int32Array(n).fill(-1);
    this.waiting = new SortedJobs(new Float64Array(rank), rank);
    this.running = new SortedJobs(this.estimatedEnd, rank);
    this.state = this.stateOf(rank);
    this.scheduler = policy(this.state);
  }

  play(): QueueRun {
    const { state, run, recorder, ends, wakes, runEnd, arrivals, zoneChanges } = this;
    const { submit } = this.jobs;
    for (;;) {
      const now = this.nextSecond();
      if (recorder && now > state.now) recorder.record(state.now, state.gpus);
      if (now === Number.POSITIVE_INFINITY) break;
      state.now = now;
      if (this.budgets?.advance(now)) this.releaseHeld();
      while (ends.next() === now) {
        const job = ends.pop();
        if (runEnd[job] === now) this.finishRun(job);
      }
      while (wakes.next() === now) wakes.pop();
      while (this.zonesDone < zoneChanges.length && zoneChanges[this.zonesDone].second === now) this.changeZones();
      while (this.arrived < arrivals.length && submit[arrivals[this.arrived]] === now) {
        this.arrive(arrivals[this.arrived++]);
      }
      this.pass();
    }
    run.timeline = recorder?.finish() ?? null;
    run.io = this.io?.figures() ?? [];
    return run;
  }

  /** Second of the next event; Infinity when there is none. */
  private nextSecond(): number {
    const { arrivals, arrived, zoneChanges, zonesDone, budgets } = this;
    const arrival = arrived < arrivals.length ? this.jobs.submit[arrivals[arrived]] : Number.POSITIVE_INFINITY;
    const zones = zonesDone < zoneChanges.length ? zoneChanges[zonesDone].second : Number.POSITIVE_INFINITY;
    const month = budgets && this.releasable > 0 ? budgets.monthEnd() : Number.POSITIVE_INFINITY;
    return Math.min(arrival, zones, this.ends.next(), this.wakes.next(), month);
  }

  private stateOf(rank: Int32Array): ChangingState {
    const { jobs, cluster, queues, queueOf, estimate, estimatedEnd, runStart, poolOf, workLeft, priority, room } = this;
    return Object.assign(new LiveViews(room.pools, this.waiting, this.running), {
      ...{ jobs, cluster, queues, queueOf, estimate, rank, estimatedEnd, runStart, poolOf, workLeft, priority },
      queueGpus: this.counts.runningGpus,
      now: 0,
      isWaiting: (job: number) => this.isWaiting[job] === 1,
      poolsFor: room.poolsFor,
      findPool: (job: number, pool?: number) => this.find(job, pool),
      start: (job: number, pool?: number, speed = 1) => this.begin(job, this.find(job, pool), speed, false),
      reserve: (job: number) => this.reserve(job),
      freeBeside: room.freeBeside,
      backfill: (job: number) => this.backfill(job),
      preempt: (job: number, keepWork = false) => this.preempt(job, keepWork),
      wakeAt: (second: number) => {
        if (second > this.state.now) this.wakes.push(second, 0);
      },
    });
  }

  /** First pool (or the one named) with room for the job now; -1 when none has. */
  private find(job: number, pool: number | undefined): number {
    const all = this.room.poolsFor(job);
    const among = pool === undefined ? all : all.includes(pool) ? [pool] : [];
    return this.room.find(job, among, false);
  }

  private reserve(job: number): number {
    const runs = { running: this.running.view(), estimatedEnd: this.estimatedEnd, poolOf: this.poolOf };
    this.reservedUntil = this.room.reserve(job, runs, this.state.now);
    return this.reservedUntil;
  }

  private backfill(job: number): boolean {
    const beside = this.state.now + this.estimate[job] > this.reservedUntil;
    return this.begin(job, this.room.find(job, this.room.poolsFor(job), beside), 1, beside);
  }

  private preempt(job: number, keepWork: boolean): void {
    this.stop(job, keepWork);
    if (++this.run.preemptions[job] > MOST_PREEMPTIONS) throw neverDone(this.jobs.id[job]);
    this.wait(job);
    this.preemptedInPass.push(job);
  }

  private termsOf(job: number, pool: number, speed: number): RunTerms {
    const interval = this.jobs.checkpointInterval?.[job] ?? 0;
    return {
      restart: this.run.preemptions[job] > 0 ? (this.jobs.restart?.[job] ?? 0) : 0,
      work: this.workLeft[job],
      speed,
      interval,
      // Elsewhere the duration is that of the whole run, its checkpoints included.
      cost: this.room.pools[pool].spot ? (this.jobs.checkpointCost?.[job] ?? 0) : 0,
    };
  }

  /** The job's line in the counts: it waits (again). */
  private wait(job: number): void {
    this.isWaiting[job] = 1;
    this.counts.pendingJobs[this.queueOf[job]]++;
    this.counts.pendingGpus[this.queueOf[job]] += this.gpus[job];
  }

  private join(job: number): void {
    this.wait(job);
    this.list(job);
  }

  private list(job: number): void {
    this.isListed[job] = 1;
    this.waiting.add(job);
  }

  private begin(job: number, pool: number, speed: number, beside: boolean): boolean {
    if (pool < 0 || this.isWaiting[job] === 0) return false;
    const { run, room, counts, estimate } = this;
    const { now } = this.state;
    const queue = this.queueOf[job];
    const gpus = this.gpus[job];
    const { price, spot } = room.pools[pool];
    room.take(job, pool, beside);
    this.isWaiting[job] = 0;
    this.startedInPass[this.started++] = job;
    counts.pendingJobs[queue]--;
    counts.pendingGpus[queue] -= gpus;
    counts.runningGpus[queue] += gpus;
    this.budgets?.add(queue, (gpus * price) / 3600);
    const isPlain = speed === 1 && run.preemptions[job] === 0 && !spot;
    const time = isPlain ? this.workLeft[job] : runTime(this.termsOf(job, pool, speed));
    const until = isPlain ? time : this.interruption(job, pool);
    const end = now + Math.min(time, until);
    this.isInterrupted[job] = until < time ? 1 : 0;
    this.runEnd[job] = end;
    this.ends.push(end, job);
    this.runStart[job] = now;
    this.runSpeed[job] = speed;
    this.estimatedEnd[job] = now + (speed === 1 ? estimate[job] : Math.ceil(estimate[job] / speed));
    this.running.add(job);
    if (Number.isNaN(run.start[job])) run.start[job] = now;
    else if (run.pool[job] !== pool) run.onePool[job] = 0;
    run.pool[job] = pool;
    run.nodes[job] = room.nodesOf(job);
    this.poolOf[job] = pool;
    this.io?.begin(job, pool, now);
    if (this.missing.size > 0) this.endMissing(job);
    return true;
  }

  /** Notes that a job that an outage hit runs again. */
  private endMissing(job: number): void {
    const hit = this.missing.get(job);
    if (!hit) return;
    hit.restarted = this.state.now;
    this.missing.delete(job);
  }

  /** Seconds until the spot market takes the run away: exponential, drawn by job and run. */
  private interruption(job: number, pool: number): number {
    const rate = this.cluster.pools[pool].spot_interrupt_per_hour ?? 0;
    if (rate === 0) return Number.POSITIVE_INFINITY;
    const u = this.rng.child(this.jobs.id[job]).child(this.run.preemptions[job]).uniform();
    return Math.max(1, Math.round((-Math.log(1 - u) * 3600) / rate));
  }

  /** Ends a run, at whatever point it is; gives the seconds of work that were lost. */
  private stop(job: number, keepWork: boolean): number {
    const { jobs, run, room, workLeft } = this;
    const { now } = this.state;
    const queue = this.queueOf[job];
    const gpus = this.gpus[job];
    const pool = this.poolOf[job];
    const { price } = room.pools[pool];
    const elapsed = now - this.runStart[job];
    this.scheduler.onStop?.(job);
    let lost = 0;
    if (this.runEnd[job] <= now && this.isInterrupted[job] === 0) workLeft[job] = 0;
    else {
      const terms = this.termsOf(job, pool, this.runSpeed[job]);
      const [saved, since] = savedWork(terms, elapsed);
      lost = keepWork ? 0 : since;
      workLeft[job] -= keepWork ? workDone(terms, elapsed) : saved;
      const expected = Math.max(0, this.told[job] - (jobs.duration[job] - workLeft[job]));
      this.estimate[job] = expected + (jobs.restart?.[job] ?? 0);
      run.lostGpuSeconds[job] += lost * gpus;
    }
    run.runSeconds[job] += elapsed;
    run.cost[job] += (elapsed * gpus * price) / 3600;
    this.budgets?.add(queue, (-gpus * price) / 3600);
    this.counts.runningGpus[queue] -= gpus;
    this.running.remove(job);
    room.release(job, pool);
    this.io?.stop(job, pool, now);
    this.poolOf[job] = -1;
    this.runEnd[job] = Number.NaN;
    return lost;
  }

  private finishRun(job: number): void {
    const interrupted = this.isInterrupted[job] === 1;
    this.stop(job, false);
    if (!interrupted) {
      this.run.status[job] = "completed";
      this.run.end[job] = this.state.now;
      return;
    }
    this.run.preemptions[job]++;
    this.run.interruptions[job]++;
    this.join(job);
  }

  private changeZones(): void {
    const { zones, up, fault } = this.zoneChanges[this.zonesDone++];
    for (const job of this.room.setZones(zones, up)) {
      const lostSeconds = this.stop(job, false);
      this.run.preemptions[job]++;
      const hit = { job, lostSeconds, lostGpuSeconds: lostSeconds * this.gpus[job], restarted: Number.NaN };
      this.run.outages[fault].hits.push(hit);
      this.missing.set(job, hit);
      this.join(job);
    }
  }

  private isOverBudget(job: number): boolean {
    const prices = this.room.poolsFor(job).map((p) => this.room.pools[p].price);
    return overBudget(this.jobs, job, this.told[job], this.queues[this.queueOf[job]], prices);
  }

  private arrive(job: number): void {
    let refusal: Refusal | null = null;
    if (this.room.poolsFor(job).length === 0) refusal = "capacity";
    else if (this.limitsRuns && this.isOverBudget(job)) refusal = "budget";
    else if (isShed(this.cluster.shed, this.counts.pendingJobs[this.queueOf[job]], this.priority[job]))
      refusal = "shed";
    if (refusal === null) {
      this.join(job);
      return;
    }
    this.run.refusal[job] = refusal;
    this.run.status[job] = refusal === "shed" ? "shed" : "rejected";
  }

  /** Takes jobs of queues that have spent their month out of the order. */
  private holdOverspent(): void {
    if (!this.budgets?.anySpent()) return;
    let gone = 0;
    for (const job of this.waiting.view()) {
      if (!this.budgets.spent(this.queueOf[job])) continue;
      this.isListed[job] = 0;
      this.held.push(job);
      if (this.queues[this.queueOf[job]].budget_usd_month !== 0) this.releasable++;
      gone++;
    }
    this.waiting.drop(this.isListed, gone);
  }

  /** A month begins: everyone is back in the order. */
  private releaseHeld(): void {
    for (const job of this.held.splice(0)) this.list(job);
    this.releasable = 0;
  }

  private pass(): void {
    const { waiting, isWaiting, isListed, startedInPass, preemptedInPass } = this;
    this.holdOverspent();
    this.started = 0;
    if (preemptedInPass.length > 0) preemptedInPass.length = 0;
    this.reservedUntil = Number.POSITIVE_INFINITY;
    this.scheduler.pass();
    if (this.started === 0 && preemptedInPass.length === 0) return;
    let gone = 0;
    for (let k = 0; k < this.started; k++) {
      const job = startedInPass[k];
      if (isWaiting[job] === 1 || isListed[job] === 0) continue;
      isListed[job] = 0;
      gone++;
    }
    waiting.drop(isListed, gone);
    for (const job of preemptedInPass) if (isWaiting[job] === 1 && isListed[job] === 0) this.list(job);
  }
}
