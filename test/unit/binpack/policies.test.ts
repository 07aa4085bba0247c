import { describe, expect, it } from "vitest";
import { type Cluster, createCluster, occupy } from "../../../src/binpack/cluster.js";
import { bestFit } from "../../../src/binpack/policies/best-fit.js";
import { clustering } from "../../../src/binpack/policies/clustering.js";
import { cpuNeed, cpuShortfall } from "../../../src/binpack/policies/cpu-need.js";
import { dotProduct } from "../../../src/binpack/policies/dot-product.js";
import { holeValues } from "../../../src/binpack/policies/hole-values.js";
import { packing } from "../../../src/binpack/policies/packing.js";
import { randomNode } from "../../../src/binpack/policies/random-node.js";
import { typicalPods } from "../../../src/binpack/typical-pods.js";
import { createRandom } from "../../../src/core/random.js";
import { nodesOf, podsOf } from "./lists.js";

const nodes = nodesOf([
  [96_000, 100, 8, "A"],
  [64_000, 100, 2, "A"],
  [8000, 100, 0, ""],
]);
const pods = podsOf([
  [4000, 1, 1, 300],
  [8000, 1, 1, 1000],
  [16_000, 1, 2, 1000],
  [2000, 1, 0, 0],
  [4000, 1, 1, 800],
]);

function withLefts(lefts: number[], node = 0): Cluster {
  const cluster = createCluster(nodes, pods);
  cluster.gpuLeft.set(lefts, cluster.gpuStart[node]);
  return cluster;
}

describe("scores by hand", () => {
  it("bestfit and dotprod are whole numbers of their formulas", () => {
    const cluster = createCluster(nodes, pods);
    // 100 (1 − 0.5 · 92/128 − 0.5 · 7.7/8) = 15.9375; 100 (1 − (96/128 · 4/128 + 8/8 · 0.3/8) / 2) = 96.95…
    expect([bestFit(cluster).score(0, 0), dotProduct(cluster).score(0, 0)]).toEqual([15, 96]);
    // Without a GPU: 100 (1 − 0.5 · 6/128) = 97.65…; 100 (1 − (8/128 · 2/128) / 2) = 99.95…
    expect([bestFit(cluster).score(3, 2), dotProduct(cluster).score(3, 2)]).toEqual([97, 99]);
  });

  it("packing prefers GPUs in use, then nodes in use, then free nodes", () => {
    const free = packing(withLefts([]));
    expect([free.score(0, 0), free.score(0, 1), free.score(3, 0)]).toEqual([25, 31, 0]);
    const used = packing(withLefts([300, 500, 1000, 1000, 1000, 1000, 1000, 1000]));
    expect([used.score(0, 0), used.shareGpu(0, 0)]).toEqual([97, 0]);
    expect([used.score(1, 0), used.score(2, 0)]).toEqual([49, 48]);
    // The share of 800 must open a free GPU.
    expect([used.score(4, 0), used.shareGpu(4, 0)]).toEqual([49, 2]);
    expect(packing(withLefts([999, 0], 1)).score(4, 1)).toBe(91);
  });

  it("clustering tells one class, others too, none, and only others", () => {
    const cluster = createCluster(nodes, pods);
    const policy = clustering(cluster);
    const put = (pod: number, gpus: number[]) => {
      occupy(cluster, pod, 0, gpus);
      policy.moved?.(pod, 0, 1);
    };
    expect([policy.score(0, 0), policy.score(0, 1), policy.score(3, 0)]).toEqual([25, 43, 0]);
    put(0, [0]);
    put(3, []);
    expect([policy.score(4, 0), policy.score(1, 0)]).toEqual([75, 0]);
    put(1, [1]);
    expect([policy.score(4, 0), policy.score(1, 0), policy.score(2, 0)]).toEqual([54, 54, 4]);
    policy.moved?.(0, 0, -1);
    expect([policy.score(4, 0), policy.score(1, 0)]).toEqual([4, 79]);
  });

  it("random takes every node and GPU that fits, and no other", () => {
    const cluster = withLefts([200, 300, 1000, 0, 0, 0, 0, 299]);
    const policy = randomNode(cluster, createRandom(7));
    const seen = new Map<number, number>();
    for (let k = 0; k < 400; k++) seen.set(policy.shareGpu(0, 0), (seen.get(policy.shareGpu(0, 0)) ?? 0) + 1);
    expect([...seen.keys()].sort()).toEqual([1, 2]);
    const picks = Array.from({ length: 900 }, () => policy.pick?.([4, 8, 9]));
    for (const node of [4, 8, 9]) expect(picks.filter((pick) => pick === node).length).toBeGreaterThan(240);
  });
});

describe("hole values", () => {
  it("price shares by how many fill a GPU, and what fits beside others by nothing", () => {
    const list = podsOf([
      ...Array.from({ length: 40 }, (): [number, number, number, number] => [1000, 0, 1, 810]),
      ...Array.from({ length: 20 }, (): [number, number, number, number] => [1000, 0, 1, 470]),
      ...Array.from({ length: 5 }, (): [number, number, number, number] => [1000, 0, 1, 160]),
      [9000, 0, 4, 1000],
    ]);
    const typical = typicalPods(list, 1);
    const values = holeValues(typical);
    const worth = new Map([...typical.milli].map((milli, kind) => [milli, values.kinds[kind]]));
    expect([worth.get(810), worth.get(470), worth.get(160), worth.get(1000)]).toEqual([1000, 500, 0, 4000]);
    const holes = values.of("A");
    expect([holes[0], holes[469], holes[470], holes[810], holes[1000]]).toEqual([0, 0, 500, 1000, 1000]);
  });

  it("are priced by sizes rounded up where there are many sizes", () => {
    const list = podsOf(Array.from({ length: 600 }, (_, k): [number, number, number, number] => [1000, 0, 1, 201 + k]));
    const values = holeValues(typicalPods(list, 1));
    const holes = values.of("A");
    expect(holes[209]).toBe(0);
    // The worths are rounded one by one, so a fill may be a few thousandths off a whole GPU.
    expect(Math.abs(holes[1000] - 1000)).toBeLessThan(4);
    expect([...holes].every((worth, g) => g === 0 || worth >= holes[g - 1])).toBe(true);
    expect([...values.kinds].every((worth) => worth > 0 && worth <= 1000)).toBe(true);
  });

  it("are nothing on a model that no typical pod accepts", () => {
    const typical = typicalPods(
      podsOf([
        [1000, 0, 1, 500, "A"],
        [1000, 0, 0, 0],
      ]),
      1,
    );
    expect(holeValues(typical).of("B")[1000]).toBe(0);
    expect(holeValues(typical).of("A")[1000]).toBe(1000);
    expect(holeValues(typicalPods(podsOf([]))).of("A")[1000]).toBe(0);
  });
});

describe("the need for CPU", () => {
  const typical = typicalPods(
    podsOf([
      [8000, 0, 1, 1000],
      [4000, 0, 1, 1000],
      [12_000, 0, 0, 0],
    ]),
    1,
  );
  const { kinds } = holeValues(typical);

  it("is that of pods with GPUs while CPU suffices, and of all where it does not", () => {
    expect(cpuNeed(typical, kinds, nodesOf([[64_000, 0, 4, "A"]])).mean).toBe(6);
    expect(cpuNeed(typical, kinds, nodesOf([[40_000, 0, 4, "A"]])).mean).toBe(12);
    // Nodes without GPUs take what they can of the pods without GPUs.
    expect(
      cpuNeed(
        typical,
        kinds,
        nodesOf([
          [38_000, 0, 4, "A"],
          [8000, 0, 0, ""],
        ]),
      ).mean,
    ).toBe(10);
    expect(cpuNeed(typical, kinds, nodesOf([[40_000, 0, 0, ""]]))).toEqual({ mean: 0, variance: 0 });
  });

  it("falls short where little CPU is left for much GPU", () => {
    const need = { mean: 6, variance: 4000 };
    expect(cpuShortfall(need, 0, 5000)).toBe(0);
    expect(cpuShortfall({ mean: 6, variance: 0 }, 2000, 6000)).toBe(1000);
    expect(cpuShortfall({ mean: 6, variance: 0 }, 1000, 6000)).toBe(0);
    const falling = [0, 4000, 8000, 12_000, 24_000].map((cpu) => cpuShortfall(need, 2000, cpu));
    expect([...falling].sort((a, b) => b - a)).toEqual(falling);
    expect(falling[4]).toBeGreaterThan(0);
    expect(cpuShortfall({ mean: 0, variance: 0 }, 2000, 0)).toBe(0);
  });
});
