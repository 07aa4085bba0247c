import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderHtml } from "../../src/report/index.js";
import { sampleReport } from "../unit/report/sample-report.js";
import { BROKEN } from "./broken-html.js";
import { hasChromium, launchChromium } from "./chromium.js";
import { HOSTILE, LONG, reportOf } from "./hostile-report.js";
import { checkPage, READERS, type Reader } from "./page-checks.js";
import { unusualReport } from "./unusual-report.js";

const name = ({ width, scheme, scripts = true }: Reader) => `${width} px, ${scheme}${scripts ? "" : ", scripts off"}`;
const WITHOUT_SCRIPTS = READERS.map((reader) => ({ ...reader, scripts: false }));
const PHONE: Reader = { width: 390, scheme: "light" };
const DESK: Reader = { width: 1440, scheme: "dark" };

describe.skipIf(!hasChromium)("HTML reports in a browser (skipped without Chromium: set CHROMIUM_PATH)", () => {
  let browser: Browser;
  let sample: string;
  let hostile: string;
  beforeAll(async () => {
    browser = await launchChromium();
    sample = await renderHtml(sampleReport);
    hostile = await renderHtml(reportOf(HOSTILE));
  });
  afterAll(() => browser?.close());

  describe("every kind of cell and chart", () => {
    it.each(READERS.map((reader) => [name(reader), reader] as const))("%s", async (_, reader) => {
      expect(await checkPage(browser, sample, reader)).toEqual([]);
    });
    it.each(WITHOUT_SCRIPTS.map((reader) => [name(reader), reader] as const))("%s", async (_, reader) => {
      expect(await checkPage(browser, sample, reader)).toEqual([]);
    });
    it("without interactivity there is no script, and the page reads the same", async () => {
      const html = await renderHtml(sampleReport, { interactive: "none" });
      expect(html).not.toContain("<script");
      expect(await checkPage(browser, html, { ...PHONE, scripts: false })).toEqual([]);
    });
    it.each(["light", "dark"] as const)("theme %s holds against the reader's own scheme", async (theme) => {
      const html = await renderHtml(sampleReport, { theme });
      const other = theme === "light" ? "dark" : "light";
      expect(await checkPage(browser, html, { width: 390, scheme: other })).toEqual([]);
    });
  });

  it("composed charts, maps and crowds of points", async () => {
    const html = await renderHtml(unusualReport);
    expect(await checkPage(browser, html, PHONE)).toEqual([]);
    expect(await checkPage(browser, html, { ...DESK, scripts: false })).toEqual([]);
  });

  describe("hostile text in every field is inert", () => {
    it.each([PHONE, DESK].map((reader) => [name(reader), reader] as const))("%s", async (_, reader) => {
      expect(await checkPage(browser, hostile, reader)).toEqual([]);
    });
    it("scripts off", async () => {
      expect(await checkPage(browser, hostile, { ...PHONE, scripts: false })).toEqual([]);
    });
  });

  it("names without a place to break stay in their boxes", async () => {
    const html = await renderHtml(reportOf(LONG));
    expect(await checkPage(browser, html, PHONE)).toEqual([]);
    expect(await checkPage(browser, html, DESK)).toEqual([]);
  });

  describe("the checks catch a renderer that is broken", () => {
    const caught = async (html: string, reader: Reader) => (await checkPage(browser, html, reader)).join("\n");
    it("escaping off", async () => {
      expect(await caught(BROKEN.escapingOff(hostile), DESK)).toMatch(/^foreign: <img>/m);
    });
    it("JSON escaping off", async () => {
      expect(await caught(BROKEN.jsonEscapingOff(hostile), DESK)).toMatch(/^(ready|error|console|foreign):/m);
    });
    it("a parser that needs eval", async () => {
      expect(await caught(BROKEN.evalParser(sample), DESK)).toMatch(/^console: .*(eval|Content Security Policy)/m);
    });
    it("charts of fixed width", async () => {
      expect(await caught(BROKEN.fixedWidth(sample), PHONE)).toMatch(/^text size: /m);
    });
    it("a line that vanishes in the dark", async () => {
      expect(await caught(BROKEN.lowContrast(sample), DESK)).toMatch(/^line contrast: demand-fan /m);
      expect(await caught(BROKEN.lowContrast(sample), { ...DESK, scheme: "light" })).toBe("");
    });
  });
});
