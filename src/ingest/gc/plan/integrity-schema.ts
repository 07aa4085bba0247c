import { z } from "zod";

/** `integrity.json` of a plan. */
export const GcIntegritySchema = z.strictObject({
  dangling: z
    .array(z.strictObject({ src: z.string(), dst: z.string() }))
    .describe(
      "edges from a listed object to one that is not, each once; all are in dangling.parquet when there are over 1,000,000",
    ),
  dangling_count: z.int().nonnegative(),
  unlisted_src_count: z.int().nonnegative().describe("edges from objects that are not listed"),
  tainted: z.array(z.string()).describe("objects that are not deleted and need an erased one"),
  kept_to_deleted: z.array(z.never()).describe("must be empty"),
  self_check: z.literal("ok"),
});
