import {
  type Catalogue,
  type Cluster,
  createTopology,
  type DefragFile,
  type DefragPlan,
  explain,
  formatGpus,
  type PodTable,
  type ReplacedFile,
  type Replacement,
  type WhatIf,
  type WhatIfFile,
} from "../../binpack/index.js";
import { VERSION } from "../../core/version.js";

/** What decided a file, and what is doubtful about it. */
export type Origin = Pick<DefragFile, "createdFrom" | "warnings">;

/** Pods of a pending list that are explained one by one. */
const MOST_EXPLAINED = 1000;

interface Place {
  node: number;
  gpus: readonly number[];
}

const placeIn =
  ({ nodes }: Cluster) =>
  ({ node, gpus }: Place) => ({ node: nodes.name[node], gpu_ids: formatGpus(gpus) });

const milliOf = ({ gpus, milli }: PodTable, pod: number) => gpus[pod] * milli[pod];

/** Nodes or racks, each with its nodes; none where pending pods are the goal. A rack is named by its path. */
function regionsOf({ nodes }: Cluster, goal: DefragPlan["goal"]): { name: string; nodes: Int32Array }[] {
  if (goal === "pending") return [];
  if (goal === "empty-nodes") return nodes.name.map((name, node) => ({ name, nodes: Int32Array.of(node) }));
  const { members, path } = createTopology(nodes).rack;
  return members.map((region, k) => ({ name: path[k], nodes: region }));
}

/** Whether the migrations take the last pods off the nodes. */
function emptied({ nodeOf }: Cluster, { migrations }: DefragPlan): (nodes: Int32Array) => boolean {
  const then = nodeOf.slice();
  for (const { pod, to } of migrations) then[pod] = to.node;
  const [used, usedThen] = [new Set(nodeOf), new Set(then)];
  return (nodes) => nodes.some((node) => used.has(node)) && !nodes.some((node) => usedThen.has(node));
}

/** @param cluster before the migrations, the pending pods without a place */
export function defragFile(
  cluster: Cluster,
  pending: readonly number[],
  plan: DefragPlan,
  { createdFrom, warnings }: Origin,
): DefragFile {
  const { pods } = cluster;
  const asks = (pod: number) => ({ pod: pods.name[pod], gpu_milli: milliOf(pods, pod) });
  const place = placeIn(cluster);
  const { goal, before, after, migrations, placements } = plan;
  const regions = regionsOf(cluster, goal);
  const isEmptied = emptied(cluster, plan);
  return {
    schema: "fleetlens.defrag/1",
    version: VERSION,
    createdFrom,
    goal,
    before,
    after,
    total: goal === "pending" ? pending.reduce((sum, pod) => sum + milliOf(pods, pod), 0) : regions.length,
    emptied: regions.filter(({ nodes }) => isEmptied(nodes)).map(({ name }) => name),
    migrations: migrations.map(({ step, pod, from, to }) => ({
      step,
      ...asks(pod),
      from: place(from),
      to: place(to),
    })),
    placements: placements.map(({ pod, to }) => ({ ...asks(pod), to: place(to) })),
    pending_pods: pending.length,
    pending: pending.slice(0, MOST_EXPLAINED).map((pod) => ({ ...asks(pod), ...explain(pod, cluster) })),
    warnings,
  };
}

export function whatIfFile(
  pending: PodTable,
  catalogue: Catalogue,
  answer: WhatIf,
  { createdFrom, warnings }: Origin,
): WhatIfFile {
  const index = new Map(pending.name.map((name, pod) => [name, pod]));
  const indexOf = (name: string) => index.get(name) as number;
  return {
    schema: "fleetlens.what-if/1",
    version: VERSION,
    createdFrom,
    pending: pending.n,
    catalogue,
    additions: answer.additions.map(({ type, model, gpus, count, onDemandHour, spotHour }) => ({
      ...{ type, model, gpus, count },
      on_demand_hour: onDemandHour,
      spot_hour: spotHour,
    })),
    cost_hour: answer.costHour,
    bound_hour: answer.boundHour,
    gap_percent: answer.gapPercent,
    optimal: answer.optimal,
    on_free_room: answer.onFreeRoom,
    placements: answer.placements.map(({ pod, node, type, gpus }) => ({
      pod,
      to: { node, gpu_ids: formatGpus(gpus) },
      type,
      gpu_milli: milliOf(pending, indexOf(pod)),
      cpu_milli: pending.cpu[indexOf(pod)],
      memory_mib: pending.memory[indexOf(pod)],
    })),
    unplaced: answer.unplaced.map(({ pod, reason }) => ({ pod, reason, gpu_milli: milliOf(pending, indexOf(pod)) })),
    warnings,
  };
}

export function replacedFile(
  cluster: Cluster,
  node: number,
  replacements: readonly Replacement[],
  { createdFrom, warnings }: Origin,
): ReplacedFile {
  const { nodes, pods } = cluster;
  const place = placeIn(cluster);
  return {
    schema: "fleetlens.replaced-node/1",
    version: VERSION,
    createdFrom,
    node: nodes.name[node],
    gpus: nodes.gpus[node],
    model: nodes.model[node],
    zone: nodes.zone?.[node] ?? "",
    block: nodes.block?.[node] ?? "",
    rack: nodes.rack?.[node] ?? "",
    pods: replacements.map(({ pod, to, within, reason }) => ({
      pod: pods.name[pod],
      gpu_milli: milliOf(pods, pod),
      to: to < 0 ? null : place({ node: to, gpus: cluster.gpusOf[pod] ?? [] }),
      within,
      reason,
    })),
    warnings,
  };
}
