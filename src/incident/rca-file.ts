import { z } from "zod";

const Count = z.int().nonnegative();
const Share = z.number().min(0).max(1);
const Figure = z.number().nullable();
const Instant = z.iso.datetime().describe("ISO 8601 in UTC");
const Where = z.record(z.string(), z.string());

const Moment = {
  index: Count.describe("row of the KPI, in order of time, from 0"),
  time: Instant,
  timeLow: Instant,
  timeHigh: Instant,
  level: Share,
};

const FirstBadSchema = z.object({
  ...Moment,
  kind: z.enum(["step", "ramp"]).describe("a ramp begins at the first bad time"),
  direction: z.enum(["up", "down"]),
});

const KpiSchema = z.object({
  ratio: z.boolean().describe("a rate of requests in 0 to 1; else an amount"),
  rows: Count,
  from: Instant.nullable(),
  to: Instant.nullable(),
  whileBad: z
    .object({ observed: Figure, expected: Figure })
    .describe("means over the bad rows, weighted by requests where there are any"),
  excerpt: z
    .object({
      times: z.array(Instant),
      value: z.array(Figure),
      expected: z.array(Figure).describe("without the incident; empty for a quiet KPI"),
      rowsPerPoint: Count,
    })
    .describe("the rows around the incident, for a chart"),
});

const EventSchema = z.object({
  eventId: z.string(),
  rank: Count,
  posterior: Share,
  lagSeconds: z.number().describe("first bad time minus the event's time"),
  kind: z.enum(["code", "config", "model", "flag", "data", "map", "infra", "other"]),
  why: z.string().describe("the rank in words"),
  time: Instant,
  endTime: Instant.nullable().describe("end of a rollout"),
  target: z.string(),
  scope: Where.nullable(),
  description: z.string().nullable(),
});

const SliceSchema = z.object({
  rank: Count,
  where: Where,
  score: Share,
  explainedShare: z.number().describe("of the KPI's movement"),
  before: Figure.describe("rate or amount expected from the time before"),
  after: Figure.describe("and during the incident"),
  delta: Figure,
  weight: Figure.describe("share of the weight during the incident"),
  weightBefore: Figure.describe("the same share as expected from the time before"),
  pValue: Figure.describe("that the slice did not move, Benjamini-Hochberg adjusted"),
  kind: z.enum(["rate", "mix"]).describe("the slice itself got worse, or traffic moved to or from it"),
});

const Proportion = z.object({ count: Count, total: Count, rate: Figure, low: Figure, high: Figure });
const ProbeChange = z.object({
  before: Proportion,
  after: Proportion,
  change: z.object({ delta: Figure, low: Figure, high: Figure }),
});
const CalibrationCurve = z.object({
  n: Count,
  bins: z.array(z.object({ n: Count, meanScore: z.number(), observed: z.number(), low: z.number(), high: z.number() })),
  ece: Figure,
});
const ProbesSchema = z.object({
  where: Where.describe("conditions of the failing slice that the samples have"),
  before: Count.describe("samples of it before the incident"),
  after: Count.describe("and during it"),
  confusion: z.object({
    cells: z.array(ProbeChange.extend({ label: z.string(), pred: z.string() })),
    classes: z.array(z.object({ name: z.string(), precision: ProbeChange, recall: ProbeChange })),
    accuracy: ProbeChange,
  }),
  calibration: z
    .object({
      event: z.union([z.literal("correct"), z.object({ label: z.string() })]),
      before: CalibrationCurve,
      after: CalibrationCurve,
      eceDelta: Figure,
    })
    .nullable(),
});

const ReplaySchema = z.object({
  n: Count,
  fixed: Count,
  stillFailing: Count,
  newlyBroken: Count,
  stillOk: Count,
  mcnemarP: Share,
  latency: z
    .object({
      n: Count,
      medianBefore: z.number(),
      medianAfter: z.number(),
      p95Before: z.number(),
      p95After: z.number(),
      shift: z.number(),
      shiftLow: z.number(),
      shiftHigh: z.number(),
    })
    .nullable(),
  outcome: z.enum(["fixed", "better", "no-difference", "worse", "nothing-failed"]),
  verdict: z.string(),
  brokenIds: z.array(z.string()),
});

const BlastRadiusSchema = z.object({
  badSeconds: z.number().nonnegative(),
  requests: Figure.describe("while it was bad; null when they are not known"),
  excessBad: z.number().describe("observed − expected"),
  excessBadLow: z.number().describe("95 % interval"),
  excessBadHigh: z.number(),
  byDimension: z
    .record(z.string(), z.record(z.string(), z.number()))
    .describe("share of the excess by dimension and value; empty without slices"),
  geos: z
    .array(z.object({ dimension: z.string(), value: z.string(), share: z.number() }))
    .describe("places that bear at least a twentieth of the excess"),
  cost: Figure.describe("by --cost-per-bad"),
  slo: z
    .object({ target: Share, windowDays: z.number(), budgetBurnt: z.number().describe("share of the error budget") })
    .nullable()
    .describe("by --slo-target"),
});

/** The file `rca.json` of `fleetlens rca`. */
export const RcaFileSchema = z.object({
  schema: z.literal("fleetlens.rca/1"),
  version: z.string(),
  createdFrom: z.object({
    inputs: z.array(z.object({ name: z.string(), sha256: z.string(), rows: Count })),
    options: z.record(z.string(), z.json()),
    seed: z.null(),
  }),
  firstBad: FirstBadSchema.nullable().describe("null for a quiet KPI"),
  recovered: z.object(Moment).nullable().describe("first good row after the incident; null while it lasts"),
  events: z.array(EventSchema).describe("the listed events, the likeliest first"),
  noListedEventPosterior: Share.describe("with the posteriors of the events it sums to 1"),
  slices: z.array(SliceSchema),
  sliceVerdict: z
    .enum(["rate", "mix", "external"])
    .nullable()
    .describe("external: no slice explains it; null without slices or without an incident"),
  blastRadius: BlastRadiusSchema,
  probes: ProbesSchema.nullable().describe("null without samples or without an incident"),
  replay: ReplaySchema.nullable().describe("null without a replay"),
  rootCauseClass: z.enum(["code", "model", "config", "data", "infra", "map", "unknown"]),
  rootCauseWhy: z.string().describe("what the class follows from"),
  severity: z
    .object({
      level: z.enum(["SEV1", "SEV2", "SEV3", "SEV4"]),
      share: z.number().describe("of the requests that went bad beyond the expected; or the relative move of the KPI"),
      basis: z.enum(["requests", "level"]),
      from: Share.describe("share from which on the level is proposed"),
    })
    .nullable()
    .describe("a proposal; null for a quiet KPI"),
  detection: z
    .object({ monitorAlert: z.object({ time: Instant, delaySeconds: z.number() }).nullable() })
    .describe("when the online monitor of fleetlens would have alerted on this KPI"),
  kpi: KpiSchema,
  warnings: z.array(z.string()),
});
export type RcaFile = z.infer<typeof RcaFileSchema>;
