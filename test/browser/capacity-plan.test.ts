import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cluster } from "../../fixtures/cluster.js";
import { hourlyOf } from "../../fixtures/hourly.js";
import { fixturePlan } from "../../fixtures/plan.js";
import { capacityPlanReport, defineReport, renderHtml } from "../../reports/index.js";
import { hasChromium, launchChromium } from "./chromium.js";
import { checkPage, READERS } from "./page-checks.js";

/** Most bytes of the HTML of a plan with a dozen fan charts. */
const MOST_BYTES = 2_000_000;

/** Names that would run, break the layout or break the markup if they were taken for more than text. */
const HOSTILE = [
  '<img src=x onerror="document.body.remove()">',
  "</script><script>alert(1)</script>",
  "[a](javascript:alert(1)) | `b` _c_",
  "x".repeat(200),
  "\u202eright to left",
];

describe.skipIf(!hasChromium)("the capacity plan in a browser (skipped without Chromium: set CHROMIUM_PATH)", () => {
  let browser: Browser;
  let html: string;
  beforeAll(async () => {
    browser = await launchChromium();
    html = await renderHtml(defineReport(capacityPlanReport(fixturePlan())));
  });
  afterAll(() => browser?.close());

  it.each(READERS.map((reader) => [`${reader.width} px, ${reader.scheme}`, reader] as const))(
    "%s",
    async (_, reader) => {
      expect(await checkPage(browser, html, reader)).toEqual([]);
    },
  );

  it("reads without scripts on a phone", async () => {
    expect(await checkPage(browser, html, { width: 390, scheme: "light", scripts: false })).toEqual([]);
  });

  it("stays a file that can be mailed", () => {
    expect(Buffer.byteLength(html)).toBeLessThan(MOST_BYTES);
  });

  it("shows hostile queue names as text", async () => {
    const hourly = hourlyOf(cluster());
    hourly.queues = hourly.queues.map((queue, i) => HOSTILE[i] ?? queue);
    const plan = fixturePlan({ hourly, plan: { month: "2026-10" }, capacity: undefined });
    const hostile = await renderHtml(defineReport(capacityPlanReport(plan)));
    expect(await checkPage(browser, hostile, { width: 390, scheme: "dark" })).toEqual([]);
  });
});
