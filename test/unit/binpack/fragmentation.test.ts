import { describe, expect, it } from "vitest";
import { type Cluster, createCluster } from "../../../src/binpack/cluster.js";
import { fragmentLoss } from "../../../src/binpack/fragment-loss.js";
import { fragmentation } from "../../../src/binpack/fragmentation.js";
import { fragmentationGradientDescent, sigmoidSteps } from "../../../src/binpack/policies/fgd.js";
import { typicalPods } from "../../../src/binpack/typical-pods.js";
import { tabulateUsable } from "../../../src/binpack/usable.js";
import { nodesOf, podsOf } from "./lists.js";

type Row = [number, number, number, number, string?];
const times = (n: number, row: Row): Row[] => Array.from({ length: n }, () => row);

/** 40 % shares of 500, 25 % single GPUs, 15 % pairs, 10 % without GPU, 10 % shares of 300 that want a V. */
const LIST = podsOf([
  ...times(8, [4000, 0, 1, 500]),
  ...times(5, [8000, 0, 1, 1000]),
  ...times(3, [16_000, 0, 2, 1000]),
  ...times(2, [2000, 0, 0, 0]),
  ...times(2, [4000, 0, 1, 300, "V"]),
]);
const TYPICAL = typicalPods(LIST, 1);

/** Six states: model, CPU left, lefts. */
const STATES: [model: string, cpu: number, left: number[]][] = [
  ["V", 32_000, [1000, 1000]],
  ["W", 32_000, [1000, 1000]],
  ["W", 32_000, [500, 200]],
  ["V", 6000, [1000, 400]],
  ["V", 1000, [1000]],
  ["V", 10_000, [0, 0]],
];

function inStates(pods = podsOf([])): Cluster {
  const nodes = nodesOf(STATES.map(([model, cpu, left]) => [cpu, 0, left.length, model]));
  const cluster = createCluster(nodes, pods);
  STATES.forEach(([, , left], node) => {
    cluster.gpuLeft.set(left, cluster.gpuStart[node]);
  });
  return cluster;
}

describe("fragmentation F", () => {
  // Worked by hand, kind by kind in the order of LIST.
  const byHand = [
    0.1 * 2000, // only the pods without GPU, which count everything left
    0.1 * 2000 + 0.1 * 2000, // and those that want a V
    0.4 * 200 + (0.25 + 0.15 + 0.1 + 0.1) * 700, // a share of 500 can use the 500, not the 200
    0.4 * 400 + (0.25 + 0.15 + 0.1) * 1400 + 0.1 * 0, // CPU for 4000, not for 8000
    1000, // no CPU for anything
    0, // nothing left
  ];

  it("is what the definition gives by hand in six states", () => {
    expect(byHand.map((f) => Math.round(f))).toEqual([200, 400, 500, 860, 1000, 0]);
    const f = fragmentation(inStates(), TYPICAL);
    byHand.forEach((value, node) => {
      expect(f[node]).toBeCloseTo(value, 9);
    });
  });
});

describe("the decrease D", () => {
  const asked = podsOf([
    [4000, 0, 1, 500],
    [8000, 0, 1, 1000],
    [28_000, 0, 0, 0],
    [1000, 0, 1, 200],
  ]);
  const cluster = inStates(asked);
  const loss = fragmentLoss(cluster, tabulateUsable(TYPICAL, cluster.nodes));
  const cases: [what: string, pod: number, node: number, d: number, gpu: number | null, score: number][] = [
    ["a share opens a pair", 0, 0, 200 - (0.25 * 500 + 0.15 * 1500 + 0.1 * 1500), 0, 42],
    ["a share closes a hole", 0, 2, 500 - 200, 0, 57],
    ["a whole GPU breaks a pair", 1, 0, 200 - (0.15 * 1000 + 0.1 * 1000), null, 48],
    ["CPU alone strands GPUs", 2, 0, 200 - (0.25 * 2000 + 0.15 * 2000 + 0.1 * 2000), null, 31],
    ["a small share goes to the smaller hole", 3, 3, 860 - (0.4 * 200 + 0.5 * 1200 + 0.1 * 200), 1, 53],
  ];

  it.each(cases)("is right when %s", (_, pod, node, d, gpu, score) => {
    expect(loss.decrease(pod, node) / 20).toBeCloseTo(d, 9);
    if (gpu !== null) expect(loss.bestGpu(pod, node)).toBe(gpu);
    const policy = fragmentationGradientDescent(cluster, TYPICAL);
    expect(policy.score(pod, node)).toBe(score);
  });
});

describe("the score of fgd", () => {
  it("steps where floor(100 / (1 + exp(−D / 1000))) does", () => {
    const steps = sigmoidSteps(1);
    const score = (d: number): number => Math.floor(100 / (1 + Math.exp(-d / 1000)));
    for (let k = 0; k < 99; k++) {
      expect(score(steps[k])).toBe(k + 1);
      expect(score(steps[k] - 1)).toBe(k);
    }
    expect(steps[49]).toBe(0);
  });
});

describe("typicalPods", () => {
  it("keeps the shortest prefix that covers the share, renormalised", () => {
    const { n, count, frequency, gpus, milli } = typicalPods(LIST, 0.8);
    expect([n, [...count]]).toEqual([3, [8, 5, 3]]);
    expect([...frequency]).toEqual([8 / 16, 5 / 16, 3 / 16]);
    expect([...gpus].map((g, kind) => [g, milli[kind]])).toEqual([
      [1, 500],
      [1, 1000],
      [2, 1000],
    ]);
  });

  it("orders equal counts by CPU, share, GPUs and models, all descending", () => {
    const { cpu, milli, gpus, spec } = typicalPods(
      podsOf([
        [1000, 0, 1, 300],
        [2000, 0, 1, 300],
        [1000, 0, 1, 300, "A"],
        [1000, 0, 1, 400],
        [1000, 0, 2, 1000],
      ]),
      1,
    );
    expect([...cpu].map((c, k) => [c, milli[k], gpus[k], spec[k]])).toEqual([
      [2000, 300, 1, ""],
      [1000, 1000, 2, ""],
      [1000, 400, 1, ""],
      [1000, 300, 1, "A"],
      [1000, 300, 1, ""],
    ]);
  });

  it("refuses a share that is none, and is empty for an empty list", () => {
    expect(() => typicalPods(LIST, 0)).toThrow("typical share must lie in (0, 1], got 0");
    expect(() => typicalPods(LIST, Number.NaN)).toThrow("typical share");
    expect(typicalPods(podsOf([])).n).toBe(0);
    expect([...fragmentation(inStates(), typicalPods(podsOf([])))]).toEqual([0, 0, 0, 0, 0, 0]);
  });
});
