import type { VegaLiteSpec } from "../types.js";

/** Most points that one mark may draw. */
export const MAX_POINTS = 5000;

/** Pixel columns of the widest plot. */
const COLUMNS = 720;

type Row = Record<string, unknown>;
type Encoding = Record<
  string,
  { field?: unknown; type?: unknown; aggregate?: unknown; bin?: unknown; timeUnit?: unknown }
>;

/** The units that draw one array of rows. */
interface Use {
  rows: Row[];
  units: VegaLiteSpec[];
}

const CHILDREN = ["layer", "concat", "hconcat", "vconcat"] as const;

/** Finds all inline rows of a spec and the units that draw them. */
function findUses(spec: VegaLiteSpec): Use[] {
  const uses = new Map<unknown, Use>();
  const visit = (unit: VegaLiteSpec, inherited: unknown): void => {
    const data = unit["data"] as Row | undefined;
    const own = data?.["values"] ?? (spec["datasets"] as Row | undefined)?.[String(data?.["name"])];
    const rows = own ?? inherited;
    if (unit["mark"] !== undefined && Array.isArray(rows)) {
      const use = uses.get(rows) ?? { rows: rows as Row[], units: [] };
      use.units.push(unit);
      uses.set(rows, use);
    }
    for (const key of CHILDREN) for (const child of (unit[key] ?? []) as VegaLiteSpec[]) visit(child, rows);
    if (unit["spec"]) visit(unit["spec"] as VegaLiteSpec, rows);
  };
  visit(spec, undefined);
  return [...uses.values()];
}

const encodingOf = (unit: VegaLiteSpec): Encoding => (unit["encoding"] ?? {}) as Encoding;

/** Whether a unit draws summaries of the rows, so that its number of marks is not the number of rows. */
function summarises(unit: VegaLiteSpec): boolean {
  const mark = (unit["mark"] as Row)["type"] ?? unit["mark"];
  const transforms = (unit["transform"] ?? []) as Row[];
  return (
    ["boxplot", "errorbar", "errorband"].includes(String(mark)) ||
    transforms.some((transform) => "aggregate" in transform || "density" in transform || "regression" in transform) ||
    Object.values(encodingOf(unit)).some(
      (channel) => channel.aggregate || channel.bin === true || typeof channel.bin === "object",
    )
  );
}

const isContinuous = (type: unknown): boolean => type === "quantitative" || type === "temporal";

/** Fields that the channels name, each once. */
function fields(units: readonly VegaLiteSpec[], wanted: (name: string, type: unknown) => boolean): string[] {
  const found = units.flatMap((unit) =>
    Object.entries(encodingOf(unit)).flatMap(([name, channel]) =>
      typeof channel.field === "string" && wanted(name, channel.type) ? [channel.field] : [],
    ),
  );
  return [...new Set(found)];
}

function position(value: unknown): number {
  if (typeof value === "number") return value;
  const time = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? Number(value ?? Number.NaN) : time;
}

/**
 * Per group and pixel column the rows that hold the lowest and the highest value of each y field, so that no peak is
 * lost (min-max decimation; compare M4, Jugel et al., 2014). The first and last row of each group stay.
 */
function minMax(rows: readonly Row[], x: string, ys: readonly string[], groups: readonly string[]): Row[] {
  const xs = rows.map((row) => position(row[x]));
  const known = xs.filter(Number.isFinite);
  const low = known.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const span = known.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY) - low || 1;
  const groupOf = rows.map((row) => JSON.stringify(groups.map((field) => row[field])));
  const groupCount = new Set(groupOf).size;
  const columns = Math.max(1, Math.min(COLUMNS, Math.floor((MAX_POINTS / groupCount - 2) / (2 * ys.length))));
  const kept = new Set<number>();
  const extremes = new Map<string, [number, number]>();
  const ends = new Map<string, [number, number]>();
  for (let i = 0; i < rows.length; i += 1) {
    const end = ends.get(groupOf[i]);
    if (end) end[1] = i;
    else ends.set(groupOf[i], [i, i]);
    const column = Math.min(Math.floor(((xs[i] - low) / span) * columns), columns - 1);
    for (const y of ys) {
      const value = position(rows[i][y]);
      if (!Number.isFinite(value)) continue;
      const key = `${column} ${y} ${groupOf[i]}`;
      const pair = extremes.get(key);
      if (!pair) extremes.set(key, [i, i]);
      else if (value < position(rows[pair[0]][y])) pair[0] = i;
      else if (value > position(rows[pair[1]][y])) pair[1] = i;
    }
  }
  for (const pair of [...extremes.values(), ...ends.values()]) for (const i of pair) kept.add(i);
  return rows.filter((_, i) => kept.has(i));
}

/** Means over runs of neighbouring columns of a grid of two discrete axes. */
function binGrid(rows: readonly Row[], x: string, y: string, value: string): { rows: Row[]; run: number } {
  const names = [...new Set(rows.map((row) => row[x]))];
  const lines = new Set(rows.map((row) => row[y])).size;
  const run = Math.ceil(names.length / Math.max(Math.floor(MAX_POINTS / lines), 1));
  const binOf = new Map(names.map((name, i) => [name, names[i - (i % run)]]));
  const cells = new Map<string, { row: Row; sum: number; count: number }>();
  for (const row of rows) {
    const bin = binOf.get(row[x]);
    const key = JSON.stringify([bin, row[y]]);
    const cell = cells.get(key) ?? { row: { ...row, [x]: bin }, sum: 0, count: 0 };
    const number = position(row[value]);
    if (Number.isFinite(number)) {
      cell.sum += number;
      cell.count += 1;
    }
    cells.set(key, cell);
  }
  const binned = [...cells.values()].map(({ row, sum, count }) => ({ ...row, [value]: count ? sum / count : null }));
  return { rows: binned, run };
}

const COUNT = new Intl.NumberFormat("en-US");

function thin({ rows, units }: Use): { rows: Row[]; note: string } {
  const [x] = fields(units, (name, type) => name === "x" && isContinuous(type));
  const ys = fields(units, (name, type) => name === "y2" || (name === "y" && isContinuous(type)));
  const total = COUNT.format(rows.length);
  if (x && ys.length > 0) {
    const groups = fields(
      units,
      (name, type) => !["x", "x2", "y", "y2", "tooltip"].includes(name) && !isContinuous(type),
    );
    const kept = minMax(rows, x, ys, groups);
    return {
      rows: kept,
      note: `Thinned from ${total} to ${COUNT.format(kept.length)} points: each pixel column keeps its lowest and highest value.`,
    };
  }
  const [column] = fields(units, (name) => name === "x");
  const [line] = fields(units, (name) => name === "y");
  const [value] = fields(units, (name, type) => name === "color" && type === "quantitative");
  if (column && line && value) {
    const binned = binGrid(rows, column, line, value);
    return {
      rows: binned.rows,
      note: `Each column is the mean of ${binned.run} neighbours, of ${total} cells in all.`,
    };
  }
  const stride = Math.ceil(rows.length / MAX_POINTS);
  return { rows: rows.filter((_, i) => i % stride === 0), note: `Only one in ${stride} of ${total} rows is drawn.` };
}

/** Replaces arrays of rows wherever a spec holds them. */
function withRows(value: unknown, replaced: ReadonlyMap<unknown, Row[]>): unknown {
  const found = replaced.get(value);
  if (found) return found;
  if (Array.isArray(value)) return value.map((child) => withRows(child, replaced));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [
      key,
      key === "values" && Array.isArray(child) ? (replaced.get(child) ?? child) : withRows(child, replaced),
    ]),
  );
}

/**
 * Thins the rows of a chart that would draw more than 5,000 points with one mark.
 *
 * @returns the spec (the same object when nothing was done) and a sentence for the caption that says what was done
 */
export function downsample(spec: VegaLiteSpec): { spec: VegaLiteSpec; note: string | null } {
  const crowded = findUses(spec).filter(({ rows, units }) => rows.length > MAX_POINTS && !units.some(summarises));
  if (crowded.length === 0) return { spec, note: null };
  const replaced = new Map<unknown, Row[]>();
  const notes = new Set<string>();
  for (const use of crowded) {
    const { rows, note } = thin(use);
    replaced.set(use.rows, rows);
    notes.add(note);
  }
  return { spec: withRows(spec, replaced) as VegaLiteSpec, note: [...notes].join(" ") };
}
