import type { Cluster } from "./cluster.js";
import { createEligibility, hasLabels, hasModel, isTolerated } from "./constraints/eligibility.js";
import { gpuLeftOn } from "./node-gpus.js";
import { createTopology } from "./topology/domains.js";
import { freeDomains } from "./topology/free-domains.js";
import { requiredLevelOf } from "./topology/gang-levels.js";
import { gangOf } from "./topology/gang-of.js";
import { canTake, viewGang } from "./topology/gang-view.js";
import { hasIsland } from "./topology/islands.js";

/** Why a pod is pending: how many nodes each constraint bars; a node counts under every constraint that it breaks. */
export interface Explanation {
  pod: string;
  /** Nodes of the cluster. */
  nodes: number;
  /** Nodes that could take the pod now, its gang asked as well when it has a required level. */
  fitting: number;
  counts: {
    /** Too little CPU left. */
    cpu: number;
    /** Too little memory left. */
    memory: number;
    /** Too few GPUs with enough left. */
    gpu: number;
    /** Another model than `gpu_spec` names. */
    model: number;
    /** A taint that the pod does not tolerate. */
    taint: number;
    /** A label of the node selector is missing. */
    selector: number;
    /** The pod would fit, but its required level cannot be kept there. */
    topology: number;
    /** Too few NICs left. */
    nics: number;
    /** Barred by nothing but GPUs, with some left, where all such nodes together have enough for the pod. */
    fragmentation: number;
  };
  /** One sentence for a planner. */
  sentence: string;
}

/**
 * Why a pod is pending in this state of the cluster.
 *
 * @param pod index in `state.pods`; it has no place, nor have the others of its gang
 * @param state the cluster as the other pods stand; it is left as it is
 *
 * @example
 * explain(17, cluster).sentence;
 * // "p17 (2 GPUs) cannot start: of 40 nodes, 31 have too few GPUs left and 9 another GPU model"
 */
export function explain(pod: number, state: Cluster): Explanation {
  const { nodes, pods } = state;
  const counts = { cpu: 0, memory: 0, gpu: 0, model: 0, taint: 0, selector: 0, topology: 0, nics: 0, fragmentation: 0 };
  const fitting: number[] = [];
  const scattered: number[] = [];
  for (let node = 0; node < nodes.n; node++) {
    const broken = brokenOn(state, pod, node);
    for (const name of broken) counts[name]++;
    if (broken.length === 0) fitting.push(node);
    else if (broken.join() === "gpu" && gpuLeftOn(state, node) > 0) scattered.push(node);
  }
  const freeMilli = scattered.reduce((sum, node) => sum + gpuLeftOn(state, node), 0);
  if (freeMilli >= pods.gpus[pod] * pods.milli[pod]) counts.fragmentation = scattered.length;
  const kept = fitting.filter(keepsLevel(state, pod));
  counts.topology = fitting.length - kept.length;
  const facts = { pod: pods.name[pod], nodes: nodes.n, fitting: kept.length, counts };
  return { ...facts, sentence: sentenceOf(state, pod, facts, freeMilli) };
}

type Broken = Exclude<keyof Explanation["counts"], "topology" | "fragmentation">;

/** Everything but the topology that keeps the pod off the node. */
function brokenOn(state: Cluster, pod: number, node: number): Broken[] {
  const { nodes, pods, gpuStart } = state;
  const broken: Broken[] = [];
  if (state.cpuLeft[node] < pods.cpu[pod]) broken.push("cpu");
  if (state.memoryLeft[node] < pods.memory[pod]) broken.push("memory");
  const gpus = state.gpuLeft.subarray(gpuStart[node], gpuStart[node + 1]);
  if (gpus.filter((left) => left >= pods.milli[pod]).length < pods.gpus[pod]) broken.push("gpu");
  if (!hasModel(nodes, pods, pod, node)) broken.push("model");
  if (!isTolerated(nodes, pods, pod, node)) broken.push("taint");
  if (!hasLabels(nodes, pods, pod, node)) broken.push("selector");
  if ((state.nicsLeft?.[node] ?? 0) < (pods.nics?.[pod] ?? 0)) broken.push("nics");
  return broken;
}

/** Whether a node that has room for the pod can also keep its required level, for its whole gang. */
function keepsLevel(state: Cluster, pod: number): (node: number) => boolean {
  const gang = gangOf(state.pods, pod);
  const level = requiredLevelOf(state.pods, gang);
  if (level === null) return () => true;
  if (gang.length === 1) return (node) => level !== "nvlink" || state.pods.gpus[pod] < 2 || hasIsland(state, pod, node);
  const view = viewGang(state, createEligibility(state.nodes, state.pods, gang), gang);
  const topology = createTopology(state.nodes);
  const good = new Set<number>();
  const everywhere = Int32Array.from({ length: state.nodes.n }, (_, node) => node);
  for (const domain of freeDomains(view, topology, level, everywhere)) {
    if (canTake(view, domain)) for (const node of domain.nodes) good.add(node);
  }
  return (node) => good.has(node);
}

const WORDS: Record<Exclude<keyof Explanation["counts"], "fragmentation">, string> = {
  cpu: "too little CPU left",
  memory: "too little memory left",
  gpu: "too few GPUs left",
  model: "another GPU model",
  taint: "a taint that it does not tolerate",
  selector: "not the labels that it asks for",
  nics: "too few NICs left",
  topology: "room for it, but not for its required level",
};

function sentenceOf(
  state: Cluster,
  pod: number,
  { nodes, fitting, counts }: Omit<Explanation, "sentence">,
  freeMilli: number,
): string {
  const { pods } = state;
  const gang = gangOf(pods, pod);
  const milli = pods.gpus[pod] * pods.milli[pod];
  const asked =
    pods.gpus[pod] === 0 ? `${pods.cpu[pod] / 1000} cores` : `${milli / 1000} GPU${milli > 1000 ? "s" : ""}`;
  const who = `${pods.name[pod]} (${asked}${gang.length > 1 ? `, in a gang of ${gang.length}` : ""})`;
  if (fitting > 0) {
    const whole = gang.length > 1 ? "; it waits for room for its whole gang" : "";
    return `${who} has room on ${fitting} of ${nodes} nodes now${whole}`;
  }
  const causes = Object.entries(WORDS)
    .map(([name, words]) => ({ words, count: counts[name as keyof typeof WORDS] }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .map(({ words, count }, k) => `${count}${k === 0 ? (count === 1 ? " has" : " have") : ""} ${words}`);
  const scattered =
    counts.fragmentation > 0
      ? `; ${freeMilli / 1000} GPUs are free in pieces on ${counts.fragmentation} nodes, none of which has them as asked`
      : "";
  return `${who} cannot start: of ${nodes} nodes ${causes.join(", ")}${scattered}`;
}
