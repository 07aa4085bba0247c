import { z } from "zod";

const Step = z.enum(["none", "patch", "minor", "major"]);
const Value = z.json();

const ChangeSchema = z.object({
  kind: z.enum(["added", "removed", "changed"]),
  subject: z.enum([
    "policy",
    "signal",
    "derived",
    "geofence",
    "trigger",
    "condition",
    "guard",
    "override",
    "map_layer",
  ]),
  name: z.string().describe("of the subject; parts of a trigger as trigger / part"),
  key: z.string().nullable().describe("what of it changed; null: all of it was added or removed"),
  before: Value,
  after: Value,
  sensitivity: z
    .enum(["more", "less", "unclear", "none"])
    .describe("whether there can be more events or fewer; unclear: either; none: the same events"),
  calls_for: Step.describe("least step of the version that the change needs"),
});

/** What differs between two policies. */
export const PolicyDiffSchema = z.object({
  before: z.string().describe("version"),
  after: z.string().describe("version"),
  step: z.object({
    made: z.enum(["lowered", "none", "prerelease", "patch", "minor", "major"]),
    called_for: Step.describe("the greatest that a change calls for"),
    enough: z.boolean(),
  }),
  changes: z.array(ChangeSchema),
  warnings: z.array(z.string()),
});

/** Change log of a policy: what `fleetlens policy diff` writes. */
export const PolicyDiffFileSchema = PolicyDiffSchema.extend({
  schema: z.literal("fleetlens.policy-diff/1"),
  version: z.string().describe("of fleetlens"),
  createdFrom: z.object({
    inputs: z.array(z.object({ name: z.string(), sha256: z.string(), rows: z.null() })),
    options: z.record(z.string(), z.json()),
    seed: z.null(),
  }),
});

export type PolicyDiff = z.infer<typeof PolicyDiffSchema>;
export type PolicyChange = z.infer<typeof ChangeSchema>;
export type Sensitivity = PolicyChange["sensitivity"];
export type VersionStep = z.infer<typeof Step>;
