import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { nearestName, PlanFileSchema, parsePlanFile } from "../../../src/capacity/index.js";
import { PLAN_TEMPLATE } from "../../../src/cli/plan/plan-template.js";

const HELIOS = resolve(import.meta.dirname, "../../../../shared/data/helios/plan.yaml");
const pool = { name: "a100", nodes: 12, gpus_per_node: 8 };
const price = { on_demand: 27, unit: "node_hour", currency: "USD" };
const message = (value: unknown): string => {
  try {
    parsePlanFile(value);
  } catch (error) {
    return (error as Error).message;
  }
  return "accepted";
};

describe("plan file", () => {
  it("fills in the defaults of the contract", () => {
    expect(parsePlanFile({ version: 1 })).toEqual({
      version: 1,
      horizon_weeks: 4,
      time_zone: "UTC",
      seed: 0,
      levels: [80, 95],
    });
  });

  it("takes the template of plan init, every key of it", () => {
    const plan = parsePlanFile(parse(PLAN_TEMPLATE));
    expect(plan.pools?.[0].price?.commit_3y).toBe(11.9);
    const uncommented = PLAN_TEMPLATE.replace(
      /^# (month|capacity|scenarios| {2}files| {2}- name| {4})/gm,
      "$1",
    ).replace(/^ {2}# - /m, "  - ");
    const full = parsePlanFile(parse(uncommented));
    expect(full.month).toBe("2026-10");
    expect(full.scenarios?.[0].overlays[0].type).toBe("hpo_wave");
    expect(full.mapping?.[0].slo?.p95_wait_minutes).toBe(120);
    expect(full.capacity?.files).toBe("gpu_number.csv");
  });

  it.skipIf(!existsSync(HELIOS))("takes the Helios plan (skipped without shared data)", () => {
    const plan = parsePlanFile(parse(readFileSync(HELIOS, "utf8")));
    expect(plan.pools?.map(({ name }) => name)).toEqual(["v100", "v100-small"]);
    expect(plan.mapping?.[2]).toMatchObject({ queue: "*", pools: ["v100-small", "v100"], spot_share_max: 0.3 });
  });

  it("refuses unknown keys with their path and the nearest known key, at every depth", () => {
    expect(message({ version: 1, horizon_week: 2 })).toBe(
      'plan.yaml: unknown key "horizon_week"; the nearest known key is "horizon_weeks"',
    );
    expect(message({ version: 1, pools: [pool, { ...pool, name: "b", price: { ...price, ondemand: 1 } }] })).toBe(
      'plan.yaml: pools[1].price: unknown key "ondemand"; the nearest known key is "on_demand"',
    );
    expect(message({ version: 1, demand: { source: "jobs", files: "j", colums: {} } })).toBe(
      'plan.yaml: demand: unknown key "colums"; the nearest known key is "columns"',
    );
    const overlay = { type: "hpo_wave", queue: "q", start: "2020-01-01T00:00:00Z", duration_hours: 1, gpus: 1 };
    expect(message({ version: 1, scenarios: [{ name: "s", overlays: [{ ...overlay, gpu: 2 }] }] })).toBe(
      'plan.yaml: scenarios[0].overlays[0]: unknown key "gpu"; the nearest known key is "gpus"',
    );
  });

  it("names what is wrong with a value, and what was expected", () => {
    expect(message({ version: 1, time_zone: "Mars/Olympus" })).toBe(
      'plan.yaml: time_zone: unknown time zone "Mars/Olympus": use an IANA name such as UTC or Asia/Shanghai',
    );
    expect(message({ version: 1, month: "2020-13" })).toBe(
      'plan.yaml: month: expected a month such as 2020-06, got "2020-13"',
    );
    expect(message({ version: 1, pools: [{ ...pool, price: { ...price, on_demand: undefined } }] })).toBe(
      "plan.yaml: pools[0].price.on_demand: expected number, received undefined",
    );
    expect(message({ version: 2 })).toBe("plan.yaml: version: expected 1");
    expect(message(null)).toMatch(/^plan\.yaml: expected object, received null/);
    expect(message({ version: 1, horizon_weeks: 9 })).toContain("horizon_weeks: Too big");
    expect(message({ version: 1, levels: [80, 80] })).toBe("plan.yaml: levels[1]: level 80 is named twice; keep one");
  });

  it("says how many problems there are beyond the first three", () => {
    const bad = { version: 1, seed: "x", levels: "y", horizon_weeks: "z", time_zone: 1, month: 2 };
    expect(message(bad)).toMatch(/; and 2 more$/);
  });

  it("checks that names fit together", () => {
    const mapping = [{ queue: "q", pools: ["a10"] }];
    expect(message({ version: 1, pools: [pool], mapping })).toBe(
      'plan.yaml: mapping[0].pools[0]: unknown pool "a10"; the nearest pool is "a100"',
    );
    expect(message({ version: 1, mapping })).toBe(
      'plan.yaml: mapping[0].pools[0]: unknown pool "a10"; there is no pools section',
    );
    expect(message({ version: 1, pools: [pool, pool] })).toBe(
      'plan.yaml: pools[1]: "a100" is already in pools[0]; keep one',
    );
    const twice = [
      { queue: "q", pools: ["a100"] },
      { queue: "q", pools: ["a100"] },
    ];
    expect(message({ version: 1, pools: [pool], mapping: twice })).toBe(
      'plan.yaml: mapping[1]: "q" is already in mapping[0]; keep one',
    );
  });

  it("checks shares", () => {
    const two = [pool, { ...pool, name: "b" }];
    const shared = (shares: number[]) => ({
      version: 1,
      pools: two,
      mapping: [{ queue: "*", pools: ["a100", "b"], shares }],
    });
    expect(message(shared([1]))).toBe("plan.yaml: mapping[0].shares: expected one share for each of 2 pools, got 1");
    expect(message(shared([0.5, 0.4]))).toBe("plan.yaml: mapping[0].shares: expected a sum of 1, got 0.9");
    expect(message(shared([0.5, 0.5]))).toBe("accepted");
  });

  it("checks money: currencies, prices of terms, committed nodes", () => {
    const priced = { ...pool, price };
    expect(message({ version: 1, pools: [priced], budget: { month: 1, currency: "EUR" } })).toBe(
      "plan.yaml: budget.currency: EUR differs from USD of pools[0].price; use one currency",
    );
    const other = { ...pool, name: "b", price: { ...price, currency: "EUR" } };
    expect(message({ version: 1, pools: [priced, other] })).toBe(
      "plan.yaml: pools[1].price.currency: EUR differs from USD of pools[0].price; use one currency",
    );
    const existing = { pool: "a100", nodes: 3, until: "2027-03-01", kind: "commit_1y" };
    expect(message({ version: 1, pools: [priced], commitments: { existing: [existing] } })).toBe(
      'plan.yaml: commitments.existing[0]: pool "a100" has no price for commit_1y; add price.commit_1y',
    );
    expect(message({ version: 1, pools: [priced], commitments: { terms: ["commit_3y"] } })).toBe(
      "plan.yaml: commitments.terms[0]: no pool has a price for commit_3y; add price.commit_3y to a pool",
    );
    const full = { ...pool, price: { ...price, commit_1y: 5 } };
    expect(message({ version: 1, pools: [full], commitments: { existing: [{ ...existing, nodes: 13 }] } })).toBe(
      'plan.yaml: commitments.existing[0].nodes: 13 nodes of pool "a100" are committed, but it has 12',
    );
    expect(message({ version: 1, pools: [full], commitments: { existing: [{ ...existing, pool: "a10" }] } })).toBe(
      'plan.yaml: commitments.existing[0].pool: unknown pool "a10"; the nearest pool is "a100"',
    );
    expect(
      message({ version: 1, pools: [full], commitments: { existing: [{ ...existing, until: "2027-02-30" }] } }),
    ).toBe('plan.yaml: commitments.existing[0].until: expected a date such as 2027-03-01, got "2027-02-30"');
  });

  it("refuses an overlay that ends before it starts", () => {
    const overlay = { type: "scale", queue: "q", from: "2020-02-01", to: "2020-01-01", factor: 2 };
    expect(message({ version: 1, scenarios: [{ name: "s", overlays: [overlay] }] })).toBe(
      "plan.yaml: scenarios[0].overlays[0]: to (2020-01-01) must be after from (2020-02-01)",
    );
  });

  it("gives a JSON Schema that allows what may be left out and nothing unknown", () => {
    const schema = z.toJSONSchema(PlanFileSchema, { io: "input" });
    expect(schema.required).toEqual(["version"]);
    expect(schema.additionalProperties).toBe(false);
  });
});

describe("nearestName", () => {
  it("takes the smallest edit distance, the first of equals", () => {
    expect(nearestName("Comit_1y", ["commit_3y", "commit_1y"])).toBe("commit_1y");
    expect(nearestName("b", ["a", "c"])).toBe("a");
    expect(nearestName("x", [])).toBeNull();
  });
});
