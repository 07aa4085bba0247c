import { z } from "zod";

/** Whole numbers beyond 2^53 are text, so that they stay exact. */
export const BytesSchema = z.union([z.int().nonnegative(), z.string().regex(/^\d+$/)]);
export const AmountSchema = z.strictObject({ objects: z.int().nonnegative(), bytes: BytesSchema });
export const DigestSchema = z.string().regex(/^[0-9a-f]{64}$/);
