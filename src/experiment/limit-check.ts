import { z } from "zod";

/** A figure held against its limit. */
export const LimitCheckSchema = z.object({
  check: z.string(),
  value: z.number().nullable().describe("null: it could not be told"),
  lower: z.number().nullable().describe("null: no interval, or no bound"),
  upper: z.number().nullable(),
  limit: z.number(),
  verdict: z
    .enum(["pass", "fail", "hold"])
    .describe("the interval (without one the value) keeps the limit, breaks it, or holds it"),
});

export type LimitCheck = z.infer<typeof LimitCheckSchema>;

/** A value with its interval; nulls where there is none. */
export interface Estimate {
  value: number | null;
  lower: number | null;
  upper: number | null;
}

/** A figure that is known and not estimated. */
export const exactly = (value: number): Estimate => ({ value, lower: value, upper: value });

function verdict({ value, lower, upper }: Estimate, limit: number, side: "most" | "least"): LimitCheck["verdict"] {
  if (value === null) return "hold";
  const [low, high] = [lower ?? Number.NEGATIVE_INFINITY, upper ?? Number.POSITIVE_INFINITY];
  if (side === "most") return high <= limit ? "pass" : low > limit ? "fail" : "hold";
  return low >= limit ? "pass" : high < limit ? "fail" : "hold";
}

/** Holds an estimate against a limit; an empty list without one. */
export function limitCheck(
  check: string,
  estimate: Estimate | null,
  limit: number | null,
  side: "most" | "least",
): LimitCheck[] {
  if (limit === null) return [];
  const { value, lower, upper } = estimate ?? { value: null, lower: null, upper: null };
  return [{ check, value, lower, upper, limit, verdict: verdict({ value, lower, upper }, limit, side) }];
}

/** fail if one check fails, pass if there are some and all pass, hold otherwise. */
export function decideByChecks(checks: readonly LimitCheck[]): "pass" | "fail" | "hold" {
  if (checks.some(({ verdict }) => verdict === "fail")) return "fail";
  return checks.length > 0 && checks.every(({ verdict }) => verdict === "pass") ? "pass" : "hold";
}
