import { InputError } from "../core/errors.js";
import { nearestName } from "../core/nearest-name.js";
import type { MappingEntry, Pool } from "./plan-file.js";

/** A mapping entry with names turned into positions. */
export interface CompiledEntry {
  /** Positions of its queues. */
  queues: number[];
  /** Positions of its pools, in order of preference. */
  pools: number[];
  /** Fixed split over the pools, or null: fill by preference. */
  shares: number[] | null;
  spotShare: number;
  /** GB/s per GPU, or null when not given. */
  rate: number | null;
}

/** Entries in the order in which they are placed, and what each queue's entry is. */
export interface CompiledMapping {
  entries: CompiledEntry[];
  /** Position in `entries` by queue. */
  entryOf: number[];
  warnings: string[];
}

/** The entry of a queue: its own, else the wildcard. */
export function entryOfQueue(mapping: readonly MappingEntry[] | undefined, queue: string): MappingEntry | undefined {
  return mapping?.find((m) => m.queue === queue) ?? mapping?.find((m) => m.queue === "*");
}

/**
 * Turns the mapping into placement order: higher priority first, then the order of the file.
 *
 * @throws InputError for a queue that no entry takes
 */
export function compileMapping(
  pools: readonly Pool[],
  mapping: readonly MappingEntry[],
  queues: readonly string[],
): CompiledMapping {
  const warnings: string[] = [];
  for (const { queue } of mapping) {
    if (queue === "*" || queues.includes(queue)) continue;
    const nearest = nearestName(queue, queues);
    warnings.push(`mapping names queue "${queue}", which the demand does not hold; the nearest queue is "${nearest}"`);
  }
  const order = mapping
    .map((entry, i) => ({ entry, i }))
    .sort((a, b) => b.entry.priority - a.entry.priority || a.i - b.i);
  const entryOf = queues.map((queue) => {
    const wanted = entryOfQueue(mapping, queue);
    if (!wanted) {
      throw new InputError(
        `no pool takes queue "${queue}": add { queue: ${queue}, pools: [${pools[0].name}] } or { queue: "*", pools: [${pools[0].name}] } to mapping`,
        { queue },
      );
    }
    return order.findIndex(({ entry }) => entry === wanted);
  });
  const position = new Map(pools.map((pool, p) => [pool.name, p]));
  const entries = order.map(
    ({ entry }, e): CompiledEntry => ({
      queues: queues.flatMap((_, q) => (entryOf[q] === e ? [q] : [])),
      pools: entry.pools.map((name) => position.get(name) as number),
      shares: entry.shares ?? null,
      spotShare: entry.spot_share_max,
      rate: entry.gbytes_per_s_per_gpu ?? null,
    }),
  );
  const used = new Set(entries.filter((e) => e.queues.length > 0).flatMap((e) => e.pools));
  for (const [p, pool] of pools.entries()) {
    if (used.has(p)) continue;
    warnings.push(
      `no queue maps to pool "${pool.name}": its ${pool.nodes} nodes stay idle in this plan; name it in mapping`,
    );
  }
  return { entries, entryOf, warnings };
}
