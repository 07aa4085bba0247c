import { describe, expect, it } from "vitest";
import { createCluster } from "../../../src/binpack/cluster.js";
import { createEligibility } from "../../../src/binpack/constraints/eligibility.js";
import { createPlacer, nodeRanks } from "../../../src/binpack/create-placer.js";
import { fragmentation } from "../../../src/binpack/fragmentation.js";
import type { OnlinePolicy } from "../../../src/binpack/policy-names.js";
import { typicalPods } from "../../../src/binpack/typical-pods.js";
import { randomLists } from "./lists.js";
import { type Choice, fragment, gpuClass, referenceChoice } from "./reference.js";

/** Places all pods by the engine and asks the reference before each. */
function compare(policy: OnlinePolicy, seed: number): { engine: Choice[]; reference: Choice[] } {
  const { nodes, pods } = randomLists(seed, 14, 120);
  const typical = typicalPods(pods);
  const cluster = createCluster(nodes, pods);
  const placer = createPlacer(cluster, createEligibility(nodes, pods), policy, { seed, typical });
  const ranked = nodeRanks(nodes.n, seed);
  const hosted = nodes.name.map((): string[] => []);
  const engine: Choice[] = [];
  const reference: Choice[] = [];
  for (let pod = 0; pod < pods.n; pod++) {
    reference.push(referenceChoice(policy, cluster, ranked, typical, hosted, pod));
    const node = placer.best(pod);
    if (node >= 0) {
      placer.place(pod, node);
      if (pods.gpus[pod] > 0) hosted[node].push(gpuClass(pods.gpus[pod], pods.milli[pod]));
    }
    engine.push(node < 0 ? null : { node, gpus: [...(cluster.gpusOf[pod] ?? [])] });
  }
  return { engine, reference };
}

describe("the engine", () => {
  it.each(["fgd", "bestfit", "dotprod", "packing", "clustering"] as const)(
    "places every pod where the plain definition of %s does",
    (policy) => {
      for (let seed = 1; seed <= 12; seed++) {
        const { engine, reference } = compare(policy, seed);
        expect(engine.filter((choice) => choice === null).length).toBeGreaterThan(5);
        expect(engine, `seed ${seed}`).toEqual(reference);
      }
    },
  );

  it("chooses among all nodes as its queue does, for every policy", () => {
    for (const policy of ["dotprod", "clustering", "packing", "bestfit", "fgd", "auto"] as const) {
      const { nodes, pods } = randomLists(5, 20, 150);
      const cluster = createCluster(nodes, pods);
      const placer = createPlacer(cluster, createEligibility(nodes, pods), policy, {
        seed: 5,
        typical: typicalPods(pods),
      });
      const all = Int32Array.from({ length: nodes.n }, (_, node) => node).reverse();
      for (let pod = 0; pod < pods.n; pod++) {
        const node = placer.best(pod);
        expect(placer.choose(pod, all)).toBe(node);
        if (node >= 0) placer.place(pod, node);
        // Now and then one leaves: the queue must notice.
        if (pod % 7 === 6 && cluster.nodeOf[pod - 3] >= 0) placer.remove(pod - 3);
      }
    }
  });

  it("goes on in a cluster that is in use as it would have without a break", () => {
    for (const policy of ["clustering", "fgd", "auto"] as const) {
      const { nodes, pods } = randomLists(8, 15, 90);
      const run = (breakAt: number): number[] => {
        const cluster = createCluster(nodes, pods);
        const eligibility = createEligibility(nodes, pods);
        const options = { seed: 8, typical: typicalPods(pods) };
        let placer = createPlacer(cluster, eligibility, policy, options);
        for (let pod = 0; pod < pods.n; pod++) {
          if (pod === breakAt) placer = createPlacer(cluster, eligibility, policy, options);
          const node = placer.best(pod);
          if (node >= 0) placer.place(pod, node);
        }
        return [...cluster.nodeOf];
      };
      expect(run(40)).toEqual(run(-1));
    }
  });

  it("tabulates the fragmentation that the definition sums up", () => {
    const { nodes, pods } = randomLists(3, 25, 150);
    const cluster = createCluster(nodes, pods);
    const typical = typicalPods(pods, 0.9);
    const placer = createPlacer(cluster, createEligibility(nodes, pods), "random", { seed: 3, typical });
    for (let pod = 0; pod < pods.n; pod++) {
      const node = placer.best(pod);
      if (node >= 0) placer.place(pod, node);
    }
    const all = fragmentation(cluster, typical);
    for (let node = 0; node < nodes.n; node++) {
      const left = [...cluster.gpuLeft.subarray(cluster.gpuStart[node], cluster.gpuStart[node + 1])];
      expect(all[node]).toBeCloseTo(fragment(typical, nodes.model[node], cluster.cpuLeft[node], left), 8);
    }
  });
});
