import { z } from "zod";
import { gateFileSchema } from "../gate-file.js";

const Share = z.number().min(0).max(1).nullable();
const Bound = z.number().nullable();
const Count = z.int().nonnegative();

const VerdictShape = {
  delta: Bound.describe("canary − prod; null where an arm has no rows"),
  lower: Bound,
  upper: Bound,
  verdict: z
    .enum(["pass", "fail", "hold"])
    .describe("interval inside ±max-regression, wholly outside, or neither (also: fewer than min-n rows in an arm)"),
  direction: z.enum(["worse", "better"]).nullable().describe("of a fail; only worse stops a promotion"),
  reason: z.string(),
  n_prod: Count.describe("rows with this label"),
  n_canary: Count,
  n_needed: Count.nullable().describe(
    "of a class that may be worse or has too few rows: rows of the canary with this label, at the same split, that show an unchanged share to be so with a power of 80 %",
  ),
};

const ClassChange = z.object({ class: z.string(), recall_prod: Share, recall_canary: Share, ...VerdictShape });
const ErrorChange = z.object({ rate_prod: Share, rate_canary: Share, ...VerdictShape });

const LatencyChange = z.object({
  q: z.number().gt(0).lt(1),
  prod: Bound.describe("ms"),
  canary: Bound.describe("ms"),
  lower: Bound.describe("of canary − prod, ms; null: an arm has too few rows for a bound"),
  upper: Bound,
  verdict: z.enum(["pass", "fail", "hold"]).nullable().describe("null without max-latency-increase"),
});

/** What `gateCanary` finds. */
export const CanaryGateSchema = z.object({
  classes: z.array(ClassChange).describe("recall by true class"),
  latency: z.array(LatencyChange),
  decision: z
    .enum(["promote", "hold", "abort"])
    .describe(
      "abort: something is worse by more than the limit; promote: every class is shown not to be; hold: neither",
    ),
  next_step: z.number().nullable().describe("% of the traffic that the canary should get next; null without --step"),
  mode: z.enum(["canary", "shadow"]).describe("shadow: both builds scored the same requests, and pairs are compared"),
  rows: z.object({ prod: Count, canary: Count }),
  pairs: Count.nullable().describe("requests that both builds scored; null in canary mode"),
  errors: ErrorChange.nullable().describe("share of failed requests; null without a column ok"),
  slices: z
    .array(ClassChange.extend({ slice: z.string() }))
    .describe("recall by slice and class, with intervals that hold for all of them at once (Bonferroni)"),
  warnings: z.array(z.string()),
});

export const CanaryFileSchema = gateFileSchema("canary", CanaryGateSchema);

export type CanaryGate = z.infer<typeof CanaryGateSchema>;
export type CanaryFile = z.infer<typeof CanaryFileSchema>;

/** A share by arm and its judged change, before it has a name. */
export type ShareChange = Omit<CanaryGate["classes"][number], "class" | "recall_prod" | "recall_canary"> & {
  prod: number | null;
  canary: number | null;
};
