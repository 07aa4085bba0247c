import { z } from "zod";
import { isInstant, parseInstant } from "../../core/time.js";

/** ISO 8601 text as epoch ms; without a zone it is UTC. */
export const Instant = z
  .string()
  .refine(isInstant, "expected an ISO 8601 time such as 2026-05-01T00:00:00Z")
  .transform((text) => parseInstant(text));
