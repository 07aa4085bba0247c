import { z } from "zod";
import { AttributionDriftSchema } from "./model/attribution-drift.js";
import { ModelDriftSchema } from "./model/model-drift.js";
import { EmbeddingDriftSchema } from "./multivariate/embedding-drift.js";
import { MultivariateDriftSchema } from "./multivariate/multivariate-drift.js";
import { TextDriftSchema } from "./text/text-drift.js";

/** Sections of a drift file that look at whole tables; only those that were asked for are there. */
export const DriftSectionsSchema = z.object({
  model: ModelDriftSchema.optional(),
  multivariate: MultivariateDriftSchema.optional(),
  embedding: EmbeddingDriftSchema.optional(),
  attribution: AttributionDriftSchema.optional(),
  text: z.array(TextDriftSchema).optional(),
});

export type DriftSections = z.infer<typeof DriftSectionsSchema>;
