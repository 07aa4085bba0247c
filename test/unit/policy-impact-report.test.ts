import { beforeAll, describe, expect, it } from "vitest";
import { fixtureImpact } from "../../fixtures/impact-result.js";
import { notebooks, policyImpactReport, policySweepReport } from "../../reports/index.js";
import { type BacktestFile, BacktestFileSchema, type SweepFile, SweepFileSchema } from "../../src/backtest/index.js";
import { ReportError } from "../../src/core/index.js";
import { type Report, UNDATED } from "../../src/report/index.js";
import {
  cellOf,
  chartsOf,
  expectInert,
  expectSound,
  figuresOf,
  HOSTILE,
  proseOf,
  rowCounts,
  tableOf,
} from "./notebook-cells.js";

const ALL = [
  ...["verdict", "triggers", "volume", "before-after", "sweep", "cohorts", "places", "tile-edges", "map-match"],
  ...["method", "sign-off"],
];

let metrics: BacktestFile;
let sweep: SweepFile;
let report: Report;
beforeAll(async () => {
  const made = await fixtureImpact();
  metrics = made.metrics;
  sweep = made.sweep as SweepFile;
  report = await policyImpactReport(metrics, { sweep });
}, 60_000);

const warnings = ({ cells }: Report) => cells.flatMap((cell) => (cell.kind === "warning" ? [cell.message] : []));
const ids = ({ cells }: Report) => cells.map(({ id }) => id);

describe("the impact of a policy as a report", () => {
  it("has every section, and the date of the last row where no other is given", async () => {
    expectSound(report, ALL);
    expect(report.generatedAt).toBe(metrics.exposure.to);
    expect(metrics.exposure.to).toMatch(/^2026-09-18T/);
    const dated = await policyImpactReport(metrics, { generatedAt: "2026-10-01T00:00:00Z" });
    expect(dated.generatedAt).toBe("2026-10-01T00:00:00Z");
    const { to: _, from: __, ...exposure } = metrics.exposure;
    expect((await policyImpactReport({ ...metrics, exposure })).generatedAt).toBe(UNDATED);
  });

  it("is made of results that pass their schemas", () => {
    expect(BacktestFileSchema.parse(JSON.parse(JSON.stringify(metrics)))).toEqual(JSON.parse(JSON.stringify(metrics)));
    expect(SweepFileSchema.parse(JSON.parse(JSON.stringify(sweep)))).toEqual(JSON.parse(JSON.stringify(sweep)));
  });

  it("says first what speaks against the policy, then what is not settled", () => {
    const { overall } = metrics;
    expect(proseOf(report, "verdict")).toContain(`${overall.tp} right, ${overall.fp} wrong, ${overall.fn} missed`);
    const found = figuresOf(report, "key-figures").items;
    expect(found.find(({ label }) => label === "Missed")?.value).toBe(overall.fn);
    expect(warnings(report)[0]).toContain("no longer there");
    expect(warnings(report)[1]).toMatch(/^The policy expects 22 alerts per day; measured: /);
    const open = proseOf(report, "unknown");
    // More recall than was promised is no fault, but nobody foresaw it.
    expect(open).toMatch(/a gain of recall of 10\u00a0points; measured: .* did not foresee/);
    expect(open).toContain("The canary says hold");
    expect(open).not.toContain("max_rate_ratio");
    expect(proseOf(report, "stated")).toContain("A mean finds short, hard braking later");
  });

  it("states clusters, alerts and labels beside every interval", () => {
    const scores = tableOf(report, "scores-table").rows;
    const { hard_brake } = metrics.triggers;
    expect(scores.find((row) => row["trigger"] === "hard_brake" && row["figure"] === "Recall (%)")).toEqual({
      ...{ trigger: "hard_brake", figure: "Recall (%)", clusters: "24 vehicles" },
      ...{ events: hard_brake.events, labels: hard_brake.labels },
      value: Number((100 * (hard_brake.recall as number)).toPrecision(3)),
      lower: Number((100 * (hard_brake.intervals.recall.lower as number)).toPrecision(3)),
      upper: Number((100 * (hard_brake.intervals.recall.upper as number)).toPrecision(3)),
    });
    expect(scores[0]["trigger"]).toBe("all triggers");
    for (const id of ["volume-table", "differences-table"]) {
      for (const row of tableOf(report, id).rows) expect(row["clusters"]).toBe("24 vehicles");
    }
    expect(tableOf(report, "volume-table").rows).toHaveLength(4 * 6);
  });

  it("counts what was added, removed and kept, and draws no figure that is not there", () => {
    const rows = tableOf(report, "changes-table").rows;
    expect(rows.find((row) => row["trigger"] === "speeding")).toMatchObject({
      in: "the new one",
      removed: 0,
      common: 0,
    });
    const names = JSON.stringify(cellOf(report, "score-differences"));
    expect(names).toContain("recall: speeding");
    // The old policy had no such alert, so it has no precision.
    expect(names).not.toContain("precision: speeding");
  });

  it("marks a threshold that was picked on the labels that it is scored on", async () => {
    expect(proseOf(report, "sweep")).toContain("(in-sample), so that its score is too good");
    expect(proseOf(report, "unknown")).toContain("--split vehicle scores it on other vehicles");
    expect(cellOf(report, "sweep-choice")).toMatchObject({ severity: "warning" });
    const halves = await fixtureImpact({ split: "vehicle" });
    const split = await policyImpactReport(halves.metrics, { sweep: halves.sweep });
    expect(proseOf(split, "sweep")).toContain("picked on half of the vehicles and scored on the rest");
    expect(proseOf(split, "unknown")).not.toContain("in-sample");
    expect(cellOf(split, "sweep-choice")).toMatchObject({ severity: "info" });
    const front = tableOf(report, "sweep-table").rows.filter((row) => row["pareto"] === "yes");
    expect(front.map((row) => row["value"])).toEqual(sweep.pareto.values);
    expectSound(policySweepReport(sweep), ["sweep"]);
  });

  it("colours rates, hatches cells of little driving, and shows numbers where all are", async () => {
    const thin = metrics.regions?.cells.filter(({ below_min_km }) => below_min_km).length ?? 0;
    expect(thin).toBeGreaterThan(0);
    expect(proseOf(report, "places")).toContain(`In ${thin} of ${metrics.regions?.cells.length} regions`);
    expect(cellOf(report, "map-rate")).toMatchObject({
      alt: expect.stringContaining("coloured by alerts per 1000 km"),
    });
    const few = await fixtureImpact({ minKm: 1e6, sweep: null });
    const counts = await policyImpactReport(few.metrics);
    expectSound(
      counts,
      ALL.filter((id) => id !== "sweep"),
    );
    expect(cellOf(counts, "map-rate")).toMatchObject({
      alt: expect.stringContaining("coloured by alerts."),
      caption: expect.stringContaining("Numbers and not rates"),
    });
    expect(Math.max(...chartsOf(counts).flatMap(({ spec }) => rowCounts(spec)))).toBeLessThanOrEqual(1000);
  });

  it("leaves out what a run does not have", async () => {
    const bare = await fixtureImpact({
      labels: false,
      baseline: false,
      cohorts: false,
      map: false,
      sweep: null,
      positions: false,
    });
    const made = await policyImpactReport(bare.metrics);
    expectSound(made, ["verdict", "triggers", "volume", "method", "sign-off"]);
    expect(proseOf(made, "unknown")).toContain("No labels were given");
    expect(proseOf(made, "unknown")).toMatch(/whether that holds cannot be told \(no baseline\)/);
    expect(figuresOf(made, "key-figures").items.map(({ label }) => label)).not.toContain("Recall");
    expect(ids(made)).not.toContain("scores-table");
    expect(ids(made)).not.toContain("precision-recall");
    const unlabelled = await fixtureImpact({ labels: false });
    expectSound(await policyImpactReport(unlabelled.metrics, { sweep: unlabelled.sweep }), ALL);
  });

  it("claims nothing of one vehicle: no interval, and why", async () => {
    const one = await fixtureImpact({ vehicles: 3, cohorts: false });
    const days = await policyImpactReport(one.metrics, { sweep: one.sweep });
    expect(tableOf(days, "scores-table").rows[0]["clusters"]).toBe("30 vehicle-days");
    const { overall, triggers } = one.metrics;
    const none = { lower: null, upper: null, reason: "1 vehicle-day is fewer than 5 clusters", clusters: 1 };
    const without = (score: typeof overall) => ({
      ...score,
      intervals: Object.fromEntries(
        Object.entries(score.intervals).map(([metric, interval]) => [metric, { ...interval, ...none }]),
      ) as typeof overall.intervals,
    });
    const changed = {
      ...one.metrics,
      overall: without(overall),
      triggers: Object.fromEntries(Object.entries(triggers).map(([id, score]) => [id, without(score)])),
    };
    const made = await policyImpactReport(changed);
    expect(proseOf(made, "unknown")).toContain("have no interval (1 vehicle-day is fewer than 5 clusters)");
    expect(proseOf(made, "unknown")).toContain("nothing about other drives");
    const calm = { ...changed.policy, expected_impact: { alerts_per_day: null, coverage_gain: null } };
    const { baseline: _, ...alone } = changed;
    expect(proseOf(await policyImpactReport({ ...alone, policy: calm }), "verdict")).toContain(
      "That cannot be told from these data: 1 vehicle-day is fewer than 5 clusters.",
    );
    expect(cellOf(made, "precision-recall")).toMatchObject({
      caption: "No bars: 1 vehicle-day is fewer than 5 clusters.",
    });
    expect(tableOf(made, "scores-table")).toMatchObject({
      caption: expect.stringContaining("Without an interval: 1 vehicle-day is fewer than 5 clusters."),
    });
    expect(tableOf(made, "scores-table").rows.every(({ lower, upper }) => lower === null && upper === null)).toBe(true);
    expect(proseOf(made, "verdict")).not.toMatch(/Precision is [^(]*\(\d+ %? ?to/);
  });

  it("names exactly the policy and the inputs that are signed for", () => {
    const { rows } = tableOf(report, "sign-off-evidence");
    expect(rows[0]).toEqual({ what: "Policy", value: "version 2.4.0, candidate.yaml", digest: metrics.policy_digest });
    expect(rows[1]).toMatchObject({ what: "Baseline", digest: metrics.baseline?.policy_digest });
    expect(rows.slice(2).map((row) => row["what"])).toEqual(["Input"]);
    expect(tableOf(report, "sign-off-names").rows.every((row) => row["name"] === null)).toBe(true);
  });

  it("keeps hostile names, rationales and risks text", async () => {
    for (const text of HOSTILE) {
      const named = await fixtureImpact({ rename: (id) => `${text}${id}`, vehicles: 12 });
      const policy = { ...named.metrics.policy, rationale: text, risk: text, version: `1.0.0-${text}` };
      expectInert(await policyImpactReport({ ...named.metrics, policy }, { sweep: named.sweep }));
      expectInert(policySweepReport(named.sweep as SweepFile));
    }
  });

  it("is made of a result read from JSON, and refuses what is none", async () => {
    const read = JSON.parse(JSON.stringify(metrics));
    expect(await notebooks.backtest(read)).toEqual(await policyImpactReport(metrics));
    expect(notebooks.sweep(JSON.parse(JSON.stringify(sweep)))).toEqual(policySweepReport(sweep));
    expect(() => notebooks.backtest({ ...read, exposure: { km: -1 } })).toThrow(
      /^not a result of backtest at \$\.exposure/,
    );
    expect(() => notebooks.backtest(null)).toThrow(ReportError);
    expect(() => notebooks.sweep({})).toThrow(ReportError);
  });
});
