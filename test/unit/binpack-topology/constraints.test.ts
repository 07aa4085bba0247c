import { describe, expect, it } from "vitest";
import { occupy } from "../../../src/binpack/cluster.js";
import { createEligibility } from "../../../src/binpack/constraints/eligibility.js";
import { unplacedReason } from "../../../src/binpack/constraints/unplaced-reason.js";
import { makeNodes, makePods, makeWorld, type NodeSpec, type PodSpec } from "./world.js";

const NODES: NodeSpec[] = [
  { gpus: 2, model: "A", nics: 2 },
  { gpus: 2, model: "B", labels: { disk: "ssd", tier: "1" } },
  { gpus: 2, model: "A", taints: [{ key: "team", value: "x" }] },
  { gpus: 0 },
  {
    gpus: 8,
    model: "C",
    labels: { disk: "ssd" },
    taints: [
      { key: "team", value: "y" },
      { key: "drain", value: "" },
    ],
  },
];

const eligibleNodes = (pod: PodSpec) => {
  const { nodes, classOf } = createEligibility(makeNodes(NODES), makePods([pod]));
  return [...nodes[classOf[0]]];
};

describe("createEligibility", () => {
  it.each<[string, PodSpec, number[]]>([
    ["a pod without wishes", { gpus: 1 }, [0, 1]],
    ["a pod without GPU, whatever its spec", { spec: "C" }, [0, 1, 3]],
    ["one of several models", { gpus: 1, spec: "A|C" }, [0]],
    ["a selector, all of it", { nodeSelector: { disk: "ssd", tier: "1" } }, [1]],
    ["a selector with another value", { nodeSelector: { tier: "2" } }, []],
    ["a toleration by key", { gpus: 1, tolerations: ["team"] }, [0, 1, 2]],
    ["a toleration by key and value", { gpus: 1, tolerations: ["team=y", "drain"] }, [0, 1, 4]],
    ["only one taint of two tolerated", { gpus: 8, tolerations: ["team"] }, []],
    ["more GPUs than a node has", { gpus: 3, tolerations: ["team", "drain"] }, [4]],
    ["NICs", { nics: 2 }, [0]],
    ["too many NICs", { nics: 3 }, []],
  ])("%s", (_, pod, nodes) => {
    expect(eligibleNodes(pod)).toEqual(nodes);
  });

  it("works out like pods once", () => {
    const pods = makePods([{ gpus: 1 }, { gpus: 1, cpu: 9 }, { gpus: 1, spec: "A" }, { gpus: 1 }]);
    const { classOf, nodes } = createEligibility(makeNodes(NODES), pods);
    expect([...classOf]).toEqual([0, 0, 1, 0]);
    expect(nodes).toHaveLength(2);
  });
});

describe("classes of nodes", () => {
  it("do not tell nodes apart by labels that nobody selects by", () => {
    const nodes = makeNodes(["a", "b", "c"].map((host, k) => ({ labels: { host, half: k < 2 ? "1" : "2" } })));
    const { nodeClassOf, classOf } = createEligibility(nodes, makePods([{ nodeSelector: { half: "1" } }, {}]), [0]);
    expect([...nodeClassOf]).toEqual([0, 0, 1]);
    expect([...classOf]).toEqual([0, -1]);
  });
});

describe("unplacedReason", () => {
  const reason = (pod: PodSpec, full: number[] = []) => {
    const fillers = full.map((node) => ({ gpus: NODES[node].gpus, cpu: 100_000, tolerations: ["team", "drain"] }));
    const { cluster, eligibility } = makeWorld(NODES, [pod, ...fillers]);
    full.forEach((node, k) => {
      occupy(cluster, k + 1, node, [...Array(NODES[node].gpus).keys()]);
    });
    return unplacedReason(cluster, eligibility, 0);
  };

  it("names the constraint that no node of the cluster satisfies", () => {
    expect(reason({ gpus: 1, spec: "Z" })).toBe("gpu_spec");
    expect(reason({ gpus: 1, nodeSelector: { disk: "tape" } })).toBe("selector");
    expect(reason({ gpus: 1, spec: "C" })).toBe("taint");
    expect(reason({ gpus: 9, tolerations: ["team", "drain"] })).toBe("no_fit");
    expect(reason({ nics: 3 })).toBe("no_fit");
  });

  it("asks the selector before the model and the model before taints", () => {
    expect(reason({ gpus: 1, spec: "A", nodeSelector: { tier: "1" } })).toBe("gpu_spec");
    expect(reason({ gpus: 1, spec: "Z", nodeSelector: { disk: "tape" } })).toBe("selector");
  });

  it("names what bars the nodes that have room when the allowed ones are full", () => {
    expect(reason({ gpus: 1, spec: "B" }, [1])).toBe("gpu_spec");
    expect(reason({ gpus: 1 }, [0, 1])).toBe("taint");
    expect(reason({ gpus: 1 }, [0, 1, 2, 4])).toBe("no_fit");
    expect(reason({ gpus: 2, cpu: 200_000 })).toBe("no_fit");
  });

  it("leaves the topology when an allowed node has room", () => {
    expect(reason({ gpus: 2, requiredLevel: "nvlink" })).toBe("topology");
  });
});
