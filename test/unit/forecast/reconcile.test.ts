import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/core/errors.js";
import { createRandom } from "../../../src/core/random.js";
import { type PathSet, reconcile, shrunkCovariance } from "../../../src/forecast/index.js";
import golden from "../../golden/forecast.golden.json" with { type: "json" };

const n = 40;
const horizon = 6;

function pathSet(ids: string[], seed: number, shift = 0): PathSet {
  const random = createRandom(seed);
  const data = ids.map(() => Float64Array.from({ length: n * horizon }, () => shift + 10 * random.uniform()));
  return { ids, n, horizon, start: 0, stepMs: 3_600_000, data };
}

function errorsOf(ids: string[], seed: number): Record<string, Float64Array> {
  const random = createRandom(seed);
  return Object.fromEntries(ids.map((id) => [id, Float64Array.from({ length: 50 }, () => random.normal())]));
}

const hierarchy = { nodes: { _total: ["a", "b", "c"], left: ["a", "b"] } };
const ids = ["a", "b", "c", "_total", "left"];

/** Largest difference between a node and the sum of its leaves. */
function incoherence({ ids: names, data }: PathSet): number {
  let worst = 0;
  for (const [node, leaves] of Object.entries(hierarchy.nodes)) {
    const total = data[names.indexOf(node)];
    const parts = leaves.map((leaf) => data[names.indexOf(leaf)]);
    for (let i = 0; i < total.length; i++) {
      worst = Math.max(worst, Math.abs(total[i] - parts.reduce((s, p) => s + p[i], 0)));
    }
  }
  return worst;
}

describe("reconcile", () => {
  it.each(["bu", "td", "mint"] as const)("%s is coherent in every path and step, and not negative", (method) => {
    const base = pathSet(ids, 1);
    const result = reconcile(base, hierarchy, method, errorsOf(ids, 2));
    expect(result.ids).toEqual(ids);
    expect(incoherence(result)).toBeLessThan(1e-9);
    expect(Math.min(...result.data.flatMap((d) => [...d]))).toBeGreaterThanOrEqual(0);
  });

  it("bu leaves the leaves and adds up the sums, in any order of the ids", () => {
    const base = pathSet(["_total", "c", "a", "b"], 1);
    const result = reconcile(base, { nodes: { _total: ["a", "b", "c"] } }, "bu");
    expect(result.ids).toEqual(["c", "a", "b", "_total"]);
    expect(result.data.slice(0, 3)).toEqual(base.data.slice(1));
  });

  it("td keeps the total and the leaves' shares; idle leaves share evenly", () => {
    const base = pathSet(ids, 3);
    for (const leaf of [0, 1, 2]) base.data[leaf][0] = 0;
    const { data } = reconcile(base, hierarchy, "td");
    for (let i = 0; i < n * horizon; i++) expect(data[3][i]).toBeCloseTo(base.data[3][i], 9);
    expect(data[0][1] / data[1][1]).toBeCloseTo(base.data[0][1] / base.data[1][1], 9);
    expect(data[0][0]).toBeCloseTo(base.data[3][0] / 3, 9);
  });

  it("mint of two leaves splits the gap by error variance, as computed by hand", () => {
    // Uncorrelated errors with variances 1, 4 and 5 for the total: each moves by its variance / 10 of the gap.
    const errors = {
      a: Float64Array.of(1, -1, 1, -1, 1, -1, 1, -1),
      b: Float64Array.of(2, 2, -2, -2, 2, 2, -2, -2),
      _total: Float64Array.of(1, 1, 1, 1, -1, -1, -1, -1).map((v) => v * Math.sqrt(5)),
    };
    const base: PathSet = {
      ids: ["a", "b", "_total"],
      n: 1,
      horizon: 1,
      start: 0,
      stepMs: 1,
      data: [Float64Array.of(10), Float64Array.of(20), Float64Array.of(40)],
    };
    const { data } = reconcile(base, { nodes: { _total: ["a", "b"] } }, "mint", errors);
    expect(data[0][0]).toBeCloseTo(11, 9);
    expect(data[1][0]).toBeCloseTo(24, 9);
    expect(data[2][0]).toBeCloseTo(35, 9);
  });

  it("mint agrees with S(SᵀW⁻¹S)⁻¹SᵀW⁻¹ in NumPy", () => {
    const { base, reconciled } = golden.mint;
    const names = ["a", "b", "c", "_total"];
    const paths: PathSet = {
      ids: names,
      n: 6,
      horizon: 1,
      start: 0,
      stepMs: 1,
      data: base.map((v) => Float64Array.from(v)),
    };
    const errors = Object.fromEntries(names.map((id, i) => [id, Float64Array.from(golden.shrunkCovariance.errors[i])]));
    const { data } = reconcile(paths, { nodes: { _total: ["a", "b", "c"] } }, "mint", errors);
    data.forEach((values, i) => {
      values.forEach((value, k) => {
        expect(value).toBeCloseTo(reconciled[i][k], 8);
      });
    });
  });

  it("td finds the sum over all leaves in any order of the nodes, also where names look like numbers", () => {
    const base = pathSet(["a", "b", "c", "_total"], 3);
    const { data } = reconcile(base, { nodes: { _total: ["a", "b", "c"], 2020: ["a", "b"] } }, "td");
    for (let i = 0; i < n * horizon; i++) {
      expect(data[0][i] + data[1][i] + data[2][i]).toBeCloseTo(base.data[3][i], 9);
    }
  });

  it("mint over two levels agrees with S(SᵀW⁻¹S)⁻¹SᵀW⁻¹ in NumPy", () => {
    const { leaves, nodes, base, errors, reconciled } = golden.mintLevels;
    const names = [...leaves, ...Object.keys(nodes)];
    const data = base.map((v) => Float64Array.from(v));
    const paths: PathSet = { ids: names, n: data[0].length, horizon: 1, start: 0, stepMs: 1, data };
    const errorsById = Object.fromEntries(names.map((id, i) => [id, Float64Array.from(errors[i])]));
    const whole = reconcile(paths, { nodes }, "mint", errorsById);
    expect(whole.ids).toEqual(names);
    whole.data.forEach((values, i) => {
      values.forEach((value, k) => {
        expect(value).toBeCloseTo(reconciled[i][k], 8);
      });
    });
  });

  it("mint takes a node once: a branch of one leaf, or of the same leaves as another, changes nothing", () => {
    const errors = errorsOf(ids, 2);
    const base = pathSet(ids, 6);
    const wanted = reconcile(base, hierarchy, "mint", errors);
    const twice = { nodes: { ...hierarchy.nodes, again: ["b", "a"], alone: ["c"] } };
    const { ids: names, data } = reconcile(base, twice, "mint", errors);
    expect(data.slice(0, 5)).toEqual(wanted.data);
    expect(data[names.indexOf("again")]).toEqual(data[names.indexOf("left")]);
    expect(data[names.indexOf("alone")]).toEqual(data[names.indexOf("c")]);
  });

  it("mint clips at zero only where no base path is negative, and stays coherent", () => {
    const base = pathSet(ids, 4);
    base.data[3].fill(0);
    const clipped = reconcile(base, hierarchy, "mint", errorsOf(ids, 2));
    expect(Math.min(...clipped.data.flatMap((d) => [...d]))).toBe(0);
    expect(incoherence(clipped)).toBeLessThan(1e-9);
    const negative = reconcile(pathSet(ids, 4, -20), hierarchy, "mint", errorsOf(ids, 2));
    expect(Math.min(...negative.data[0])).toBeLessThan(0);
    expect(incoherence(negative)).toBeLessThan(1e-9);
  });

  it("mint copes with leaves that never erred", () => {
    const errors = { ...errorsOf(ids, 2), a: new Float64Array(50) };
    const base = pathSet(ids, 5);
    const { data } = reconcile(base, hierarchy, "mint", errors);
    data[0].forEach((value, i) => {
      expect(value).toBeCloseTo(base.data[0][i], 8);
    });
    const none = Object.fromEntries(ids.map((id) => [id, new Float64Array(50)]));
    expect(reconcile(base, hierarchy, "mint", none).data.every((d) => d.every(Number.isFinite))).toBe(true);
  });

  it("mint without errors takes the paths' own distance from their mean", () => {
    const base = pathSet(ids, 7);
    const centre = (values: Float64Array, h: number) =>
      values.filter((_, i) => i % horizon === h).reduce((a, b) => a + b) / n;
    const distance = base.data.map((values) => values.map((v, i) => v - centre(values, i % horizon)));
    const given = Object.fromEntries(ids.map((id, i) => [id, distance[i]]));
    const wanted = reconcile(base, hierarchy, "mint", given);
    reconcile(base, hierarchy, "mint").data.forEach((values, i) => {
      values.forEach((v, at) => {
        expect(v).toBeCloseTo(wanted.data[i][at], 9);
      });
    });
  });

  it("refuses what is missing, by name", () => {
    const base = pathSet(ids, 1);
    const leaves = { ...base, ids: ["a", "b", "c"], data: base.data.slice(0, 3) };
    expect(() => reconcile(leaves, hierarchy, "td")).toThrow('reconciliation "td" needs base paths of "_total"');
    expect(() => reconcile(base, hierarchy, "mint", {})).toThrow('reconciliation "mint" needs backtest errors of "a"');
    expect(() => reconcile(base, { nodes: { _total: ["a", "x"] } }, "bu")).toThrow('"x", which is no leaf');
    const partial = { ...base, ids: ["a", "b", "c", "left"], data: base.data.slice(0, 4) };
    expect(() => reconcile(partial, { nodes: { left: ["a", "b"] } }, "td")).toThrow(InputError);
  });
});

describe("shrunkCovariance", () => {
  it("agrees with NumPy", () => {
    const { errors, w } = golden.shrunkCovariance;
    const ours = shrunkCovariance(errors.map((e) => Float64Array.from(e)));
    w.forEach((value, i) => {
      expect(ours[i]).toBeCloseTo(value, 10);
    });
  });

  it("keeps the variances, and forgets correlations that are all noise", () => {
    const w = shrunkCovariance([Float64Array.of(1, -1, 1, -1), Float64Array.of(2, 2, -2, -2)]);
    expect([...w]).toEqual([1, 0, 0, 4]);
  });

  it("refuses errors of two lengths", () => {
    expect(() => shrunkCovariance([new Float64Array(3), new Float64Array(4)])).toThrow(InputError);
  });
});
