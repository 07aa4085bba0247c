import { describe, expect, it } from "vitest";
import {
  EDGE_LIMITS,
  edgeSamples,
  fixtureAb,
  fixtureAbPlan,
  fixtureCanary,
  fixtureEdge,
  fixtureOta,
  fixtureService,
  gateRows,
  looksOf,
  otaWaves,
  SERVICE_LIMITS,
  serviceRecord,
} from "../../fixtures/gate-results.js";
import { pointRange, shareWords } from "../../reports/estimate-words.js";
import {
  abPlanReport,
  abReport,
  canaryReport,
  edgeReport,
  notebooks,
  otaReport,
  type Report,
  serviceReport,
} from "../../reports/index.js";
import { intervalChart } from "../../reports/interval-chart.js";
import { ReportError } from "../../src/core/index.js";
import { cellOf, expectInert, expectSound, figuresOf, HOSTILE, proseOf, tableOf } from "./notebook-cells.js";

/** Value of a tile by its label. */
function tile(report: Report, label: string): unknown {
  return figuresOf(report, "verdict-figures").items.find((item) => item.label === label)?.value;
}

/** Rows of the first layer of an interval chart, and values of its rules. */
function chartOf(report: Report, id: string) {
  const { spec } = cellOf(report, id) as { spec: Record<string, unknown> };
  const { values } = spec["data"] as { values: Record<string, unknown>[] };
  const rules = (spec["layer"] as { mark: { type: string; strokeDash?: unknown }; encoding: unknown }[]).filter(
    ({ mark }) => mark.strokeDash,
  );
  return { values, rules: rules.map(({ encoding }) => (encoding as { x: { datum: number } }).x.datum) };
}

const others = (name: string, i: number) => `${HOSTILE[i % HOSTILE.length]}${name}`;

describe("canary gate as a report", () => {
  const result = fixtureCanary({ step: 5, maxRegression: 0.05, maxLatencyIncrease: 0.1 });
  const report = canaryReport(result);
  const HEADS = ["verdict", "classes", "slices", "failures", "latency", "method"];

  it("says first that it aborts, why, and what to do", () => {
    expectSound(report, HEADS);
    expect(result.decision).toBe("abort");
    const worst = result.classes.find(({ verdict }) => verdict === "fail")!;
    const words = proseOf(report, "verdict");
    expect(words).toContain("Abort: worse by more than 5\u00a0points: ");
    expect(words).toContain(`${worst.class}, ${pointRange({ ...worst, value: worst.delta })}`);
    expect(words).toContain("Take the canary off the traffic.");
    expect(tile(report, "Next step")).toBe(0);
    expect(tile(report, "Classes that fail")).toBe(result.classes.filter(({ verdict }) => verdict === "fail").length);
  });

  it("draws every class against ±max-regression, the worst first", () => {
    const { values, rules } = chartOf(report, "classes-changes");
    expect(rules).toEqual([-5, 5]);
    expect(values).toHaveLength(result.classes.length);
    const worst = result.classes.reduce((a, b) => (b.delta! < a.delta! ? b : a));
    expect(values[0]).toMatchObject({ name: worst.class, verdict: "fail" });
    expect(values[0]["lower"]).toBeCloseTo(100 * worst.lower!, 3);
    expect(tableOf(report, "slices-table").rows).toHaveLength(result.slices.length);
    expect(tableOf(report, "latency-table").rows.map((row) => row["quantile"])).toEqual(["p50", "p90", "p95", "p99"]);
  });

  it("promotes to the next step, holds, and says how many rows are needed", () => {
    const shadow = fixtureCanary({ step: 25, maxRegression: 0.05 }, gateRows("shadow"));
    const promoted = canaryReport(shadow);
    expectSound(promoted, ["verdict", "classes", "latency", "method"]);
    expect(proseOf(promoted, "verdict")).toContain("Promote: none of 4 classes lost more than 5\u00a0points of recall");
    expect(proseOf(promoted, "verdict")).toContain("Next step: 50\u00a0% of the traffic.");
    expect(proseOf(promoted, "method")).toContain("compared in pairs");
    const whole = canaryReport(fixtureCanary({ step: 100, maxRegression: 0.05 }, gateRows("shadow")));
    expect(proseOf(whole, "verdict")).toContain("it can take prod's place");
    const few = gateRows("canary").slice(0, 600);
    const held = fixtureCanary({ step: 5 }, few);
    expect(held.decision).toBe("hold");
    const made = canaryReport(held);
    expectSound(made, HEADS);
    expect(proseOf(made, "verdict")).toMatch(/Hold: may be worse by more than 1\.5\u00a0points, or has too few rows: /);
    expect(proseOf(made, "verdict")).toContain("Stay at 5\u00a0% of the traffic");
    const needed = held.classes.find(({ n_needed }) => n_needed !== null)!;
    expect(proseOf(made, "verdict-words")).toContain(
      `about ${needed.n_needed!.toLocaleString("en-US")} rows of the canary would tell`,
    );
  });

  it("takes rows without labels, without latency and hostile names", () => {
    const bare = gateRows("canary").slice(0, 200);
    const none = fixtureCanary(
      {},
      bare.map((row) => ({ ...row, label: "" })),
    );
    expectSound(canaryReport(none), ["verdict", "failures", "latency", "method"]);
    expect(proseOf(canaryReport(none), "verdict")).toContain("Hold: no row has a label");
    const still = fixtureCanary(
      {},
      bare.map(({ latency_ms: _, ...row }) => row),
    );
    expectSound(canaryReport(still), ["verdict", "classes", "slices", "failures", "method"]);
    const named = result.classes.map((one, i) => ({ ...one, class: others(one.class, i) }));
    const slices = result.slices.map((one, i) => ({ ...one, slice: others(one.slice, i) }));
    expectInert(canaryReport({ ...result, classes: named, slices, warnings: [...HOSTILE] }));
  });
});

describe("over-the-air gate as a report", () => {
  const result = fixtureOta();
  const report = otaReport(result);
  const HEADS = ["verdict", "waves", "test", "soak", "method"];

  it("says first that it halts and where, with rates and bounds of the file", () => {
    expectSound(report, HEADS);
    expect(result.decision).toBe("halt");
    const { rate, lower, upper } = result.overall;
    const words = proseOf(report, "verdict");
    expect(words).toMatch(/^# .*\n\nHalt: updates fail too often in apac/);
    expect(words).toContain(`${shareWords(rate!)} (${shareWords(lower!)} to ${shareWords(upper!)}) failed`);
    expect(tile(report, "Regions halted")).toBe(1);
    const { values, rules } = chartOf(report, "waves-rates");
    expect(values).toHaveLength(result.cells.length);
    expect(values.map(({ verdict }) => verdict)).toEqual(result.cells.map(({ decision }) => decision));
    expect(rules).toEqual([1, 2]);
    expect(tableOf(report, "waves-table").rows.map((row) => row["failed"])).toEqual(
      result.cells.map(({ failed }) => failed),
    );
    expect(tableOf(report, "soak-table").rows.map((row) => row["survival"])).toEqual(
      result.soak!.slice(1).map(({ survival }) => survival),
    );
  });

  it("accepts, goes on with the vehicles that are needed, and takes one wave without a soak", () => {
    const rows = gateRows("waves").filter((row) => row["region"] !== "apac");
    const good = otaReport(fixtureOta({}, { ...otaWaves(rows), soak: undefined }));
    expectSound(good, ["verdict", "waves", "test", "method"]);
    expect(proseOf(good, "verdict")).toContain("Accept: all of 2 regions");
    const first = fixtureOta({}, { ...otaWaves(rows.filter((row) => row["wave"] === 1)), soak: undefined });
    const made = otaReport(first);
    expectSound(made, ["verdict", "waves", "test", "method"]);
    expect(proseOf(made, "verdict")).toContain(
      "Continue: the rate may yet be on either side of 2\u00a0% in eu and us.",
    );
    // So many vehicles without a failure bring the ratio to the bound.
    const [cell] = first.cells;
    const each = Math.log((1 - first.sprt.p1) / (1 - first.sprt.p0));
    const more = Math.ceil((first.sprt.accept - cell.llr) / each);
    expect(proseOf(made, "verdict-words")).toContain(`${more} vehicles more without a failure`);
  });

  it("takes no wave, no vehicle and hostile names", () => {
    const none = { ...result, cells: [], soak: [{ ...result.soak![0], vehicles: 0, failed: 0, hours: 0, curve: [] }] };
    expectSound(otaReport(none), ["verdict", "soak", "method"]);
    const cells = result.cells.map((one) => ({
      ...one,
      region: others(one.region, one.region.length),
      wave: HOSTILE[0],
    }));
    const soak = result.soak!.map((one) => ({ ...one, region: one.region && HOSTILE[1] }));
    expectInert(otaReport({ ...result, cells, soak }));
  });
});

describe("edge and service gates as reports", () => {
  it("passes, fails and holds with the figures of the checks", () => {
    const result = fixtureEdge();
    const report = edgeReport(result);
    expectSound(report, ["verdict", "checks", "figures", "thermal", "method"]);
    expect(proseOf(report, "verdict")).toContain(
      "Pass: all 4 limits are kept. The quantised build may replace the float build.",
    );
    const { values, rules } = chartOf(report, "checks-limits");
    expect(rules).toEqual([1]);
    result.checks.forEach(({ value, limit }, i) => {
      expect(values[i]["value"]).toBeCloseTo(value! / limit, 4);
    });
    const failed = edgeReport(fixtureEdge({ ...EDGE_LIMITS, maxAbsDiff: 0.001, maxThermalTrend: 1.4 }));
    expectSound(failed, ["verdict", "checks", "figures", "thermal", "method"]);
    expect(proseOf(failed, "verdict")).toContain("Fail: 1 of 4 limits is broken: largest difference of a score is");
    expect(proseOf(failed, "verdict-words")).toContain("Not settled yet: trend of the temperature is");
    const unjudged = edgeReport(fixtureEdge({}));
    expectSound(unjudged, ["verdict", "figures", "thermal", "method"]);
    expect(proseOf(unjudged, "verdict")).toContain("Hold: no limit was given");
  });

  it("takes a build without finite scores, one sample and hostile classes", () => {
    const samples = edgeSamples();
    const broken = edgeReport(
      fixtureEdge({}, { ...samples, quant: samples.quant.map((one) => one.map(() => Number.NaN)) }),
    );
    expectSound(broken, ["verdict", "checks", "figures", "thermal", "method"]);
    expect(proseOf(broken, "verdict-words")).toContain("no finite score for 1,200 samples of 1,200 samples");
    const single = edgeSamples(gateRows("edge").slice(0, 1));
    expectSound(edgeReport(fixtureEdge(EDGE_LIMITS, single)), ["verdict", "checks", "figures", "thermal", "method"]);
    const result = fixtureEdge();
    for (const name of HOSTILE) {
      const difference = { ...result.difference!, class: name };
      const checks = result.checks.map((one) => ({ ...one, check: name, verdict: "fail" as const }));
      expectInert(edgeReport({ ...result, difference, checks, decision: "fail" }));
    }
  });

  it("tells a service's budget, burn, cost, mitigation and defects, as far as they are known", () => {
    const result = fixtureService();
    const report = serviceReport(result);
    const HEADS = ["verdict", "checks", "budget", "cost", "mitigation", "defects", "method"];
    expectSound(report, HEADS);
    expect(result.decision).toBe("pass");
    expect(proseOf(report, "verdict")).toContain(`Pass: all ${result.checks.length} limits are kept.`);
    expect(proseOf(report, "budget")).toContain(`${shareWords(result.budget!.remaining)} of the error budget`);
    expect(chartOf(report, "mitigation-times").rules).toEqual([60]);
    expect(tile(report, "Cost per 1,000 inferences")).toBe(result.cost!.value);
    const { defects, incidents } = serviceRecord();
    const part = serviceReport(fixtureService({}, { defects }));
    expectSound(part, ["verdict", "defects", "method"]);
    const open = { started: incidents!.started, mitigated: incidents!.mitigated.map(() => Number.NaN) };
    const waiting = serviceReport(fixtureService({ maxMitigationMs: 3_600_000 }, { incidents: open }));
    expectSound(waiting, ["verdict", "checks", "mitigation", "method"]);
    expect(proseOf(waiting, "verdict")).toContain("mean time to mitigation cannot be told");
    const none = { escaped: new Float64Array(1), caught: new Float64Array(1) };
    const cost = { times: new Float64Array(1), cost: new Float64Array(1), inferences: new Float64Array(1) };
    expectSound(serviceReport(fixtureService(SERVICE_LIMITS, { defects: none, cost })), [
      "verdict",
      "checks",
      "cost",
      "defects",
      "method",
    ]);
    expectInert(serviceReport({ ...result, warnings: [...HOSTILE] }));
  });
});

describe("A/B gate as a report", () => {
  const result = fixtureAb();
  const report = abReport(result);
  const HEADS = ["verdict", "effects", "looks", "split", "method"];

  it("counts the decisions first and gives each its reason and what to do", () => {
    expectSound(report, HEADS);
    const words = proseOf(report, "verdict");
    for (const [decision, word] of [
      ["reject", "reject"],
      ["guardrail_stop", "guardrail stop"],
      ["accept", "accept"],
      ["continue", "continue"],
    ] as const) {
      const names = result.experiments.filter((one) => one.decision === decision).map(({ experiment }) => experiment);
      expect(names.length).toBeGreaterThan(0);
      expect(words).toContain(`${word} ${names.length} (${names.join(" and ")})`);
    }
    expect(proseOf(report, "verdict-words")).toContain("voice: continue. No bound is crossed");
    expect(proseOf(report, "verdict-words")).toContain("about 4,500 more rows until the last look");
    expect(proseOf(report, "verdict-words")).toContain("the covariate (CUPED) takes away");
    expect(proseOf(report, "split")).toContain("Not in map-tiles:");
  });

  it("draws the effect of every metric, and z against its bounds over the looks", () => {
    const { values } = chartOf(report, "effects-intervals");
    const rows = tableOf(report, "effects-table").rows;
    expect(values).toHaveLength(rows.length);
    rows.forEach((row, i) => {
      const clear = Math.abs(Number(row["z"])) >= Number(row["bound"]);
      expect(Number(values[i]["lower"]) > 0 || Number(values[i]["upper"]) < 0).toBe(clear);
    });
    const { spec } = cellOf(report, "looks-z-1") as unknown as { spec: { data: { values: Record<string, number>[] } } };
    const looks = result.experiments[0].looks.filter(({ metric }) => metric === "conversion");
    expect(spec.data.values.map((row) => row["v1"])).toEqual(looks.map(({ bound }) => Number(bound!.toPrecision(6))));
    expect(spec.data.values.map((row) => row["v2"])).toEqual(spec.data.values.map((row) => -row["v1"]));
  });

  it("says the decision of a single experiment, takes one look, no experiment and hostile names", () => {
    const one = fixtureAb(
      {},
      looksOf().filter(({ experiment }) => experiment === "checkout-button"),
    );
    expect(proseOf(abReport(one), "verdict")).toMatch(
      /Reject: metric "conversion" is higher in b than in a at look \d/,
    );
    const first = fixtureAb(
      { design: "always-valid" },
      looksOf().filter(({ look, experiment }) => look === 1 && experiment === "voice"),
    );
    expectSound(abReport(first), ["verdict", "effects", "split", "method"]);
    expectSound(abReport({ ...result, experiments: [] }), ["verdict", "method"]);
    const experiments = result.experiments.map((each, i) => ({
      ...each,
      experiment: others(each.experiment, i),
      reason: HOSTILE[i % HOSTILE.length],
      looks: each.looks.map((look) => ({ ...look, metric: others(look.metric ?? "", i + 1) })),
    }));
    expectInert(abReport({ ...result, experiments, warnings: [...HOSTILE] }));
  });

  it("plans rows of proportions and means, with and without looks", () => {
    const plan = fixtureAbPlan();
    const made = abPlanReport(plan);
    expectSound(made, ["verdict", "looks", "method"]);
    const rows = (count: number) => count.toLocaleString("en-US");
    expect(proseOf(made, "verdict")).toContain(
      `Plan for ${rows(plan.n_a)} rows of a and ${rows(plan.n_b)} of b at most`,
    );
    expect(proseOf(made, "verdict")).toContain(`That takes ${plan.days} days.`);
    expect(tableOf(made, "looks-table").rows.map((row) => row["bound"])).toEqual(plan.looks.map(({ bound }) => bound));
    expectSound(abPlanReport(fixtureAbPlan({ effectSize: 0.2 }, { power: 0.9 })), ["verdict", "looks", "method"]);
    expectSound(abPlanReport(fixtureAbPlan({ effectSize: 0.2 }, { design: "always-valid" })), [
      "verdict",
      "looks",
      "method",
    ]);
  });
});

describe("gates as notebooks", () => {
  it.each([
    ["ab", fixtureAb(), abReport],
    ["ab-plan", fixtureAbPlan(), abPlanReport],
    ["canary", fixtureCanary(), canaryReport],
    ["edge", fixtureEdge(), edgeReport],
    ["ota", fixtureOta(), otaReport],
    ["service", fixtureService(), serviceReport],
  ] as const)("%s is made of a result read from JSON, and refuses what is none", (kind, result, make) => {
    const report = notebooks[kind](JSON.parse(JSON.stringify(result)));
    expect(report).toEqual((make as (result: unknown) => Report)(result));
    expect(report.id).toBe(kind);
    expect(() => notebooks[kind]({ ...result, version: 1 })).toThrow(/at \$\.version/);
    expect(() => notebooks[kind](null)).toThrow(ReportError);
  });

  it("write words of rules on the side with room, and colour by verdict where there is one", () => {
    const row = (value: number) => ({ name: `r${value}`, value, lower: value - 1, upper: value + 1 });
    const rules = [-1, 1].map((value) => ({ value, label: String(value) }));
    const sides = (from: number, to: number) => {
      const { layer } = intervalChart({ title: "T", rows: [row(from + 1), row(to - 1)], rules, xTitle: "x" }) as {
        layer: { mark: { type: string; align?: string } }[];
      };
      return layer.flatMap(({ mark }) => mark.align ?? []);
    };
    expect(sides(-50, 50)).toEqual(["right", "left"]);
    expect(sides(-1.5, 1.5)).toEqual(["left", "right"]);
    const plain = JSON.stringify(intervalChart({ title: "T", rows: [row(1)], xTitle: "x" }));
    expect(plain).not.toContain("verdict");
    const judged = JSON.stringify(intervalChart({ title: "T", rows: [{ ...row(1), verdict: "hold" }], xTitle: "x" }));
    expect(judged).toContain('"domain":["hold"]');
  });

  it("write shares near one so that they never read as all", () => {
    expect(shareWords(0.9996)).toBe("99.96\u00a0%");
    expect(shareWords(1)).toBe("100\u00a0%");
    expect(shareWords(0.01234)).toBe("1.23\u00a0%");
  });
});
