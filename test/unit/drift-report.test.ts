import { describe, expect, it } from "vitest";
import { fixtureDrift, SLICED } from "../../fixtures/drift-result.js";
import { driftNotebook, notebooks } from "../../reports/index.js";
import { ReportError } from "../../src/core/index.js";
import type { DriftFile } from "../../src/drift/index.js";
import { UNDATED } from "../../src/report/index.js";
import { chartsOf, expectInert, expectSound, figuresOf, HOSTILE, proseOf, tableOf } from "./notebook-cells.js";

const HEADS = ["verdict", "features", "distributions", "parts", "inconclusive", "method"];
const result = fixtureDrift();
const report = driftNotebook(result);
const whole = result.features.filter(({ slice, window }) => slice === null && window === null);
const drifted = whole.filter(({ verdict }) => verdict === "drift");

describe("drift as a report", () => {
  it("is sound, dated with the end of the last window, and names both inputs", () => {
    expectSound(report, HEADS);
    expect(report.generatedAt).toBe("2026-03-16T00:00:00Z");
    expect(report.provenance?.inputs.map(({ name }) => name)).toEqual(["reference.parquet", "current.parquet"]);
  });

  it("says first how many features drifted, which, by how much, and since when", () => {
    expect(drifted.length).toBeGreaterThanOrEqual(3);
    const words = proseOf(report, "verdict");
    expect(words).toContain(`${drifted.length} of ${whole.length} features drifted: `);
    for (const { feature } of drifted) expect(words).toContain(feature);
    expect(figuresOf(report, "verdict-figures").items.map(({ value }) => value)).toEqual([
      drifted.length,
      whole.filter(({ verdict }) => verdict === "stable").length,
      whole.filter(({ verdict }) => verdict === "inconclusive").length,
      3000,
      3000,
    ]);
    const points = proseOf(report, "verdict-words");
    expect(points).toMatch(/Only in part: \w+ of .+, [\d.]+ \([\d.]+ to [\d.]+\)/);
    expect(points).toContain("new: snow");
    expect(points).toMatch(
      /brightness: [56]\u00a0% of its values are missing, (1|less than 1)\u00a0% in the reference/,
    );
    expect(points).toMatch(/The first window that drifted began at 2026-03-\d\d 00:00 UTC/);
  });

  it("ranks the features by their effect, with intervals", () => {
    const { rows } = tableOf(report, "features-table");
    expect(rows.map(({ feature }) => feature)).toHaveLength(whole.length);
    const ratios = rows.map(({ effect, threshold }) => Number(effect) / Number(threshold));
    expect(ratios).toEqual([...ratios].sort((a, b) => b - a));
    expect(rows[0]["feature"]).toBe(drifted.reduce((a, b) => (b.effect.value! > a.effect.value! ? b : a)).feature);
  });

  it("lays both sides over each other for the features that moved most", () => {
    const charts = chartsOf(report).filter(({ id }) => id.startsWith("distribution-"));
    expect(charts).toHaveLength(6);
    expect(charts.map(({ spec }) => spec["title"])).toContain("Distribution of weather");
    for (const { reference, current } of result.distributions) {
      for (const shares of [reference, current]) {
        const sum = shares.reduce((a, b) => a + b, 0);
        expect(sum).toBeGreaterThan(0.97);
        expect(sum).toBeLessThan(1 + 1e-9);
      }
    }
  });

  it("shows slices by windows, and lists the parts that drifted", () => {
    const grids = chartsOf(report).filter(({ id }) => id.startsWith("parts-grid-"));
    expect(grids.length).toBeGreaterThan(0);
    const [first] = grids;
    expect(first.spec["data"]).toMatchObject({
      values: expect.arrayContaining([expect.objectContaining({ y: "all rows" })]),
    });
    const { rows } = tableOf(report, "parts-table");
    expect(rows.some(({ feature, slice }) => feature === "latency_ms" && slice === "city = Turin")).toBe(true);
  });

  it("lists what is inconclusive and the rows it needs", () => {
    const open = result.features.filter(({ verdict }) => verdict === "inconclusive");
    expect(open.length).toBeGreaterThan(0);
    const { rows } = tableOf(report, "inconclusive-table");
    expect(rows.map(({ needed }) => needed)).toEqual(open.slice(0, 200).map(({ n_needed }) => n_needed));
  });

  it("has one grid of features by slice or by window where there is only one of them", () => {
    for (const options of [{ slices: ["city"] }, { time: "time", windowMs: SLICED.windowMs! }]) {
      const one = driftNotebook(fixtureDrift(options));
      expectSound(one, HEADS);
      expect(chartsOf(one).filter(({ id }) => id.startsWith("parts-grid-"))).toHaveLength(1);
    }
  });

  it("has no parts and no date without slices and windows", () => {
    const plain = driftNotebook(fixtureDrift({}));
    expectSound(
      plain,
      HEADS.filter((head) => head !== "parts"),
    );
    expect(plain.generatedAt).toBe(UNDATED);
  });

  it("says so when nothing drifted or there is nothing to compare", () => {
    const stable: DriftFile = { ...fixtureDrift({}), features: [], distributions: [] };
    expect(proseOf(driftNotebook(stable), "verdict")).toContain("no feature in common");
    const calm = whole.map((entry) => ({ ...entry, verdict: "stable" as const, missingness: null }));
    expect(proseOf(driftNotebook({ ...stable, features: calm }), "verdict")).toContain(
      `None of ${calm.length} features drifted.`,
    );
  });

  it("keeps names as text", () => {
    const name = (i: number) => HOSTILE[i % HOSTILE.length];
    const features = result.features.map((entry, i) => ({
      ...entry,
      feature: name(i),
      slice: entry.slice && Object.fromEntries([[name(i), name(i + 1)]]),
    }));
    const distributions = result.distributions.map((one, i) => ({ ...one, feature: name(i) }));
    expectInert(driftNotebook({ ...result, features, distributions, warnings: [...HOSTILE] }));
  });

  it("is made from a result file by its schema", () => {
    expect(notebooks["drift"](result)).toEqual(report);
    expect(() => notebooks["drift"]({ ...result, features: 1 })).toThrow(ReportError);
  });
});
