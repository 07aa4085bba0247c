import { IANAZone } from "luxon";
import { z } from "zod";
import { isInstant } from "../core/time.js";

export const Name = z.string().min(1);

/** One path or glob, or several. */
export const Files = z.union([Name, z.array(Name).min(1)]).describe("path, directory or glob, relative to plan.yaml");

export const DateText = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, { error: (issue) => `expected a date such as 2027-03-01, got "${issue.input}"` })
  .refine(isInstant, { error: (issue) => `expected a date such as 2027-03-01, got "${issue.input}"` });

export const Month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, {
  error: (issue) => `expected a month such as 2020-06, got "${issue.input}"`,
});

export const TimeZone = z.string().refine((zone) => IANAZone.isValidZone(zone), {
  error: (issue) => `unknown time zone "${issue.input}": use an IANA name such as UTC or Asia/Shanghai`,
});

export const Currency = z.string().regex(/^[A-Z]{3}$/, {
  error: (issue) => `expected a currency code such as USD, got "${issue.input}"`,
});

export const Share = z.number().min(0).max(1);
export const Positive = z.number().positive();
export const NonNegative = z.number().nonnegative();
