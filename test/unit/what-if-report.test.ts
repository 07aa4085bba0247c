import { beforeAll, describe, expect, it } from "vitest";
import { CATALOGUE, fixtureWhatIf, placementTables, podTable } from "../../fixtures/placement-plans.js";
import { notebooks, whatIfReport } from "../../reports/index.js";
import { parseCatalogue, type WhatIfFile, WhatIfFileSchema } from "../../src/binpack/index.js";
import { ReportError } from "../../src/core/index.js";
import { type Report, renderMarkdown, UNDATED } from "../../src/report/index.js";
import { cellOf, chartsOf, expectInert, expectSound, figuresOf, HOSTILE, proseOf, tableOf } from "./notebook-cells.js";

let result: WhatIfFile;
let report: Report;
beforeAll(async () => {
  result = WhatIfFileSchema.parse(await fixtureWhatIf());
  report = whatIfReport(result);
});

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const ids = ({ cells }: Report) => cells.map(({ id }) => id);

describe("a purchase of nodes as a report", () => {
  it("is sound, bears no date, and is the same for the same result", () => {
    expectSound(report, ["verdict", "purchase", "offers", "places", "method"]);
    expect(report).toMatchObject({ id: "what-if", generatedAt: UNDATED });
    expect(renderMarkdown(report)).not.toMatch(/As of|1970/);
    expect(JSON.stringify(whatIfReport(structuredClone(result)))).toBe(JSON.stringify(report));
  });

  it("says what to buy and for how much", () => {
    expect(result.additions.map(({ type, count }) => [type, count])).toEqual([["a100-8", 1]]);
    expect(proseOf(report, "verdict")).toContain(
      "Buy 1 a100-8 node (8 A100 GPUs): all 6 pending pods then have a place, for 32.77 an hour (23,922 a month) at the catalogue's prices.",
    );
    expect(proseOf(report, "verdict-words")).toContain(
      "On spot, 1 a100-8 node would cost 9.83 an hour instead of 32.77",
    );
    expect(figuresOf(report, "verdict-figures").items.map(({ value }) => value)).toEqual([32.77, 23922, 1, 6]);
  });

  it("repeats the result's figures", () => {
    const [row] = tableOf(report, "purchase-types").rows;
    const bought = result.placements.filter(({ type }) => type !== null);
    expect(row).toMatchObject({ type: "a100-8", nodes: 1, gpus: 8, hour: 32.77, spot: 9.83, pods: bought.length });
    expect(row["gpu"]).toBeCloseTo(sum(bought.map(({ gpu_milli }) => gpu_milli)) / 8000, 3);
    expect(row["cpu"]).toBeCloseTo(sum(bought.map(({ cpu_milli }) => cpu_milli)) / 96_000, 3);
    expect(row["memory"]).toBeCloseTo(sum(bought.map(({ memory_mib }) => memory_mib)) / 786_432, 3);
    const places = tableOf(report, "places-pods").rows;
    expect(places.map((one) => [one["pod"], one["node"]])).toEqual(
      result.placements.map(({ pod, to }) => [pod, to.node]),
    );
    expect(places.filter((one) => one["bought"] === false)).toHaveLength(result.on_free_room);
    const offers = tableOf(report, "offers-catalogue").rows;
    expect(offers.map((one) => [one["type"], one["bought"], one["each"], one["most"]])).toEqual([
      ["a100-8", 1, 4.1, null],
      ["t4-4", 0, 0.98, 1],
      ["cpu-64", 0, null, null],
    ]);
  });

  it("says how much cheaper it could be, or that it is proven to be cheapest", () => {
    const words = (change: Partial<WhatIfFile>) => proseOf(whatIfReport({ ...result, ...change }), "verdict-words");
    expect(words({ optimal: true, bound_hour: result.cost_hour })).toContain("proven");
    expect(words({ optimal: false, bound_hour: 30 })).toContain(
      "No purchase which places them all costs less than 30 an hour, so at most 2.77 an hour (8\u00a0%) could be saved",
    );
  });

  it("names the pods that no purchase helps, by reason", async () => {
    const pods = podTable("waiting", [8, 16, 1]);
    const made = whatIfReport(await fixtureWhatIf({ pending: { ...pods, spec: ["", "", "H100"] } }));
    expectSound(made, ["verdict", "purchase", "offers", "unplaced", "places", "method"]);
    expect(proseOf(made, "verdict")).toContain("1 of 3 pending pods then has a place");
    expect(proseOf(made, "verdict-words")).toContain(
      "2 of 3 pods (17 GPUs) stay without a place: 1 ask for more GPUs or network cards than a node of any type has and 1 ask for a GPU model that no type has.",
    );
    expect(tableOf(made, "unplaced-pods").rows).toEqual([
      { pod: "waiting-1", gpus: 16, reason: "equipment" },
      { pod: "waiting-2", gpus: 1, reason: "model" },
    ]);
  });

  it("counts rows that it leaves out", () => {
    const [one] = result.placements;
    const placements = Array.from({ length: 203 }, (_, i) => ({ ...one, pod: `p${i}` }));
    const table = tableOf(whatIfReport({ ...result, placements, pending: 203 }), "places-pods");
    expect(table.rows).toHaveLength(200);
    expect(table.caption).toContain("3 more rows stand in the result's file.");
  });

  it("passes the result's warnings on", () => {
    const warnings = Array.from({ length: 10 }, (_, i) => `pods.csv: doubt ${i}`);
    const made = whatIfReport({ ...result, warnings });
    expect(made.cells.filter(({ kind }) => kind === "warning")).toHaveLength(9);
    expect(cellOf(made, "warning-1")).toMatchObject({ severity: "warning", message: "Pods.csv: doubt 0." });
    expect(cellOf(made, "warning-9")).toMatchObject({ message: "2 more warnings: see the result's file." });
  });
});

describe("purchases with little to say", () => {
  it("buys nothing where nothing is pending", async () => {
    const made = whatIfReport(await fixtureWhatIf({ pending: podTable("none", []) }));
    expectSound(made, ["verdict", "offers", "method"]);
    expect(proseOf(made, "verdict")).toContain("No pod is pending: there is nothing to buy.");
    expect(chartsOf(made)).toEqual([]);
  });

  it("buys nothing where all have room", async () => {
    const made = whatIfReport(await fixtureWhatIf({ pending: podTable("small", [1, 0.5]) }));
    expectSound(made, ["verdict", "offers", "places", "method"]);
    expect(proseOf(made, "verdict")).toContain("Nothing: the nodes that are there take all 2 pending pods.");
  });

  it("buys nothing where no type helps", async () => {
    const made = whatIfReport(await fixtureWhatIf({ pending: podTable("huge", [64]) }));
    expectSound(made, ["verdict", "offers", "unplaced", "method"]);
    expect(proseOf(made, "verdict")).toContain(
      "Nothing: no purchase from this catalogue gives the pending pod a place.",
    );
  });

  it("buys nodes without GPUs, and says when no more can be had", async () => {
    const tables = placementTables();
    tables.nodes.cpu.fill(16_000);
    const pending = podTable("cpu", [0, 0]);
    pending.cpu.fill(48_000);
    const catalogue = parseCatalogue([{ ...CATALOGUE[2], max: 2 }]);
    const made = whatIfReport(await fixtureWhatIf({ tables, pending, catalogue }));
    expectSound(made, ["verdict", "purchase", "offers", "places", "method"]);
    expect(proseOf(made, "verdict")).toContain("Buy 2 cpu-64 nodes without GPUs: all 2 pending pods");
    expect(proseOf(made, "verdict-words")).toContain("More of them cannot be had: 2 cpu-64 nodes");
    expect(tableOf(made, "purchase-types").rows[0]["gpu"]).toBeNull();
  });

  it("keeps hostile names text", async () => {
    const pending = podTable("pod", [8, 8, 8, 99]);
    pending.name = [...HOSTILE];
    const catalogue = parseCatalogue([{ ...CATALOGUE[0], type: HOSTILE[0], model: HOSTILE[1] }]);
    const made = whatIfReport(await fixtureWhatIf({ pending, catalogue }));
    expectInert(made);
    expect(ids(made)).toContain("purchase");
    expect(tableOf(made, "places-pods").rows.map((row) => row["pod"])).toEqual(HOSTILE.slice(0, 3));
  });
});

describe("the notebook of the kind what-if", () => {
  it("makes the report of a result read from JSON, and refuses what is none", () => {
    expect(notebooks["what-if"](JSON.parse(JSON.stringify(result)))).toEqual(report);
    expect(() => notebooks["what-if"]({ ...result, pending: -1 })).toThrow(/^not a purchase of nodes at \$\.pending: /);
    expect(() => notebooks["what-if"](null)).toThrow(ReportError);
  });
});
