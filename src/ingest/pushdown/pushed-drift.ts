import { InputError } from "../../core/errors.js";
import type { BinnedSample } from "../../drift/binned-sample.js";
import type { LevelSide } from "../../drift/drift-cell.js";
import type { DriftProfile, ProfileCell } from "../../drift/sketch/drift-profile.js";
import type { DriftColumn } from "../../drift/types.js";
import type { Engine } from "../../engine/engine.js";
import { tooManyValues } from "../too-many-values.js";
import type { ReadOptions } from "../types.js";
import { countBins } from "./count-bins.js";
import { countLevels } from "./count-levels.js";
import { doubleSql, isFiniteSql, type PushedColumn, type PushedTable, withPushedTable } from "./pushed-table.js";
import { type CommonBins, type CountedBin, commonBins, edgesToCount, refinedBins } from "./refine-bins.js";

/** Options of {@link pushDownDrift}. */
export interface PushedDriftOptions extends ReadOptions {
  /** Columns to compare; default every column that can be. */
  features?: readonly string[];
  /** Column of the time, which is no feature. */
  time?: string;
  onProgress?: (pass: string) => void;
}

/** Both tables as counts. */
export interface PushedDrift {
  engine: Engine["name"];
  reference: DriftProfile;
  current: DriftProfile;
  warnings: string[];
}

/** Passes over the reference after which its bins stay as they are; columns end after three or four. */
const MOST_PASSES = 20;
/** Beyond it a double does not hold every whole number. */
const EXACT = "9007199254740992";

/**
 * Counts two tables where they lie: rows, missing cells, levels, and numbers in bins that both tables share and that no
 * table but the reference decides, so that no bin of several values holds more than 1/1000 of it. Statements return
 * counts and single values of the tables alone; nothing is added or divided but here, so every engine gives the same.
 *
 * @throws InputError naming table and column for what cannot be compared; EngineError where the engine cannot be reached
 */
export async function pushDownDrift(
  reference: string,
  current: string,
  engine: string,
  options: PushedDriftOptions = {},
): Promise<PushedDrift> {
  const tell = options.onProgress ?? (() => {});
  const onTable = <T>(name: string, work: (table: PushedTable) => Promise<T>) =>
    withPushedTable(engine, name, options, work);
  tell("counting the reference");
  const before = await onTable(reference, (table) => countTable(table, options));
  tell("counting the current rows");
  const after = await onTable(current, (table) => countTable(table, options));
  const bins = await onTable(reference, (table) => refine(table, before, after, tell));
  tell("counting the current rows in bins");
  const counts = await onTable(current, (table) => countInBins(table, after, bins));
  return {
    engine: before.engine,
    reference: profileOf(before, bins, (name) => bins.get(name)!.counts),
    current: profileOf(after, bins, (name) => counts.get(name)!),
    warnings: [...before.warnings, ...after.warnings],
  };
}

/** Finite values of a column, and the least and greatest of them. */
type NumberRange = CountedBin & { sql: string; whole: boolean };

/** What one pass over a table tells, and its levels. */
interface CountedTable {
  engine: Engine["name"];
  rows: number;
  columns: Map<string, DriftColumn["kind"]>;
  numbers: Map<string, NumberRange>;
  levels: Map<string, LevelSide>;
  warnings: string[];
}

async function countTable(table: PushedTable, options: PushedDriftOptions): Promise<CountedTable> {
  const { features, time } = options;
  const { dialect } = table.engine;
  const warnings: string[] = [];
  const chosen = chooseColumns(table, options, warnings);
  const numeric = chosen.filter((column) => driftKind(column, time) === "numeric");
  const texts = chosen
    .filter((column) => driftKind(column, time) === "categorical")
    .map((column) => ({ column, sql: `nullif(${dialect.toText(column.sql)}, ${dialect.literal("")})` }));
  const counts = [
    "count(*) AS table_rows",
    ...numeric.flatMap((column, i) => rangeSql(table, column, i)),
    ...texts.map(({ sql }, i) => `count(${sql}) AS filled_${i}`),
  ];
  const [row] = await table.rows(`SELECT ${counts.join(", ")} FROM ${table.relation}`);
  const rows = Number(row["table_rows"]);
  for (const [i, { name }] of numeric.entries()) {
    if (Number(row[`big_${i}`] ?? 0) > 0) throw bigNumbers(table, name, Number(row[`big_${i}`]));
  }
  const levelColumns = texts.map(({ column, sql }, i) => {
    return { sql, filled: Number(row[`filled_${i}`]), named: features?.includes(column.name) ?? false };
  });
  const counted = await countLevels(table, levelColumns, rows);
  const levels = new Map<string, LevelSide>();
  for (const [i, { column }] of texts.entries()) {
    if (counted[i]) levels.set(column.name, counted[i]);
    else warnings.push(`${table.name}: ${tooManyValues(column.name)}, and is no feature`);
  }
  const kinds = chosen.map((column) => [column.name, driftKind(column, time)] as const);
  return {
    engine: table.engine.name,
    rows,
    columns: new Map(kinds.filter(([name, kind]) => kind !== "categorical" || levels.has(name))),
    numbers: new Map(
      numeric.map((column, i) => {
        const range = { low: Number(row[`low_${i}`]) + 0, high: Number(row[`high_${i}`]) + 0 };
        const { whole } = column;
        return [column.name, { ...range, count: Number(row[`finite_${i}`]), sql: doubleSql(table, column), whole }];
      }),
    ),
    ...{ levels, warnings },
  };
}

/** @throws InputError for a column that is not there or cannot be compared although it was named */
function chooseColumns(table: PushedTable, { features, time }: PushedDriftOptions, warnings: string[]): PushedColumn[] {
  for (const name of features ?? []) {
    const { kind, type } = table.column(name);
    if (kind !== "other" && kind !== "time") continue;
    throw new InputError(
      `${table.name}: column "${name}" has type ${type}; with --engine, numbers, text and booleans are compared`,
      { file: table.name, column: name, type },
    );
  }
  const wanted = table.columns.filter(({ name }) => !features || features.includes(name) || name === time);
  for (const { name, kind } of wanted) {
    // The types of engines have different names.
    if (kind === "other")
      warnings.push(`${table.name}: column "${name}" is no feature, since its type is not compared`);
  }
  return wanted.filter(({ kind }) => kind !== "other");
}

function driftKind({ name, kind }: PushedColumn, time: string | undefined): DriftColumn["kind"] {
  if (name === time || kind === "time") return "time";
  return kind === "text" || kind === "boolean" ? "categorical" : "numeric";
}

function rangeSql(table: PushedTable, column: PushedColumn, i: number): string[] {
  const x = doubleSql(table, column);
  const finite = `CASE WHEN ${isFiniteSql(x)} THEN ${x} END`;
  const counts = [`count(${finite}) AS finite_${i}`, `min(${finite}) AS low_${i}`, `max(${finite}) AS high_${i}`];
  if (!column.large) return counts;
  const beyond = `${column.sql} > ${EXACT} OR ${column.sql} < -${EXACT}`;
  return [...counts, `count(CASE WHEN ${beyond} THEN 1 END) AS big_${i}`];
}

function bigNumbers(table: PushedTable, column: string, count: number): InputError {
  return new InputError(
    `${table.name}: column "${column}" has ${count} numbers beyond ±2^53, which would be rounded; leave the column out (--features names those to compare) or store it as text`,
    { file: table.name, column, count },
  );
}

/** Bins of the features of both tables, by their names. */
type FeatureBins = ReadonlyMap<string, CommonBins>;

/** Cuts the reference's values into bins until none of several values is too full. */
async function refine(
  table: PushedTable,
  reference: CountedTable,
  current: CountedTable,
  tell: (pass: string) => void,
): Promise<FeatureBins> {
  const columns = [...reference.numbers].flatMap(([name, own]) => {
    const other = current.numbers.get(name);
    return other && own.count > 0 && other.count > 0 ? { name, own, other, bins: [own] as CountedBin[] } : [];
  });
  for (let pass = 1; pass <= MOST_PASSES; pass++) {
    const crowded = columns.flatMap((column) => {
      const edges = edgesToCount(column.bins, column.own.whole);
      return edges.length > 0 ? { column, cut: { sql: column.own.sql, edges } } : [];
    });
    if (crowded.length === 0) break;
    tell(`counting the reference in bins, pass ${pass}`);
    const found = await countBins(
      table,
      crowded.map(({ cut }) => cut),
    );
    for (const [i, { column }] of crowded.entries()) column.bins = refinedBins(column.bins, found[i]);
  }
  return new Map(columns.map(({ name, other, bins }) => [name, commonBins(bins, other.low, other.high)]));
}

/** Counts the other table's values, and narrows the bins in which there are only these to them. */
async function countInBins(
  table: PushedTable,
  { numbers }: CountedTable,
  bins: FeatureBins,
): Promise<Map<string, Float64Array>> {
  const counts = new Map([...bins].map(([name, { low }]) => [name, new Float64Array(low.length)]));
  // A single bin holds all values.
  const cut = [...bins].filter(([, { low }]) => low.length > 1);
  const found = await countBins(
    table,
    cut.map(([name, { low }]) => ({ sql: numbers.get(name)!.sql, edges: low.subarray(1) })),
  );
  for (const [name, own] of counts) {
    const at = cut.findIndex(([one]) => one === name);
    const { low, high, counts: reference } = bins.get(name)!;
    if (at < 0) own[0] = numbers.get(name)!.count;
    else {
      for (const part of found[at]) {
        own[part.bin] += part.count;
        // Between the values of the reference there are only these.
        if (reference[part.bin] === 0) [low[part.bin], high[part.bin]] = [part.low, part.high];
      }
    }
  }
  return counts;
}

function profileOf(
  { rows, columns, numbers, levels }: CountedTable,
  bins: FeatureBins,
  countsOf: (name: string) => Float64Array,
): DriftProfile {
  const cells = [...columns.keys()].flatMap((feature): ProfileCell[] => {
    const range = numbers.get(feature);
    const found = bins.get(feature);
    const sample = range
      ? binnedSample(rows, range.count, found, found ? countsOf(feature) : new Float64Array(0))
      : levels.get(feature);
    return columns.get(feature) !== "time" && sample ? [{ feature, slice: null, window: null, sample }] : [];
  });
  return { rows, columns, slices: [], windowMs: null, cells };
}

/** Without bins where the other table has no values, so that there is nothing to compare. */
function binnedSample(n: number, finite: number, bins: CommonBins | undefined, counts: Float64Array): BinnedSample {
  const { low, high } = bins ?? { low: counts, high: counts };
  return { kind: "numeric-bins", n, missing: n - finite, bins: { low, high }, counts };
}
