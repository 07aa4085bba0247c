import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as Analysis from "./analysis.js";
import { hasChromium, launchChromium } from "./chromium.js";

declare global {
  var analysis: typeof Analysis;
}

/** Equal, but for the last places of numbers. */
function expectNear(got: unknown, wanted: unknown): void {
  const rounded = (_key: string, value: unknown) => (typeof value === "number" ? Number(value.toPrecision(9)) : value);
  expect(JSON.parse(JSON.stringify(got, rounded))).toEqual(JSON.parse(JSON.stringify(wanted, rounded)));
}

describe.skipIf(!hasChromium)("the analysis modules in a browser (skipped without Chromium: set CHROMIUM_PATH)", () => {
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    // No polyfills: a `node:` import anywhere below makes the bundle itself fail. HiGHS, which asks where it runs before
    // it imports any, is left to be loaded when it is needed.
    const contents = 'import * as analysis from "./analysis.js"; globalThis.analysis = analysis;';
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: import.meta.dirname },
      bundle: true,
      format: "esm",
      platform: "browser",
      target: "es2023",
      external: ["highs"],
      write: false,
      logLevel: "silent",
    });
    browser = await launchChromium();
    page = await browser.newPage();
    page.on("console", (message) => problems.push(message.text()));
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("request", (request) => problems.push(`request for ${request.url()}`));
    await page.setContent("<!doctype html><title>analysis</title>");
    await page.addScriptTag({ type: "module", content: outputFiles[0].text });
    await page.waitForFunction(() => globalThis.analysis !== undefined);
  });
  afterAll(() => browser?.close());

  it("core: statistics, random numbers and calendars agree with Node", async () => {
    const { core } = await import("./analysis.js");
    const there = await page.evaluate(() => {
      const { createRandom, nextMonth, quantile } = globalThis.analysis.core;
      return [createRandom(42).normal(), nextMonth(1_700_000_000_000, "Europe/Berlin"), quantile([4, 1, 3], 0.9)];
    });
    const here = [
      core.createRandom(42).normal(),
      core.nextMonth(1_700_000_000_000, "Europe/Berlin"),
      core.quantile([4, 1, 3], 0.9),
    ];
    expect(there).toEqual(here);
  });

  it("forecast: a short series, finite and nested", async () => {
    const ahead = await page.evaluate(() => {
      const y = Float64Array.from({ length: 24 * 14 }, (_, i) => 40 + 10 * Math.sin((i * Math.PI) / 12) + (i % 5));
      const [f] = globalThis.analysis.forecast.forecast([{ id: "a", y }], { horizon: 24, season: [24], seed: 1 });
      return { mean: [...f.mean], lo: [...f.lo[80]], hi: [...f.hi[80]] };
    });
    expect(ahead.mean).toHaveLength(24);
    ahead.mean.forEach((value, h) => {
      expect(value).toBeGreaterThan(20);
      expect(value).toBeLessThan(60);
      expect(ahead.lo[h]).toBeLessThanOrEqual(value);
      expect(ahead.hi[h]).toBeGreaterThanOrEqual(value);
    });
  });

  it("capacity: a plan of one queue and one pool, the same as in Node", async () => {
    const { capacity, smallPlan } = await import("./analysis.js");
    const there = await page.evaluate(() => globalThis.analysis.smallPlan(globalThis.analysis.capacity.planCapacity));
    const here = smallPlan(capacity.planCapacity);
    expect(here.pools?.[0].pool).toBe("a100");
    // Another V8 may round sines and powers differently in the last place.
    expectNear(there.pools, here.pools);
    expectNear(there.weekly, here.weekly);
  });

  it("cost: a bill of two teams, the same as in Node", async () => {
    const { cost, smallBill } = await import("./analysis.js");
    const there = await page.evaluate(() => globalThis.analysis.smallBill(globalThis.analysis.cost));
    const here = smallBill(cost);
    expect(here.changes[0]).toMatchObject({ dimension: "total", day: "2026-05-25" });
    expect(there.bill).toEqual(here.bill);
    expect(there.showback).toEqual(here.showback);
    expectNear(there.forecast, here.forecast);
    expectNear(there.changes, here.changes);
  });

  it("binpack: six pods on two nodes, the same as in Node", async () => {
    const { binpack, smallPacking } = await import("./analysis.js");
    const there = await page.evaluate(() => globalThis.analysis.smallPacking(globalThis.analysis.binpack.binpack));
    expect(there).toEqual(smallPacking(binpack.binpack));
    expect(there.nodeOf.every((node) => node >= 0)).toBe(true);
  });

  it("simulate: four jobs with backfill, the same as in Node", async () => {
    const { simulate, smallQueue } = await import("./analysis.js");
    const there = await page.evaluate(() => globalThis.analysis.smallQueue(globalThis.analysis.simulate.simulate));
    expect(there).toEqual(smallQueue(simulate.simulate));
    // The third fills the gap beside the first; the fourth would delay the second, which waits for all GPUs.
    expect(there).toEqual([0, 100, 2, 200]);
  });

  it("gc-reachability: four files, the same as in Node", async () => {
    const { gc, smallGc } = await import("./analysis.js");
    const there = await page.evaluate(() => globalThis.analysis.smallGc(globalThis.analysis.gc));
    expect(there).toEqual(smallGc(gc));
    const named = there.reason.map((reason, i) => `${gc.ACTIONS[there.action[i]]} ${gc.REASONS[reason]}`);
    expect(named).toEqual(["keep protected", "keep reachable", "delete unreached", "delete unreached"]);
  });

  it("changepoint: one change, the same as in Node", async () => {
    const { changepoint, core, smallChanges } = await import("./analysis.js");
    const there = await page.evaluate(() =>
      globalThis.analysis.smallChanges(globalThis.analysis.changepoint.detect, globalThis.analysis.core.createRandom),
    );
    expect(there).toEqual(smallChanges(changepoint.detect, core.createRandom));
    expect(there[0]).toBe(70);
  });

  it("incident: the analysis of an error rate, the same as in Node", async () => {
    const { core, incident, smallIncident } = await import("./analysis.js");
    const there = await page.evaluate(() =>
      globalThis.analysis.smallIncident(globalThis.analysis.incident.rca, globalThis.analysis.core.createRandom),
    );
    expectNear(there, smallIncident(incident.rca, core.createRandom));
    expect(there.firstBad?.index).toBe(700);
    expect(there.events[0].eventId).toBe("b");
  });

  it("backtest: events, pairs and a sweep, the same as in Node", async () => {
    const { backtest, smallBacktest } = await import("./analysis.js");
    const there = await page.evaluate(() => globalThis.analysis.smallBacktest(globalThis.analysis.backtest));
    expect(there).toEqual(smallBacktest(backtest));
    expect(there).toEqual({
      ...{ onsets: [500, 2500], triggered: [600, 2500], fences: [0, -1], labelOfEvent: [-1, 0] },
      swept: [
        [-0.5, 0],
        [-0.4, 2],
        [-0.3, 2],
      ],
    });
  });

  it("drift: the verdicts of three features, the same as in Node", async () => {
    const { core, drift, smallDrift } = await import("./analysis.js");
    const there = await page.evaluate(() =>
      globalThis.analysis.smallDrift(globalThis.analysis.drift.driftReport, globalThis.analysis.core.createRandom),
    );
    expectNear(there, smallDrift(drift.driftReport, core.createRandom));
    expect(there.features.map(({ verdict }) => verdict)).toEqual(["drift", "drift", "stable"]);
  });

  it("experiment: a canary that is worse in one class, the same as in Node", async () => {
    const { experiment, smallCanary } = await import("./analysis.js");
    const there = await page.evaluate(() => globalThis.analysis.smallCanary(globalThis.analysis.experiment.gateCanary));
    expectNear(there, smallCanary(experiment.gateCanary));
    expect(there.classes.map(({ verdict }) => verdict)).toEqual(["fail", "pass"]);
    expect(there.decision).toBe("abort");
  });

  it("neural: a network of four steps on tfjs in plain JavaScript, the same as in Node", async () => {
    const { neural, smallNetwork } = await import("./analysis.js");
    const there = await page.evaluate(() => globalThis.analysis.smallNetwork(globalThis.analysis.neural));
    const here = await smallNetwork(neural);
    expect(there.training).toMatchObject({ backend: "cpu", series: 2, steps: here.training.steps });
    expect(there.quantiles).toHaveLength(neural.NEURAL_PROBABILITIES.length);
    there.quantiles.forEach((steps, q) => {
      expect(steps).toHaveLength(4);
      // Weights are 32-bit numbers.
      steps.forEach((value, h) => {
        expect(value).toBeCloseTo(here.quantiles[q][h], 3);
        if (q > 0) expect(value).toBeGreaterThanOrEqual(there.quantiles[q - 1][h]);
      });
    });
  });

  it("says nothing on the console, throws nothing and asks the network for nothing", () => {
    expect(problems).toEqual([]);
  });
});
