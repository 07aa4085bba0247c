import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/core/errors.js";
import { createRandom } from "../../../src/core/random.js";
import {
  buildHierarchy,
  demandForecastOptions,
  demandPanel,
  distinctNodes,
  type Forecast,
  forecast,
  forecastDemand,
  nodeSums,
  panelWithSums,
  reconcileForecasts,
  TOTAL,
} from "../../../src/forecast/index.js";

const LEAVES = [
  { id: "q1", levels: ["eu", "a100"] },
  { id: "q2", levels: ["eu", "a100"] },
  { id: "q3", levels: ["eu", "h100"] },
  { id: "q4", levels: ["us", "a100"] },
];

describe("buildHierarchy", () => {
  it("names each branch by its path from the top, and the sum over all", () => {
    expect(buildHierarchy(LEAVES).nodes).toEqual({
      _total: ["q1", "q2", "q3", "q4"],
      eu: ["q1", "q2", "q3"],
      "eu/a100": ["q1", "q2"],
      "eu/h100": ["q3"],
      us: ["q4"],
      "us/a100": ["q4"],
    });
    expect(buildHierarchy([{ id: "only", levels: [] }]).nodes).toEqual({ _total: ["only"] });
  });

  it.each([
    [
      "a queue in two pools",
      [...LEAVES, { id: "q1", levels: ["us", "a100"] }],
      '"q1" lies both in "eu/a100" and in "us/a100"',
    ],
    ["a level that holds the separator", [{ id: "q", levels: ["eu/west"] }], 'level name "eu/west" of "q" holds "/"'],
    ["an empty level", [{ id: "q", levels: [""] }], '"q" has an empty level name'],
    [
      "a series named like a branch",
      [...LEAVES, { id: "eu", levels: ["us", "a100"] }],
      '"eu" names both a series and a sum',
    ],
    ["a series named like a path", [...LEAVES, { id: "eu/a100", levels: ["us", "a100"] }], '"eu/a100" names both'],
    ["a series named like the total", [{ id: TOTAL, levels: [] }], '"_total" is reserved'],
    ["a level named like the total", [{ id: "q", levels: [TOTAL] }], '"_total" is reserved'],
  ])("refuses %s", (_what, leaves, message) => {
    expect(() => buildHierarchy(leaves)).toThrow(InputError);
    expect(() => buildHierarchy(leaves)).toThrow(message);
  });

  it("tells the nodes that say something of their own", () => {
    expect(distinctNodes(buildHierarchy(LEAVES))).toEqual([TOTAL, "eu", "eu/a100"]);
    expect(distinctNodes(buildHierarchy([{ id: "only", levels: ["eu"] }]))).toEqual([]);
  });
});

const n = 260;
const random = createRandom(21);
const series = (id: string, level: number) => ({
  id,
  y: Float64Array.from({ length: n }, (_, t) =>
    Math.max(0, level * (1 + 0.3 * Math.sin((2 * Math.PI * t) / 7)) + 0.2 * level * random.normal()),
  ),
});
const panel = [series("q1", 30), series("q2", 10), series("q3", 4), series("q4", 1)];
const hierarchy = buildHierarchy(LEAVES);
const wanted = { levels: [80, 95], quantiles: [0.1, 0.5] };
const options = { horizon: 14, season: [7], levels: [80, 95], quantiles: [0.1, 0.5], paths: 300 };
const dataOf = (f: Forecast): Float64Array => f.paths?.data ?? new Float64Array(0);

/** Checks sums in mean and paths, bounds in order and nothing below zero. */
function expectCoherent(forecasts: readonly Forecast[]): void {
  const byId = new Map(forecasts.map((f) => [f.id, f]));
  for (const [node, leaves] of Object.entries(hierarchy.nodes)) {
    const whole = byId.get(node) as Forecast;
    const parts = leaves.map((id) => byId.get(id) as Forecast);
    whole.mean.forEach((value, h) => {
      expect(Math.abs(value - parts.reduce((s, f) => s + f.mean[h], 0))).toBeLessThan(1e-9);
    });
    dataOf(whole).forEach((value, i) => {
      if (i % 17 === 0) expect(Math.abs(value - parts.reduce((s, f) => s + dataOf(f)[i], 0))).toBeLessThan(1e-9);
    });
  }
  for (const { mean, lo, hi, quantiles } of forecasts) {
    mean.forEach((value, h) => {
      const ordered = [0, lo[95][h], lo[80][h], value, hi[80][h], hi[95][h]];
      expect(ordered).toEqual(ordered.toSorted((a, b) => a - b));
      expect(quantiles[0.1][h]).toBe(lo[80][h]);
      expect(quantiles[0.5][h]).toBe(value);
    });
  }
}

describe("sums of a hierarchy", () => {
  it("bottom-up: bounds of a sum come from summed paths, narrower than the sum of bounds", () => {
    const leaves = forecast(panel, options);
    const sums = nodeSums(hierarchy, 300, 14);
    for (const leaf of leaves) sums.add(leaf, dataOf(leaf));
    const nodes = sums.forecasts(wanted);
    expect(nodes.map(({ id }) => id)).toEqual(Object.keys(hierarchy.nodes));
    expect(nodes.every(({ model }) => model === "bu")).toBe(true);
    // The leaves' own bounds are the calibrated ones; only the sums' are read off the paths.
    const asPaths = nodeSums({ nodes: Object.fromEntries(panel.map(({ id }) => [id, [id]])) }, 300, 14);
    for (const leaf of leaves) asPaths.add(leaf, dataOf(leaf));
    expectCoherent([...asPaths.forecasts(wanted), ...nodes]);
    const width = (f: Forecast) => f.hi[95].reduce((s, v, h) => s + v - f.lo[95][h], 0);
    const parts = leaves.reduce((s, f) => s + width(f), 0);
    expect(width(nodes[0])).toBeLessThan(parts);
    expect(width(nodes[0])).toBeGreaterThan(width(leaves[0]));
  });

  it.each(["td", "mint"] as const)("%s agrees at all levels, point forecasts and paths", (method) => {
    const base = forecast(panelWithSums(panel, hierarchy, method), { ...options, keepErrors: true });
    expect(base.map(({ id }) => id).slice(4)).toEqual(method === "td" ? [TOTAL] : [TOTAL, "eu", "eu/a100"]);
    const whole = reconcileForecasts(base, hierarchy, method, wanted);
    expect(whole.map(({ id }) => id)).toEqual(["q1", "q2", "q3", "q4", ...Object.keys(hierarchy.nodes)]);
    expectCoherent(whole);
    expect(whole[0].model).toBe(base[0].model);
    expect(whole[4].model).toBe(method);
    if (method === "td") expect(Math.abs(whole[4].mean[3] - base[4].mean[3])).toBeLessThan(1e-9);
    const noPaths = base.map((f, i) => (i === 2 ? { ...f, paths: undefined } : f));
    expect(() => reconcileForecasts(noPaths, hierarchy, method, wanted)).toThrow('forecast of "q3"');
  });

  it("a sum is missing where a leaf is, and counts a leaf from its opening", () => {
    const holed = { id: "q2", y: panel[1].y.map((v, t) => (t < 100 || t === 200 ? Number.NaN : v)) };
    const late = { id: "q4", y: panel[3].y.subarray(250) };
    const sums = panelWithSums([panel[0], holed, panel[2], late], hierarchy, "mint").slice(4);
    expect(sums.map(({ id }) => id)).toEqual([TOTAL, "eu", "eu/a100"]);
    const [total, eu, pool] = sums.map(({ y }) => y);
    expect(pool[50]).toBe(panel[0].y[50]);
    expect(pool[200]).toBeNaN();
    expect(eu[249]).toBeCloseTo(panel[0].y[249] + panel[1].y[249] + panel[2].y[249], 9);
    expect(total[250] - eu[250]).toBeCloseTo(late.y[0], 9);
  });
});

describe("demand by hierarchy", () => {
  const t = Float64Array.from({ length: n * 3 }, (_, h) => Date.UTC(2026, 0, 1) + h * 3_600_000);
  const hourly = panel.map(({ id, y }) => ({ id, t, y: Float64Array.from(t, (_, h) => y[h % n]) }));
  const shared = { weeks: 1, season: [24], paths: 100, models: ["seasonal_naive"] };

  it.each(["bu", "td", "mint"] as const)("%s gives rows of every sum, which add up", (method) => {
    const o = { ...shared, reconcile: method, hierarchy };
    const { weeks, peaks } = forecastDemand(hourly, o);
    const rows = ["q1", "q2", "q3", "q4", "eu", "eu/a100", "eu/h100", "us", "us/a100", TOTAL];
    expect(weeks.map(({ queue }) => queue)).toEqual(rows);
    expect(peaks.map(({ queue }) => queue)).toEqual(rows);
    const mean = (id: string) => weeks[rows.indexOf(id)].mean;
    for (const [node, leaves] of Object.entries(hierarchy.nodes)) {
      expect(Math.abs(mean(node) / leaves.reduce((s, id) => s + mean(id), 0) - 1)).toBeLessThan(1e-12);
    }
    expect(weeks[rows.indexOf("us")]).toEqual({ ...weeks[rows.indexOf("q4")], queue: "us" });
    const forecasts = forecast(demandPanel(hourly, method, hierarchy), demandForecastOptions(o));
    expect(forecastDemand(hourly, { ...o, forecasts }).weeks).toEqual(weeks);
  });

  it("knows a sum's capacity when it knows that of all its queues", () => {
    const { weeks } = forecastDemand(hourly, { ...shared, hierarchy, capacity: { q1: 40, q2: 12, q3: 5 } });
    const capacity = (id: string) => weeks.find(({ queue }) => queue === id)?.capacity;
    expect(capacity("eu/a100")).toBe(52 * 168);
    expect(capacity("eu")).toBe(57 * 168);
    expect(capacity("us")).toBeUndefined();
    expect(capacity(TOTAL)).toBeUndefined();
  });

  it("refuses a hierarchy that is not the panel's", () => {
    const some = buildHierarchy(LEAVES.slice(0, 3));
    expect(() => forecastDemand(hourly, { ...shared, hierarchy: some })).toThrow('must have a node "_total"');
    const other = { nodes: { [TOTAL]: ["q1", "q2", "q3", "x"] } };
    expect(() => forecastDemand(hourly, { ...shared, hierarchy: other })).toThrow('the unknown queue "x"');
  });
});
