import { commonDivisor } from "../bounds/best-fill.js";
import type { Kinds } from "../bounds/kinds.js";
import { fillGpu, type GpuFills } from "./fill-gpu.js";

/** What shares a GPU, a pod on several GPUs, or a pod without: pod kinds, one entry a pod. */
export interface NodePart {
  gpus: number;
  pods: number[];
}

/** The fill of one empty node that is worth most. */
export interface NodeFill {
  worth: number;
  parts: NodePart[];
}

/** Steps into which the CPU of a node is cut unless a few more make all needs whole, and a GPU unless shares are smaller. */
const CPU_STEPS = 128;
const MOST_CPU_STEPS = 256;
const HOLE_STEPS = 100;

/** Prices of memory tried, by halving, where the best fill needs more than there is. */
const MEMORY_PRICES = 8;

/**
 * The most valuable fill of one empty node of an offered kind: dynamic programming over CPU and the space of a GPU for
 * the fill of one GPU, then over CPU and the number of GPUs for the node, both cut into steps; memory by a price on it
 * (Lagrangian relaxation).
 *
 * @param worth of a pod of each kind; pods without worth are left out
 * @param rounding `up`: needs are rounded up and pods dropped until memory holds, so that the fill is feasible; `down`:
 *   needs are rounded down, so that no real fill is worth more than `worth` (`parts` need not hold)
 */
export function bestNode(kinds: Kinds, nodeKind: number, worth: ArrayLike<number>, rounding: "up" | "down"): NodeFill {
  const { memory } = kinds.nodes[nodeKind];
  const free = fillAt(worth);
  if (memoryOf(kinds, free.parts) <= memory) return free;
  let bound = free.worth;
  let best = held(free);
  let [low, high] = [0, Math.max(...kinds.pods.map((pod, p) => (pod.memory > 0 ? worth[p] / pod.memory : 0)))];
  for (let k = 0; k < MEMORY_PRICES; k++) {
    const price = (low + high) / 2;
    const fill = fillAt(kinds.pods.map((pod, p) => worth[p] - price * pod.memory));
    bound = Math.min(bound, fill.worth + price * memory);
    if (memoryOf(kinds, fill.parts) > memory) low = price;
    else high = price;
    const feasible = held(fill);
    if (feasible.worth > best.worth) best = feasible;
  }
  return rounding === "up" ? best : { parts: best.parts, worth: bound };

  function fillAt(values: ArrayLike<number>): NodeFill {
    const parts = fillFreely(kinds, nodeKind, values, rounding);
    return { parts, worth: worthOf(parts, values) };
  }

  function held({ parts }: NodeFill): NodeFill {
    const kept = parts.map((part) => ({ ...part, pods: [...part.pods] }));
    dropUntilMemoryHolds(kinds, memory, kept, worth);
    return { parts: kept, worth: worthOf(kept, worth) };
  }
}

const worthOf = (parts: readonly NodePart[], worth: ArrayLike<number>): number =>
  parts.reduce((sum, { pods }) => sum + pods.reduce((total, p) => total + worth[p], 0), 0);

const memoryOf = (kinds: Kinds, parts: readonly NodePart[]): number =>
  parts.reduce((sum, { pods }) => sum + pods.reduce((total, p) => total + kinds.pods[p].memory, 0), 0);

/** The most valuable fill when memory does not count. */
function fillFreely(kinds: Kinds, nodeKind: number, worth: ArrayLike<number>, rounding: "up" | "down"): NodePart[] {
  const node = kinds.nodes[nodeKind];
  const gpus = node.holes.reduce((sum, hole) => sum + hole.count, 0);
  const steps = cpuSteps(kinds, nodeKind);
  const cpu = kinds.pods.map((pod) => inSteps(pod.cpu, node.cpu, steps, rounding));
  const useful = [...cpu.keys()].filter((p) => kinds.pods[p].allowed[nodeKind] && worth[p] > 0 && cpu[p] <= steps);
  const several = useful.filter((p) => kinds.pods[p].gpus > 1);
  const none = useful.filter((p) => kinds.pods[p].gpus === 0);
  const shares = shareFills(kinds, useful, cpu, steps, worth, rounding);

  // best[j][c]: worth on j GPUs and c steps of CPU; step: the pod put last, −2 − c for a GPU filled with a need of c.
  const width = steps + 1;
  const best = new Float64Array((gpus + 1) * width);
  const step = new Int32Array(best.length).fill(-1);
  const offer = (at: number, value: number, what: number) => {
    if (value <= best[at]) return;
    best[at] = value;
    step[at] = what;
  };
  for (let c = 1; c <= steps; c++) {
    best[c] = best[c - 1];
    for (const p of none) if (cpu[p] > 0 && cpu[p] <= c) offer(c, best[c - cpu[p]] + worth[p], p);
  }
  for (let j = 1; j <= gpus; j++) {
    for (let c = 0; c <= steps; c++) {
      const at = j * width + c;
      best[at] = best[at - width];
      for (let used = 0; used <= c; used++) offer(at, best[at - width - used] + shares.fills.best[used], -2 - used);
      for (const p of several) {
        const n = kinds.pods[p].gpus;
        if (n <= j && cpu[p] <= c) offer(at, best[at - n * width - cpu[p]] + worth[p], p);
      }
    }
  }

  const parts: NodePart[] = [];
  for (let j = gpus, c = steps; j > 0 || c > 0; ) {
    const what = step[j * width + c];
    if (what >= 0) {
      parts.push({ gpus: kinds.pods[what].gpus, pods: [what] });
      j -= kinds.pods[what].gpus;
      c -= cpu[what];
    } else if (what < -1) {
      parts.push({ gpus: 1, pods: shares.fills.pieces(-2 - what).map((piece) => shares.pods[piece]) });
      j--;
      c += what + 2;
    } else if (j > 0) j--;
    else c--;
  }
  // Pods that need no CPU to speak of: as many as there are.
  for (const p of none) {
    if (cpu[p] === 0) parts.push(...kinds.pods[p].pods.map(() => ({ gpus: 0, pods: [p] })));
  }
  return parts;
}

function cpuSteps(kinds: Kinds, nodeKind: number): number {
  const whole = kinds.nodes[nodeKind].cpu;
  const needs = kinds.pods.filter((pod) => pod.allowed[nodeKind]).map((pod) => pod.cpu);
  const exact = whole / (commonDivisor([whole, ...needs]) || 1);
  return exact <= MOST_CPU_STEPS ? Math.max(1, exact) : CPU_STEPS;
}

function inSteps(need: number, whole: number, steps: number, rounding: "up" | "down"): number {
  if (need === 0) return 0;
  const exact = (need * steps) / whole;
  return rounding === "up" ? Math.ceil(exact) : Math.floor(exact);
}

/** Fills of one GPU by the pods that use one; of pods with the same needs only the most valuable kind counts. */
function shareFills(
  kinds: Kinds,
  useful: readonly number[],
  cpu: readonly number[],
  steps: number,
  worth: ArrayLike<number>,
  rounding: "up" | "down",
): { fills: GpuFills; pods: number[] } {
  const singles = useful.filter((p) => kinds.pods[p].gpus === 1);
  // A grid of the pods' own unit is exact; where that is finer than needed, a coarser one, in which each share counts.
  const whole = Math.floor(1000 / kinds.unit);
  const smallest = Math.min(1000, ...singles.map((p) => kinds.pods[p].size * kinds.unit));
  const coarse = whole > HOLE_STEPS && smallest * HOLE_STEPS >= 1000;
  const round = rounding === "up" ? Math.ceil : Math.floor;
  const sizeOf = ({ size }: Kinds["pods"][number]) => (coarse ? round((size * kinds.unit * HOLE_STEPS) / 1000) : size);
  const best = new Map<string, { pod: number; size: number; cpu: number; worth: number }>();
  for (const p of singles) {
    const size = sizeOf(kinds.pods[p]);
    const key = `${size} ${cpu[p]}`;
    if ((best.get(key)?.worth ?? 0) < worth[p]) best.set(key, { pod: p, size, cpu: cpu[p], worth: worth[p] });
  }
  const pieces = [...best.values()];
  return { fills: fillGpu(pieces, coarse ? HOLE_STEPS : whole, steps), pods: pieces.map(({ pod }) => pod) };
}

function dropUntilMemoryHolds(kinds: Kinds, memory: number, parts: NodePart[], worth: ArrayLike<number>): void {
  const need = (p: number) => kinds.pods[p].memory;
  let over = memoryOf(kinds, parts) - memory;
  while (over > 0) {
    const pods = parts.flatMap((part) => part.pods.filter((p) => need(p) > 0).map((p) => ({ part, p })));
    const { part, p } = pods.reduce((a, b) => (worth[b.p] * need(a.p) < worth[a.p] * need(b.p) ? b : a));
    part.pods.splice(part.pods.indexOf(p), 1);
    over -= need(p);
  }
}
