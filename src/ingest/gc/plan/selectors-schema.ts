import { z } from "zod";
import { isInstant, parseInstant } from "../../../core/time.js";

/** Kinds of protections. */
export const PROTECTION_TYPES = [
  "registry_channel",
  "golden_dataset",
  "signed_card",
  "compliance_snapshot",
  "incident_forensics",
  "custom",
] as const;

/** Half of a character is in no id, but would match whatever it is replaced by. */
const Text = z
  .string()
  .min(1)
  .regex(/^\P{Surrogate}*$/u, "expected whole characters");
/** Epoch ms of ISO 8601 text. */
const InstantText = z
  .string()
  .refine(isInstant, "expected a time such as 2026-12-31T00:00:00Z")
  .transform((text) => parseInstant(text));
const Target = { id: Text.nullable().default(null), prefix: Text.nullable().default(null) };
const oneTarget = (row: { id: string | null; prefix: string | null }): boolean =>
  (row.id === null) !== (row.prefix === null);
const ONE_TARGET = { message: "give either id or prefix, and not both" };

function schemasWith(time: z.ZodType<number>) {
  const instant = time.nullable().default(null);
  return {
    protections: z
      .strictObject({ ...Target, type: z.enum(PROTECTION_TYPES), name: Text, expires_at: instant })
      .refine(oneTarget, ONE_TARGET),
    holds: z
      .strictObject({ ...Target, hold_id: Text, issued_at: instant, released_at: instant })
      .refine(oneTarget, ONE_TARGET),
    erasures: z
      .strictObject({ ...Target, request_id: Text, requested_at: instant, completed_at: instant })
      .refine(oneTarget, ONE_TARGET),
  } as const;
}

/** Rows of the three selector lists. A bare number there may mean anything: as a time it is refused. */
export const SELECTORS = schemasWith(InstantText);
/** Rows of the three selector tables, whose times were read as epoch ms. */
export const SELECTOR_TABLE_ROWS = schemasWith(z.number());

export type SelectorKind = keyof typeof SELECTORS;
export type SelectorRow<K extends SelectorKind> = z.output<(typeof SELECTORS)[K]>;
