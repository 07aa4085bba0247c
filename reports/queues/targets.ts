import type { SimulationFile } from "../../src/simulate/index.js";

export type Served = SimulationFile["by_queue"][number];

/** Limits of waits in seconds; null where the cluster file has none. */
export interface WaitTargets {
  median: number | null;
  p95: number | null;
}

/** The targets of waits, which hold for every queue. */
export function waitTargets({ slo }: SimulationFile): WaitTargets {
  const limit = (name: string) => slo.find(({ target }) => target === name)?.limit ?? null;
  return { median: limit("median_wait_s"), p95: limit("p95_wait_s") };
}

/** Whether a queue or team keeps the targets of waits; null without targets, or when nothing started. */
export function keepsTargets({ median_wait_s: median, p95_wait_s: p95 }: Served, targets: WaitTargets): boolean | null {
  if ((targets.median === null && targets.p95 === null) || median === null || p95 === null) return null;
  return median <= (targets.median ?? Number.POSITIVE_INFINITY) && p95 <= (targets.p95 ?? Number.POSITIVE_INFINITY);
}

/** Queues or teams with waits, the longest p95 wait first. */
export function slowestFirst(served: readonly Served[]): Served[] {
  return served
    .filter(({ p95_wait_s }) => p95_wait_s !== null)
    .sort((a, b) => (b.p95_wait_s ?? 0) - (a.p95_wait_s ?? 0) || (a.name < b.name ? -1 : 1));
}
