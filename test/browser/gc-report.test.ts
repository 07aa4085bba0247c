import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { defineReport, gcReport, renderHtml } from "../../reports/index.js";
import type { GcReport } from "../../src/gc-reachability/index.js";
import { fusedGcResult, type GcGroup, gcFleet, gcPlanResult } from "../gc-plan-result.js";
import { hasChromium, launchChromium } from "./chromium.js";
import { HOSTILE_NAMES } from "./hostile-names.js";
import { checkPage, READERS } from "./page-checks.js";

const MOST_BYTES = 1_500_000;

const html = (result: GcReport) => renderHtml(defineReport(gcReport(result)));

describe.skipIf(!hasChromium)(
  "the report of a gc plan in a browser (skipped without Chromium: set CHROMIUM_PATH)",
  () => {
    let browser: Browser;
    let page: string;
    let fused: string;
    beforeAll(async () => {
      browser = await launchChromium();
      page = await html(gcPlanResult());
      fused = await html(fusedGcResult());
    });
    afterAll(() => browser?.close());

    it.each(READERS.map((reader) => [`${reader.width} px, ${reader.scheme}`, reader] as const))(
      "%s",
      async (_, reader) => {
        expect(await checkPage(browser, page, reader)).toEqual([]);
      },
    );

    it.each(READERS.map((reader) => [`${reader.width} px, ${reader.scheme}`, reader] as const))(
      "stopped by a limit: %s",
      async (_, reader) => {
        expect(await checkPage(browser, fused, reader)).toEqual([]);
      },
    );

    it("reads without scripts on a phone", async () => {
      expect(await checkPage(browser, page, { width: 390, scheme: "light", scripts: false })).toEqual([]);
    });

    it("shows a thousand kinds on a phone, in a file that can be mailed", async () => {
      const groups: GcGroup[] = gcFleet().flatMap((group, i) =>
        Array.from({ length: 15 }, (_, k) => ({ ...group, kind: `kind-${(15 * i + k) % 1000}` })),
      );
      const many = await html(gcPlanResult(groups));
      expect(Buffer.byteLength(many)).toBeLessThan(MOST_BYTES);
      expect(await checkPage(browser, many, { width: 390, scheme: "light" })).toEqual([]);
    });

    it("shows bytes beyond 2^53 with all digits, and sorts them as numbers", async () => {
      const huge = gcFleet().map((group) => ({ ...group, bytes: group.bytes * 1_000_003n }));
      const text = await html(gcPlanResult(huge));
      expect(text).toMatch(/>\d{2},\d{3},\d{3},\d{3},\d{3},\d{3},\d{3}</);
      expect(await checkPage(browser, text, { width: 1440, scheme: "light" })).toEqual([]);
    });

    it("shows hostile names as text", async () => {
      const name = (i: number) => HOSTILE_NAMES[i % HOSTILE_NAMES.length];
      const plan = gcPlanResult(
        gcFleet().map((group, i) => ({ ...group, kind: name(i), class: name(i + 1), storageClass: name(i + 2) })),
      );
      const hostile = {
        ...plan,
        inputs: plan.inputs.map((input) => ({ ...input, path: name(0) + input.path })),
        conflicts: HOSTILE_NAMES.map((id) => ({ id, hold: id, request: id })),
        unmatched_selectors: HOSTILE_NAMES.map((id) => ({ table: "holds", name: id, id, prefix: null })),
        top_roots: plan.top_roots.map((root, i) => ({ ...root, name: name(i), type: name(i + 1) })),
      };
      expect(await checkPage(browser, await html(hostile), { width: 390, scheme: "dark" })).toEqual([]);
    });
  },
);
