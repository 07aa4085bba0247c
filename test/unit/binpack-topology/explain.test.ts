import { describe, expect, it } from "vitest";
import { occupy } from "../../../src/binpack/cluster.js";
import { explain } from "../../../src/binpack/explain.js";
import { makeWorld, type NodeSpec, type PodSpec, times } from "./world.js";

function explained(nodes: NodeSpec[], pods: PodSpec[], running: [pod: number, node: number, gpus: number[]][] = []) {
  const { cluster } = makeWorld(nodes, pods);
  for (const [pod, node, gpus] of running) occupy(cluster, pod, node, gpus);
  return explain(0, cluster);
}

const none = { cpu: 0, memory: 0, gpu: 0, model: 0, taint: 0, selector: 0, topology: 0, nics: 0, fragmentation: 0 };

describe("explain", () => {
  it("counts a node under every constraint that it breaks", () => {
    const nodes: NodeSpec[] = [
      { gpus: 2, cpu: 500 },
      { gpus: 2, memory: 100, nics: 1 },
      { gpus: 2, model: "B", nics: 1, taints: [{ key: "k", value: "v" }] },
      { nics: 1 },
      { gpus: 2, nics: 1, labels: { a: "1" } },
    ];
    const { counts, fitting, sentence } = explained(nodes, [
      { gpus: 1, spec: "A", nics: 1, nodeSelector: { a: "1" }, cpu: 1000 },
    ]);
    expect(counts).toEqual({ ...none, cpu: 1, memory: 1, gpu: 1, model: 2, taint: 1, selector: 4, nics: 1 });
    expect(fitting).toBe(1);
    expect(sentence).toBe("p0 (1 GPU) has room on 1 of 5 nodes now");
  });

  it("tells fragmentation from a lack of GPUs", () => {
    const nodes = times(3, { gpus: 1 });
    const shares: PodSpec[] = times(3, { gpus: 1, milli: 600 });
    const all: [number, number, number[]][] = [
      [1, 0, [0]],
      [2, 1, [0]],
      [3, 2, [0]],
    ];
    const broken = explained(nodes, [{ gpus: 1 }, ...shares], all);
    expect(broken.counts).toEqual({ ...none, gpu: 3, fragmentation: 3 });
    expect(broken.sentence).toBe(
      "p0 (1 GPU) cannot start: of 3 nodes 3 have too few GPUs left; 1.2 GPUs are free in pieces on 3 nodes, none of which has them as asked",
    );
    const lacking = explained(nodes, [{ gpus: 1 }, ...times(3, { gpus: 1, milli: 700 })], all);
    expect(lacking.counts).toEqual({ ...none, gpu: 3 });
  });

  it("counts nodes that have room but cannot keep the gang together", () => {
    const nodes: NodeSpec[] = [
      { gpus: 1, rack: "r1" },
      { gpus: 1, rack: "r2" },
      { gpus: 1, rack: "r2" },
    ];
    const gang = (size: number) => times(size, { gpus: 1, group: "g", requiredLevel: "rack" as const });
    expect(explained(nodes, gang(3)).counts).toEqual({ ...none, topology: 3 });
    expect(explained(nodes, gang(3)).sentence).toBe(
      "p0 (1 GPU, in a gang of 3) cannot start: of 3 nodes 3 have room for it, but not for its required level",
    );
    expect(explained(nodes, gang(2))).toMatchObject({ counts: { ...none, topology: 1 }, fitting: 2 });
    const single = [{ gpus: 2, requiredLevel: "nvlink" as const }, { gpus: 1 }];
    expect(explained([{ gpus: 3, nvlink: 2 }], single, [[1, 0, [0]]]).counts).toEqual({ ...none, topology: 1 });
  });
});
