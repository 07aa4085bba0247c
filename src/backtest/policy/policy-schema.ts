import { z } from "zod";
import { COMPARISONS } from "../types.js";
import { isLayerTime, parseLayerTime } from "./layer-time.js";

/** Names end up in files, paths and reports: no control characters, no half of a surrogate pair. */
const Name = z
  .string()
  .regex(/^[^\p{Cc}\p{Cs}]{1,200}$/u, "expected a name of 1 to 200 characters without control characters");
const Range = z.tuple([z.number(), z.number()]).describe("[least, greatest] of every threshold on the signal");
const Op = z
  .enum(COMPARISONS as readonly ["<", "<=", ">", ">="])
  .describe('in quotes: a bare ">" starts a text in YAML');
const SemverRange = z.string().min(1).describe("range of semver, e.g. >=1.4.0 <3.0.0");

const Signal = { unit: z.string().default(""), range: Range };
const Derived = { name: Name, ...Signal };

export const DerivedSchema = z.discriminatedUnion("op", [
  z.strictObject({
    ...Derived,
    op: z.literal("trailing_mean"),
    from: Name,
    window_ms: z.int().min(1).max(86_400_000).describe("mean of the values in (t - window_ms, t]"),
  }),
  z
    .strictObject({ ...Derived, op: z.literal("rate"), from: Name })
    .describe("change per second since the last row that has a value; missing across a gap"),
  z.strictObject({ ...Derived, op: z.literal("norm"), from: z.array(Name).min(1) }).describe("Euclidean norm"),
]);

const GeofenceSchema = z.strictObject({
  id: Name,
  priority: z.int().default(0).describe("where several fences hold a point, the highest counts"),
  polygon: z
    .array(z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)]))
    .min(4)
    .describe("closed ring of [longitude, latitude]: the first point comes again as the last"),
});

const ConditionSchema = z.strictObject({
  name: Name,
  signal: Name,
  op: Op,
  enter: z.number(),
  exit: z.number().optional().describe("default: enter; on the lenient side of it"),
});

const GuardSchema = z.strictObject({
  signal: Name,
  op: Op,
  value: z.number(),
  action: z
    .enum(["suppress", "hold"])
    .default("suppress")
    .describe("what a guard that is false or missing makes of the condition: false, or unknown"),
});

const Mode = z.enum(["all", "any"]);
const Parameters = {
  dwell_ms: z.int().min(0).max(600_000).describe("the condition has to hold this long"),
  min_samples: z.int().min(1).max(100_000).describe("and for this many rows"),
  release_ms: z.int().min(0).max(600_000).describe("debounce of the exit"),
  cooldown_ms: z.int().min(0).max(86_400_000).describe("no new event for this long after the end of one"),
  max_gap_ms: z.int().min(1).max(3_600_000).describe("a longer step between rows ends an event"),
  max_event_ms: z.int().min(1).describe("longest event; default: no limit"),
  on_missing: z
    .literal(["hold", "false", false])
    .transform((value) => (value === "hold" ? "hold" : "false"))
    .describe("what a condition that is unknown counts as"),
  guards: z.array(GuardSchema),
};

const SetSchema = z
  .strictObject({
    mode: Mode,
    conditions: z
      .array(
        z
          .strictObject({ name: Name, enter: z.number().optional(), exit: z.number().optional() })
          .refine(({ enter, exit }) => enter !== undefined || exit !== undefined, {
            message: "give enter, exit, or both",
          }),
      )
      .min(1),
    ...Parameters,
  })
  .partial();

export const OverrideSchema = z
  .strictObject({
    geofence: Name,
    disabled: z.boolean().optional().describe("true: no event begins here"),
    set: SetSchema.optional().describe("what is different here; guards replace those of the trigger"),
  })
  .refine(({ disabled, set }) => disabled !== undefined || (set !== undefined && Object.keys(set).length > 0), {
    message: "say what is different here: give set, or disabled: true",
  });

export const TriggerSchema = z.strictObject({
  id: Name,
  enabled: z.boolean().default(true),
  when: z.strictObject({ mode: Mode.default("all"), conditions: z.array(ConditionSchema).min(1) }),
  dwell_ms: Parameters.dwell_ms.default(0),
  min_samples: Parameters.min_samples.default(1),
  release_ms: Parameters.release_ms.default(0),
  cooldown_ms: Parameters.cooldown_ms.default(0),
  max_gap_ms: Parameters.max_gap_ms.default(2000),
  max_event_ms: Parameters.max_event_ms.optional(),
  on_missing: Parameters.on_missing.prefault("hold"),
  guards: Parameters.guards.default([]),
  overrides: z.array(OverrideSchema).default([]),
});

const Time = z
  .string()
  .refine(
    isLayerTime,
    "expected a time with its zone, e.g. 2026-03-01T08:00:00Z or 2026-03-01T09:00:00+01:00, or a day",
  )
  .transform(parseLayerTime)
  .describe("ISO 8601 with Z or an offset; a day alone is its midnight in UTC");
const Layer = { id: Name, edge: Name.describe("edge of the road graph"), from: Time, to: Time };

/** Policy of triggers and maps, as written (YAML or JSON): unknown keys are errors. */
export const PolicySchema = z.strictObject({
  schema: z.literal("fleetlens.policy/1"),
  version: z.string().describe("semver, e.g. 2.3.1"),
  compat: z.strictObject({ edge: SemverRange.optional(), cloud: SemverRange.optional() }).optional(),
  rationale: z.string().optional(),
  expected_impact: z
    .strictObject({ alerts_per_day: z.number().optional(), coverage_gain: z.number().optional() })
    .optional(),
  risk: z.string().optional(),
  signals: z.record(Name, z.strictObject(Signal)).default({}).describe("columns of the log, by name"),
  derived: z.array(DerivedSchema).default([]).describe("computed in this order; may use earlier ones"),
  geofences: z.array(GeofenceSchema).default([]),
  triggers: z.array(TriggerSchema).default([]),
  map_layers: z
    .array(
      z.discriminatedUnion("op", [
        z.strictObject({ ...Layer, op: z.literal("set_speed_limit"), value_mps: z.number().positive() }),
        z.strictObject({ ...Layer, op: z.literal("close") }),
      ]),
    )
    .default([])
    .describe("changes of the map from `from` on until before `to`; of those of one edge and op the last listed wins"),
});

/** A policy file as people write it. */
export type PolicyFile = z.input<typeof PolicySchema>;
/** The same with defaults filled in. */
export type ParsedPolicy = z.output<typeof PolicySchema>;
export type ParsedTrigger = z.output<typeof TriggerSchema>;
export type ParsedOverride = z.output<typeof OverrideSchema>;
