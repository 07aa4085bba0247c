import { z } from "zod";
import { InputError } from "../../core/errors.js";
import { problemText, schemaProblems } from "../../core/schema-problems.js";
import { VERSION } from "../../core/version.js";
import { DdSketch, DdSketchSchema } from "./dd-sketch.js";
import { cellKey, type DriftProfile, type ProfileCell, sortedCells } from "./drift-profile.js";
import { KllSketch, KllSketchSchema } from "./kll-sketch.js";
import { LevelCounts, LevelCountsSchema } from "./level-counts.js";
import { sketchOfSample } from "./sketch-of-sample.js";

const Count = z.int().nonnegative();
const Time = z.iso.datetime({ offset: true }).describe("ISO 8601, UTC");

const Place = {
  feature: z.string(),
  slice: z
    .record(z.string(), z.string())
    .refine((slice) => Object.keys(slice).length === 1, "expected one column and its value")
    .nullable()
    .describe("column and value; null: all rows"),
  window: z.strictObject({ start: Time, end: Time.describe("not included") }).nullable(),
  n: Count.describe("rows, with missing ones"),
  missing: Count.describe("null, NaN or infinite"),
};

const CellSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    ...Place,
    kind: z.literal("numeric"),
    values: KllSketchSchema.describe("quantile sketch (KLL) of the finite values"),
    latency: DdSketchSchema.optional().describe("quantile sketch with relative error (DDSketch), of latencies"),
  }),
  z.strictObject({ ...Place, kind: z.literal("categorical"), levels: LevelCountsSchema }),
]);

const CreatedFromSchema = z.strictObject({
  inputs: z.array(z.strictObject({ name: z.string(), sha256: z.string(), rows: Count })),
  options: z.record(z.string(), z.json()),
  seed: z.null().describe("nothing is drawn at random: coins of sketches come from the values"),
});

/** The file of `fleetlens drift --save-profile`. */
export const DriftProfileFileSchema = z.strictObject({
  schema: z.literal("fleetlens.drift-profile/1"),
  version: z.string().describe("of fleetlens"),
  createdFrom: CreatedFromSchema,
  rows: Count,
  columns: z
    .array(z.strictObject({ name: z.string(), kind: z.enum(["numeric", "categorical", "time"]) }))
    .describe("in the order of the file; slice columns and times, which have no cells, among them"),
  slices: z.array(
    z.strictObject({ column: z.string(), left: Count.describe("values with the fewest rows that have no cells") }),
  ),
  windowMs: z.number().positive().nullable().describe("length of the windows; null: there are none"),
  cells: z.array(CellSchema).describe("by feature, slice and window"),
});

export type DriftProfileFile = z.infer<typeof DriftProfileFileSchema>;
type FileCell = DriftProfileFile["cells"][number];

/**
 * A profile as what its file holds; exact samples become sketches.
 *
 * @param latencies features whose exact samples also get a sketch with a relative error
 * @throws InputError for a latency that is no column of numbers
 */
export function profileFile(
  profile: DriftProfile,
  createdFrom: Omit<DriftProfileFile["createdFrom"], "seed">,
  latencies: readonly string[] = [],
): DriftProfileFile {
  const unfit = latencies.find((name) => profile.columns.get(name) !== "numeric");
  if (unfit !== undefined) {
    throw new InputError(`"${unfit}" is named as a latency, but is no feature of numbers`, { column: unfit });
  }
  return {
    schema: "fleetlens.drift-profile/1",
    version: VERSION,
    createdFrom: { ...createdFrom, seed: null },
    rows: profile.rows,
    columns: [...profile.columns].map(([name, kind]) => ({ name, kind })),
    slices: profile.slices.map(({ column, left }) => ({ column, left })),
    windowMs: profile.windowMs,
    cells: profile.cells.map((cell) => fileCell(cell, latencies.includes(cell.feature))),
  };
}

function fileCell({ feature, slice, window, sample }: ProfileCell, isLatency: boolean): FileCell {
  const sketched = sketchOfSample(sample, isLatency);
  const place = { feature, slice, window, n: sketched.n, missing: sketched.missing };
  if (sketched.kind === "level-sketch") return { ...place, kind: "categorical", levels: sketched.levels.toJSON() };
  const { sketch, latency } = sketched;
  return { ...place, kind: "numeric", values: sketch.toJSON(), ...(latency && { latency: latency.toJSON() }) };
}

/**
 * The profile of a file's content. Whatever would make it contradict itself is refused.
 *
 * @param name of the file, for messages
 * @throws InputError saying what is wrong and where
 */
export function parseProfile(value: unknown, name = "profile"): DriftProfile {
  const refuse = (what: string, cause?: unknown): never => {
    throw new InputError(`${name}: ${what}`, { file: name }, { cause });
  };
  const { schema } = Object(value) as { schema?: unknown };
  if (schema !== "fleetlens.drift-profile/1") {
    const got = typeof schema === "string" ? `schema "${schema.slice(0, 60)}"` : "no schema";
    refuse(`this is no drift profile: it has ${got} where "fleetlens.drift-profile/1" is expected`);
  }
  const parsed = DriftProfileFileSchema.safeParse(value);
  if (!parsed.success) refuse(problemText(schemaProblems(DriftProfileFileSchema, value, parsed.error)), parsed.error);
  const file = parsed.data!;
  const columns = new Map(file.columns.map(({ name, kind }) => [name, kind]));
  if (columns.size !== file.columns.length) refuse("a column is listed twice");
  const slices = file.slices.map(({ column }) => column);
  const keys = new Set<string>();
  const rows = new Map([[cellKey(null, null), file.rows]]);
  const cells = file.cells.map((cell, i): ProfileCell => {
    const { feature, slice, window } = cell;
    const at = `cells[${i}] (feature "${feature.slice(0, 60)}")`;
    const key = cellKey(feature, slice, window);
    if (keys.has(key)) refuse(`${at} is there twice`);
    keys.add(key);
    if (columns.get(feature) !== cell.kind)
      refuse(`${at} is ${cell.kind}, its column ${columns.get(feature) ?? "not listed"}`);
    if (slice && !slices.includes(Object.keys(slice)[0])) refuse(`${at} has a slice by a column that is not listed`);
    if (window && file.windowMs === null) refuse(`${at} has a window, the profile none`);
    const group = cellKey(null, slice, window);
    const { n } = cell;
    const expected = rows.get(group) ?? n;
    rows.set(group, expected);
    if (n !== expected || n > file.rows) {
      refuse(
        `${at} has n ${n}, where ${slice || window ? "other cells of its slice and window have" : "rows is"} ${expected}`,
      );
    }
    try {
      return { feature, slice, window, sample: sampleOf(cell) };
    } catch (error) {
      return refuse(`${at}: ${(error as Error).message}`, error);
    }
  });
  for (const [name, kind] of columns) {
    if (kind !== "time" && !slices.includes(name) && !keys.has(cellKey(name, null))) {
      refuse(`cells: there is none of all rows for column "${name.slice(0, 60)}"`);
    }
  }
  return {
    rows: file.rows,
    columns,
    slices: file.slices,
    windowMs: file.windowMs,
    cells: sortedCells(cells, [...columns.keys()], slices),
  };
}

function sampleOf(cell: FileCell): ProfileCell["sample"] {
  const { n, missing } = cell;
  const check = (values: number) => {
    if (missing + values !== n) throw new InputError(`${missing} missing rows and ${values} values make no ${n} rows`);
  };
  if (cell.kind === "categorical") {
    const levels = LevelCounts.fromJSON(cell.levels);
    check(levels.n);
    return { kind: "level-sketch", n, missing, levels };
  }
  const sketch = KllSketch.fromJSON(cell.values);
  const latency = cell.latency && DdSketch.fromJSON(cell.latency);
  check(sketch.n);
  if (latency && latency.n !== sketch.n) throw new InputError(`latency has ${latency.n} values, the cell ${sketch.n}`);
  if (latency && (latency.min !== sketch.min || latency.max !== sketch.max)) {
    throw new InputError("latency and values differ in min or max");
  }
  return { kind: "numeric-sketch", n, missing, sketch, ...(latency && { latency }) };
}
