import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { backtestPanel, fixtureBacktest } from "../../fixtures/backtest.js";
import { defineReport, forecastQualityReport, renderHtml } from "../../reports/index.js";
import { hasChromium, launchChromium } from "./chromium.js";
import { HOSTILE_NAMES } from "./hostile-names.js";
import { checkPage, READERS } from "./page-checks.js";

/** Most bytes of the HTML, with six worst forecasts drawn. */
const MOST_BYTES = 1_500_000;

describe.skipIf(!hasChromium)("the forecast quality in a browser (skipped without Chromium: set CHROMIUM_PATH)", () => {
  let browser: Browser;
  let html: string;
  beforeAll(async () => {
    browser = await launchChromium();
    html = await renderHtml(defineReport(forecastQualityReport(await fixtureBacktest())));
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

  it("shows many series as a distribution", async () => {
    const many = Array.from({ length: 30 }, (_, i) => {
      const series = backtestPanel()[i % 12];
      return { ...series, id: `s${i}`, y: series.y.map((v, t) => v + ((t * (i + 1)) % 7)) };
    });
    const crowd = await fixtureBacktest(many, { origins: 1, models: ["empirical_mix", "seasonal_naive"] });
    const page = await renderHtml(defineReport(forecastQualityReport(crowd)));
    expect(await checkPage(browser, page, { width: 390, scheme: "light" })).toEqual([]);
  });

  it("shows hostile names as text", async () => {
    const panel = backtestPanel().map((series, i) => ({ ...series, id: HOSTILE_NAMES[i] ?? series.id }));
    const result = { ...(await fixtureBacktest(panel, { origins: 1 })), value: HOSTILE_NAMES[0] };
    const hostile = await renderHtml(defineReport(forecastQualityReport(result)));
    expect(await checkPage(browser, hostile, { width: 390, scheme: "dark" })).toEqual([]);
  });
});
