import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mapReport } from "../../fixtures/map-report.js";
import { renderHtml } from "../../reports/index.js";
import { hasChromium, launchChromium } from "./chromium.js";
import { HOSTILE_NAMES } from "./hostile-names.js";
import { checkPage, READERS } from "./page-checks.js";

describe.skipIf(!hasChromium)("maps in a browser (skipped without Chromium: set CHROMIUM_PATH)", () => {
  let browser: Browser;
  let page: string;
  beforeAll(async () => {
    browser = await launchChromium();
    page = await renderHtml(await mapReport({ title: "Alerts", detail: "Events", fence: "Schools" }));
  });
  afterAll(() => browser?.close());

  it.each(READERS.map((reader) => [`${reader.width} px, ${reader.scheme}`, reader] as const))(
    "%s",
    async (_, reader) => {
      expect(await checkPage(browser, page, reader)).toEqual([]);
    },
  );

  it.each([390, 1440])("reads without scripts at %d px", async (width) => {
    expect(await checkPage(browser, page, { width, scheme: "dark", scripts: false })).toEqual([]);
  });

  it("shows hostile names as text", async () => {
    const [title, detail, fence] = HOSTILE_NAMES;
    const html = await renderHtml(await mapReport({ title, detail, fence }));
    expect(await checkPage(browser, html, { width: 390, scheme: "light" })).toEqual([]);
  });
});
