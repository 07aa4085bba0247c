import type { Kinds } from "../bounds/kinds.js";

/** What shares a GPU, a pod on several GPUs, or a pod without: pod kinds, one entry a pod. */
export interface NodePart {
  gpus: number;
  pods: number[];
}

/** Prices of CPU and memory tried for one fill. */
const PRICES = 6;
/** Steps into which a GPU is cut at most. */
const MOST_STEPS = 200;
/** Kinds of shares considered for each GPU. */
const SHARES = 12;
/** What a pod is charged for a resource at least when the rest of a node is filled, so that small ones go first. */
const LEAST_PRICE = 0.05;

/**
 * A fill of one empty node of an offered kind that is worth much: CPU and memory get a price (Lagrangian relaxation,
 * subgradient steps), the GPUs are filled one after another by knapsack upon what the pods are worth after paying for
 * both, and what is over capacity is left out again and the room filled up.
 *
 * @param room of the node (see {@link nodeRoom})
 * @param worth of a pod of each kind; pods without worth are left out
 * @param counts pods of each kind that there are: no fill has more
 */
export function fillNode({ pods }: Kinds, room: NodeRoom, worth: Float64Array, counts: Float64Array): NodePart[] {
  const useful = room.pods.filter((p) => worth[p] > 0 && counts[p] > 0);
  const net = new Float64Array(pods.length);
  let [best, most] = [[] as NodePart[], 0];
  let [cpuPrice, memoryPrice] = [0, 0];
  for (let k = 0; k < PRICES; k++) {
    for (const p of useful) net[p] = worth[p] - cpuPrice * room.cpu[p] - memoryPrice * room.memory[p];
    const free = fillFreely(pods, room, useful, net, counts);
    const fill = holdAndFillUp(pods, room, free, useful, worth, counts, cpuPrice, memoryPrice);
    const value = sumOver(fill, worth);
    if (value > most) [best, most] = [fill, value];
    const [cpuOver, memoryOver] = [sumOver(free, room.cpu) - 1, sumOver(free, room.memory) - 1];
    const dual = cpuPrice + memoryPrice + sumOver(free, net);
    const norm = cpuOver ** 2 + memoryOver ** 2;
    if (norm < 1e-12 || (cpuPrice + memoryPrice === 0 && cpuOver <= 0 && memoryOver <= 0)) break;
    const step = (0.8 * Math.max(1e-4 * dual, dual - most)) / norm;
    cpuPrice = Math.max(0, cpuPrice + step * cpuOver);
    memoryPrice = Math.max(0, memoryPrice + step * memoryOver);
  }
  return best;
}

/** The room of one node, and what a pod of each kind takes of it. */
export interface NodeRoom {
  /** Kinds of pods that may be on it. */
  pods: readonly number[];
  gpus: number;
  /** Steps of a GPU, and those that a share takes. */
  steps: number;
  size: Int32Array;
  /** Parts of the node's CPU and memory; more than 1 where there is none of it. */
  cpu: Float64Array;
  memory: Float64Array;
}

export function nodeRoom({ unit, nodes, pods }: Kinds, nodeKind: number): NodeRoom {
  const { cpu, memory, holes } = nodes[nodeKind];
  const whole = Math.floor(1000 / unit);
  const steps = Math.min(whole, MOST_STEPS);
  return {
    pods: [...pods.keys()].filter((p) => pods[p].allowed[nodeKind]),
    gpus: holes.reduce((sum, { count }) => sum + count, 0),
    steps,
    size: Int32Array.from(pods, (pod) => Math.ceil((pod.size * steps) / whole)),
    cpu: Float64Array.from(pods, (pod) => pod.cpu / Math.max(1, cpu)),
    memory: Float64Array.from(pods, (pod) => pod.memory / Math.max(1, memory)),
  };
}

function sumOver(parts: readonly NodePart[], of: Float64Array): number {
  let sum = 0;
  for (const part of parts) for (const p of part.pods) sum += of[p];
  return sum;
}

/** A good fill when CPU and memory do not count. */
function fillFreely(
  pods: Kinds["pods"],
  room: NodeRoom,
  useful: readonly number[],
  net: Float64Array,
  counts: Float64Array,
): NodePart[] {
  const left = counts.slice();
  const wanted = useful.filter((p) => net[p] > 0);
  const single: NodePart[] = [];
  const worths = [0];
  // Of many shares those that are worth most for their size will do.
  const worthForSize = (p: number) => net[p] / room.size[p];
  const ranked = wanted.filter((p) => pods[p].gpus === 1).sort((a, b) => worthForSize(b) - worthForSize(a));
  for (let shares = ranked.slice(0, SHARES * (room.gpus + 1)); single.length < room.gpus && shares.length > 0; ) {
    const fill = fillGpu(room, shares, net, left);
    for (const p of fill) left[p]--;
    single.push({ gpus: 1, pods: fill });
    worths.push(worths[worths.length - 1] + fill.reduce((sum, p) => sum + net[p], 0));
    shares = shares.filter((p) => left[p] > 0);
  }
  // Pods on several GPUs by the number of GPUs that they may use together, the rest for single ones.
  const several = Array.from({ length: room.gpus + 1 }, () => ({ worth: 0, pods: [] as number[] }));
  for (const p of wanted.filter((q) => pods[q].gpus > 1)) {
    const n = pods[p].gpus;
    for (let copy = 0; copy < counts[p] && (copy + 1) * n <= room.gpus; copy++) {
      for (let j = room.gpus; j >= n; j--) {
        const worth = several[j - n].worth + net[p];
        if (worth > several[j].worth) several[j] = { worth, pods: [...several[j - n].pods, p] };
      }
    }
  }
  const worthWith = (j: number) => several[j].worth + worths[Math.min(room.gpus - j, single.length)];
  const split = several.reduce((best, _, j) => (worthWith(j) > worthWith(best) ? j : best), 0);
  const none = wanted.filter((p) => pods[p].gpus === 0);
  return [
    ...several[split].pods.map((p) => ({ gpus: pods[p].gpus, pods: [p] })),
    ...single.slice(0, room.gpus - split),
    ...none.flatMap((p) => Array.from({ length: counts[p] }, () => ({ gpus: 0, pods: [p] }))),
  ];
}

/** The best fill of one GPU by pods that use one: knapsack. */
function fillGpu(
  { steps, size }: NodeRoom,
  shares: readonly number[],
  net: Float64Array,
  left: Float64Array,
): number[] {
  const best = new Float64Array(steps + 1);
  const pieces: number[] = [];
  for (const p of shares) for (let k = Math.min(left[p], Math.floor(steps / size[p])); k > 0; k--) pieces.push(p);
  const taken = new Uint8Array(pieces.length * (steps + 1));
  for (let k = 0; k < pieces.length; k++) {
    const [need, worth, row] = [size[pieces[k]], net[pieces[k]], k * (steps + 1)];
    for (let hole = steps; hole >= need; hole--) {
      const value = best[hole - need] + worth;
      if (value <= best[hole]) continue;
      best[hole] = value;
      taken[row + hole] = 1;
    }
  }
  const fill: number[] = [];
  for (let k = pieces.length - 1, hole = steps; k >= 0; k--) {
    if (!taken[k * (steps + 1) + hole]) continue;
    fill.push(pieces[k]);
    hole -= size[pieces[k]];
  }
  return fill;
}

/** What of the fill CPU and memory hold, the best use of both first, then whatever else fits. */
function holdAndFillUp(
  pods: Kinds["pods"],
  room: NodeRoom,
  free: readonly NodePart[],
  useful: readonly number[],
  worth: Float64Array,
  counts: Float64Array,
  cpuPrice: number,
  memoryPrice: number,
): NodePart[] {
  let [cpu, memory, gpus] = [1, 1, room.gpus];
  const used = new Int32Array(pods.length);
  const fits = (p: number) => room.cpu[p] <= cpu + 1e-12 && room.memory[p] <= memory + 1e-12;
  const take = (p: number) => {
    cpu -= room.cpu[p];
    memory -= room.memory[p];
    used[p]++;
  };
  const use = (p: number) =>
    worth[p] / (1e-9 + (LEAST_PRICE + cpuPrice) * room.cpu[p] + (LEAST_PRICE + memoryPrice) * room.memory[p]);
  const kept = free.map((part) => ({ gpus: part.gpus, pods: [] as number[], left: room.steps }));
  const planned = free.flatMap((part, k) => part.pods.map((p) => ({ p, part: kept[k] })));
  for (const { p, part } of planned.sort((a, b) => use(b.p) - use(a.p))) {
    if (!fits(p) || (part.pods.length === 0 && gpus < part.gpus)) continue;
    if (part.pods.length === 0) gpus -= part.gpus;
    part.pods.push(p);
    part.left -= room.size[p];
    take(p);
  }
  const parts = kept.filter((part) => part.pods.length > 0);
  for (const p of useful.filter(fits).sort((a, b) => use(b) - use(a))) {
    const n = pods[p].gpus;
    while (used[p] < counts[p] && fits(p)) {
      const open = n === 1 ? tightest(parts, room.size[p]) : undefined;
      if (!open && gpus < n) break;
      if (open) {
        open.pods.push(p);
        open.left -= room.size[p];
      } else {
        parts.push({ gpus: n, pods: [p], left: room.steps - room.size[p] });
        gpus -= n;
      }
      take(p);
    }
  }
  return parts.map((part) => ({ gpus: part.gpus, pods: part.pods }));
}

function tightest<T extends NodePart & { left: number }>(parts: readonly T[], size: number): T | undefined {
  let best: T | undefined;
  for (const part of parts) if (part.gpus === 1 && part.left >= size && (!best || part.left < best.left)) best = part;
  return best;
}
