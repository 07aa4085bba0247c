import type { Topology } from "../topology/domains.js";
import type { Packing, Place } from "./packing.js";
import type { Unit } from "./units.js";

/** The best placement found, and whether nothing can be better. */
export interface ExactPlacement {
  places: Place[];
  worth: number;
  proven: boolean;
}

/**
 * The placement of most worth, then of most pods, by depth-first branch and bound over the pods of the units: each pod
 * tries every kind of place (alike nodes and alike GPUs once), a unit may be left out. A state of the nodes that was
 * reached before with no less is not searched again. The packing is left as it was.
 *
 * @param worth of each pod of the table, whole numbers
 * @param mostSteps placements to try before giving up the proof
 */
export function placeExactly(
  packing: Packing,
  topology: Topology,
  units: readonly Unit[],
  worth: Float64Array,
  mostSteps: number,
): ExactPlacement {
  const { cluster, on } = packing;
  const { nodes, gpuStart, gpuLeft, cpuLeft, memoryLeft, nicsLeft } = cluster;
  const worthOf = (unit: Unit) => unit.pods.reduce((sum, pod) => sum + worth[pod], 0);
  const gpusFirst = (pods: readonly number[]) => [...pods].sort((a, b) => cluster.pods.gpus[b] - cluster.pods.gpus[a]);
  const order = [...units].sort((a, b) => worthOf(b) - worthOf(a) || a.pods[0] - b.pods[0]);
  const steps = order.flatMap((unit, index) =>
    gpusFirst(unit.pods).map((pod, position) => ({ pod, unit, first: position === 0, skipTo: index + 1 })),
  );
  const startOf = order.map((_, index) => steps.findIndex((step) => step.unit === order[index]));
  startOf.push(steps.length);
  const worthAfter = new Float64Array(steps.length + 1);
  for (let s = steps.length - 1; s >= 0; s--) worthAfter[s] = worthAfter[s + 1] + worth[steps[s].pod];

  const levelled = order.some((unit) => unit.level !== "");
  const islands = order.some((unit) => unit.level === "nvlink");
  const islandOf = (node: number, gpu: number) =>
    Math.floor(gpu / (nodes.nvlink?.[node] || Math.max(1, nodes.gpus[node])));
  const nodeKey = (node: number): string => {
    const lefts: string[] = [];
    for (let g = gpuStart[node]; g < gpuStart[node + 1]; g++) {
      lefts.push(`${gpuLeft[g]}${islands ? `i${islandOf(node, g - gpuStart[node])}` : ""}`);
    }
    const domain = levelled ? `r${topology.rack.of[node]}p${on[node].join(",")}` : "";
    return `${packing.nodeClass(node)} ${cpuLeft[node]} ${memoryLeft[node]} ${nicsLeft?.[node] ?? 0} ${lefts.sort().join()} ${domain}`;
  };
  /** The domain that a pod of the unit lies in, given that of those before it; null when it must not lie there. */
  const join = (unit: Unit, domain: string, node: number, gpus: readonly number[]): string | null => {
    if (unit.level === "") return "";
    if (unit.level !== "nvlink") return same(domain, `${topology[unit.level].of[node]}`);
    const touched = new Set(gpus.map((gpu) => islandOf(node, gpu)));
    if (touched.size > 1) return null;
    // A pod without GPU lies in whatever island of the node the others use; they come first.
    if (touched.size === 0 && domain !== "") return domain.startsWith(`${node}/`) ? domain : null;
    return same(domain, `${node}/${[...touched].join()}`);
  };
  const same = (domain: string, here: string) => (domain === "" || domain === here ? here : null);

  let best: ExactPlacement & { pods: number } = { places: [], worth: -1, proven: true, pods: 0 };
  let tried = 0;
  const placed: number[] = [];
  const seen = new Map<string, number>();

  function search(step: number, total: number, domain: string): void {
    if (total > best.worth || (total === best.worth && placed.length > best.pods)) {
      const complete = step === steps.length || steps[step].first;
      if (complete) best = { places: placed.map(packing.placeOf), worth: total, proven: true, pods: placed.length };
    }
    if (step === steps.length || tried > mostSteps) return;
    const reach = total + worthAfter[step];
    if (reach < best.worth || (reach === best.worth && placed.length + steps.length - step <= best.pods)) return;
    if (!promising(step, total)) return;
    const { pod, unit, first, skipTo } = steps[step];
    const alike = new Set<string>();
    for (let node = 0; node < nodes.n; node++) {
      if (!packing.admits(pod, node)) continue;
      const key = nodeKey(node);
      if (alike.has(key)) continue;
      alike.add(key);
      for (const gpus of gpuChoices(packing, pod, node, islands ? islandOf : () => 0)) {
        const here = join(unit, first ? "" : domain, node, gpus);
        if (here === null) continue;
        tried++;
        packing.put(pod, node, gpus);
        placed.push(pod);
        search(step + 1, total + worth[pod], here);
        placed.pop();
        packing.remove(pod);
      }
    }
    if (first) search(startOf[skipTo], total, "");
  }

  /** Whether this state of the nodes was not reached at this step with as much before. */
  function promising(step: number, total: number): boolean {
    if (!steps[step].first) return true;
    const keys = Array.from({ length: nodes.n }, (_, node) => nodeKey(node));
    const key = `${step}|${(levelled ? keys : keys.sort()).join("|")}`;
    const score = total * (steps.length + 1) + placed.length;
    if ((seen.get(key) ?? -1) >= score) return false;
    seen.set(key, score);
    return true;
  }

  search(0, 0, "");
  return { places: best.places, worth: Math.max(0, best.worth), proven: tried <= mostSteps };
}

/** The different ways to seat the pod on the node: GPUs with as much left in the same island are alike. */
function gpuChoices(
  { cluster }: Packing,
  pod: number,
  node: number,
  islandOf: (node: number, gpu: number) => number,
): number[][] {
  const { pods, gpuStart, gpuLeft } = cluster;
  const groups = new Map<string, number[]>();
  for (let g = gpuStart[node]; g < gpuStart[node + 1]; g++) {
    if (gpuLeft[g] < pods.milli[pod]) continue;
    const gpu = g - gpuStart[node];
    const key = `${gpuLeft[g]} ${islandOf(node, gpu)}`;
    groups.set(key, [...(groups.get(key) ?? []), gpu]);
  }
  let choices: { gpus: number[]; missing: number }[] = [{ gpus: [], missing: pods.gpus[pod] }];
  for (const group of groups.values()) {
    choices = choices.flatMap(({ gpus, missing }) =>
      Array.from({ length: Math.min(missing, group.length) + 1 }, (_, k) => ({
        gpus: [...gpus, ...group.slice(0, k)],
        missing: missing - k,
      })),
    );
  }
  return choices.filter(({ missing }) => missing === 0).map(({ gpus }) => gpus.sort((a, b) => a - b));
}
