import { z } from "zod";

const Shares = z.array(z.number().min(0).max(1));
const Place = { feature: z.string(), reference: Shares, current: Shares };

/** Shares of the values of both sides, in the same bins or levels: what a chart of a feature lays over each other. */
export const DistributionSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("numeric"),
    ...Place,
    edges: z.array(z.number()).describe("of equal bins, low edge included; what lies outside is in no bin"),
  }),
  z.object({
    kind: z.literal("categorical"),
    ...Place,
    levels: z.array(z.string()).describe("the most frequent ones; the rest is in no level"),
  }),
]);

export type Distribution = z.infer<typeof DistributionSchema>;
