import { z } from "zod";
import { isInstant } from "../../core/time.js";
import { Currency, Name, NonNegative, Positive, Share } from "../plan-file-fields.js";

/** Terms of commitments, shortest first. */
export const TERMS = ["1y", "3y"] as const;
export type Term = (typeof TERMS)[number];

const Instant = z.string().refine(isInstant, {
  error: (issue) => `expected a date or time such as 2027-03-01, got "${issue.input}"`,
});

/** When an existing commitment ends; held to the end of the demand when neither is given. */
const Expiry = {
  until_hour: z.int().optional().describe("first hour in which it no longer holds"),
  until: Instant.optional().describe("the same as an instant (UTC unless it names a zone); needs `start`"),
};

const ExistingReservation = z.strictObject({
  term: z.enum(TERMS),
  gpus: NonNegative,
  price: NonNegative.optional().describe("per GPU-hour; default the family's commit price of the term"),
  ...Expiry,
});

const ExistingPlan = z.strictObject({ hourly_usd: NonNegative, ...Expiry });

const perTerm = <T extends z.ZodType>(of: T) => z.strictObject({ "1y": of.optional(), "3y": of.optional() });

const Family = z.strictObject({
  on_demand: Positive,
  commit: perTerm(Positive).optional().describe("reservation of a GPU, paid every hour of the term"),
  max_commit: perTerm(NonNegative).optional().describe("most GPUs that may be reserved anew; default no limit"),
  spot: z
    .strictObject({
      price: Positive,
      max_fraction: Share.describe("share of each hour's demand that may run on spot"),
      overhead: NonNegative.default(0).describe("extra hours by interruptions: spot costs price × (1 + overhead)"),
    })
    .optional(),
  existing: z.array(ExistingReservation).default([]),
});

const SavingsPlan = z.strictObject({
  rates: z.record(Name, Positive).describe("price of a covered GPU-hour by family; others are not covered"),
  max_hourly_usd: NonNegative.optional().describe("most that may be committed anew; default no limit"),
  existing: z.array(ExistingPlan).default([]),
});

/** The prices file: money per GPU-hour. */
export const PricesFileSchema = z.strictObject({
  currency: Currency.default("USD"),
  start: Instant.optional().describe("instant at which hour 0 starts; needed where `until` is used"),
  families: z.record(Name, Family),
  savings_plans: perTerm(SavingsPlan).optional().describe("commitments in money an hour, used across families"),
});

/** The prices file with its defaults filled in. */
export type PricesFile = z.infer<typeof PricesFileSchema>;
/** The prices file as written: defaults may be left out. */
export type PricesFileInput = z.input<typeof PricesFileSchema>;
export type FamilyPrices = z.infer<typeof Family>;
