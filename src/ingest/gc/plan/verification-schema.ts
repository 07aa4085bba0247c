import { z } from "zod";
import { DigestSchema } from "./amount-schema.js";

/** What `fleetlens gc verify` prints. */
export const GcVerificationSchema = z.strictObject({
  ok: z.boolean().describe("whether every row of the plan may still be carried out"),
  plan_digest: DigestSchema,
  revoked: z
    .array(
      z.strictObject({
        id: z.string(),
        reason: z
          .string()
          .describe(
            "why the object is now kept, gone, or what is planned for it instead: now_delete, now_transition, now_quarantine",
          ),
      }),
    )
    .describe("rows that must not be carried out, by id"),
  problems: z.array(z.string()).describe("what is wrong with the plan's files; then no row may be carried out"),
});
export type GcVerification = z.infer<typeof GcVerificationSchema>;
