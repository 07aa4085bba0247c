import { InputError } from "../../core/errors.js";

/** A queue or a cohort with its own quota. Limits left out are no limits; a weight left out is 1. */
export interface QuotaNode {
  name: string;
  /** Name of the cohort above; left out or empty at a root. */
  parent?: string;
  /** GPUs of its own. */
  nominal?: number;
  /** GPUs that it may use beyond its own (a cohort: its whole subtree). */
  borrowingLimit?: number;
  /** GPUs of its own that others may use. */
  lendingLimit?: number;
  /** Fair-sharing weight, ≥ 0; 0 is served last and preempted first. */
  weight?: number;
}

/**
 * Quotas of queues under a tree of cohorts, and what is used of them, in GPUs. Nodes 0..queues−1 are the queues, in
 * the order given; the cohorts follow. Every figure but `used` is fixed when the tree is built.
 */
export interface QuotaTree {
  readonly names: readonly string[];
  /** Number of queues. */
  readonly queues: number;
  /** Cohort above each node, −1 at a root. */
  readonly parent: Int32Array;
  readonly children: readonly (readonly number[])[];
  readonly borrowingLimit: Float64Array;
  readonly weight: Float64Array;
  /** Own quota and what the children lend. */
  readonly quota: Float64Array;
  /** Part of `quota` that the parent never sees: quota − lending limit. */
  readonly guaranteed: Float64Array;
  /** What the node could use at most if nothing else ran. */
  readonly potential: Float64Array;
  /** What counts against `quota`: of a queue all its GPUs, of a cohort what its children use beyond `guaranteed`. */
  readonly used: Float64Array;
}

/**
 * Builds the tree. A cohort that only a queue or another cohort names exists without a quota of its own.
 *
 * Semantics are Kueue's: a queue without a cohort stands alone; quota flows up to the cohort as far as the lending
 * limit lets it, and down as far as the borrowing limit does.
 *
 * @param queues Leaves.
 * @param cohorts Inner nodes that have a parent, a quota, limits or a weight.
 * @throws {InputError} two nodes of one kind with one name, a negative or fractional quota or limit, a negative weight, a cycle of cohorts.
 * @example
 * const tree = buildQuotaTree([
 *   { name: "research", parent: "ml", nominal: 8 },
 *   { name: "product", parent: "ml", nominal: 8, lendingLimit: 4 },
 * ]);
 * available(tree, 0); // 12: its own 8 and the 4 that `product` lends
 */
export function buildQuotaTree(queues: readonly QuotaNode[], cohorts: readonly QuotaNode[] = []): QuotaTree {
  const inner = withNamedParents(queues, cohorts);
  const nodes = [...queues, ...inner];
  checkNodes(queues, "queues");
  checkNodes(cohorts, "cohorts");
  const place = new Map(inner.map((node, i) => [node.name, queues.length + i]));
  const parent = Int32Array.from(nodes, (node) => (node.parent ? (place.get(node.parent) as number) : -1));
  const children = nodes.map((_, k) => [...parent.keys()].filter((child) => parent[child] === k));
  const tree: QuotaTree = {
    names: nodes.map((node) => node.name),
    queues: queues.length,
    parent,
    children,
    borrowingLimit: Float64Array.from(nodes, (node) => node.borrowingLimit ?? Number.POSITIVE_INFINITY),
    weight: Float64Array.from(nodes, (node) => node.weight ?? 1),
    quota: Float64Array.from(nodes, (node) => node.nominal ?? 0),
    guaranteed: new Float64Array(nodes.length),
    potential: new Float64Array(nodes.length),
    used: new Float64Array(nodes.length),
  };
  const topDown = rootsFirst(tree);
  for (const k of [...topDown].reverse()) {
    const lending = nodes[k].lendingLimit;
    if (lending !== undefined) tree.guaranteed[k] = Math.max(0, tree.quota[k] - lending);
    if (parent[k] >= 0) tree.quota[parent[k]] += tree.quota[k] - tree.guaranteed[k];
  }
  for (const k of topDown) {
    tree.potential[k] =
      parent[k] < 0
        ? tree.quota[k]
        : Math.min(tree.guaranteed[k] + tree.potential[parent[k]], tree.quota[k] + tree.borrowingLimit[k]);
  }
  return tree;
}

function withNamedParents(queues: readonly QuotaNode[], cohorts: readonly QuotaNode[]): QuotaNode[] {
  const all = [...cohorts];
  const known = new Set(cohorts.map((node) => node.name));
  for (const { parent } of [...queues, ...cohorts]) {
    if (!parent || known.has(parent)) continue;
    known.add(parent);
    all.push({ name: parent });
  }
  return all;
}

function checkNodes(nodes: readonly QuotaNode[], section: string): void {
  for (const [i, node] of nodes.entries()) {
    const at = `${section}[${i}] ("${node.name}")`;
    if (nodes.findIndex((other) => other.name === node.name) < i) {
      throw new InputError(`${at}: the name is used twice; give each its own`, { at });
    }
    for (const key of ["nominal", "borrowingLimit", "lendingLimit"] as const) {
      const value = node[key];
      if (value === undefined || (Number.isInteger(value) && value >= 0)) continue;
      throw new InputError(`${at}: ${key} is ${value}; it must be a whole number of GPUs, 0 or more`, { at, key });
    }
    const { weight = 1 } = node;
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
      throw new InputError(`${at}: weight is ${weight}; it must be 0 or more`, { at });
    }
  }
}

function rootsFirst({ names, parent, children }: QuotaTree): number[] {
  const order = [...parent.keys()].filter((k) => parent[k] < 0);
  for (let i = 0; i < order.length; i++) order.push(...children[order[i]]);
  if (order.length < parent.length) {
    const lost = [...parent.keys()].filter((k) => !order.includes(k)).map((k) => names[k]);
    throw new InputError(`the cohorts ${lost.join(", ")} form a ring; one of them must have no parent`, {
      cohorts: lost,
    });
  }
  return order;
}

/** GPUs that the node can still take: its own unused guarantee and what comes down from above, at most its borrowing limit. */
export function available(tree: QuotaTree, node: number): number {
  const { parent, quota, guaranteed, used, borrowingLimit } = tree;
  if (parent[node] < 0) return quota[node] - used[node];
  const lent = quota[node] - guaranteed[node];
  const usedAbove = Math.max(0, used[node] - guaranteed[node]);
  const fromAbove = Math.min(lent - usedAbove + borrowingLimit[node], available(tree, parent[node]));
  return localAvailable(tree, node) + fromAbove;
}

/** Unused GPUs of the node's guarantee. */
export function localAvailable(tree: QuotaTree, node: number): number {
  return Math.max(0, tree.guaranteed[node] - tree.used[node]);
}

/** Counts `gpus` more (negative: fewer) at the queue; whatever lies beyond its guarantee counts in the cohorts above too. */
export function addUsage(tree: QuotaTree, queue: number, gpus: number): void {
  let change = gpus;
  for (let k = queue; k >= 0 && change !== 0; k = tree.parent[k]) {
    const beyond = Math.max(0, tree.used[k] - tree.guaranteed[k]);
    tree.used[k] += change;
    change = Math.max(0, tree.used[k] - tree.guaranteed[k]) - beyond;
  }
}

/** Whether the node uses more than its quota, or would with `gpus` more. */
export function borrows(tree: QuotaTree, node: number, gpus = 0): boolean {
  return tree.used[node] + gpus > tree.quota[node];
}

/**
 * Share of a node in fair sharing: its use above its quota over what its cohort can lend it, divided by its weight. 0
 * within its quota and at a root; infinite when a node of weight 0, or one whose cohort lends nothing, borrows.
 *
 * GPUs are the only resource that has quotas here, so that the dominant resource is always the GPU.
 */
export function dominantShare(tree: QuotaTree, node: number): number {
  const above = tree.used[node] - tree.quota[node];
  if (tree.parent[node] < 0 || above <= 0) return 0;
  return above / tree.potential[tree.parent[node]] / tree.weight[node];
}

/** Cohorts above a node, nearest first. */
export function ancestors(tree: QuotaTree, node: number): number[] {
  const path: number[] = [];
  for (let k = tree.parent[node]; k >= 0; k = tree.parent[k]) path.push(k);
  return path;
}

/** Topmost cohort of a node; the node itself when it stands alone. */
export function rootOf(tree: QuotaTree, node: number): number {
  let root = node;
  while (tree.parent[root] >= 0) root = tree.parent[root];
  return root;
}
