import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { demandSeries, fixtureDemand } from "../../fixtures/demand-result.js";
import { fixtureEconomics, scenarioTable } from "../../fixtures/economics-result.js";
import {
  CATALOGUE,
  fixtureDefrag,
  fixtureReplaced,
  fixtureWhatIf,
  placementTables,
  podTable,
} from "../../fixtures/placement-plans.js";
import {
  commitmentsReport,
  defineReport,
  defragReport,
  demandReport,
  type Report,
  renderHtml,
  replacedNodeReport,
  whatIfReport,
} from "../../reports/index.js";
import { hasChromium, launchChromium } from "./chromium.js";
import { HOSTILE_NAMES } from "./hostile-names.js";
import { checkPage, READERS } from "./page-checks.js";

const MOST_BYTES = 700_000;

const html = (report: Report) => renderHtml(defineReport(report));

/** One report of each kind, by its id. */
const REPORTS: Readonly<Record<string, () => Promise<Report>>> = {
  commitments: async () => commitmentsReport(await fixtureEconomics()),
  "what-if": async () => whatIfReport(await fixtureWhatIf()),
  defrag: async () => defragReport(fixtureDefrag()),
  "replaced-node": async () => replacedNodeReport(fixtureReplaced()),
  demand: async () => demandReport(fixtureDemand()),
};

/** The same with names that must stay text. */
const HOSTILE: Readonly<Record<string, () => Promise<Report>>> = {
  commitments: async () => {
    const base = scenarioTable();
    const families = HOSTILE_NAMES.slice(0, 3);
    const demand = { ...base, families, gpus: families.map(() => base.gpus[0]) };
    const prices = {
      families: Object.fromEntries(families.map((name) => [name, { on_demand: 4, commit: { "1y": 2 } }])),
    };
    const used = () => families.map(() => new Float64Array(base.hours).fill(3));
    const usage = {
      teams: [...HOSTILE_NAMES],
      families,
      hours: base.hours,
      firstHour: 0,
      gpus: HOSTILE_NAMES.map(used),
    };
    const hours = Array.from({ length: 200 }, (_, h) => h);
    const pools = HOSTILE_NAMES.map((pool, i) => ({ pool, hours, throughput: hours.map((h) => 10 + i + (h % 5)) }));
    return commitmentsReport(await fixtureEconomics({ demand, prices, options: { usage }, pools }));
  },
  "what-if": async () => {
    const pending = { ...podTable("pod", [8, 8, 8, 99, 0.5]), name: [...HOSTILE_NAMES] };
    const catalogue = HOSTILE_NAMES.map((type) => ({ ...CATALOGUE[0], type, model: HOSTILE_NAMES[0], max: 1 }));
    return whatIfReport(await fixtureWhatIf({ pending, catalogue }));
  },
  defrag: async () => {
    const tables = placementTables(HOSTILE_NAMES.length);
    tables.nodes.name = [...HOSTILE_NAMES];
    tables.pods.name = tables.pods.name.map((name, i) => HOSTILE_NAMES[i % HOSTILE_NAMES.length] + name);
    const pending = { ...podTable("waiting", [8, 8, 8, 8, 0.5]), name: [...HOSTILE_NAMES] };
    return defragReport(fixtureDefrag({ tables, pending }));
  },
  demand: async () => {
    const panel = demandSeries().map((series, i) => ({ ...series, id: HOSTILE_NAMES[i] }));
    return demandReport(fixtureDemand({ capacity: { [HOSTILE_NAMES[0]]: 90 }, scenarios: [] }, panel));
  },
};

describe.skipIf(!hasChromium)("reports of results in a browser (skipped without Chromium: set CHROMIUM_PATH)", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  describe.each(Object.entries(REPORTS))("%s", (_, make) => {
    let page: string;
    beforeAll(async () => {
      page = await html(await make());
    });

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

  it.each(Object.entries(HOSTILE))("%s shows hostile names as text", async (_, make) => {
    expect(await checkPage(browser, await html(await make()), { width: 390, scheme: "dark" })).toEqual([]);
  });
});
