import type { PoolConfig } from "./cluster-config.js";
import type { PoolState, QueueJobs } from "./types.js";

/** The part of a pool that lies in one zone. */
interface Cell {
  zone: string;
  gpus: number;
  free: number;
  /** Outages that hold it down now. */
  down: number;
}

/** Which zones the GPUs of pooled jobs lie in. */
export interface ZoneLedger {
  /** After the pool's `free` was lowered by the job's GPUs. */
  take(job: number, pool: number): void;
  /** After the pool's `free` was raised by the job's GPUs; what lies in a zone that is down is taken off again. */
  release(job: number, pool: number): void;
  setZones(zones: readonly string[], up: boolean): number[];
}

/** Nodes of each zone when node i lies in zone i modulo the number of zones. */
export function nodesByZone(count: number, zones: readonly string[]): number[] {
  return zones.map((_, z) => Math.ceil((count - z) / zones.length));
}

function cellsOf({ zones = [""], count = 0, template, gpus }: PoolConfig): Cell[] {
  const nodes = nodesByZone(count, zones);
  return zones.map((zone, z) => {
    const size = gpus ?? nodes[z] * (template?.gpus ?? 0);
    return { zone, gpus: size, free: size, down: 0 };
  });
}

/** GPUs of all pools that lie in one of the zones. */
export function zoneGpus(pools: readonly PoolConfig[], zones: readonly string[]): number {
  const inside = pools.flatMap(cellsOf).filter(({ zone }) => zones.includes(zone));
  return inside.reduce((sum, { gpus }) => sum + gpus, 0);
}

/** Books the zones of pooled jobs: each takes the emptiest zones of its pool first, so as to lie in few. */
export function createZoneLedger(
  configs: readonly PoolConfig[],
  pools: readonly PoolState[],
  jobs: QueueJobs,
): ZoneLedger {
  const cells = configs.map(cellsOf);
  const shares = new Map<number, { cell: Cell; gpus: number }[]>();
  const shift = (pool: PoolState, { gpus, free }: Cell, sign: 1 | -1): void => {
    pool.gpus += sign * gpus;
    pool.free += sign * free;
  };
  return {
    take(job, pool) {
      let left = jobs.gpus[job];
      const taken: { cell: Cell; gpus: number }[] = [];
      for (const cell of [...cells[pool]].sort((a, b) => b.free - a.free)) {
        if (left === 0) break;
        if (cell.down > 0) continue;
        const gpus = Math.min(left, cell.free);
        if (gpus === 0) continue;
        taken.push({ cell, gpus });
        cell.free -= gpus;
        left -= gpus;
      }
      shares.set(job, taken);
    },
    release(job, pool) {
      for (const { cell, gpus } of shares.get(job) ?? []) {
        cell.free += gpus;
        if (cell.down > 0) pools[pool].free -= gpus;
      }
      shares.delete(job);
    },
    setZones(zones, up) {
      const changed = new Set<Cell>();
      for (const [p, ofPool] of cells.entries()) {
        for (const cell of ofPool.filter(({ zone }) => zones.includes(zone))) {
          cell.down += up ? -1 : 1;
          const turned = up ? cell.down === 0 : cell.down === 1;
          if (!turned) continue;
          shift(pools[p], cell, up ? 1 : -1);
          changed.add(cell);
        }
      }
      if (up) return [];
      return [...shares].flatMap(([job, taken]) => (taken.some(({ cell }) => changed.has(cell)) ? [job] : []));
    },
  };
}
