import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { defineReport, type Report, renderHtml } from "../../reports/index.js";
import { hasChromium, launchChromium } from "./chromium.js";
import { checkPage, READERS } from "./page-checks.js";

type Makers = Readonly<Record<string, () => Report | Promise<Report>>>;

/** Reports that every reader can read, without scripts, too, and those with hostile names, which must stay text. */
export interface ReportSuite {
  reports: Makers;
  hostile: Makers;
  /** Most bytes of a page. */
  mostBytes: number;
}

const html = (report: Report) => renderHtml(defineReport(report));

/** Checks reports in a browser, or says that there is none. */
export function describeReports(name: string, { reports, hostile, mostBytes }: ReportSuite): void {
  describe.skipIf(!hasChromium)(`${name} in a browser (skipped without Chromium: set CHROMIUM_PATH)`, () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launchChromium();
    });
    afterAll(() => browser?.close());

    describe.each(Object.entries(reports))("%s", (_, make) => {
      let page: string;
      beforeAll(async () => {
        page = await html(await make());
      }, 60_000);

      it.each(READERS.map((reader) => [`${reader.width} px, ${reader.scheme}`, reader] as const))(
        "%s",
        async (__, reader) => {
          expect(await checkPage(browser, page, reader)).toEqual([]);
        },
      );

      it("reads without scripts on a phone, in a file that can be mailed", async () => {
        expect(await checkPage(browser, page, { width: 390, scheme: "light", scripts: false })).toEqual([]);
        expect(Buffer.byteLength(page)).toBeLessThan(mostBytes);
      });
    });

    it.each(Object.entries(hostile))(
      "%s shows hostile names as text",
      async (_, make) => {
        expect(await checkPage(browser, await html(await make()), { width: 390, scheme: "dark" })).toEqual([]);
      },
      60_000,
    );
  });
}
