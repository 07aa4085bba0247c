import { describe, expect, it } from "vitest";
import { compileMapping } from "../../../src/capacity/compile-mapping.js";
import { type PlanFileInput, parsePlanFile } from "../../../src/capacity/index.js";
import { ioCheck } from "../../../src/capacity/io-check.js";
import { packPools } from "../../../src/capacity/packed-pool.js";
import { placeDemand } from "../../../src/capacity/place-demand.js";
import { poolPaths, poolPeaks } from "../../../src/capacity/pool-paths.js";
import { poolResult } from "../../../src/capacity/pool-results.js";
import { reserveWindows } from "../../../src/capacity/reserve-windows.js";
import { riskCurve } from "../../../src/capacity/risk-curve.js";
import { MONDAY, makeContext } from "./make-input.js";

type Sections = Omit<PlanFileInput, "version">;
const two: Sections["pools"] = [
  { name: "p", nodes: 1, gpus_per_node: 10, io: { gbytes_per_s: 1 } },
  { name: "q", nodes: 2, gpus_per_node: 10 },
];
const setting = (sections: Sections, queues: string[]) => {
  const file = parsePlanFile({ version: 1, ...sections });
  const mapping = compileMapping(file.pools ?? [], file.mapping ?? [], queues);
  return { pools: packPools(file.pools ?? [], mapping, undefined, queues, 0), mapping };
};
const paths = (data: number[][], horizon: number) => ({
  ids: data.map((_, i) => "abc"[i]),
  n: data[0].length / horizon,
  horizon,
  start: MONDAY,
  stepMs: 3_600_000,
  data: data.map((values) => Float64Array.from(values)),
});

describe("compileMapping", () => {
  it("places higher priority first, then in the order of the file, and gives the wildcard the rest", () => {
    const { mapping } = setting(
      {
        pools: two,
        mapping: [
          { queue: "*", pools: ["p"] },
          { queue: "b", pools: ["q"] },
          { queue: "c", pools: ["q", "p"], priority: 5 },
        ],
      },
      ["a", "b", "c"],
    );
    expect(mapping.entries.map(({ queues, pools }) => [queues, pools])).toEqual([
      [[2], [1, 0]],
      [[0], [0]],
      [[1], [1]],
    ]);
    expect(mapping.entryOf).toEqual([1, 2, 0]);
    expect(mapping.warnings).toEqual([]);
  });

  it("refuses a queue that no pool takes", () => {
    expect(() => setting({ pools: two, mapping: [{ queue: "a", pools: ["p"] }] }, ["a", "b"])).toThrow(
      'no pool takes queue "b": add { queue: b, pools: [p] } or { queue: "*", pools: [p] } to mapping',
    );
  });

  it("warns of a pool that no queue maps to and of an unknown queue", () => {
    const { mapping } = setting(
      {
        pools: two,
        mapping: [
          { queue: "*", pools: ["p"] },
          { queue: "bb", pools: ["q"] },
        ],
      },
      ["a", "b"],
    );
    expect(mapping.warnings).toEqual([
      'mapping names queue "bb", which the demand does not hold; the nearest queue is "b"',
      'no queue maps to pool "q": its 2 nodes stay idle in this plan; name it in mapping',
    ]);
  });
});

describe("placeDemand", () => {
  const entry = { queues: [0], pools: [0, 1], shares: null as number[] | null, spotShare: 0, rate: null };
  const place = (demand: number, room: number[], shares: number[] | null = null) => {
    const left = Float64Array.from(room);
    const placed = new Float64Array(2);
    const overflow = new Float64Array(2);
    placeDemand({ ...entry, shares }, demand, left, placed, overflow);
    return [[...placed], [...overflow], [...left]];
  };

  it("fills by preference; what fits nowhere stays with the first pool", () => {
    expect(place(7, [10, 20])).toEqual([
      [7, 0],
      [0, 0],
      [3, 20],
    ]);
    expect(place(15, [10, 20])).toEqual([
      [10, 5],
      [0, 0],
      [0, 15],
    ]);
    expect(place(40, [10, 20])).toEqual([
      [10, 20],
      [10, 0],
      [0, 0],
    ]);
  });

  it("splits by shares, without spilling over", () => {
    expect(place(40, [10, 40], [0.5, 0.5])).toEqual([
      [10, 20],
      [10, 0],
      [0, 20],
    ]);
  });
});

describe("pool sections", () => {
  const sections: Sections = {
    pools: two,
    mapping: [
      { queue: "a", pools: ["p", "q"], gbytes_per_s_per_gpu: 0.15, priority: 1 },
      { queue: "b", pools: ["q"] },
    ],
  };
  // Two paths of two hours. Path 0: 5 and 35 GPUs of a; path 1: 8 and 12.
  const set = paths(
    [
      [5, 35, 8, 12],
      [2, 2, 0, 25],
    ],
    2,
  );
  const { pools, mapping } = setting(sections, ["a", "b"]);
  const context = makeContext(sections, 2);
  const loads = poolPaths(set, mapping, pools);

  it("lays every path over the pools", () => {
    // Hour 1 of path 0: a fills p (10) and q (20), 5 overflow to p; b finds no room and stays with q.
    expect([...loads[0].load]).toEqual([5, 15, 8, 10]);
    expect([...loads[1].load]).toEqual([2, 22, 0, 27]);
    expect(poolPeaks(set, mapping, pools).map((p) => [...p])).toEqual([
      [15, 10],
      [22, 27],
    ]);
    expect([...loads[0].shortHours]).toEqual([1, 0]);
    expect([...loads[0].shortGpuHours]).toEqual([5, 0]);
    expect([...loads[0].shortByHour]).toEqual([0, 0.5]);
    // p and its stand-in q carry together what is placed on both, and p's overflow.
    expect([...loads[0].together]).toEqual([7, 35, 8, 30]);
    expect(loads[0].standInGpus).toBe(20);
    expect(loads[1].together).toBe(loads[1].load);
  });

  it("counts needs, shortfalls and reserve windows", () => {
    const result = poolResult(pools[0], loads[0], ["a"], context);
    expect(result.need).toEqual([
      { level: 50, nodes: 1 },
      { level: 80, nodes: 2 },
      { level: 95, nodes: 2 },
    ]);
    expect(result.shortfall.map(({ nodes }) => nodes)).toEqual([0, 1, 1]);
    expect(result.pShortfall).toBe(0.5);
    expect(result.gpuHours.mean).toBe(19);
    expect(reserveWindows(result, loads[0], context)).toEqual([
      {
        pool: "p",
        weekStart: "2020-01-06T00:00:00Z",
        from: "2020-01-06T01:00:00Z",
        to: "2020-01-06T02:00:00Z",
        nodes: 1,
        pShortfall: 0.5,
      },
    ]);
  });

  it("checks the storage against the placed GPUs only", () => {
    const check = ioCheck(pools[0], loads[0], [], [80, 95]);
    // Placed on p: 5, 10, 8, 10 GPUs at 0.15 GB/s: 1.5 GB/s of 1 GB/s in three hours.
    expect(check).toMatchObject({ pAnyHour: 1, bottleneck: true, gbytesPerS: 1 });
    expect(check?.hoursAtRisk.mean).toBe(1.5);
    expect(check?.peakGbytesPerS.mean).toBeCloseTo(1.5, 12);
    expect(ioCheck(pools[1], loads[1], [], [80])).toBeNull();
  });

  it("draws a risk curve that falls with every node", () => {
    const { points, nodesHave } = riskCurve(pools[0], loads[0], context);
    expect(nodesHave).toBe(1);
    expect(points.map(({ nodes, pAnyHour }) => [nodes, pAnyHour])).toEqual([
      [1, 0.5],
      [2, 0],
    ]);
    expect(points[0].wait.p95Minutes).toBeGreaterThan(0);
    expect(points[1].wait.p95Minutes).toBe(0);
  });
});
