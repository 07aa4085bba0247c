import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { apportion, roundParts } from "../../src/cost/apportion.js";
import {
  CHARGE_CATEGORIES,
  type Charge,
  collectBill,
  moneyText,
  parseMoney,
  showback,
  spreadDays,
} from "../../src/cost/index.js";

const SEED = { seed: 20_261_128, numRuns: 200 };
const HOUR = 3_600_000;
const FROM = Date.UTC(2026, 3, 20);

const decimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), fc.integer({ min: 0, max: 18 }))
  .map(([digits, decimals]) => {
    const text = String(digits < 0n ? -digits : digits).padStart(decimals + 1, "0");
    const whole = text.slice(0, text.length - decimals);
    return `${digits < 0n ? "-" : ""}${whole}${decimals > 0 ? `.${text.slice(text.length - decimals)}` : ""}`;
  });
const money = decimal.map((text) => parseMoney(text)?.value as bigint);

const charge: fc.Arbitrary<Charge> = fc
  .record({
    at: fc.integer({ min: 0, max: 24 * 40 }),
    hours: fc.integer({ min: 1, max: 24 * 45 }),
    category: fc.constantFrom(...CHARGE_CATEGORIES),
    team: fc.constantFrom("a", "b", "c", null),
    service: fc.constantFrom("EC2", "AWS Support", "S3"),
    unused: fc.boolean(),
    correction: fc.boolean(),
    invoiced: fc.constantFrom(null, "2026-05"),
    billed: money,
    effective: money,
  })
  .map(({ at, hours, invoiced, ...rest }) => ({
    ...rest,
    ...{ start: FROM + at * HOUR, end: FROM + (at + hours) * HOUR, billingMonth: invoiced },
    ...{ commitment: null, region: "r", family: "other", resource: null, pool: null },
  }));
const charges = fc.array(charge, { minLength: 1, maxLength: 30 });

const total = (of: Iterable<{ billed: bigint }>) => [...of].reduce((sum, { billed }) => sum + billed, 0n);

describe("money", () => {
  it("comes back from its text", () => {
    fc.assert(
      fc.property(decimal, (text) => {
        const value = parseMoney(text)?.value as bigint;
        expect(parseMoney(moneyText(value))).toEqual({ value, exact: true });
      }),
      SEED,
    );
  });
});

describe("shares", () => {
  it("add up, and none is a unit away from its quota", () => {
    const weights = fc.array(fc.bigInt({ min: 0n, max: 10n ** 9n }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(money, weights, (whole, given) => {
        fc.pre(given.some((weight) => weight > 0n));
        const parts = apportion(whole, given);
        const sum = given.reduce((a, b) => a + b, 0n);
        expect(parts.reduce((a, b) => a + b, 0n)).toBe(whole);
        for (const [i, part] of parts.entries()) {
          const off = part * sum - whole * given[i];
          expect(off < sum && off > -sum).toBe(true);
        }
      }),
      SEED,
    );
  });

  it("in coins add up to the rounded whole", () => {
    fc.assert(
      fc.property(fc.array(money, { minLength: 1, maxLength: 12 }), (amounts) => {
        const unit = 10n ** 16n;
        const sum = amounts.reduce((a, b) => a + b, 0n);
        const whole = (sum - (((sum % unit) + unit) % unit)) / unit;
        for (const coins of [whole, sum % unit === 0n ? whole : whole + 1n]) {
          expect(roundParts(amounts, unit, coins).reduce((a, b) => a + b, 0n)).toBe(coins);
        }
      }),
      SEED,
    );
  });
});

describe("days", () => {
  it("conserve the money of a charge, in one piece or cut in two", () => {
    fc.assert(
      fc.property(charge, fc.integer({ min: 1, max: 24 * 45 }), (one, cut) => {
        expect(total(spreadDays(one))).toBe(one.billed);
        const middle = Math.min(one.end - 1, one.start + cut * HOUR);
        fc.pre(middle > one.start);
        const [first, second] = apportion(one.billed, [BigInt(middle - one.start), BigInt(one.end - middle)]);
        const parts = [
          ...spreadDays({ ...one, end: middle, billed: first }),
          ...spreadDays({ ...one, start: middle, billed: second }),
        ];
        expect(total(parts)).toBe(one.billed);
        // Rounding moves a day by no more than a few 10^-18.
        for (const { day, billed } of spreadDays(one)) {
          const off = total(parts.filter((part) => part.day === day)) - billed;
          expect(off <= 3n && off >= -3n).toBe(true);
        }
      }),
      SEED,
    );
  });
});

describe("a bill", () => {
  it("is the same in any order of its charges, and loses none of them", () => {
    fc.assert(
      fc.property(charges, fc.infiniteStream(fc.integer({ min: 0, max: 1000 })), (given, keys) => {
        const shuffled = given
          .map((one) => ({ one, key: keys.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one);
        const bill = collectBill("USD", given);
        expect(total(bill.cells)).toBe(total(given));
        expect(collectBill("USD", shuffled).cells).toEqual(bill.cells);
      }),
      SEED,
    );
  });

  it("is shared out to the last coin, in every month and currency", () => {
    fc.assert(
      fc.property(charges, fc.constantFrom("USD", "JPY", "KWD"), (given, currency) => {
        const months = showback(collectBill(currency, given).cells, currency);
        const scale = { USD: 100, JPY: 1, KWD: 1000 }[currency] as number;
        let all = 0n;
        for (const { difference, billed, bill, rows } of months) {
          expect(difference).toBe("0");
          all += parseMoney(billed)?.value ?? 0n;
          expect(rows.reduce((sum, row) => sum + Math.round(scale * row.total), 0)).toBe(Math.round(scale * bill));
          expect(Math.abs(bill - Number(billed)) * scale).toBeLessThanOrEqual(0.5 + 1e-4);
        }
        expect(all).toBe(total(given));
      }),
      SEED,
    );
  });
});
