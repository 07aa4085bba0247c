import { z } from "zod";

/** `error.json`, which stands alone in the folder of a plan that was refused. */
export const GcRefusalSchema = z.strictObject({
  schema: z.literal("fleetlens.gc-error/1"),
  code: z.string(),
  message: z.string(),
  details: z.record(z.string(), z.unknown()).describe("file, row, column and value, as far as there are any"),
});
