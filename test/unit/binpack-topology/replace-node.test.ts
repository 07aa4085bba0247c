import { describe, expect, it } from "vitest";
import { occupy } from "../../../src/binpack/cluster.js";
import { replaceNode } from "../../../src/binpack/topology/replace-node.js";
import { violations } from "./judge.js";
import { makeWorld, type NodeSpec, type PodSpec, times } from "./world.js";

/** Two zones; racks r1 (nodes 0, 1), r2 (2) in one block, r3 (3) in another, r1 of the other zone (4). */
const NODES: NodeSpec[] = [
  { gpus: 4, zone: "z", block: "b1", rack: "r1" },
  { gpus: 4, zone: "z", block: "b1", rack: "r1" },
  { gpus: 4, zone: "z", block: "b1", rack: "r2" },
  { gpus: 4, zone: "z", block: "b2", rack: "r3" },
  { gpus: 4, zone: "y", block: "b1", rack: "r1" },
];

function fail(pods: PodSpec[], at: [node: number, gpus: number[]][], failed = 0) {
  const world = makeWorld(NODES, pods);
  const { cluster, topology, eligibility, placer } = world;
  at.forEach(([node, gpus], pod) => {
    occupy(cluster, pod, node, gpus);
  });
  const before = cluster.nodeOf.slice();
  const out = replaceNode(cluster, topology, eligibility, failed, placer);
  expect(violations(cluster)).toEqual([]);
  before.forEach((node, pod) => {
    if (node !== failed) expect(cluster.nodeOf[pod]).toBe(node);
    else expect(cluster.nodeOf[pod]).not.toBe(failed);
  });
  return out.map(({ pod, to, within, reason }) => [pod, to, within, reason]);
}

describe("replaceNode", () => {
  it("stays as near as there is room: rack, block, zone, anywhere", () => {
    const lost: PodSpec[] = times(4, { gpus: 1 });
    const on: [number, number[]][] = [0, 1, 2, 3].map((g) => [0, [g]]);
    const holders: PodSpec[] = times(3, { gpus: 3 });
    const busy: [number, number[]][] = [1, 2, 3].map((node) => [node, [0, 1, 2]]);
    expect(fail([...lost, ...holders], [...on, ...busy])).toEqual([
      [0, 1, "rack", null],
      [1, 2, "block", null],
      [2, 3, "zone", null],
      [3, 4, null, null],
    ]);
  });

  it("places pods of high priority first, then large ones, and says why one found nothing", () => {
    const lost: PodSpec[] = [{ gpus: 1 }, { gpus: 2 }, { gpus: 1, priority: 5 }];
    const holders: PodSpec[] = [{ gpus: 1 }, ...times(3, { gpus: 4 })];
    const at: [number, number[]][] = [
      [0, [0]],
      [0, [1, 2]],
      [0, [3]],
      [1, [0]],
    ];
    const busy: [number, number[]][] = [2, 3, 4].map((node) => [node, [0, 1, 2, 3]]);
    expect(fail([...lost, ...holders], [...at, ...busy])).toEqual([
      [2, 1, "rack", null],
      [1, 1, "rack", null],
      [0, -1, null, "no_fit"],
    ]);
  });

  it("keeps what is left of a gang in its required domain, and places its lost pods together or not at all", () => {
    const gang = times(3, { gpus: 1, group: "g", requiredLevel: "rack" as const });
    const at: [number, number[]][] = [
      [0, [0]],
      [0, [1]],
      [1, [0]],
    ];
    expect(fail(gang, at)).toEqual([
      [0, 1, "rack", null],
      [1, 1, "rack", null],
    ]);
    const busy: [number, number[]] = [1, [1, 2]];
    expect(fail([...gang, { gpus: 2 }], [...at, busy])).toEqual([
      [0, -1, null, "topology"],
      [1, -1, null, "topology"],
    ]);
  });

  it("moves a gang that was lost whole to another domain of its level", () => {
    const gang = times(2, { gpus: 2, group: "g", requiredLevel: "rack" as const });
    const busy: PodSpec[] = [{ gpus: 3 }];
    expect(
      fail(
        [...gang, ...busy],
        [
          [0, [0, 1]],
          [0, [2, 3]],
          [1, [0, 1, 2]],
        ],
      ),
    ).toEqual([
      [0, 2, "block", null],
      [1, 2, "block", null],
    ]);
  });
});
