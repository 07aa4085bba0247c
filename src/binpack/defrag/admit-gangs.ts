import { gpuLeftOn } from "../node-gpus.js";
import { requiredLevelOf } from "../topology/gang-levels.js";
import { allNodes, type Bench, milliOf, rollback, type Step, type Unit } from "./bench.js";
import { displace, migrationsOf, place, pushes, type Reachable } from "./make-room.js";
import { accept, type Progress } from "./progress.js";
import { roomyNow } from "./roomy.js";

/** Domains in which room for a pending gang is sought, the emptiest first. */
const MOST_DOMAINS = 8;

/** Moves pods so that pending gangs find room, the largest first: in one domain of their required level, pod by pod. */
export function admitGangs(bench: Bench, pending: readonly Unit[], progress: Progress, migrations: number): void {
  const { work } = bench;
  const gangs = pending.filter((unit) => unit.length > 1 && work.nodeOf[unit[0]] < 0);
  gangs.sort((a, b) => milliOf(work, b) - milliOf(work, a) || a[0] - b[0]);
  const open = allNodes(bench);
  for (const gang of gangs) {
    const mark = bench.journal.length;
    for (const nodes of domainsFor(bench, gang)) {
      const reach = {
        open,
        budget: migrations - progress.cost,
        depth: 1,
        mayDrop: false,
        roomy: roomyNow(bench, open),
      };
      const steps = roomFor(bench, gang, nodes, reach);
      if (steps && accept(bench, progress, steps, mark)) break;
    }
  }
}

function roomFor(bench: Bench, gang: Unit, nodes: Int32Array, reach: Reachable): Step[] | null {
  const mark = bench.journal.length;
  const bySize = [...gang].sort((a, b) => milliOf(bench.work, [b]) - milliOf(bench.work, [a]) || a - b);
  const steps: Step[] = [];
  for (const pod of bySize) {
    if (place(bench, [pod], nodes)) continue;
    const budget = reach.budget - migrationsOf(steps);
    let moves: Step[] | null = null;
    for (const { node, victims } of pushes(bench, pod, { ...reach, open: nodes, budget })) {
      moves = displace(bench, pod, node, victims, { ...reach, budget });
      if (moves) break;
    }
    if (!moves) {
      rollback(bench, mark);
      return null;
    }
    steps.push(...moves);
  }
  return steps;
}

/** The domains that could hold a pending gang, the emptiest first. Islands are not made room in. */
function domainsFor(bench: Bench, gang: Unit): Int32Array[] {
  const { work, topology } = bench;
  const level = requiredLevelOf(work.pods, gang);
  if (level === null) return [allNodes(bench)];
  if (level === "nvlink") return [];
  const free = (nodes: Int32Array) => nodes.reduce((sum, node) => sum + gpuLeftOn(work, node), 0);
  const domains = topology[level].members.map((nodes, k) => ({ nodes, k, free: free(nodes) }));
  domains.sort((a, b) => b.free - a.free || a.k - b.k);
  return domains.slice(0, MOST_DOMAINS).map(({ nodes }) => nodes);
}
