import { describe, expect, it } from "vitest";
import { occupy } from "../../../src/binpack/cluster.js";
import { createTopology } from "../../../src/binpack/topology/domains.js";
import { type GangOptions, placeGang } from "../../../src/binpack/topology/place-gang.js";
import { makeNodes, makeWorld, type NodeSpec, type PodSpec, times } from "./world.js";

/** Places the gang beside pods that hold all GPUs of some nodes; the nodes of its pods, or the reasons. */
function placed(
  nodes: NodeSpec[],
  gang: PodSpec[],
  options: Partial<GangOptions> = {},
  busy: Record<number, number> = {},
) {
  const holders = Object.entries(busy);
  const pods = [...gang.map((pod) => ({ group: "g", ...pod })), ...holders.map(([, gpus]) => ({ gpus }))];
  const { cluster, topology, eligibility, placer } = makeWorld(nodes, pods);
  holders.forEach(([node, gpus], k) => {
    occupy(cluster, gang.length + k, Number(node), [...Array(gpus).keys()]);
  });
  const reasons = placeGang(cluster, topology, eligibility, [...gang.keys()], placer, options);
  return reasons ?? [...cluster.nodeOf.subarray(0, gang.length)];
}

/** Racks of nodes with 8 GPUs. */
const racks = (...sizes: number[]): NodeSpec[] =>
  sizes.flatMap((size, rack) =>
    times(size, { gpus: 8, zone: "z", block: `b${Math.floor(rack / 2)}`, rack: `r${rack}` }),
  );

const count = (nodes: unknown[], ...of: number[]) => nodes.filter((node) => of.includes(node as number)).length;

describe("createTopology", () => {
  it("tells racks of one name in different blocks apart", () => {
    const place = (block: string) => ({ gpus: 8, zone: "z", block, rack: "r1" });
    const { rack, block, zone } = createTopology(makeNodes([place("b1"), place("b2"), place("b1")]));
    expect([...rack.of]).toEqual([0, 1, 0]);
    expect(rack.path).toEqual(["z/b1/r1", "z/b2/r1"]);
    expect([...block.of]).toEqual([0, 1, 0]);
    expect([...zone.of]).toEqual([0, 0, 0]);
  });

  it("knows no neighbours of nodes without a name", () => {
    const { rack, zone } = createTopology(makeNodes([{}, {}, { rack: "r" }, { rack: "r" }]));
    expect([...rack.of]).toEqual([0, 1, 2, 2]);
    expect([...zone.of]).toEqual([0, 1, 2, 2]);
  });
});

describe("placeGang", () => {
  const gpu8 = { gpus: 8 };

  it("keeps a required rack or places nothing", () => {
    const nodes = racks(2, 3, 2);
    expect(placed(nodes, times(3, { ...gpu8, requiredLevel: "rack" as const }))).toEqual([2, 3, 4]);
    const four = times(4, { ...gpu8, requiredLevel: "rack" as const });
    expect(placed(nodes, four)).toEqual(times(4, "topology"));
    expect(placed(nodes, times(8, { ...gpu8, requiredLevel: "rack" as const }))).toEqual(times(8, "gang"));
  });

  it("does not take two racks of one name for one", () => {
    const nodes = ["b1", "b2"].map((block) => ({ gpus: 8, zone: "z", block, rack: "r1" }));
    expect(placed(nodes, times(2, { ...gpu8, requiredLevel: "rack" as const }))).toEqual(["topology", "topology"]);
    expect(placed(nodes, times(2, { ...gpu8, requiredLevel: "zone" as const }))).toEqual([0, 1]);
  });

  it("takes the domain with the least free capacity, without a level too", () => {
    for (const level of [{}, { requiredLevel: "rack" as const }, { preferredLevel: "rack" as const }]) {
      const nodes = racks(2, 2, 2);
      expect(placed(nodes, times(4, { gpus: 1, ...level }), {}, { 0: 1, 2: 6, 4: 3 })).toEqual([2, 2, 3, 3]);
      // 10 GPUs are left in the second rack: 12 pods go to the next fuller one.
      const twelve = placed(nodes, times(12, { gpus: 1, ...level }), {}, { 0: 1, 2: 6, 4: 3 });
      expect(count(twelve, 4, 5)).toBe(12);
    }
  });

  it("goes to the block, then the zone, when no preferred rack has room", () => {
    const nodes = [...racks(1, 2, 2, 2), { gpus: 8, zone: "y", block: "b", rack: "r" }];
    const three = placed(nodes, times(3, { ...gpu8, preferredLevel: "rack" as const }));
    expect(three).toEqual([0, 1, 2]);
    const five = placed(nodes, times(5, { ...gpu8, preferredLevel: "rack" as const }));
    expect(count(five, 7)).toBe(0);
    expect(count(five, 1, 2, 3, 4, 5, 6)).toBe(5 - count(five, 0));
  });

  it("never goes wider than the required level", () => {
    const nodes = racks(1, 1, 1, 1);
    const pod = { ...gpu8, preferredLevel: "rack" as const, requiredLevel: "block" as const };
    expect(placed(nodes, times(2, pod))).toEqual([0, 1]);
    expect(placed(nodes, times(3, pod))).toEqual(times(3, "topology"));
  });

  it("spreads over as few domains as possible", () => {
    const nodes = ["a", "b", "c", "d"].flatMap((zone, k) => times([1, 3, 2, 1][k], { gpus: 8, zone, rack: "r" }));
    const used = placed(nodes, times(5, { ...gpu8, preferredLevel: "rack" as const }));
    expect(count(used, 1, 2, 3)).toBe(3);
    expect(count(used, 4, 5)).toBe(2);
  });

  it("splits evenly only when asked to", () => {
    const nodes = times(2, { gpus: 15 }).map((node, k) => ({ ...node, zone: `z${k}`, rack: "r" }));
    const pods = times(16, { gpus: 1 });
    const even = placed(nodes, pods, { balanced: true });
    expect([count(even, 0), count(even, 1)]).toEqual([8, 8]);
    const uneven = placed(nodes, pods);
    expect(count(uneven, 0) + count(uneven, 1)).toBe(16);
    expect(Math.max(count(uneven, 0), count(uneven, 1))).toBeLessThanOrEqual(15);
  });

  it("balances a large mixed gang too", () => {
    const nodes = times(3, { gpus: 40 }).map((node, k) => ({ ...node, cpu: 1e6, zone: `z${k}`, rack: "r" }));
    const pods = Array.from({ length: 60 }, (_, k) => ({ gpus: 1, cpu: 100 + k }));
    const even = placed(nodes, pods, { balanced: true });
    expect([0, 1, 2].map((node) => count(even, node)).sort()).toEqual([0, 30, 30]);
  });

  it("finds room for a large gang of few kinds where the policy fails", () => {
    // The policy puts the pod without CPU on node 0, where only one of the others would have had room for it.
    const nodes = [
      { gpus: 1, cpu: 1000, rack: "r" },
      { gpus: 10, cpu: 9000, rack: "r" },
    ];
    const pods: PodSpec[] = [...times(10, { gpus: 1, cpu: 1000 }), { gpus: 1, cpu: 0 }];
    const used = placed(nodes, pods);
    expect([count(used, 0), count(used, 1), used[10]]).toEqual([1, 10, 1]);
  });

  it("goes near its data first", () => {
    const nodes = ["y", "z"].flatMap((zone) => times(2, { gpus: 8, zone, rack: "r" }));
    expect(placed(nodes, times(2, { ...gpu8, dataZone: "z" }))).toEqual([2, 3]);
    expect(placed(nodes, [{ ...gpu8, dataZone: "z" }])).toEqual([2]);
    expect(placed(nodes, [{ ...gpu8, dataZone: "z" }], {}, { 2: 1, 3: 1 })).toEqual([0]);
  });

  it("keeps pods and gangs inside an NVLink island where they must be or can be", () => {
    const nodes: NodeSpec[] = times(2, { gpus: 4, nvlink: 2 });
    const pod = { gpus: 2, requiredLevel: "nvlink" as const };
    expect(placed(nodes, [pod], {}, { 0: 1 })).toEqual([0]);
    expect(placed([{ gpus: 3, nvlink: 2 }], [pod], {}, { 0: 1 })).toEqual(["topology"]);
    expect(placed(nodes, times(2, { gpus: 1, requiredLevel: "nvlink" as const }), {}, { 0: 3 })).toEqual([1, 1]);
    expect(placed(nodes, times(3, { gpus: 1, requiredLevel: "nvlink" as const }))).toEqual(times(3, "topology"));
    expect(placed(nodes, times(3, { gpus: 1, preferredLevel: "nvlink" as const }))).toEqual([0, 0, 0]);
  });

  it("names the pod that fits nowhere and leaves the rest to the gang", () => {
    const nodes = racks(2);
    expect(placed(nodes, [{ gpus: 1 }, { gpus: 1, spec: "Z" }, { gpus: 1 }])).toEqual(["gang", "gpu_spec", "gang"]);
    expect(placed(nodes, [{ gpus: 9 }, { gpus: 1 }])).toEqual(["no_fit", "gang"]);
  });
});
