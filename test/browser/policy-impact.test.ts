import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixtureAudit, fixtureImpact } from "../../fixtures/impact-result.js";
import { defineReport, policyAuditReport, policyImpactReport, type Report, renderHtml } from "../../reports/index.js";
import { hasChromium, launchChromium } from "./chromium.js";
import { HOSTILE_NAMES } from "./hostile-names.js";
import { checkPage, READERS } from "./page-checks.js";

/** Eight charts in two schemes, two of them maps. */
const MOST_BYTES = 1_200_000;

const html = (report: Report) => renderHtml(defineReport(report));

async function impact(rename?: (id: string) => string): Promise<Report> {
  const { metrics, sweep } = await fixtureImpact(rename ? { rename } : {});
  const [rationale, risk] = HOSTILE_NAMES;
  const policy = rename ? { ...metrics.policy, rationale, risk } : metrics.policy;
  return policyImpactReport({ ...metrics, policy }, { sweep });
}

const hostile = (id: string) => HOSTILE_NAMES[id.length % HOSTILE_NAMES.length] + id;

const REPORTS: Readonly<Record<string, () => Promise<Report>>> = {
  "policy-impact": () => impact(),
  "policy-audit": async () => policyAuditReport(await fixtureAudit()),
};

const HOSTILE: Readonly<Record<string, () => Promise<Report>>> = {
  "policy-impact": () => impact(hostile),
  "policy-audit": async () => policyAuditReport(await fixtureAudit({ rename: hostile })),
};

describe.skipIf(!hasChromium)("papers of policies in a browser (skipped without Chromium: set CHROMIUM_PATH)", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  describe.each(Object.entries(REPORTS))("%s", (_, make) => {
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
      expect(Buffer.byteLength(page)).toBeLessThan(MOST_BYTES);
    });
  });

  it.each(Object.entries(HOSTILE))(
    "%s shows hostile names as text",
    async (_, make) => {
      expect(await checkPage(browser, await html(await make()), { width: 390, scheme: "dark" })).toEqual([]);
    },
    60_000,
  );
});
