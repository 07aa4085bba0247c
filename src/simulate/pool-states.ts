import type { PoolConfig } from "./cluster-config.js";
import type { PoolState } from "./types.js";

/** GPUs of a pool when all of it is up. */
export function poolGpus({ gpus, count = 0, template }: PoolConfig): number {
  return gpus ?? count * (template?.gpus ?? 0);
}

/** Whether runs on the pool can be taken away at any time. */
export function isSpot(pool: PoolConfig): boolean {
  return pool.spot_price_hour !== undefined || (pool.spot_interrupt_per_hour ?? 0) > 0;
}

/** The pool, up and empty. */
export function poolState(pool: PoolConfig): PoolState {
  const { name, count = 0, template } = pool;
  const gpus = poolGpus(pool);
  const cpu = template?.cpu_milli === undefined ? Number.POSITIVE_INFINITY : count * template.cpu_milli;
  const memory = template?.memory_mib === undefined ? Number.POSITIVE_INFINITY : count * template.memory_mib;
  const nodePrice = pool.spot_price_hour ?? pool.price_hour ?? 0;
  return {
    name,
    model: template?.model ?? "",
    spot: isSpot(pool),
    price: nodePrice / (template?.gpus ?? 1),
    gpus,
    free: gpus,
    cpu,
    cpuFree: cpu,
    memory,
    memoryFree: memory,
  };
}
