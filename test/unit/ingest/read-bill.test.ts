import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixtureBill } from "../../../fixtures/cost-result.js";
import { moneyText } from "../../../src/cost/index.js";
import { openDuckDb } from "../../../src/engine/duckdb.js";
import { readBill } from "../../../src/ingest/cost/read-bill.js";
import { curName } from "../../../src/ingest/cost/read-cur.js";
import { readUse } from "../../../src/ingest/cost/read-use.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fleetlens-test-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const SAMPLE = "../shared/data/readers/focus.csv";

const HEAD =
  "BilledCost,EffectiveCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ChargePeriodEnd,ServiceName,ChargeClass,CommitmentDiscountId,CommitmentDiscountStatus,RegionId,ResourceId,Tags";
const ROW = {
  ...{ billed: "1.5", effective: "1.25", currency: "USD", category: "Usage" },
  ...{ start: "2026-06-01T00:00:00Z", end: "2026-06-02T00:00:00Z", service: "EC2", class: "", commitment: "" },
  ...{ status: "", region: "us-east-1", resource: "i-1", tags: '"{""team"":""a""}"' },
};
const row = (more: Partial<typeof ROW> = {}) => Object.values({ ...ROW, ...more }).join(",");

function focus(name: string, rows: readonly string[], head = HEAD): string {
  writeFileSync(at(name), `${[head, ...rows].join("\n")}\n`);
  return at(name);
}
const many = (rows: number) => Array.from({ length: rows }, (_, i) => row({ resource: `i-${i}` }));

describe("FOCUS", () => {
  it.skipIf(!existsSync(SAMPLE))("reads the hand-written sample", async () => {
    const { bill, version, rows, rejected, warnings } = await readBill(SAMPLE);
    expect([version, rows, rejected]).toEqual(["1.0", 2, []]);
    expect(warnings).toEqual([
      expect.stringContaining("a selection of FOCUS 1.0; it lacks the mandatory BillingAccountId"),
    ]);
    const sum = bill.cells.reduce((total, { billed }) => total + billed, 0n);
    expect(moneyText(sum)).toBe("27.7726");
    const credits = bill.cells.filter(({ category }) => category === "credit");
    expect(credits).toHaveLength(31);
    expect(moneyText(credits.reduce((total, { billed }) => total + billed, 0n))).toBe("-5");
    expect(bill.cells.filter(({ category }) => category === "usage")).toMatchObject([{ team: "a", service: "EC2" }]);
  });

  it("reads the fixture as it was made, gzipped and as Parquet too", async () => {
    const csv = await readBill("fixtures/cost/focus/*.csv");
    const made = fixtureBill();
    expect(csv.bill.cells).toEqual(made.cells);
    expect(csv.bill.commitments).toEqual(made.commitments);
    expect(csv).toMatchObject({
      format: "focus",
      version: "1.1",
      rows: 688,
      duplicates: 0,
      rejected: [],
      warnings: [],
    });
    const engine = await openDuckDb({ allowedDirectories: [folder, "fixtures/cost/focus"] });
    const columns =
      "CAST(BilledCost AS DECIMAL(20,10)) AS BilledCost, CAST(ChargePeriodStart AS TIMESTAMP) AS ChargePeriodStart";
    await engine.run(
      `COPY (SELECT * REPLACE (${columns}, CAST(EffectiveCost AS DOUBLE) AS EffectiveCost, from_json(Tags, '{"team":"VARCHAR","pool":"VARCHAR"}') AS Tags) FROM read_csv('fixtures/cost/focus/2026-03.csv', all_varchar = true)) TO '${at("march.parquet")}' (FORMAT parquet)`,
    );
    await engine.close();
    const march = await readBill(at("march.parquet"));
    expect(march.bill.cells).toEqual((await readBill("fixtures/cost/focus/2026-03.csv")).bill.cells);
    writeFileSync(at("rows.csv.gz"), gzipSync(`${HEAD}\n${row()}\n`));
    expect((await readBill(at("rows.csv.gz"))).rows).toBe(1);
  });

  it.each(["BilledCost", "EffectiveCost", "BillingCurrency", "ChargeCategory", "ChargePeriodEnd", "ServiceName"])(
    "needs %s, and names it",
    async (column) => {
      const file = focus("missing.csv", [row()], HEAD.replace(column, `x_${column}`));
      await expect(readBill(file)).rejects.toThrow(
        new RegExp(`missing\\.csv: no column "${column}".*FOCUS 1\\.0 makes it mandatory`),
      );
    },
  );

  it("holds a file against the whole of a version where that is asked for", async () => {
    const file = focus("asked.csv", [row()]);
    await expect(readBill(file, { focusVersion: "1.2" })).rejects.toThrow(
      /no column "BillingAccountId".*FOCUS 1\.2 makes it mandatory/,
    );
    await expect(readBill("fixtures/cost/focus/*.csv", { focusVersion: "1.1" })).resolves.toMatchObject({
      version: "1.1",
    });
  });

  it("takes custom columns, and warns of unknown ones", async () => {
    const file = focus("custom.csv", [`${row()},p5.48xlarge,z`], `${HEAD},x_InstanceType,Surprise`);
    const { bill, warnings } = await readBill(file);
    expect(bill.cells[0].family).toBe("h100");
    expect(warnings.at(-1)).toMatch(/unknown columns are not read: Surprise/);
  });

  it.each<[string, Partial<typeof ROW>, string, RegExp]>([
    ["no amount", { billed: "" }, "BilledCost", /is empty/],
    ["words for an amount", { effective: "free" }, "EffectiveCost", /"free" is not a decimal number/],
    ["a period that ends as it begins", { end: ROW.start }, "ChargePeriodEnd", /is not after ChargePeriodStart/],
    ["a time that is none", { start: "soon" }, "ChargePeriodStart", /"soon" is not an instant/],
    ["an unknown category", { category: "Refund" }, "ChargeCategory", /is not one of Usage, Purchase/],
    ["a credit above 0", { category: "Credit" }, "BilledCost", /of a Credit is above 0/],
    ["an unknown class", { class: "Odd" }, "ChargeClass", /neither empty nor Correction/],
    ["an unknown status", { status: "Half" }, "CommitmentDiscountStatus", /neither Used nor Unused/],
    ["tags that are none", { tags: "team=a" }, "Tags", /is not a JSON object/],
    ["a currency that is none", { currency: "dollars" }, "BillingCurrency", /is not a currency code/],
    ["no service", { service: "" }, "ServiceName", /is empty/],
    ["an amount that no table holds", { billed: "-1e300" }, "BilledCost", /"-1e300" is not within ±10\^20/],
    ["a charge of many centuries", { start: "0001-01-01T00:00:00Z" }, "", /of more than 11 years/],
  ])("rejects %s with its line", async (_what, bad, field, reason) => {
    const rows = many(200);
    rows[10] = row({ ...bad, resource: "bad" });
    const { rejected, bill, warnings } = await readBill(focus("bad.csv", rows));
    expect(rejected).toEqual([{ file: at("bad.csv"), line: 12, field, reason: expect.stringMatching(reason) }]);
    expect(bill.charges).toBe(199);
    expect(warnings.join()).toContain("1 of 200 rows were left out");
  });

  it("refuses a file of which more than 1 % is rejected, unless told otherwise", async () => {
    const file = focus("worse.csv", [...many(98), row({ billed: "x" }), row({ billed: "y" })]);
    await expect(readBill(file)).rejects.toThrow(
      /2 of 100 rows cannot be used \(--lenient.*worse\.csv line 100 BilledCost/,
    );
    expect((await readBill(file, { lenient: true })).rejected).toHaveLength(2);
  });

  it("never adds two currencies", async () => {
    const file = focus("two.csv", [row(), row({ currency: "EUR", resource: "i-2" })]);
    await expect(readBill(file)).rejects.toThrow(
      /USD \(1 rows\) and EUR \(1 rows\): amounts of two currencies are never/,
    );
  });

  it("counts a charge of a resource once, also over files, and others as often as they stand there", async () => {
    const nameless = row({ resource: "" });
    focus("part-1.csv", [row(), nameless, nameless]);
    focus("part-2.csv", [row(), row({ resource: "i-2" })]);
    const { rows, duplicates, bill, warnings } = await readBill(at("part-*.csv"));
    expect([rows, duplicates, bill.charges]).toEqual([5, 1, 4]);
    expect(warnings.join()).toContain("1 rows of charges that came before were left out");
    expect(warnings.join()).toContain("1 rows equal another and have no ResourceId");
  });

  it("reads tags and times as Azure and BigQuery write them", async () => {
    const azure = row({ tags: '"""team"": ""a"""', start: "2026-06-01T00:00Z" });
    const google = row({ tags: '"[{""key"":""Team"",""value"":""b""}]"', start: "2026-06-01 00:00:00 UTC" });
    const prefixed = row({ tags: '"{""user:team"":""c""}"', start: "2026-06-01 00:00:00+00" });
    const { bill } = await readBill(focus("tags.csv", [azure, google, prefixed]));
    expect(bill.cells.map(({ team, day }) => [team, day])).toEqual(["a", "b", "c"].map((team) => [team, 20605]));
  });

  it("takes a column for the team where one is named", async () => {
    const file = focus(
      "accounts.csv",
      [`${row()},acme-vision`, `${row({ resource: "i-2" })},`],
      `${HEAD},SubAccountName`,
    );
    const { bill } = await readBill(file, { teamTag: "SubAccountName" });
    expect(bill.cells.map(({ team }) => team)).toEqual([null, "acme-vision"]);
    expect((await readBill(file)).bill.cells.map(({ team }) => team)).toEqual(["a"]);
  });

  it("refuses what is no bill", async () => {
    writeFileSync(at("other.csv"), "a,b\n1,2\n");
    await expect(readBill(at("other.csv"))).rejects.toThrow(
      /other\.csv: neither FOCUS .* nor an AWS Cost and Usage Report/,
    );
    await expect(readBill(focus("empty.csv", []))).rejects.toThrow(/empty\.csv: the bill has no rows/);
  });
});

describe("AWS Cost and Usage Report", () => {
  const LINES: [type: string, cost: string, more: Record<string, string>][] = [
    ["Usage", "10.5", { "lineItem/UsageType": "BoxUsage:g5.xlarge" }],
    ["DiscountedUsage", "0", { "reservation/EffectiveCost": "4.25", "reservation/ReservationARN": "ri" }],
    [
      "SavingsPlanCoveredUsage",
      "8",
      { "savingsPlan/SavingsPlanEffectiveCost": "5.5", "savingsPlan/SavingsPlanARN": "sp" },
    ],
    ["SavingsPlanNegation", "-8", { "savingsPlan/SavingsPlanARN": "sp" }],
    [
      "SavingsPlanRecurringFee",
      "6",
      {
        "savingsPlan/TotalCommitmentToDate": "6",
        "savingsPlan/UsedCommitment": "5.5",
        "savingsPlan/SavingsPlanARN": "sp",
        tag: "",
      },
    ],
    [
      "RIFee",
      "5",
      {
        "reservation/UnusedRecurringFee": "0.5",
        "reservation/UnusedAmortizedUpfrontFeeForBillingPeriod": "0.25",
        "reservation/ReservationARN": "ri",
        tag: "",
      },
    ],
    ["Fee", "100", { "reservation/ReservationARN": "ri", tag: "" }],
    ["Fee", "3", { tag: "" }],
    ["SavingsPlanUpfrontFee", "50", { tag: "" }],
    ["Tax", "2", { tag: "" }],
    ["Credit", "-1", { tag: "" }],
    ["Refund", "-0.75", {}],
    ["EdpDiscount", "-0.5", { tag: "" }],
  ];
  const LEGACY = [
    ...["identity/LineItemId", "lineItem/LineItemType", "lineItem/UsageStartDate", "lineItem/UsageEndDate"],
    ...["lineItem/UnblendedCost", "lineItem/CurrencyCode", "lineItem/ProductCode", "lineItem/UsageType"],
    ...["reservation/EffectiveCost", "reservation/ReservationARN", "reservation/UnusedRecurringFee"],
    ...["reservation/UnusedAmortizedUpfrontFeeForBillingPeriod", "savingsPlan/SavingsPlanEffectiveCost"],
    ...["savingsPlan/SavingsPlanARN", "savingsPlan/TotalCommitmentToDate", "savingsPlan/UsedCommitment"],
    ...["product/regionCode", "resourceTags/user:team"],
  ];

  function legacy(lines = LINES, columns = LEGACY): string {
    const rows = lines.map(([type, cost, more], i) => {
      const cells: Record<string, string> = {
        ...{ "identity/LineItemId": `id-${i}`, "lineItem/LineItemType": type, "lineItem/UnblendedCost": cost },
        ...{ "lineItem/UsageStartDate": "2026-06-01T00:00:00Z", "lineItem/UsageEndDate": "2026-06-02T00:00:00Z" },
        ...{ "lineItem/CurrencyCode": "USD", "lineItem/ProductCode": "AmazonEC2", "product/regionCode": "us-east-1" },
        ...{ "resourceTags/user:team": more.tag ?? "a" },
        ...more,
      };
      return columns.map((name) => cells[name] ?? "").join(",");
    });
    return focus("cur.csv", rows, columns.join(","));
  }

  it("names columns as CUR 2.0 does", () => {
    expect(["lineItem/UnblendedCost", "savingsPlan/SavingsPlanARN", "resourceTags/user:team"].map(curName)).toEqual([
      "line_item_unblended_cost",
      "savings_plan_savings_plan_arn",
      "resource_tags_user_team",
    ]);
    expect(curName("line_item_net_unblended_cost")).toBe("line_item_net_unblended_cost");
    expect(curName("savings_plan_savings_plan_a_r_n")).toBe("savings_plan_savings_plan_arn");
  });

  it("has the bill of all line items, and amortises commitments", async () => {
    const { bill, format, rejected } = await readBill(legacy());
    expect([format, rejected]).toEqual(["cur", []]);
    const sum = (key: "billed" | "effective", of = bill.cells) => moneyText(of.reduce((a, cell) => a + cell[key], 0n));
    expect(sum("billed")).toBe("174.25");
    // 10.5 + 4.25 + 5.5 + unused 0.5 and 0.75 + fee 3 + tax 2 − credit 1 − refund 0.75 − discount 0.5
    expect(sum("effective")).toBe("24.25");
    const unused = bill.cells.filter((cell) => cell.unused);
    expect(sum("effective", unused)).toBe("1.25");
    expect(bill.commitments.get("sp")?.unused.size).toBe(1);
    expect(moneyText(bill.commitments.get("ri")?.used.get(20605) ?? 0n)).toBe("4.25");
    expect(bill.cells.filter(({ correction }) => correction)).toMatchObject([{ category: "adjustment" }]);
    expect(bill.cells.find(({ family }) => family === "a10g")).toMatchObject({ team: "a", region: "us-east-1" });
  });

  it("is the same by the names of CUR 2.0, with tags as a map", async () => {
    const old = await readBill(legacy());
    const names = LEGACY.map((name) => (name === "resourceTags/user:team" ? "resource_tags" : curName(name)));
    const text = readFileSync(at("cur.csv"), "utf8").trim().split("\n").slice(1);
    const rows = text.map((line) => {
      const cells = line.split(",");
      const team = cells.pop();
      return [...cells, team ? `"{""user_team"":""${team}""}"` : ""].join(",");
    });
    const fresh = await readBill(focus("cur2.csv", rows, names.join(",")));
    expect(fresh.bill.cells).toEqual(old.bill.cells);
  });

  it("counts net costs where the account has discounts", async () => {
    const lines: typeof LINES = [
      ["Usage", "10", { "lineItem/NetUnblendedCost": "9" }],
      ["EdpDiscount", "-1", {}],
    ];
    const { bill } = await readBill(legacy(lines, [...LEGACY, "lineItem/NetUnblendedCost"]));
    expect(moneyText(bill.cells.reduce((sum, { billed }) => sum + billed, 0n))).toBe("9");
  });

  it("takes a line once, and rejects a type that it does not know", async () => {
    const path = legacy([...LINES, ["Mystery", "1", {}]]);
    await expect(readBill(path)).rejects.toThrow(
      /line 15 lineItem\/LineItemType: "Mystery" is not a known line item type/,
    );
    const text = readFileSync(legacy(), "utf8");
    writeFileSync(at("twice.csv"), text + text.split("\n")[1]);
    expect(await readBill(at("twice.csv"))).toMatchObject({ rows: LINES.length + 1, duplicates: 1 });
  });

  it("names a column that is missing", async () => {
    const columns = LEGACY.filter((name) => name !== "lineItem/CurrencyCode");
    await expect(readBill(legacy(LINES, columns))).rejects.toThrow(/no column "line_item_currency_code"/);
  });
});

describe("readUse", () => {
  const use = (name: string, lines: string[]) => {
    writeFileSync(at(name), `${lines.join("\n")}\n`);
    return readUse(at(name));
  };

  it("adds up GPU-hours by name and day, or takes shares", async () => {
    const hours = await use("hours.csv", [
      "time,resource_id,used_gpu_hours,total_gpu_hours",
      "2026-06-01T00:00:00Z,i-1,1.5,8",
      "2026-06-01T01:00:00Z,i-1,2.5,8",
    ]);
    expect(hours.rows).toEqual([{ by: "resource", name: "i-1", day: 20605, used: 4, total: 16 }]);
    const shares = await use("shares.csv", ["pool,gpu_util_percent", "a,40"]);
    expect(shares.rows).toEqual([{ by: "pool", name: "a", day: null, used: 0.4, total: 1 }]);
  });

  it("refuses per cent for shares, and a file without use", async () => {
    await expect(use("percent.csv", ["pool,gpu_util", "a,40"])).rejects.toThrow(
      /percent\.csv row 1: column "gpu_util": got "40", expected a share from 0 to 1/,
    );
    await expect(use("over.csv", ["pool,used_gpu_hours,total_gpu_hours", "a,24.1,24", "a,30,24"])).rejects.toThrow(
      /over\.csv row 2: column "used_gpu_hours": got "30", expected no more GPU-hours than total_gpu_hours/,
    );
    await expect(use("none.csv", ["pool", "a"])).rejects.toThrow(/needs used_gpu_hours and total_gpu_hours/);
    await expect(use("nameless.csv", ["gpu_util", "1"])).rejects.toThrow(/no column "resource_id"/);
  });
});
