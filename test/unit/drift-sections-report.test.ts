import { describe, expect, it } from "vitest";
import { fixtureDrift } from "../../fixtures/drift-result.js";
import { fixtureSections, SECTION_NAMES } from "../../fixtures/drift-sections.js";
import { attributionSection } from "../../reports/drift/attribution.js";
import { calibrationSection } from "../../reports/drift/calibration.js";
import { confusionSection } from "../../reports/drift/confusion.js";
import { modelSection } from "../../reports/drift/model.js";
import { multivariateSection } from "../../reports/drift/multivariate.js";
import { textSection } from "../../reports/drift/text.js";
import { driftNotebook } from "../../reports/index.js";
import type { DriftFile } from "../../src/drift/index.js";
import { type Cell, type Report, UNDATED } from "../../src/report/index.js";
import { expectInert, expectSound, HOSTILE, proseOf, tableOf } from "./notebook-cells.js";

const SECTIONS = [
  modelSection,
  confusionSection,
  calibrationSection,
  multivariateSection,
  attributionSection,
  textSection,
];
const HEADS = ["model", "confusion", "calibration", "multivariate", "embedding", "attribution", "text"];
const plain = fixtureDrift({});
const sections = fixtureSections();

function reportOf(result: DriftFile): Report {
  const cells: Cell[] = SECTIONS.flatMap((section) => section(result));
  return { schemaVersion: "1.0", id: "sections", title: "Sections", generatedAt: UNDATED, cells };
}

describe("sections of a drift report that look at whole tables", () => {
  const result = { ...plain, ...sections };
  const report = reportOf(result);

  it("are sound, in order, and left out where the result has none", () => {
    expectSound(report, HEADS);
    expect(reportOf(plain).cells).toEqual([]);
    const whole = driftNotebook(result).cells.map(({ id }) => id);
    expect(whole.filter((id) => HEADS.includes(id))).toEqual(HEADS);
  });

  it("say the estimated and realised performance, and where labels contradict it", () => {
    const { metrics } = sections.model.performance!;
    expect(tableOf(report, "model-table").rows.map((row) => row["verdict"])).toEqual(
      metrics.map(({ verdict }) => verdict),
    );
    const wrong = metrics.filter(({ realised, lower, upper }) => realised! < lower! || realised! > upper!);
    expect(wrong.length).toBeGreaterThan(0);
    expect(proseOf(report, "model")).toContain("Labels contradict the estimate of accuracy");
    const same = metrics.map((one) => ({ ...one, realised: one.estimated, verdict: "stable" as const }));
    const performance = { ...sections.model.performance!, metrics: same };
    const kept = reportOf({ ...plain, model: { ...sections.model, performance } });
    expect(proseOf(kept, "model")).toContain("It is estimated to perform as before: accuracy estimated");
    expect(proseOf(kept, "model")).not.toContain("contradict");
  });

  it("show calibration, confusion, what tells the sides apart, ranks and new words with the file's figures", () => {
    const { reference, current } = sections.model.calibration!;
    const [first] = tableOf(report, "calibration-parts").rows;
    expect(first["reference"]).toBeCloseTo(reference!.equal_mass.ece!, 3);
    expect(first["current"]).toBeCloseTo(current!.equal_mass.ece!, 3);
    const changes = tableOf(report, "calibration-changes").rows;
    expect(changes.map(({ name, verdict }) => [name, verdict])).toEqual(
      ["expected calibration error", "Brier score"].map((name, k) => [
        name,
        sections.model.calibration!.changes[k].verdict,
      ]),
    );
    const [moved] = sections.model.confusion!.cells;
    expect(proseOf(report, "confusion")).toContain(`What moved most is ${moved.label} taken for ${moved.pred}`);
    expect(proseOf(report, "multivariate")).toContain("It leans most on speed.");
    const ranked = [...sections.attribution.features].sort((a, b) => b.current - a.current);
    for (const row of tableOf(report, "attribution-table").rows) {
      expect(ranked[Number(row["rank_after"]) - 1].feature).toBe(row["feature"]);
    }
    expect(proseOf(report, "text-words")).toMatch(/bike \(\d+\) and truck \(\d+\)|truck \(\d+\) and bike \(\d+\)/);
    expect(tableOf(report, "text-table").rows[0]["before"]).toBe(6);
  });

  it("take a model without labels or scores, and attributions of nothing", () => {
    const { model } = sections;
    const blind = {
      ...model,
      performance: null,
      confusion: null,
      calibration: { ...model.calibration!, current: null, ece_delta: null, changes: [] },
    };
    const made = reportOf({ ...plain, model: { ...blind, warnings: ["scores lie outside"] } });
    expectSound(made, ["model", "calibration"]);
    expect(proseOf(made, "calibration")).toContain("nothing to compare it with");
    const neither = { reference: null, current: null, ece_delta: null, changes: [] };
    expectSound(reportOf({ ...plain, model: { ...blind, calibration: neither } }), ["model", "calibration"]);
    const none = { value: null, lower: null, upper: null };
    const attribution = { ...sections.attribution, features: [], kendall_tau: none, ndcg: none };
    expectSound(reportOf({ ...plain, attribution, text: [] }), ["attribution"]);
    const few = fixtureSections(SECTION_NAMES, 12);
    expectSound(reportOf({ ...plain, ...few }), HEADS);
  });

  it("keep hostile names text", () => {
    const names = {
      features: HOSTILE.slice(0, 3),
      classes: [HOSTILE[1], HOSTILE[2]] as const,
      text: `${HOSTILE[0]} text`,
      words: [...SECTION_NAMES.words, "<img", "](javascript"],
    };
    expectInert(reportOf({ ...plain, ...fixtureSections(names, 200) }));
  });
});
