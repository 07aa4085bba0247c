import { allowsModel } from "../gpu-spec.js";
import type { NodeTable, PodTable } from "../types.js";

/**
 * What can bar a node from a pod for good, in the order in which it is asked and named: what the pod itself asks for
 * first (labels, then model), then what the node refuses, then what it lacks.
 */
export const CONSTRAINTS = ["selector", "model", "taint", "equipment"] as const;

/** Position in {@link CONSTRAINTS} of a node that no constraint bars. */
export const ELIGIBLE = CONSTRAINTS.length;

/** Which nodes a pod may use at all, whatever is free. Worked out once a class of pods and class of nodes. */
export interface Eligibility {
  /** Class of each pod: pods of one class may use the same nodes; -1 for a pod that was left out. */
  readonly classOf: Int32Array;
  /** Nodes that each class of pods may use, ascending. */
  readonly nodes: readonly Int32Array[];
  /** Class of each node: nodes of one class look the same to every constraint. */
  readonly nodeClassOf: Int32Array;
  /** By class of pods and class of nodes: the first of {@link CONSTRAINTS} that bars, or {@link ELIGIBLE}. */
  readonly barredBy: readonly Uint8Array[];
}

/**
 * Sorts pods and nodes into classes and finds which nodes each class of pods may use: labels against the selector,
 * model against `gpu_spec` (not asked of pods without GPU), taints against tolerations, and whether the node has GPUs
 * and NICs enough when it is empty.
 *
 * @param only the pods that will be asked about; all by default
 */
export function createEligibility(nodes: NodeTable, pods: PodTable, only?: readonly number[]): Eligibility {
  const ofPods = classify(pods.n, only ?? range(pods.n), (pod) => podKey(pods, pod));
  // Labels that nobody selects by, such as a node's own name, would make every node a class of its own.
  const labels = new Set(pods.nodeSelector?.flatMap((selector) => Object.keys(selector)));
  const ofNodes = classify(nodes.n, range(nodes.n), (node) => nodeKey(nodes, node, labels));
  const barredBy = ofPods.first.map((pod) => {
    return Uint8Array.from(ofNodes.first, (node) => {
      if (!hasLabels(nodes, pods, pod, node)) return 0;
      if (!hasModel(nodes, pods, pod, node)) return 1;
      if (!isTolerated(nodes, pods, pod, node)) return 2;
      if (nodes.gpus[node] < pods.gpus[pod] || (nodes.nics?.[node] ?? 0) < (pods.nics?.[pod] ?? 0)) return 3;
      return ELIGIBLE;
    });
  });
  const eligible = barredBy.map((barred) => {
    const list: number[] = [];
    for (let node = 0; node < nodes.n; node++) if (barred[ofNodes.of[node]] === ELIGIBLE) list.push(node);
    return Int32Array.from(list);
  });
  return { classOf: ofPods.of, nodes: eligible, nodeClassOf: ofNodes.of, barredBy };
}

/** The first of {@link CONSTRAINTS} that bars the node from the pod, or {@link ELIGIBLE}. */
export function barredBy(eligibility: Eligibility, pod: number, node: number): number {
  return eligibility.barredBy[eligibility.classOf[pod]][eligibility.nodeClassOf[node]];
}

/** Whether the node has every label that the pod's selector names. */
export function hasLabels(nodes: NodeTable, pods: PodTable, pod: number, node: number): boolean {
  const labels = nodes.labels?.[node];
  return Object.entries(pods.nodeSelector?.[pod] ?? {}).every(([key, value]) => labels?.[key] === value);
}

/** Whether the node's GPU model will do; pods without GPU are not asked. */
export function hasModel(nodes: NodeTable, pods: PodTable, pod: number, node: number): boolean {
  return pods.gpus[pod] === 0 || allowsModel(pods.spec[pod], nodes.model[node]);
}

/** Whether the pod bears every taint of the node. */
export function isTolerated(nodes: NodeTable, pods: PodTable, pod: number, node: number): boolean {
  const borne = pods.tolerations?.[pod] ?? [];
  return (nodes.taints?.[node] ?? []).every(({ key, value }) =>
    borne.some((t) => t === key || t === `${key}=${value}`),
  );
}

function podKey(pods: PodTable, pod: number): string {
  const gpus = pods.gpus[pod];
  const selector = pods.nodeSelector ? JSON.stringify(pods.nodeSelector[pod]) : "";
  const tolerations = pods.tolerations ? JSON.stringify(pods.tolerations[pod]) : "";
  return `${gpus}|${pods.nics?.[pod] ?? 0}|${gpus > 0 ? JSON.stringify(pods.spec[pod]) : ""}|${selector}|${tolerations}`;
}

function nodeKey(nodes: NodeTable, node: number, selected: ReadonlySet<string>): string {
  const labels = Object.entries(nodes.labels?.[node] ?? {}).filter(([key]) => selected.has(key));
  const wishes = JSON.stringify([nodes.model[node], labels, nodes.taints?.[node]]);
  return `${nodes.gpus[node]}|${nodes.nics?.[node] ?? 0}|${wishes}`;
}

/** Numbers things of the same key alike, with the first thing of each class; -1 for those left out. */
function classify(
  n: number,
  things: Iterable<number>,
  keyOf: (thing: number) => string,
): { of: Int32Array; first: number[] } {
  const classes = new Map<string, number>();
  const first: number[] = [];
  const of = new Int32Array(n).fill(-1);
  for (const thing of things) {
    const key = keyOf(thing);
    let known = classes.get(key);
    if (known === undefined) {
      known = first.push(thing) - 1;
      classes.set(key, known);
    }
    of[thing] = known;
  }
  return { of, first };
}

function range(n: number): Iterable<number> {
  return new Uint8Array(n).keys();
}
