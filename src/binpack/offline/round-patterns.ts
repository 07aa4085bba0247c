import { gatherKinds, type Kinds } from "../bounds/kinds.js";
import { type Pattern, solvePatternLp } from "../bounds/pattern-lp.js";
import type { Packing } from "./packing.js";

/** Worth of a pod beside its own, against the largest, so that among equals more pods are placed. */
const PER_POD = 1e-5;

/**
 * Places pods by the fills that a linear programme uses (that of the bound): every fill as often as its amount rounded
 * down, then once more by descending remainder, on the nodes of its kind. What does not fit is left out.
 *
 * @param pods pods without a place, by index
 * @param worth of each pod of the table
 * @param nodes nodes to fill, by index
 * @param share of the pooled CPU and memory that the programme may plan with: what is held back eases the rounding
 */
export function placePatterns(
  packing: Packing,
  pods: readonly number[],
  worth: Float64Array,
  nodes: readonly number[],
  share: number,
): void {
  const kinds = gatherKinds(packing.cluster, pods, nodes);
  for (const node of kinds.nodes) {
    node.cpu *= share;
    node.memory *= share;
  }
  const ofKind = kinds.pods.map((kind) => worth[kind.pods[0]]);
  const largest = Math.max(1e-9, ...ofKind);
  const { patterns } = solvePatternLp(
    kinds,
    Float64Array.from(ofKind, (value) => value / largest + PER_POD),
  );
  const waiting = kinds.pods.map((kind) => [...kind.pods].reverse());
  const copies = patterns.flatMap((pattern) => new Array<Pattern>(Math.floor(pattern.amount)).fill(pattern));
  const remainder = (pattern: Pattern) => pattern.amount - Math.floor(pattern.amount);
  const rest = patterns.filter((pattern) => remainder(pattern) > 1e-6).sort((a, b) => remainder(b) - remainder(a));
  const cpu = (pattern: Pattern) => pattern.pods.reduce((sum, p) => sum + kinds.pods[p].cpu, 0);
  copies.sort((a, b) => b.gpus - a.gpus || cpu(b) - cpu(a));
  for (const pattern of [...copies, ...rest]) place(packing, kinds, pattern, waiting);
}

/** Puts one copy of a fill on the node of its kind with the most CPU and memory a free GPU: needs stay spread evenly. */
function place(packing: Packing, kinds: Kinds, pattern: Pattern, waiting: number[][]): void {
  const chosen = draw(pattern, waiting);
  if (!chosen) return;
  const { cpuLeft, memoryLeft, nodes } = packing.cluster;
  const hole = pattern.hole * kinds.unit;
  let [best, most] = [-1, -1];
  for (const node of kinds.nodes[pattern.nodeKind].nodes) {
    const free = packing.holes(node, hole);
    if (free < pattern.gpus || !packing.hasRoom(node, chosen)) continue;
    const left = Math.min(
      cpuLeft[node] / Math.max(1, nodes.cpu[node]),
      memoryLeft[node] / Math.max(1, nodes.memory[node]),
    );
    const balance = left / Math.max(1, free);
    if (balance > most) [best, most] = [node, balance];
  }
  if (best < 0 || !packing.placeTogether(chosen, best, hole)) giveBack(pattern, waiting, chosen);
}

/** One waiting pod for each entry of the fill, taken off its list; null when some kind has run out. */
function draw(pattern: Pattern, waiting: number[][]): number[] | null {
  const chosen: number[] = [];
  for (const kind of pattern.pods) {
    const pod = waiting[kind].pop();
    if (pod === undefined) {
      giveBack(pattern, waiting, chosen);
      return null;
    }
    chosen.push(pod);
  }
  return chosen;
}

function giveBack(pattern: Pattern, waiting: number[][], chosen: readonly number[]): void {
  for (let k = chosen.length - 1; k >= 0; k--) waiting[pattern.pods[k]].push(chosen[k]);
}
