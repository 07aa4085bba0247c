import type { ClusterConfig } from "./cluster-config.js";
import { eligiblePools } from "./eligible-pools.js";
import { createPoolNodes, type Seat } from "./pool-nodes.js";
import { poolState } from "./pool-states.js";
import type { Room, Runs } from "./room.js";
import type { QueueJobs } from "./types.js";

/** Nodes that are kept for a job in one pool. */
interface Kept {
  pool: number;
  nodes: ReadonlySet<number>;
}

/**
 * Pools as nodes: a job's pods sit on nodes as a gang, all in one pool. What is reserved is whole nodes: those where the
 * job would sit if the runs before it ended as estimated.
 */
export function createNodeRoom(jobs: QueueJobs, cluster: ClusterConfig): Room {
  const pools = cluster.pools.map(poolState);
  const nodes = cluster.pools.map((pool) => createPoolNodes(jobs, pool));
  const poolsFor = eligiblePools(jobs, pools, (job, p) => nodes[p].holds(job));
  const holders = pools.map(() => new Set<number>());
  const poolOf = new Map<number, number>();
  /** Outages that hold each node down now. */
  const down = cluster.pools.map(({ count = 0 }) => new Uint8Array(count));
  let kept: Kept | null = null;
  /** Shapes that did not fit since room was last given back; the second for jobs that keep off the reservation. */
  const full = pools.map(() => [new Set<number>(), new Set<number>()]);
  /** Where `find` would put a job. */
  let found: { pool: number; seat: Seat } | null = null;

  const add = (job: number, p: number, sign: 1 | -1): void => {
    pools[p].free += sign * jobs.gpus[job];
    pools[p].cpuFree += sign * (jobs.cpu?.[job] ?? 0);
    pools[p].memoryFree += sign * (jobs.memory?.[job] ?? 0);
  };
  /** Where the job would sit in the pool now; null when it does not fit. */
  function seatOf(job: number, p: number, barred: ReadonlySet<number> | null): Seat | null {
    return nodes[p].place(job, barred) ? nodes[p].remove(job) : null;
  }

  /** Earliest second at which the job fits in the pool, and on which nodes; takes runs off in the order of their ends. */
  function earliest(job: number, p: number, runs: Runs, now: number): { second: number; nodes: Set<number> } | null {
    const { running, estimatedEnd } = runs;
    const gone: Seat[] = [];
    const inPool = running.filter((run) => runs.poolOf[run] === p);
    let { free } = pools[p];
    let second = now;
    let seat: Seat | null = null;
    for (let i = 0; i < inPool.length && !seat; i++) {
      gone.push(nodes[p].remove(inPool[i]));
      free += jobs.gpus[inPool[i]];
      second = Math.max(now, estimatedEnd[inPool[i]]);
      const isLast = i + 1 === inPool.length || Math.max(now, estimatedEnd[inPool[i + 1]]) > second;
      if (isLast && free >= jobs.gpus[job]) seat = seatOf(job, p, null);
    }
    for (const back of gone.reverse()) nodes[p].restore(back);
    return seat && { second, nodes: new Set(seat.nodes) };
  }

  /** Shuts nodes that are down again after a job on them was taken off. */
  function shut(p: number, { nodes: list, gpus }: Seat): void {
    list.forEach((node, k) => {
      if (down[p][node] > 0) pools[p].free -= gpus[k].length;
    });
    nodes[p].setUp(
      list.filter((node) => down[p][node] > 0),
      false,
    );
  }

  return {
    pools,
    poolsFor,
    find(job, candidates, beside) {
      for (const p of candidates) {
        const keep = beside && kept?.pool === p ? kept.nodes : null;
        const known = full[p][keep ? 1 : 0];
        if (jobs.gpus[job] > pools[p].free || known.has(nodes[p].shape[job])) continue;
        const seat = seatOf(job, p, keep);
        if (seat) {
          found = { pool: p, seat };
          return p;
        }
        known.add(nodes[p].shape[job]);
      }
      return -1;
    },
    take(job, p) {
      if (found?.seat.job !== job || found.pool !== p) throw new Error(`job ${job} was not found room for`);
      nodes[p].restore(found.seat);
      add(job, p, -1);
      holders[p].add(job);
      poolOf.set(job, p);
    },
    release(job, p) {
      const seat = nodes[p].remove(job);
      add(job, p, 1);
      holders[p].delete(job);
      poolOf.delete(job);
      shut(p, seat);
      for (const known of full[p]) known.clear();
    },
    reserve(job, runs, now) {
      if (kept) full[kept.pool][1].clear();
      kept = null;
      let second = Number.POSITIVE_INFINITY;
      for (const p of poolsFor(job)) {
        const slot = earliest(job, p, runs, now);
        if (!slot || slot.second >= second) continue;
        second = slot.second;
        kept = { pool: p, nodes: slot.nodes };
      }
      return second;
    },
    freeBeside() {
      return pools.reduce((most, { free }, p) => {
        return Math.max(most, kept?.pool === p ? free - nodes[p].freeOn(kept.nodes) : free);
      }, 0);
    },
    setZones(zones, up) {
      const hit: number[] = [];
      for (const [p, pool] of pools.entries()) {
        const changed = new Set<number>();
        for (const [node, zone] of (nodes[p].zones ?? []).entries()) {
          if (!zones.includes(zone)) continue;
          down[p][node] += up ? -1 : 1;
          if (down[p][node] === (up ? 0 : 1)) changed.add(node);
        }
        if (!up) pool.free -= nodes[p].freeOn(changed);
        nodes[p].setUp([...changed], up);
        if (up) pool.free += nodes[p].freeOn(changed);
        pool.gpus += (up ? 1 : -1) * changed.size * (cluster.pools[p].template?.gpus ?? 0);
        if (up) for (const known of full[p]) known.clear();
        else hit.push(...[...holders[p]].filter((job) => nodes[p].nodesOf(job).some((node) => changed.has(node))));
      }
      return hit;
    },
    nodesOf(job) {
      const p = poolOf.get(job);
      return p === undefined ? null : nodes[p].names(nodes[p].nodesOf(job)).join(";");
    },
  };
}
