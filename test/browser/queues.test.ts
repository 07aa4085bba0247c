import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixtureClusterConfig, fixtureQueueJobs, fixtureSimulation } from "../../fixtures/queue-simulation.js";
import { defineReport, queuesReport, renderHtml } from "../../reports/index.js";
import type { SimulationFile } from "../../src/simulate/index.js";
import { hasChromium, launchChromium } from "./chromium.js";
import { HOSTILE_NAMES } from "./hostile-names.js";
import { checkPage, READERS } from "./page-checks.js";

const MOST_BYTES = 1_500_000;

const html = (result: SimulationFile) => renderHtml(defineReport(queuesReport(result)));

describe.skipIf(!hasChromium)("the queues report in a browser (skipped without Chromium: set CHROMIUM_PATH)", () => {
  let browser: Browser;
  let page: string;
  beforeAll(async () => {
    browser = await launchChromium();
    page = await html(await fixtureSimulation());
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

  it("shows many queues and teams on a phone, in a file that can be mailed", async () => {
    const jobs = await fixtureQueueJobs();
    const queue = jobs.id.map((_, i) => `queue-${i % 60}`);
    const team = jobs.id.map((_, i) => `team-${i % 300}`);
    const many = await html(await fixtureSimulation({ jobs: { ...jobs, queue, team }, originMs: 0 }));
    expect(Buffer.byteLength(many)).toBeLessThan(MOST_BYTES);
    expect(await checkPage(browser, many, { width: 390, scheme: "light" })).toEqual([]);
  });

  it("shows hostile names as text", async () => {
    const jobs = await fixtureQueueJobs();
    const names = jobs.id.map((_, i) => HOSTILE_NAMES[i % HOSTILE_NAMES.length]);
    const config = fixtureClusterConfig();
    const [zone] = HOSTILE_NAMES;
    const cluster = {
      ...config,
      pools: config.pools.map((pool) => ({ ...pool, name: HOSTILE_NAMES[1] + pool.name, zones: pool.zones && [zone] })),
      faults: (config.faults ?? []).map((fault) => ({ ...fault, zone })),
      queues: [],
    };
    const hostile = await fixtureSimulation({ jobs: { ...jobs, queue: names, team: names }, cluster });
    expect(await checkPage(browser, await html(hostile), { width: 390, scheme: "dark" })).toEqual([]);
  });
});
