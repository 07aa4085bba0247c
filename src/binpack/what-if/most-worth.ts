import { commonDivisor } from "../bounds/best-fill.js";
import type { Kinds } from "../bounds/kinds.js";

/** Steps into which the CPU of a node is cut unless a few more make all needs whole, and a GPU unless shares are smaller. */
const CPU_STEPS = 128;
const MOST_CPU_STEPS = 256;
const HOLE_STEPS = 100;
/** Prices of memory tried, by halving, where the best fill might need more than there is. */
const MEMORY_PRICES = 8;

/**
 * No fill of one empty node of an offered kind is worth more: knapsack over CPU and the space of a GPU for one GPU, then
 * over CPU and the number of GPUs for the node, both cut into steps and needs rounded down; memory by a price on it
 * (Lagrangian relaxation). Pods of a kind are not counted.
 *
 * @param worth of a pod of each kind
 */
export function mostWorth(kinds: Kinds, nodeKind: number, worth: ArrayLike<number>): number {
  const { memory } = kinds.nodes[nodeKind];
  const at = (price: number) =>
    price * memory +
    worthFreely(
      kinds,
      nodeKind,
      kinds.pods.map((pod, p) => worth[p] - price * pod.memory),
    );
  const dearest = Math.max(0, ...kinds.pods.map((pod, p) => (pod.memory > 0 ? worth[p] / pod.memory : 0)));
  // Convex in the price: of two neighbours the one worth less is nearer to the least.
  let [low, high] = [0, dearest];
  let least = at(0);
  for (let k = 0; k < MEMORY_PRICES && high > 0; k++) {
    const [left, right] = [at(low + 0.4 * (high - low)), at(low + 0.6 * (high - low))];
    least = Math.min(least, left, right);
    if (left <= right) high = low + 0.6 * (high - low);
    else low += 0.4 * (high - low);
  }
  return least;
}

/** No fill is worth more when memory does not count. */
function worthFreely(kinds: Kinds, nodeKind: number, worth: readonly number[]): number {
  const node = kinds.nodes[nodeKind];
  const gpus = node.holes.reduce((sum, hole) => sum + hole.count, 0);
  const steps = cpuSteps(kinds, nodeKind);
  const cpu = kinds.pods.map((pod) => (pod.cpu === 0 ? 0 : Math.floor((pod.cpu * steps) / node.cpu)));
  const useful = [...cpu.keys()].filter((p) => kinds.pods[p].allowed[nodeKind] && worth[p] > 0);
  const several = useful.filter((p) => kinds.pods[p].gpus > 1);
  const none = useful.filter((p) => kinds.pods[p].gpus === 0);
  const gpu = gpuWorth(kinds, useful, cpu, steps, worth);

  // best[j][c]: worth on j GPUs and c steps of CPU.
  const width = steps + 1;
  const best = new Float64Array((gpus + 1) * width);
  for (let c = 1; c <= steps; c++) {
    best[c] = best[c - 1];
    for (const p of none) if (cpu[p] > 0 && cpu[p] <= c) best[c] = Math.max(best[c], best[c - cpu[p]] + worth[p]);
  }
  for (let j = 1; j <= gpus; j++) {
    const row = j * width;
    for (let c = 0; c <= steps; c++) {
      let value = best[row - width + c];
      for (let used = 0; used <= c; used++) value = Math.max(value, best[row - width + c - used] + gpu[used]);
      for (const p of several) {
        const n = kinds.pods[p].gpus;
        if (n <= j && cpu[p] <= c) value = Math.max(value, best[row - n * width + c - cpu[p]] + worth[p]);
      }
      best[row + c] = value;
    }
  }
  // Pods that need no CPU to speak of: as many as there are.
  return none.reduce(
    (sum, p) => sum + (cpu[p] === 0 ? worth[p] * kinds.pods[p].pods.length : 0),
    best[gpus * width + steps],
  );
}

function cpuSteps(kinds: Kinds, nodeKind: number): number {
  const whole = kinds.nodes[nodeKind].cpu;
  const needs = kinds.pods.filter((pod) => pod.allowed[nodeKind]).map((pod) => pod.cpu);
  const exact = whole / (commonDivisor([whole, ...needs]) || 1);
  return exact <= MOST_CPU_STEPS ? Math.max(1, exact) : CPU_STEPS;
}

/** The most worth on one GPU within each need of CPU: unbounded knapsack in two dimensions. */
function gpuWorth(
  kinds: Kinds,
  useful: readonly number[],
  cpu: readonly number[],
  steps: number,
  worth: readonly number[],
): Float64Array {
  const singles = useful.filter((p) => kinds.pods[p].gpus === 1);
  // A grid of the pods' own unit is exact; where that is finer than needed, a coarser one, in which each share counts.
  const whole = Math.floor(1000 / kinds.unit);
  const smallest = Math.min(1000, ...singles.map((p) => kinds.pods[p].size * kinds.unit));
  const coarse = whole > HOLE_STEPS && smallest * HOLE_STEPS >= 1000;
  const hole = coarse ? HOLE_STEPS : whole;
  // Of pods with the same needs only the most valuable counts.
  const pieces = new Map<string, { size: number; cpu: number; worth: number }>();
  for (const p of singles) {
    const { size: exact } = kinds.pods[p];
    const size = coarse ? Math.floor((exact * kinds.unit * HOLE_STEPS) / 1000) : exact;
    const key = `${size} ${cpu[p]}`;
    if ((pieces.get(key)?.worth ?? 0) < worth[p]) pieces.set(key, { size, cpu: cpu[p], worth: worth[p] });
  }
  const width = steps + 1;
  const best = new Float64Array((hole + 1) * width);
  for (let h = 1; h <= hole; h++) {
    best.copyWithin(h * width, (h - 1) * width, h * width);
    for (const piece of pieces.values()) {
      if (piece.size > h) continue;
      const from = (h - piece.size) * width - piece.cpu;
      for (let c = piece.cpu; c <= steps; c++) {
        const value = best[from + c] + piece.worth;
        if (value > best[h * width + c]) best[h * width + c] = value;
      }
    }
  }
  return best.subarray(hole * width);
}
