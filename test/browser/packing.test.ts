import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixturePacking, packingTables } from "../../fixtures/packing-result.js";
import { defineReport, packingReport, renderHtml } from "../../reports/index.js";
import type { PackingResult } from "../../src/binpack/index.js";
import { hasChromium, launchChromium } from "./chromium.js";
import { HOSTILE_NAMES } from "./hostile-names.js";
import { checkPage, READERS } from "./page-checks.js";

const MOST_BYTES = 1_500_000;

const html = (result: PackingResult) => renderHtml(defineReport(packingReport(result)));

describe.skipIf(!hasChromium)("the packing report in a browser (skipped without Chromium: set CHROMIUM_PATH)", () => {
  let browser: Browser;
  let result: PackingResult;
  let page: string;
  beforeAll(async () => {
    browser = await launchChromium();
    result = await fixturePacking();
    page = await html(result);
  });
  afterAll(() => browser?.close());

  it.each(READERS.map((reader) => [`${reader.width} px, ${reader.scheme}`, reader] as const))(
    "%s",
    async (_, reader) => {
      expect(await checkPage(browser, page, reader)).toEqual([]);
    },
  );

  it("reads without scripts on a phone", async () => {
    expect(await checkPage(browser, page, { width: 390, scheme: "light", scripts: false })).toEqual([]);
  });

  it("shows a cluster of 12,000 nodes on a phone, in a file that can be mailed", async () => {
    const nodes = Array.from({ length: 12_130 }, (_, i) => ({
      ...result.nodes_map[i % result.nodes_map.length],
      name: `node-${i}`,
      model: `M${i % 30}`,
    }));
    const many = await html({ ...result, nodes_map: nodes });
    expect(Buffer.byteLength(many)).toBeLessThan(MOST_BYTES);
    expect(await checkPage(browser, many, { width: 390, scheme: "light" })).toEqual([]);
  });

  it("shows hostile names as text", async () => {
    const { nodes, pods } = await packingTables();
    const hostile = await fixturePacking({
      nodes: {
        ...nodes,
        name: nodes.name.map((name, i) => HOSTILE_NAMES[i % HOSTILE_NAMES.length] + name),
        model: nodes.model.map((model, i) => (model === "" ? "" : HOSTILE_NAMES[i % HOSTILE_NAMES.length])),
      },
      pods: { ...pods, name: pods.name.map((name, i) => HOSTILE_NAMES[i % HOSTILE_NAMES.length] + name) },
    });
    expect(await checkPage(browser, await html(hostile), { width: 390, scheme: "dark" })).toEqual([]);
  });
});
