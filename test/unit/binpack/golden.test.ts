import { describe, expect, it } from "vitest";
import { nodeRanks } from "../../../src/binpack/create-placer.js";
import { binpack, formatGpus, type NodeTable, type OnlinePolicy, type PodTable } from "../../../src/binpack/index.js";
import golden from "../../golden/binpack.golden.json" with { type: "json" };
import { nodesOf, podsOf } from "./lists.js";

const nodes: NodeTable = nodesOf(golden.nodes as [number, number, number, string][]);
const pods: PodTable = podsOf(golden.pods as [number, number, number, number, string][]);

/** `node:gpus` a pod, `-` for none. */
function run(policy: OnlinePolicy): string {
  const { cluster } = binpack(nodes, pods, { policy, seed: 42 });
  return Array.from(cluster.nodeOf, (node, pod) =>
    node < 0 ? "-" : `${node}:${formatGpus(cluster.gpusOf[pod] ?? [])}`,
  ).join(" ");
}

describe("20 pods on 6 nodes", () => {
  it("breaks ties in the order that the golden values were made with", () => {
    expect([...nodeRanks(6, 42)]).toEqual(golden.ties);
  });

  it.each(["dotprod", "clustering", "packing", "bestfit", "fgd"] as const)(
    "go where Python puts them by %s",
    (policy) => {
      const placed = golden.placed[policy] as ([number, number[]] | null)[];
      const want = placed.map((place) => (place ? `${place[0]}:${formatGpus(place[1])}` : "-"));
      expect(run(policy)).toBe(want.join(" "));
    },
  );

  it("stay where random and auto put them", () => {
    expect(run("random")).toBe("3:0 4:0 0:5 1: 0:0-1 1:1 0:6 2:0-3 1:0 0:3 1:2 0:2 0: 3:1 0:4,7 - 0:6 - 0:5 -");
    expect(run("auto")).toBe("4:0 3:0 4:0 5: 0:0-1 3:1 3:1 1:0-3 0:2 0:3 2:0 2:1 5: 2:2 0:4-5 - 0:6 - 0:7 -");
  });
});
