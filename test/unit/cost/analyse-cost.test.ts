import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fixtureBill, fixtureCharges, fixtureCost, fixtureUse } from "../../../fixtures/cost-result.js";
import { createRandom } from "../../../src/core/random.js";
import {
  analyseCost,
  type Charge,
  CostAnalysisSchema,
  collectBill,
  moneyText,
  parseBudgets,
  parseMoney,
  showback,
} from "../../../src/cost/index.js";

const DAY = 86_400_000;
const golden = JSON.parse(readFileSync("test/golden/cost.golden.json", "utf8"));
const money = (text: string) => parseMoney(text)?.value as bigint;
const bill = fixtureBill();
const found = fixtureCost(bill);

/** A day's charge of 1 USD, with what differs. */
function charge(day: string, more: Partial<Charge> = {}): Charge {
  const start = Date.parse(day);
  return {
    ...{ start, end: start + DAY, billingMonth: null, category: "usage", correction: false, unused: false },
    ...{ billed: money("1"), effective: money("1"), commitment: null, region: "r", service: "s", team: "a" },
    ...{ family: "other", resource: null, pool: null },
    ...more,
  };
}

/** Charges of so many days from 1 June 2026 on. */
function days(count: number, costOf: (day: number) => number, more: Partial<Charge> = {}): Charge[] {
  return Array.from({ length: count }, (_, i) => {
    const cost = money(costOf(i).toFixed(6));
    const day = new Date(Date.UTC(2026, 5, 1 + i)).toISOString();
    return charge(day, { billed: cost, effective: cost, ...more });
  });
}

describe("sums of the fixture bill", () => {
  it("are those of Python's decimal module", () => {
    expect({ billed: found.bill.billed, effective: found.bill.effective }).toEqual(golden.total);
    const sums = (rows: readonly { billed: string; effective: string }[], key: string) =>
      Object.fromEntries(rows.map((row) => [row[key as never], { billed: row.billed, effective: row.effective }]));
    expect(sums(found.bill.by_category, "category")).toEqual(golden.by_category);
    expect(sums(found.bill.by_month, "month")).toEqual(golden.by_month);
    expect(found.bill.charges).toBe(golden.rows);
  });

  it("day by day, of the charges of one day", () => {
    const own = collectBill(
      "USD",
      fixtureCharges().filter((one) => one.resource !== null && !one.correction),
    );
    const sums = new Map<string, bigint>();
    for (const { day, effective } of own.cells) {
      const name = new Date(day * DAY).toISOString().slice(0, 10);
      sums.set(name, (sums.get(name) ?? 0n) + effective);
    }
    const expected = Object.entries(golden.resources_by_day as Record<string, { effective: string }>);
    expect([...sums].map(([name, sum]) => [name, moneyText(sum)])).toEqual(
      expected.map(([name, { effective }]) => [name, effective]),
    );
  });
});

describe("showback", () => {
  it("adds up to each bill, to the last coin and before rounding", () => {
    for (const month of found.showback.months) {
      expect(month.difference).toBe("0");
      expect(month.billed).toBe(golden.by_month[month.month].billed);
      const cents = month.rows.reduce((sum, { total }) => sum + Math.round(100 * total), 0);
      expect(cents).toBe(Math.round(100 * month.bill));
      for (const { direct, shared, credits, prepaid, total } of month.rows) {
        expect(Math.round(100 * (direct + shared + credits + prepaid))).toBe(Math.round(100 * total));
      }
    }
  });

  it("has the direct cost of each team, and shares out taxes, support and unused commitments", () => {
    for (const { month, rows } of found.showback.months) {
      for (const { team, direct } of rows.filter((row) => row.direct !== 0)) {
        expect(Math.abs(direct - Number(golden.direct_by_month_and_team[`${month} ${team}`].effective))).toBeLessThan(
          0.011,
        );
      }
      const shared = rows.reduce((sum, row) => sum + row.shared, 0);
      expect(Math.abs(shared - Number(golden.shared_by_month[month]))).toBeLessThan(0.06);
      const prepaid = rows.find(({ team }) => team === "_prepaid")?.prepaid ?? 0;
      expect(Math.abs(prepaid - Number(golden.prepaid_by_month[month]))).toBeLessThan(0.011);
      expect(rows.find(({ team }) => team === "_credits")?.credits).toBe(-750);
      const [first, second] = rows;
      expect(first.shared / first.direct).toBeCloseTo(second.shared / second.direct, 4);
    }
  });

  it("keeps what is everybody's apart where no team has a cost", () => {
    const tax = charge("2026-06-01", { team: null, category: "tax" });
    const [month] = showback(collectBill("USD", [tax]).cells, "USD");
    expect(month.rows).toEqual([{ team: "_shared", direct: 0, shared: 1, credits: 0, prepaid: 0, total: 1 }]);
  });

  it("counts a correction in the month of its invoice, and a currency without cents whole", () => {
    const rows = [
      charge("2026-06-02", { billed: money("10.6"), effective: money("10.6") }),
      charge("2026-05-30", {
        billed: money("-2.2"),
        effective: money("-2.2"),
        correction: true,
        billingMonth: "2026-06",
      }),
    ];
    const [month, ...more] = showback(collectBill("JPY", rows).cells, "JPY");
    expect(more).toEqual([]);
    expect(month).toMatchObject({ month: "2026-06", billed: "8.4", bill: 8, rows: [{ team: "a", total: 8 }] });
  });
});

describe("the month", () => {
  it("has its days so far, without credits, and what is booked ahead", () => {
    expect(found).toMatchObject({ month: "2026-05", as_of: "2026-05-21T00:00:00Z" });
    expect(found.month_to_date).toMatchObject({ from: "2026-05-01", to: "2026-05-21", days: 20, days_in_month: 31 });
    const credit = (750 / 31) * 20;
    expect(found.month_to_date.credits).toBeCloseTo(-credit, 2);
    const monthly = 1273.4500000001 + 2310.07;
    expect(found.month_to_date.booked_after).toBeCloseTo((monthly / 31) * 11, 2);
  });

  it("is forecast from the present level, and budgets are judged by it", () => {
    const { forecast, budgets } = found;
    expect(forecast).toMatchObject({ status: "ok", days_ahead: 11, level_from: "2026-04-24" });
    const end = forecast.month_end!;
    for (const [low, high] of [
      [end.lo_95, end.lo_80],
      [end.lo_80, end.median],
      [end.median, end.hi_80],
      [end.hi_80, end.hi_95],
    ]) {
      expect(low).toBeLessThanOrEqual(high);
    }
    const byDays = found.daily.total.slice(-20).reduce<number>((sum, value) => sum + (value ?? 0), 0);
    expect(Math.abs(end.mean / ((byDays / 20) * 31) - 1)).toBeLessThan(0.03);
    expect(budgets.map(({ name, status }) => [name, status])).toEqual([
      [null, "likely-over"],
      ["us-east-1", "within"],
      ["llm", "likely-over"],
      ["vision", "within"],
      ["l4", "likely-over"],
    ]);
  });

  it("that is over needs no forecast", () => {
    const whole = analyseCost(
      collectBill(
        "USD",
        days(30, () => 10),
      ),
      {
        budgets: parseBudgets({ total: 299, team: { a: 301 } }, "USD"),
      },
    );
    expect(whole.forecast).toMatchObject({ status: "complete", days_ahead: 0, month_end: { mean: 300, lo_95: 300 } });
    expect(whole.budgets.map(({ status, p_over }) => [status, p_over])).toEqual([
      ["over", 1],
      ["within", 0],
    ]);
  });

  it("has no forecast from a few days, and says why", () => {
    const few = analyseCost(
      collectBill(
        "USD",
        days(5, () => 10),
      ),
      { budgets: parseBudgets({ total: 45 }, "USD") },
    );
    expect(few.forecast).toMatchObject({
      status: "too-short",
      month_end: null,
      reason: "a forecast needs 14 complete days, the bill has 5 complete days",
    });
    expect(few.budgets[0]).toMatchObject({ status: "over", used_share: 1.1111 });
  });

  it("covers its true end as often as it says, over synthetic months", () => {
    const random = createRandom(11);
    let [in80, in95, width] = [0, 0, 0];
    const months = 40;
    for (let k = 0; k < months; k++) {
      const rng = random.child(k);
      const jump = k % 2 === 0 ? 0 : 40;
      let noise = 0;
      // June, July and August 2026; the bill ends on 18 August.
      const costs = Array.from({ length: 92 }, (_, i) => {
        noise = 0.5 * noise + 3 * rng.normal();
        return (100 + (i >= 45 ? jump : 0)) * [1, 1, 1, 1, 1, 0.8, 0.75][i % 7] + noise;
      });
      const truth = costs.slice(61).reduce((a, b) => a + b, 0);
      const { forecast } = analyseCost(
        collectBill(
          "USD",
          days(79, (i) => costs[i]),
        ),
      );
      const end = forecast.month_end!;
      width += (end.hi_80 - end.lo_80) / (end.mean - forecast.month_to_date) / months;
      if (truth >= end.lo_80 && truth <= end.hi_80) in80++;
      if (truth >= end.lo_95 && truth <= end.hi_95) in95++;
    }
    expect(in80 / months).toBeGreaterThanOrEqual(0.7);
    expect(in95 / months).toBeGreaterThanOrEqual(0.9);
    expect(width).toBeLessThan(0.25);
  });

  it("ends at --as-of, and is forecast over days that the bill lacks", () => {
    const june = collectBill(
      "USD",
      days(25, () => 10),
    );
    expect(analyseCost(june, { asOf: Date.UTC(2026, 5, 20, 7) })).toMatchObject({
      month_to_date: { days: 19, cost: 190, booked_after: 60 },
      forecast: { days_ahead: 11 },
    });
    const late = analyseCost(june, { asOf: Date.UTC(2026, 5, 28) });
    expect(late.forecast.days_ahead).toBe(5);
    expect(late.warnings).toContain(
      "the bill ends 2 days before --as-of: the days from 2026-06-26 on are forecast too",
    );
    expect(() => analyseCost(june, { asOf: Date.UTC(2026, 5, 1, 8) })).toThrow(
      /before the end of the bill's first day/,
    );
    expect(analyseCost(june, { asOf: Date.UTC(2026, 6, 9) }).forecast.reason).toMatch(/before the month begins/);
  });

  it("leaves a day that has only begun to the forecast", () => {
    const start = Date.UTC(2026, 5, 21);
    const begun = charge("2026-06-21", { start, end: start + 3_600_000 });
    const found = analyseCost(collectBill("USD", [...days(20, () => 10), begun]));
    expect(found.span).toMatchObject({ to: "2026-06-21", days: 20 });
    expect(found.month_to_date).toMatchObject({ cost: 200, booked_after: 1 });
  });
});

describe("changes", () => {
  it("finds the jump with its size and what drives it", () => {
    const [total, ...others] = found.changes;
    expect(total).toMatchObject({ dimension: "total", name: null, day: "2026-04-24", kind: "mean" });
    expect(total.per_day).toBeGreaterThan(550);
    expect(total.per_day).toBeLessThan(620);
    expect(total.drivers.map(({ dimension, name }) => [dimension, name])).toEqual([
      ["region", "us-east-1"],
      ["service", "Amazon Elastic Compute Cloud"],
      ["team", "llm"],
      ["family", "a100"],
    ]);
    expect(others.map(({ name }) => name).sort()).toEqual(["Amazon Elastic Compute Cloud", "a100", "llm", "us-east-1"]);
  });

  it("finds none in noise", () => {
    const random = createRandom(3);
    let hits = 0;
    for (let k = 0; k < 30; k++) {
      const rng = random.child(k);
      const noise = analyseCost(
        collectBill(
          "USD",
          days(60, () => 100 + 5 * rng.normal()),
        ),
      );
      hits += Number(noise.changes.length > 0);
    }
    expect(hits).toBeLessThanOrEqual(2);
  });

  it("does not take days without any charge for days without cost", () => {
    const holes = days(40, () => 10).filter((_, i) => i !== 12 && i !== 13);
    const found = analyseCost(collectBill("USD", holes));
    expect(found.span.empty_days).toBe(2);
    expect(found.daily.total[12]).toBeNull();
    expect(found.changes).toEqual([]);
    expect(found.warnings.join()).toContain("2 days of the bill hold no charge at all, 2026-06-13 the first");
  });
});

describe("recommendations", () => {
  it("rank by saving, and say how it is computed", () => {
    const { recommendations } = found;
    expect(recommendations.map(({ kind, name }) => [kind, name])).toEqual([
      ["under-used-pool", "i-llm-2"],
      ["unused-commitment", "arn:aws:savingsplans::111122223333:savingsplan/train"],
      ["idle-pool", "i-label-1"],
    ]);
    const [small, commitment, idle] = recommendations;
    expect(small.saving_per_month).toBeCloseTo(small.cost_per_month * (1 - small.utilisation! / 0.7), -1);
    expect(idle).toMatchObject({ saving_per_month: idle.cost_per_month, confidence: "high", days: 30 });
    expect(commitment.saving_low).toBeLessThan(commitment.saving_per_month);
    expect(commitment.utilisation).toBeGreaterThan(0.85);
  });

  it("are no more than what a commitment leaves to be saved", () => {
    const rows = days(20, () => 100, { billed: 0n, resource: "gpu", commitment: "c" });
    const covered = collectBill("USD", rows, { resources: new Set(["gpu"]) });
    const use = [{ by: "resource" as const, name: "gpu", day: null, used: 0, total: 1 }];
    const [one] = analyseCost(covered, { use }).recommendations;
    expect(one).toMatchObject({
      kind: "idle-pool",
      saving_per_month: 3043.75,
      saving_low: 0,
      confidence: "low",
      days: null,
    });
  });

  it("tell of pools that the bill does not have, and ignore days outside the window", () => {
    const use = fixtureUse().map((row) => ({ ...row, day: row.day! - 200 }));
    const old = analyseCost(bill, { use: [...use, { by: "pool", name: "nope", day: null, used: 1, total: 1 }] });
    expect(old.recommendations.map(({ kind }) => kind)).toEqual(["unused-commitment"]);
    expect(old.warnings.join()).toContain(
      '1 of the pools of --utilisation have no cost in the bill, the first is "nope"',
    );
  });
});

describe("analyseCost", () => {
  it("gives the same for any order of the charges, and satisfies its schema", () => {
    const again = analyseCost(fixtureBill(fixtureCharges().reverse()), { use: fixtureUse() });
    expect(again).toEqual(analyseCost(bill, { use: fixtureUse() }));
    CostAnalysisSchema.parse(again);
  });

  it("counts what was invoiced on the basis billed", () => {
    const billed = analyseCost(bill, { basis: "billed" });
    const vision = billed.daily.dimensions.team?.find(({ name }) => name === "vision");
    expect(vision?.total).toBe(0);
    expect(found.daily.dimensions.team?.[0].name).toBe("vision");
    expect(billed.showback).toEqual(found.showback);
  });

  it("refuses a bill without cost", () => {
    const credit = charge("2026-06-01", { category: "credit" });
    expect(() => analyseCost(collectBill("USD", [credit]))).toThrow(/no cost beside credits/);
  });

  it("refuses a bill with a day of a wrong year", () => {
    const bill = collectBill("USD", [charge("2026-06-01"), charge("0206-06-01")]);
    expect(() => analyseCost(bill)).toThrow(/spans 0206-06-01 to 2026-06-01, more than 30 years/);
  });
});

describe("parseBudgets", () => {
  it("takes the total first, and names what is wrong", () => {
    expect(parseBudgets({ team: { a: 5 }, total: 9 }, "USD").map(({ dimension }) => dimension)).toEqual([
      "total",
      "team",
    ]);
    expect(() => parseBudgets({ teams: {} }, "USD", "b.yaml")).toThrow(
      'b.yaml: unknown key "teams"; the nearest known key is "team"',
    );
    expect(() => parseBudgets({ total: -1 }, "USD", "b.yaml")).toThrow(/b\.yaml: total:/);
    expect(() => parseBudgets({ currency: "EUR" }, "USD", "b.yaml")).toThrow(/in EUR, the bill is in USD/);
  });

  it("warns of a budget for what the bill does not have", () => {
    const budgets = parseBudgets({ team: { vison: 5 } }, "USD");
    expect(analyseCost(bill, { budgets }).warnings).toContain(
      'the bill has no cost of team "vison", which has a budget; the nearest is "vision"',
    );
  });
});
