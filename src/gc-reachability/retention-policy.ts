import { z } from "zod";
import { PolicyError } from "../core/errors.js";
import { problemText, schemaProblems } from "../core/schema-problems.js";
import { isInstant, parseInstant } from "../core/time.js";

const Name = z.string().min(1);
const NonNegative = z.number().nonnegative();
const Bytes = z.int().nonnegative();
/** Milliseconds since the epoch, written as ISO 8601. */
const Instant = z
  .string()
  .refine(isInstant, "expected a time such as 2026-12-31T00:00:00Z")
  .transform((text) => parseInstant(text));

const RetentionClass = z
  .strictObject({
    horizon_days: NonNegative.describe("younger objects stay"),
    access_days: NonNegative.default(0).describe("objects used within these days stay"),
    on_expire: z.enum(["delete", "transition", "keep"]).default("delete"),
    transition_to: Name.optional().describe("storage class; with on_expire transition only"),
  })
  .refine((c) => (c.on_expire === "transition") === (c.transition_to !== undefined), {
    message: "transition_to goes with on_expire: transition, and only with it",
  });

const MinimalKeep = z.strictObject({
  kind: Name,
  class: Name.nullable().default(null).describe("null: objects of every class"),
  group_by: z.literal("group").default("group"),
  order_by: z.literal("metric").default("metric"),
  direction: z.enum(["max", "min"]),
  n: z.int().positive(),
});

const Exception = z
  .strictObject({
    id: Name.optional(),
    prefix: Name.optional(),
    expires_at: Instant.nullable().default(null),
  })
  .refine((e) => (e.id === undefined) !== (e.prefix === undefined), { message: "give either id or prefix" });

const StorageClass = z.strictObject({
  usd_per_gb_month: NonNegative.describe("for a GiB (2^30 bytes)"),
  min_days: NonNegative.default(0).describe("days that are charged in any case"),
  min_bytes: Bytes.default(0).describe("smaller objects are charged as this"),
  overhead_bytes: Bytes.default(0).describe("charged besides, in this class"),
  overhead_standard_bytes: Bytes.default(0).describe("charged besides, as STANDARD"),
  transition_usd_per_1000: NonNegative.default(0).describe("for moving 1,000 objects into this class"),
  retrieval_usd_per_gb: NonNegative.default(0),
});

/** `retention_policy.yaml`: unknown keys are errors. */
export const RetentionPolicySchema = z.strictObject({
  schema_version: z.literal(1),
  grace_hours: NonNegative.default(24).describe("objects made this shortly before the snapshot stay"),
  erasure_vs_hold: z.enum(["erase", "hold"]).default("erase").describe("which wins on an object that has both"),
  weak_relations: z.array(Name).default([]).describe("`rel` of edges that do not keep alive"),
  max_break_even_months: NonNegative.default(12),
  classes: z.record(Name, RetentionClass),
  minimal_keep: z.array(MinimalKeep).default([]),
  exceptions: z.array(Exception).default([]),
  storage_classes: z.record(Name, StorageClass).default({}),
  restore_drill: z
    .strictObject({ fraction: z.number().min(0).max(1).default(0.01), seed: z.string().default("") })
    .prefault({}),
  limits: z
    .strictObject({
      max_delete_bytes: Bytes.nullable().default(null),
      max_delete_fraction: z.number().min(0).max(1).nullable().default(null).describe("of all bytes"),
    })
    .optional()
    .describe("a plan that deletes more is stopped"),
});

/** A retention policy with its defaults filled in; times are milliseconds since the epoch. */
export type RetentionPolicy = z.output<typeof RetentionPolicySchema>;

/** Problems that go across parts of the policy. */
function crossProblems({ classes, storage_classes: storage }: RetentionPolicy): string[] {
  const targets = Object.entries(classes).flatMap(([name, { transition_to: target }]) =>
    target === undefined || Object.hasOwn(storage, target)
      ? []
      : [`classes.${name}.transition_to: storage class "${target}" has no price in storage_classes`],
  );
  const needsStandard = Object.entries(storage).flatMap(([name, { overhead_standard_bytes: bytes }]) =>
    bytes === 0 || Object.hasOwn(storage, "STANDARD")
      ? []
      : [`storage_classes.${name}: overhead_standard_bytes needs the price of STANDARD`],
  );
  return [...targets, ...needsStandard];
}

/**
 * The policy from parsed YAML or JSON, defaults filled in.
 *
 * @param name what to call the file in errors
 * @throws PolicyError with the first problems, each with its path (`classes.Gold.horizon: unknown key …`)
 */
export function parseRetentionPolicy(value: unknown, name = "retention policy"): RetentionPolicy {
  const parsed = RetentionPolicySchema.safeParse(value);
  if (!parsed.success) {
    const version = (value as { schema_version?: unknown } | null)?.schema_version;
    if (version !== 1) {
      throw new PolicyError(
        `${name}: schema_version must be 1, got ${version === undefined ? "none" : JSON.stringify(version)}`,
        { file: name, schema_version: version ?? null },
      );
    }
    const problems = schemaProblems(RetentionPolicySchema, value, parsed.error);
    throw new PolicyError(`${name}: ${problemText(problems)}`, { file: name, problems });
  }
  const problems = crossProblems(parsed.data);
  if (problems.length > 0) throw new PolicyError(`${name}: ${problemText(problems)}`, { file: name, problems });
  return parsed.data;
}
