import {
  type Cluster,
  type DefragFile,
  type DefragPlan,
  explain,
  formatGpus,
  type ReplacedFile,
  type Replacement,
  type WhatIf,
  type WhatIfFile,
} from "../../binpack/index.js";
import { VERSION } from "../../core/version.js";

/** What decided a file. */
export type CreatedFrom = DefragFile["createdFrom"];

/** Pods of a pending list that are explained one by one. */
const MOST_EXPLAINED = 1000;

interface Place {
  node: number;
  gpus: readonly number[];
}

const placeIn =
  ({ nodes }: Cluster) =>
  ({ node, gpus }: Place) => ({ node: nodes.name[node], gpu_ids: formatGpus(gpus) });

/** @param cluster before the migrations, the pending pods without a place */
export function defragFile(
  cluster: Cluster,
  pending: readonly number[],
  plan: DefragPlan,
  createdFrom: CreatedFrom,
): DefragFile {
  const name = (pod: number) => cluster.pods.name[pod];
  const place = placeIn(cluster);
  const { goal, before, after, migrations, placements } = plan;
  return {
    schema: "fleetlens.defrag/1",
    version: VERSION,
    createdFrom,
    goal,
    before,
    after,
    migrations: migrations.map(({ step, pod, from, to }) => ({
      step,
      pod: name(pod),
      from: place(from),
      to: place(to),
    })),
    placements: placements.map(({ pod, to }) => ({ pod: name(pod), to: place(to) })),
    pending: pending.slice(0, MOST_EXPLAINED).map((pod) => explain(pod, cluster)),
  };
}

export function whatIfFile(pending: number, answer: WhatIf, createdFrom: CreatedFrom): WhatIfFile {
  return {
    schema: "fleetlens.what-if/1",
    version: VERSION,
    createdFrom,
    pending,
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
    placements: answer.placements.map(({ pod, node, gpus }) => ({ pod, to: { node, gpu_ids: formatGpus(gpus) } })),
    unplaced: answer.unplaced,
  };
}

export function replacedFile(
  cluster: Cluster,
  node: number,
  replacements: readonly Replacement[],
  createdFrom: CreatedFrom,
): ReplacedFile {
  const place = placeIn(cluster);
  return {
    schema: "fleetlens.replaced-node/1",
    version: VERSION,
    createdFrom,
    node: cluster.nodes.name[node],
    pods: replacements.map(({ pod, to, within, reason }) => ({
      pod: cluster.pods.name[pod],
      to: to < 0 ? null : place({ node: to, gpus: cluster.gpusOf[pod] ?? [] }),
      within,
      reason,
    })),
  };
}
