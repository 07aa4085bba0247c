import { type Cluster, copyCluster } from "../../../src/binpack/cluster.js";
import type { DefragPlan } from "../../../src/binpack/defrag/plan-defrag.js";
import type { Level } from "../../../src/binpack/types.js";
import { domainsUsed, violations } from "./judge.js";

/**
 * Follows a plan on a copy of the cluster and says what is wrong with it: after each single migration capacities and
 * constraints hold; after each step gangs are whole and in one domain of their required level.
 */
export function followPlan(cluster: Cluster, plan: DefragPlan): { state: Cluster; wrong: string[] } {
  const state = copyCluster(cluster);
  const wrong: string[] = [];
  const put = (pod: number, node: number, gpus: number[]) => {
    state.nodeOf[pod] = node;
    (state.gpusOf as (readonly number[] | null)[])[pod] = gpus;
    recount(state);
    wrong.push(...violations(state));
  };
  plan.migrations.forEach(({ step, pod, from, to }, k) => {
    if (state.nodeOf[pod] !== from.node || state.gpusOf[pod]?.join() !== from.gpus.join())
      wrong.push(`pod ${pod} is elsewhere`);
    put(pod, to.node, to.gpus);
    if (plan.migrations[k + 1]?.step !== step) wrong.push(...brokenGangs(state));
  });
  for (const { pod, to } of plan.placements) {
    if (state.nodeOf[pod] >= 0) wrong.push(`pod ${pod} was not pending`);
    put(pod, to.node, to.gpus);
  }
  wrong.push(...brokenGangs(state));
  return { state, wrong };
}

export function brokenGangs(state: Cluster): string[] {
  const { pods } = state;
  const gangs = new Map<string, number[]>();
  pods.group?.forEach((name, pod) => {
    gangs.set(name === "" ? `single ${pod}` : name, [...(gangs.get(name) ?? []), pod]);
  });
  const wrong: string[] = [];
  for (const [name, gang] of gangs) {
    const placed = gang.filter((pod) => state.nodeOf[pod] >= 0);
    if (placed.length > 0 && placed.length < gang.length) wrong.push(`gang ${name} is torn`);
    for (const level of new Set(gang.map((pod) => pods.requiredLevel?.[pod] ?? ""))) {
      if (level === "" || placed.length === 0) continue;
      if (domainsUsed(state, placed, level as Level).size > 1) wrong.push(`gang ${name} is spread over ${level}s`);
    }
  }
  return wrong;
}

/** Books what is left anew from where the pods are. */
function recount(state: Cluster): void {
  const { nodes, pods } = state;
  state.cpuLeft.set(nodes.cpu);
  state.memoryLeft.set(nodes.memory);
  state.nicsLeft?.set(nodes.nics ?? []);
  state.gpuLeft.fill(1000);
  for (let pod = 0; pod < pods.n; pod++) {
    const node = state.nodeOf[pod];
    if (node < 0) continue;
    state.cpuLeft[node] -= pods.cpu[pod];
    state.memoryLeft[node] -= pods.memory[pod];
    if (state.nicsLeft) state.nicsLeft[node] -= pods.nics?.[pod] ?? 0;
    for (const g of state.gpusOf[pod] ?? []) state.gpuLeft[state.gpuStart[node] + g] -= pods.milli[pod];
  }
}
