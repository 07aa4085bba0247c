import { InputError } from "../core/errors.js";
import type { PodTable } from "./types.js";

/** The kinds of pods that make up most of a list, the most frequent first. */
export interface TypicalPods {
  /** Number of kinds. */
  n: number;
  /** CPU in thousandths of a core. */
  cpu: Int32Array;
  gpus: Uint16Array;
  /** Thousandths of each GPU. */
  milli: Int32Array;
  /** GPU models that will do. */
  spec: string[];
  /** Pods of each kind. */
  count: Int32Array;
  /** Share of each kind among all that are kept; sums to 1. */
  frequency: Float64Array;
}

/** Share of the pods that the typical ones make up, in the published experiments and by default. */
export const DEFAULT_TYPICAL_SHARE = 0.95;

/**
 * The most frequent kinds of pods, by CPU, GPUs, thousandths of a GPU and GPU models (memory is not asked), as many as
 * cover `share` of the list. Equal counts: larger CPU first, then larger share, more GPUs, later spec.
 *
 * Source: Weng et al., "Beware of Fragmentation" (USENIX ATC 2023), as their experiments run it.
 *
 * @param share in (0, 1], default 0.95
 * @throws InputError when `share` lies outside
 */
export function typicalPods(pods: PodTable, share = DEFAULT_TYPICAL_SHARE): TypicalPods {
  if (!(share > 0 && share <= 1)) throw new InputError(`typical share must lie in (0, 1], got ${share}`, { share });
  const kinds = new Map<string, { pod: number; count: number }>();
  for (let pod = 0; pod < pods.n; pod++) {
    const key = `${pods.cpu[pod]},${pods.gpus[pod]},${pods.milli[pod]},${pods.spec[pod]}`;
    const kind = kinds.get(key);
    if (kind) kind.count++;
    else kinds.set(key, { pod, count: 1 });
  }
  const sorted = [...kinds.values()].sort((a, b) => b.count - a.count || laterFirst(pods, a.pod, b.pod));
  let kept = 0;
  let covered = 0;
  while (kept < sorted.length && covered < share * pods.n) covered += sorted[kept++].count;
  const some = sorted.slice(0, kept);
  return {
    n: kept,
    cpu: Int32Array.from(some, ({ pod }) => pods.cpu[pod]),
    gpus: Uint16Array.from(some, ({ pod }) => pods.gpus[pod]),
    milli: Int32Array.from(some, ({ pod }) => pods.milli[pod]),
    spec: some.map(({ pod }) => pods.spec[pod]),
    count: Int32Array.from(some, ({ count }) => count),
    frequency: Float64Array.from(some, ({ count }) => count / covered),
  };
}

function laterFirst(pods: PodTable, a: number, b: number): number {
  const order = pods.cpu[b] - pods.cpu[a] || pods.milli[b] - pods.milli[a] || pods.gpus[b] - pods.gpus[a];
  return order || (pods.spec[a] < pods.spec[b] ? 1 : -1);
}
