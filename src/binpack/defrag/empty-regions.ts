import { allNodes, type Bench, milliOf, rollback, type Step, type Unit, unitOf } from "./bench.js";
import { lift, migrationsOf, type Reachable, relocate } from "./make-room.js";
import { accept, type Progress } from "./progress.js";
import { roomyNow } from "./roomy.js";
import { standingOf } from "./standing.js";

/** Looks at a node that regions may take in all where pods push each other on. */
const MOST_LOOKS = 50_000;

/** What to empty first: what takes the fewest migrations, or what holds the least GPU. */
export type EmptyingOrder = "fewest-pods" | "least-gpu";

/** Number of regions (nodes, or the nodes of a rack) without any pod. */
export function countEmpty(bench: Bench, regions: readonly Int32Array[]): number {
  return regions.filter((nodes) => isEmpty(bench, nodes)).length;
}

/**
 * Empties one region after another, each wholly or not at all; what is moved off goes to regions that stay in use.
 *
 * @param depth how many pods may push each other on: 0 looks for places that are free only
 */
export function emptyRegions(
  bench: Bench,
  regions: readonly Int32Array[],
  progress: Progress,
  migrations: number,
  order: EmptyingOrder,
  depth: 0 | 1,
): void {
  let tries = depth === 0 ? regions.length : Math.ceil(MOST_LOOKS / bench.work.nodes.n);
  const regionOf = new Int32Array(bench.work.nodes.n);
  regions.forEach((nodes, region) => {
    for (const node of nodes) regionOf[node] = region;
  });
  const loads = regions.map((nodes) => loadOf(bench, nodes));
  const tried = new Set<number>();
  const compare = order === "fewest-pods" ? byPods : (a: Load, b: Load) => a.milli - b.milli || byPods(a, b);
  for (let emptied = true; emptied; ) {
    const inUse = allNodes(bench).filter((node) => loads[regionOf[node]].pods > 0);
    const roomy = roomyNow(bench, inUse);
    const mark = bench.journal.length;
    const candidates = [...regions.keys()].filter((region) => loads[region].pods > 0 && !tried.has(region));
    candidates.sort((a, b) => compare(loads[a], loads[b]) || a - b);
    emptied = candidates.some((region) => {
      const { units, pods } = loads[region];
      if (progress.cost + pods > migrations || tries === 0) return false;
      tries--;
      tried.add(region);
      const open = inUse.filter((node) => regionOf[node] !== region);
      return empty(bench, units, progress, migrations, { open, depth, roomy, mayDrop: false });
    });
    for (const { pod, was } of bench.journal.slice(mark)) {
      for (const node of [was?.node ?? -1, bench.work.nodeOf[pod]]) {
        if (node >= 0) loads[regionOf[node]] = loadOf(bench, regions[regionOf[node]]);
      }
    }
  }
}

function empty(
  bench: Bench,
  units: readonly Unit[],
  progress: Progress,
  migrations: number,
  reach: Omit<Reachable, "budget">,
): boolean {
  const mark = bench.journal.length;
  const bySize = units.map((unit) => ({ unit, milli: milliOf(bench.work, unit), before: standingOf(bench, unit) }));
  bySize.sort((a, b) => b.milli - a.milli || a.unit[0] - b.unit[0]);
  for (const { unit } of bySize) lift(bench, unit);
  const steps: Step[] = [];
  for (const { unit, before } of bySize) {
    const budget = migrations - progress.cost - migrationsOf(steps);
    const moved = relocate(bench, unit, before, { ...reach, budget });
    if (!moved) {
      rollback(bench, mark);
      return false;
    }
    steps.push(...moved);
  }
  return accept(bench, progress, steps, mark);
}

function isEmpty({ podsOn }: Bench, nodes: Int32Array): boolean {
  return nodes.every((node) => podsOn[node].size === 0);
}

/** What has to move to empty a region: every pod in it, with the rest of their gangs. */
interface Load {
  units: Unit[];
  pods: number;
  milli: number;
}

function loadOf(bench: Bench, nodes: Int32Array): Load {
  const units = new Map<number, Unit>();
  for (const node of nodes) {
    for (const pod of bench.podsOn[node]) {
      const unit = unitOf(bench, pod);
      units.set(unit[0], unit);
    }
  }
  const moved = [...units.values()].flat();
  return { units: [...units.values()], pods: moved.length, milli: milliOf(bench.work, moved) };
}

function byPods(a: Load, b: Load): number {
  return a.pods - b.pods || a.milli - b.milli;
}
