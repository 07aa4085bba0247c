import type { Cluster } from "../../../src/binpack/cluster.js";
import type { TypicalPods } from "../../../src/binpack/typical-pods.js";

/** A choice of the plain reference: node and GPUs, or null when nothing fits. */
export type Choice = { node: number; gpus: number[] } | null;

/**
 * The published policies as their definitions read, node by node and pod by pod, in floating point, without any of the
 * engine's tables. The state is the cluster's own; `hosted` are the GPU classes of the pods on each node.
 *
 * @param ranked nodes from the first to the last at equal scores
 */
export function referenceChoice(
  policy: string,
  cluster: Cluster,
  ranked: Int32Array,
  typical: TypicalPods,
  hosted: readonly string[][],
  pod: number,
): Choice {
  let best: { score: number; choice: Choice } = { score: Number.NEGATIVE_INFINITY, choice: null };
  for (const node of ranked) {
    for (const gpus of waysToPlace(policy, cluster, typical, pod, node)) {
      const score = scoreOf(policy, cluster, typical, hosted, pod, node, gpus);
      if (score > best.score) best = { score, choice: { node, gpus } };
    }
  }
  return best.choice;
}

/** The GPUs that the policy would take on the node: at most one way. */
function waysToPlace(policy: string, cluster: Cluster, typical: TypicalPods, pod: number, node: number): number[][] {
  const { nodes, pods } = cluster;
  const [wanted, milli] = [pods.gpus[pod], pods.milli[pod]];
  if (cluster.cpuLeft[node] < pods.cpu[pod] || cluster.memoryLeft[node] < pods.memory[pod]) return [];
  if (wanted === 0) return [[]];
  if (pods.spec[pod] !== "" && !pods.spec[pod].split("|").includes(nodes.model[node])) return [];
  const left = leftsOf(cluster, node);
  const enough = left.flatMap((value, g) => (value >= milli ? [g] : []));
  if (enough.length < wanted) return [];
  if (milli === 1000) return [enough.slice(0, wanted)];
  if (policy !== "fgd") return [[enough.reduce((best, g) => (left[g] < left[best] ? g : best))]];
  const losses = enough.map((g) => decrease(cluster, typical, pod, node, [g]));
  // Sums of frequencies differ in the last digits: what is equal but for those is equal.
  return [[enough[losses.findIndex((loss) => loss > Math.max(...losses) - 1e-7)]]];
}

function scoreOf(
  policy: string,
  cluster: Cluster,
  typical: TypicalPods,
  hosted: readonly string[][],
  pod: number,
  node: number,
  gpus: readonly number[],
): number {
  const { pods } = cluster;
  const left = leftsOf(cluster, node);
  const gpuLeft = left.reduce((sum, value) => sum + value, 0);
  const asked = pods.gpus[pod] * pods.milli[pod];
  const cpuLeft = cluster.cpuLeft[node];
  switch (policy) {
    case "fgd":
      return Math.floor(100 / (1 + Math.exp(-(decrease(cluster, typical, pod, node, gpus) + 1e-7) / 1000)));
    case "bestfit":
      return Math.floor(
        100 * (1 - (0.5 * (cpuLeft - pods.cpu[pod])) / 128_000 - (0.5 * (gpuLeft - asked)) / 8000) + 1e-9,
      );
    case "dotprod":
      return Math.floor(
        100 * (1 - ((cpuLeft / 128_000) * (pods.cpu[pod] / 128_000) + (gpuLeft / 8000) * (asked / 8000)) / 2) + 1e-9,
      );
    case "packing": {
      if (asked === 0) return 0;
      const free = left.filter((value) => value === 1000).length;
      if (free === left.length) return Math.max(33 - free, free);
      const whole = gpus.filter((g) => left[g] === 1000).length;
      if (whole > 0) return Math.max(50 - whole, 33);
      const percent = gpus.reduce((sum, g) => sum + Math.floor(left[g] / 10), 0);
      return Math.max(100 - Math.floor(percent / 10), 50);
    }
    default: {
      if (asked === 0) return 0;
      const base = Math.floor((25 * (8000 - gpuLeft)) / 8000);
      const classes = new Set(hosted[node]);
      const own = gpuClass(pods.gpus[pod], pods.milli[pod]);
      if (classes.size === 0) return base + 25;
      if (!classes.has(own)) return base;
      return base + (classes.size === 1 ? 75 : 50);
    }
  }
}

export function gpuClass(gpus: number, milli: number): string {
  return gpus === 1 && milli < 1000 ? "share" : `${gpus}-gpu`;
}

function leftsOf(cluster: Cluster, node: number): number[] {
  return [...cluster.gpuLeft.subarray(cluster.gpuStart[node], cluster.gpuStart[node + 1])];
}

function decrease(cluster: Cluster, typical: TypicalPods, pod: number, node: number, gpus: readonly number[]): number {
  const left = leftsOf(cluster, node);
  const after = left.map((value, g) => value - (gpus.includes(g) ? cluster.pods.milli[pod] : 0));
  const model = cluster.nodes.model[node];
  const cpu = cluster.cpuLeft[node];
  return fragment(typical, model, cpu, left) - fragment(typical, model, cpu - cluster.pods.cpu[pod], after);
}

/** F of a node: the definition, kind by kind. */
export function fragment(typical: TypicalPods, model: string, cpu: number, left: readonly number[]): number {
  const total = left.reduce((sum, value) => sum + value, 0);
  let sum = 0;
  for (let kind = 0; kind < typical.n; kind++) {
    const { gpus, milli, spec, frequency } = typical;
    const other = spec[kind] !== "" && !spec[kind].split("|").includes(model);
    const enough = left.filter((value) => value >= milli[kind]).length;
    const fits = cpu >= typical.cpu[kind] && enough >= gpus[kind];
    const small = left.filter((value) => value < milli[kind]).reduce((s, value) => s + value, 0);
    sum += frequency[kind] * (gpus[kind] === 0 || other || !fits ? total : small);
  }
  return sum;
}
