import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadHighs } from "../../src/core/load-highs.js";
import { createRandom, type Random } from "../../src/core/random.js";
import { clusterQuotas } from "../../src/simulate/fair/cluster-quotas.js";
import { drfAllocation, progressiveFilling } from "../../src/simulate/fair/drf.js";
import { gavelShares, type JobClass } from "../../src/simulate/fair/gavel-shares.js";
import { createKueue } from "../../src/simulate/fair/kueue.js";
import { addUsage, available, borrows, type QuotaTree } from "../../src/simulate/fair/quota-tree.js";
import {
  jainIndex,
  type PolicyName,
  parseCluster,
  type QueueJobs,
  type SchedulerFactory,
  simulate,
  type Timeline,
} from "../../src/simulate/index.js";
import { runQueue } from "../../src/simulate/run-queue.js";

const RUNS = { seed: 20_261_127, numRuns: 150 };
const seed = fc.nat(1_000_000_000);
const property = (check: (rng: Random) => void, numRuns = RUNS.numRuns) =>
  fc.assert(
    fc.property(seed, (s) => check(createRandom(s))),
    { ...RUNS, numRuns },
  );
const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));

describe("dominant resource fairness", () => {
  const instance = (rng: Random) => {
    const capacity = times(1 + rng.int(3), () => 5 + rng.int(40));
    const demands = times(2 + rng.int(5), () => {
      const demand = capacity.map(() => rng.int(6));
      demand[rng.int(capacity.length)] += 1;
      return demand;
    });
    return { capacity, demands };
  };
  /** Tasks that a client could run with another's bundle. */
  const worth = (demand: number[], bundle: number[]) =>
    Math.min(...demand.flatMap((need, r) => (need > 0 ? [bundle[r] / need] : [])));

  it("is feasible and Pareto efficient, nobody envies anyone, and nobody would rather have an equal split", () => {
    property((rng) => {
      const { capacity, demands } = instance(rng);
      const tasks = Array.from(drfAllocation(capacity, demands));
      const used = capacity.map((_, r) => tasks.reduce((sum, x, i) => sum + x * demands[i][r], 0));
      used.forEach((amount, r) => {
        expect(amount).toBeLessThanOrEqual(capacity[r] * (1 + 1e-9));
      });
      for (const [i, demand] of demands.entries()) {
        // Pareto: some resource that it needs is used up.
        expect(demand.some((need, r) => need > 0 && used[r] >= capacity[r] * (1 - 1e-9))).toBe(true);
        const split = capacity.map((amount) => amount / demands.length);
        expect(tasks[i]).toBeGreaterThanOrEqual(worth(demand, split) * (1 - 1e-9));
        for (const [j, other] of demands.entries()) {
          const bundle = other.map((need) => need * tasks[j]);
          expect(tasks[i]).toBeGreaterThanOrEqual(worth(demand, bundle) * (1 - 1e-9));
        }
      }
    });
  });

  it("nobody gains by asking for more than a task needs", () => {
    property((rng) => {
      const { capacity, demands } = instance(rng);
      const honest = drfAllocation(capacity, demands)[0];
      const lie = demands[0].map((need) => need + rng.int(3));
      const bundle = lie.map((need) => need * drfAllocation(capacity, [lie, ...demands.slice(1)])[0]);
      expect(worth(demands[0], bundle)).toBeLessThanOrEqual(honest * (1 + 1e-9));
    });
  });

  it("whole tasks fill up until nothing fits", () => {
    property((rng) => {
      const { capacity, demands } = instance(rng);
      const tasks = Array.from(progressiveFilling(capacity, demands));
      const used = capacity.map((_, r) => tasks.reduce((sum, x, i) => sum + x * demands[i][r], 0));
      for (const demand of demands) expect(demand.some((need, r) => used[r] + need > capacity[r])).toBe(true);
      used.forEach((amount, r) => {
        expect(amount).toBeLessThanOrEqual(capacity[r]);
      });
    });
  });
});

describe("Gavel's shares", () => {
  const instance = (rng: Random) => {
    const gpus = times(1 + rng.int(3), () => 1 + rng.int(12));
    const classes: JobClass[] = times(1 + rng.int(5), () => {
      const rates = gpus.map(() => (rng.int(5) === 0 ? 0 : (1 + rng.int(12)) / 2));
      if (!rates.some((rate) => rate > 0)) rates[0] = 1;
      return { jobs: 1 + rng.int(6), gpus: 1 + rng.int(4), weight: 1 + rng.int(3), rates };
    });
    return { gpus, classes };
  };
  const norm = (gpus: number[], cls: JobClass) => {
    const total = gpus.reduce((sum, g) => sum + g, 0);
    return gpus.reduce((sum, g, j) => sum + (cls.rates[j] * g) / total, 0);
  };
  const level = (gpus: number[], cls: JobClass, shares: ArrayLike<number>) =>
    (gpus.reduce((sum, _, j) => sum + cls.rates[j] * shares[j], 0) / norm(gpus, cls)) * (cls.gpus / cls.weight);

  /** The programme as a user of HiGHS writes it: most of the level of all classes from `open`, the others at theirs. */
  function model(gpus: number[], classes: JobClass[], held: (number | null)[]): string {
    const terms = (list: string[]) => (list.length > 0 ? list.join(" + ") : "0 t");
    const rows = classes.flatMap((cls, c) => {
      const scale = cls.gpus / cls.weight / norm(gpus, cls);
      const rate = terms(gpus.map((_, j) => `${cls.rates[j] * scale} x${c}_${j}`));
      const fair = held[c] === null ? `${rate} - t >= 0` : `${rate} >= ${(held[c] as number) - 1e-7}`;
      return [fair, `${terms(gpus.map((_, j) => `x${c}_${j}`))} <= 1`];
    });
    const room = gpus.map(
      (count, j) => `${terms(classes.map((cls, c) => `${cls.jobs * cls.gpus} x${c}_${j}`))} <= ${count}`,
    );
    return `Maximize\n obj: t\nSubject To\n${[...rows, ...room].map((row, i) => ` r${i}: ${row}`).join("\n")}\nEnd`;
  }

  it("are feasible, reach the levels they claim, and no lowest level can be higher (HiGHS)", async () => {
    const highs = await loadHighs();
    property((rng) => {
      const { gpus, classes } = instance(rng);
      const { shares, levels } = gavelShares(gpus, classes);
      gpus.forEach((count, j) => {
        const used = classes.reduce((sum, cls, c) => sum + cls.jobs * cls.gpus * shares[c][j], 0);
        expect(used).toBeLessThanOrEqual(count * (1 + 1e-7));
      });
      for (const [c, cls] of classes.entries()) {
        expect(Array.from(shares[c]).reduce((sum, x) => sum + x, 0)).toBeLessThanOrEqual(1 + 1e-7);
        expect(Math.min(...shares[c])).toBeGreaterThanOrEqual(0);
        expect(level(gpus, cls, shares[c])).toBeGreaterThanOrEqual(levels[c] * (1 - 1e-6) - 1e-9);
      }
      // Level by level, lowest first: with all lower classes held at theirs the next cannot be higher.
      for (const floor of new Set(levels)) {
        const held = Array.from(levels, (l) => (l < floor * (1 - 1e-7) ? l : null));
        const solution = highs.solve(model(gpus, classes, held));
        expect(solution.Status).toBe("Optimal");
        expect(floor).toBeGreaterThanOrEqual(solution.ObjectiveValue * (1 - 1e-5) - 1e-6);
      }
    }, 100);
  }, 60_000);

  it("leave nobody worse off than an equal split of every type, when all jobs ask for one GPU and weigh the same", () => {
    property((rng) => {
      const { gpus, classes } = instance(rng);
      const alike = classes.map((cls) => ({ ...cls, gpus: 1, weight: 1 }));
      const jobs = alike.reduce((sum, cls) => sum + cls.jobs, 0);
      const total = gpus.reduce((sum, g) => sum + g, 0);
      for (const l of gavelShares(gpus, alike).levels)
        expect(l).toBeGreaterThanOrEqual(Math.min(1, total / jobs) * (1 - 1e-6));
    });
  });
});

/** Up to four queues in a tree of cohorts, some with limits. */
function randomQueues(rng: Random) {
  const paths = ["", "r", "r/x", "r/x/y", "r/z"];
  const queues = times(2 + rng.int(4), (i) => ({
    name: `q${i}`,
    cohort: paths[rng.int(paths.length)] || undefined,
    nominal_gpus: rng.int(7),
    weight: 1 + rng.int(3),
    ...(rng.int(3) === 0 ? { borrowing_limit: rng.int(5) } : {}),
    ...(rng.int(3) === 0 ? { lending_limit: rng.int(5) } : {}),
  }));
  const cohorts = rng.int(2) === 0 ? [] : [{ name: "r/x", nominal_gpus: rng.int(4), borrowing_limit: rng.int(4) }];
  return { queues, cohorts };
}

function randomJobs(rng: Random, queues: readonly { name: string }[], count: number): QueueJobs {
  return {
    n: count,
    id: times(count, (i) => `job-${i}`),
    submit: Float64Array.from(times(count, () => rng.int(300))),
    duration: Float64Array.from(times(count, () => 1 + rng.int(80))),
    gpus: Int32Array.from(times(count, () => 1 + rng.int(6))),
    queue: times(count, () => queues[rng.int(queues.length)].name),
    user: times(count, () => `u${rng.int(3)}`),
    priority: Float64Array.from(times(count, () => rng.int(3))),
  };
}

const PREEMPTIONS = [
  {},
  { fair_sharing: false },
  { fair_sharing: false, borrow_within_cohort: "lower_priority", reclaim_within_cohort: "lower_priority" },
  { reclaim_within_cohort: "lower_priority", within_queue: "lower_or_newer_equal_priority" },
];

/** Nodes of the tree whose limits do not hold. */
function brokenLimits(tree: QuotaTree): string[] {
  return tree.names.filter((_, k) => {
    const below = tree.children[k].reduce((sum, c) => sum + Math.max(0, tree.used[c] - tree.guaranteed[c]), 0);
    const most = tree.quota[k] + (tree.parent[k] < 0 ? 0 : tree.borrowingLimit[k]);
    // What a queue does not lend stays free for it, whatever the others use.
    const own = k < tree.queues ? Math.max(0, tree.guaranteed[k] - tree.used[k]) : 0;
    return (k >= tree.queues && tree.used[k] !== below) || tree.used[k] > most || available(tree, k) < own;
  });
}

describe("kueue", () => {
  it("keeps every limit after each pass, gives queues their quota back, and leaves no quota idle that a job could use", () => {
    property((rng) => {
      const { queues, cohorts } = randomQueues(rng);
      const jobs = randomJobs(rng, queues, 40);
      const preemption = PREEMPTIONS[rng.int(PREEMPTIONS.length)];
      const cluster = parseCluster({ version: 1, pools: [{ name: "all", gpus: 60 }], queues, cohorts, preemption });
      const reclaims = cluster.preemption.reclaim_within_cohort === "any";
      const wrong: string[] = [];
      const checked: SchedulerFactory = (state) => {
        const kueue = createKueue(state);
        let stopped = 0;
        return {
          onStop(job) {
            stopped++;
            kueue.onStop?.(job);
          },
          pass() {
            stopped = 0;
            kueue.pass();
            const tree = clusterQuotas(state.queues, cluster.cohorts, state.gpus);
            state.queueGpus.forEach((gpus, queue) => {
              addUsage(tree, queue, gpus);
            });
            wrong.push(...brokenLimits(tree));
            // Those preempted just now compete again a second later, and so do others for what they left.
            for (const job of stopped > 0 ? [] : state.waiting) {
              const queue = state.queueOf[job];
              const couldStart = jobs.gpus[job] <= available(tree, queue);
              const isOwed = reclaims && !borrows(tree, queue, jobs.gpus[job]);
              if (state.isWaiting(job) && (couldStart || isOwed)) wrong.push(`${jobs.id[job]} waits at ${state.now}`);
            }
          },
        };
      };
      runQueue(jobs, cluster, checked, { seed: 0, originMs: 0, timeline: false });
      expect(wrong).toEqual([]);
    });
  });

  it("comes to rest: queues do not take the same GPUs from each other again and again", () => {
    property((rng) => {
      const { queues, cohorts } = randomQueues(rng);
      const jobs = { ...randomJobs(rng, queues, 30), duration: new Float64Array(30).fill(2000) };
      const preemption = PREEMPTIONS[rng.int(PREEMPTIONS.length)];
      const cluster = { version: 1 as const, pools: [{ name: "all", gpus: 60 }], queues, cohorts, preemption };
      const { preemptions } = simulate(jobs, cluster as never, { policy: "kueue", timeline: false });
      expect(preemptions.reduce((sum, count) => sum + count, 0)).toBeLessThan(10 * jobs.n);
    }, 60);
  });
});

const FAIR_POLICIES: PolicyName[] = ["multifactor", "drf", "kueue", "gavel"];

describe.each(FAIR_POLICIES)("%s", (policy) => {
  it("never uses more than there is, ends all jobs that could run, and knows queues and users by place, not by name", () => {
    property((rng) => {
      const queues = times(3, (i) => ({ name: `q${i}`, cohort: "r", nominal_gpus: 3, weight: 1 + rng.int(3) }));
      const jobs = randomJobs(rng, queues, 30);
      const cluster = { version: 1 as const, pools: [{ name: "all", gpus: 9 }], round_s: 20 };
      const first = simulate(jobs, { ...cluster, queues }, { policy });
      expect(first.status.every((status) => status === "completed")).toBe(true);
      const timeline = first.timeline as Timeline;
      const atSecond = new Map<number, number>();
      timeline.t.forEach((t, i) => {
        atSecond.set(t, (atSecond.get(t) ?? 0) + timeline.runningGpus[i]);
      });
      expect(Math.max(...atSecond.values())).toBeLessThanOrEqual(9);

      const renamed = (name: string) => `${9 - Number(name.slice(1))}-renamed`;
      const second = simulate(
        { ...jobs, queue: jobs.queue?.map(renamed), user: jobs.user?.map(renamed) },
        { ...cluster, queues: queues.map((queue) => ({ ...queue, name: renamed(queue.name) })) },
        { policy },
      );
      expect(Array.from(second.start)).toEqual(Array.from(first.start));
      expect(Array.from(second.end)).toEqual(Array.from(first.end));
    }, 40);
  });

  it("gives equal queues equal GPU time: Jain's index is nearly 1", () => {
    const rng = createRandom(5);
    const queues = times(4, (i) => ({ name: `q${i}`, cohort: "r", nominal_gpus: 4 }));
    // The first queue submits all its jobs before the others' first, which a queue in order of arrival would reward.
    const rows = times(1200, (i) => ({ queue: i % 4, submit: i % 4 === 0 ? 0 : 1 + rng.int(5000) }));
    const jobs: QueueJobs = {
      n: rows.length,
      id: rows.map((_, i) => `j${i}`),
      submit: Float64Array.from(rows, ({ submit }) => submit),
      duration: Float64Array.from(rows, () => 100 + rng.int(400)),
      gpus: Int32Array.from(rows, () => 1 + rng.int(4)),
      queue: rows.map(({ queue }) => `q${queue}`),
    };
    const cluster = { version: 1 as const, pools: [{ name: "all", gpus: 16 }], queues };
    const { timeline } = simulate(jobs, cluster, { policy });
    expect(jainIndex(gpuSeconds(timeline as Timeline, 4, 10_000, 30_000))).toBeGreaterThan(0.98);
  });
});

/** GPU-seconds of each queue between two seconds; the timeline holds what changes, when it does. */
function gpuSeconds({ t, queue, runningGpus }: Timeline, queues: number, from: number, to: number): number[] {
  const sums = new Array<number>(queues).fill(0);
  const last = new Array<{ t: number; gpus: number }>(queues).fill({ t: 0, gpus: 0 });
  const add = (q: number, until: number) => {
    sums[q] += last[q].gpus * Math.max(0, Math.min(until, to) - Math.max(last[q].t, from));
  };
  t.forEach((second, i) => {
    add(queue[i], second);
    last[queue[i]] = { t: second, gpus: runningGpus[i] };
  });
  for (let q = 0; q < queues; q++) add(q, to);
  return sums;
}
