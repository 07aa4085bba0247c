import { z } from "zod";

const Id = z
  .string()
  .describe("wandb://entity/project/run, wandb-artifact://entity/project/name:version or wandb-file://…");
const Kind = z.string().describe("wandb_run, wandb_model, wandb_artifact or wandb_file");

/** `wandb_keep.json` of a plan's `actions/`; how the plan came about stands in its `report.json`. */
export const WandbKeepSchema = z.object({
  schema: z.literal("fleetlens.wandb-keep/1"),
  version: z.string(),
  as_of: z.string(),
  keep: z.array(z.object({ id: Id, kind: Kind })).describe("in the order of ids"),
  delete: z
    .array(z.object({ id: Id, kind: Kind, phase: z.enum(["quarantine", "purge"]) }))
    .describe("in the order of ids"),
});
