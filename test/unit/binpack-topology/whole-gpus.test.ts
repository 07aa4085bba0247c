import { describe, expect, it } from "vitest";
import { occupy } from "../../../src/binpack/cluster.js";
import { wholeGpus } from "../../../src/binpack/topology/whole-gpus.js";
import { makeWorld, type NodeSpec } from "./world.js";

/** Which of the node's GPUs are taken when these are busy. */
function pick(node: NodeSpec, busy: number[], wanted: number) {
  const { cluster } = makeWorld([node], [...busy.map(() => ({ gpus: 1, milli: 1 })), { gpus: wanted }]);
  busy.forEach((g, k) => {
    occupy(cluster, k, 0, [g]);
  });
  return wholeGpus(cluster, 0, wanted);
}

describe("wholeGpus", () => {
  it("takes the lowest free ones of a node without islands", () => {
    expect(pick({ gpus: 8 }, [0, 2], 3)).toEqual([1, 3, 4]);
    expect(pick({ gpus: 4 }, [0, 2], 3)).toBeNull();
  });

  it("stays in one island, the one with the fewest free that are enough", () => {
    expect(pick({ gpus: 8, nvlink: 4 }, [0], 2)).toEqual([1, 2]);
    expect(pick({ gpus: 8, nvlink: 4 }, [0, 1, 2], 2)).toEqual([4, 5]);
    expect(pick({ gpus: 8, nvlink: 4 }, [], 4)).toEqual([0, 1, 2, 3]);
    expect(pick({ gpus: 8, nvlink: 4 }, [5], 1)).toEqual([4]);
  });

  it("uses as few islands as possible when one is not enough", () => {
    expect(pick({ gpus: 12, nvlink: 4 }, [0, 1, 4], 6)).toEqual([2, 3, 8, 9, 10, 11]);
    expect(pick({ gpus: 8, nvlink: 2 }, [0, 2, 4], 3)).toEqual([1, 6, 7]);
  });

  it("is NUMA-local inside the island", () => {
    expect(pick({ gpus: 8, nvlink: 4, numa: 2 }, [0], 2)).toEqual([2, 3]);
    expect(pick({ gpus: 8, numa: 4 }, [0, 1], 3)).toEqual([4, 5, 6]);
    expect(pick({ gpus: 8, numa: 4 }, [0, 1], 2)).toEqual([2, 3]);
  });
});
