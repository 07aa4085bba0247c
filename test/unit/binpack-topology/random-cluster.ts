import { occupy } from "../../../src/binpack/cluster.js";
import type { Random } from "../../../src/core/random.js";
import { everyPlacement } from "./judge.js";
import { makeWorld, type NodeSpec, type PodSpec, pickOf } from "./world.js";

/** A pod that asks for a share, whole GPUs or none. */
export function randomPod(random: Random): PodSpec {
  const kind = random.int(8);
  return {
    cpu: 500 * random.int(6),
    memory: 512 * random.int(6),
    gpus: kind === 0 ? 0 : kind < 7 ? 1 : 2,
    milli: kind < 5 ? pickOf(random, [200, 300, 400, 500, 600]) : 1000,
    spec: pickOf(random, ["", "", "", "A", "A|B"]),
  };
}

/** Nodes, running pods at random feasible places, then pending pods. */
export function randomCluster(random: Random, nodes: NodeSpec[], running: PodSpec[], pending: PodSpec[]) {
  const world = makeWorld(nodes, [...running, ...pending]);
  const { cluster } = world;
  running.forEach((_, pod) => {
    const places: [number, number[]][] = [];
    everyPlacement(
      cluster,
      [pod],
      () => true,
      ([place]) => {
        places.push(place);
        return false;
      },
    );
    if (places.length === 0) return;
    const [node, gpus] = pickOf(random, places);
    occupy(cluster, pod, node, gpus);
  });
  return { ...world, pending: pending.map((_, k) => running.length + k) };
}
