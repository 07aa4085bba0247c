import type { InputFile } from "../../core/demand.js";
import { InputError } from "../../core/errors.js";
import { windowNumbers } from "../../drift/cut-windows.js";
import type { DriftProfile, ProfileCell } from "../../drift/index.js";
import { sortedCells } from "../../drift/sketch/drift-profile.js";
import { withTable } from "../read-table.js";
import type { SqlTable } from "../sql-table.js";
import { tooManyValues } from "../too-many-values.js";
import type { ReadOptions } from "../types.js";
import { columnsToLoad, type DriftColumnChoice, driftColumns } from "./drift-columns.js";
import { profileAccumulator } from "./profile-accumulator.js";
import { inBlocks } from "./profile-blocks.js";
import { type ProfileColumns, profileColumns } from "./profile-columns.js";

/** Memory of the engine unless told otherwise; rows stream through it. */
const MEMORY = "256MB";

/** Options of {@link profileTable}. */
export interface ProfileTableOptions extends ReadOptions, DriftColumnChoice {
  /** Length of the windows that the rows are cut into by `time`; default none. */
  windowMs?: number;
  /** Features that also get a sketch whose quantiles are within 1 % of their value. */
  latencies?: readonly string[];
  /** Which features get cells, besides the first, whose cells tell the rows of slices; default all. */
  only?: (feature: string) => boolean;
  /** The files, when they have been read before; default read, for their SHA-256. */
  inputs?: InputFile[];
  onProgress?: (rows: number, all: number) => void;
}

/** A table as profiled. */
export interface ProfileTableRead {
  profile: DriftProfile;
  inputs: InputFile[];
  warnings: string[];
}

/**
 * Sketches a table (Parquet, CSV, JSON, Arrow IPC; also a directory or a glob) of any number of rows: one pass over the
 * columns that a comparison needs, in memory that grows with the number of cells and not with that of rows.
 * {@link driftColumns} tells which columns these are. The same rows give the same profile to the bit.
 *
 * @throws InputError naming file and column for what cannot be compared
 */
export async function profileTable(
  input: string | readonly string[],
  options: ProfileTableOptions = {},
): Promise<ProfileTableRead> {
  const { slices = [], time, windowMs = null } = options;
  if (windowMs !== null && time === undefined) throw new InputError("windows need a column of times: set time");
  const read = { ...options, memory: options.memory ?? MEMORY, columns: columnsToLoad(options) };
  return withTable(input, read, async (table) => {
    const file = table.files[0].name;
    const inputs = options.inputs ?? (await table.inputs());
    const found = await driftColumns(table, options, options);
    const crossing = await profileColumns(table, found.columns, options);
    const { only = () => true } = options;
    crossing.features = crossing.features.filter(({ name }, i) => i === 0 || only(name));
    const instant = windowMs === null ? null : found.columns.find(({ name }) => name === time)!.sql;
    const { cells, rows, untimed } = await accumulate(table, crossing, instant, inputs, options);
    const kinds = found.columns.filter(({ name }) => !crossing.unfit.includes(name));
    return {
      profile: {
        rows,
        columns: new Map(kinds.map(({ name, kind }) => [name, kind])),
        slices: crossing.slices.map(({ column, left }) => ({ column, left })),
        windowMs,
        cells: sortedCells(
          cells,
          kinds.map(({ name }) => name),
          slices,
        ),
      },
      inputs,
      warnings: [
        ...found.warnings,
        ...crossing.unfit.map((name) => `${file}: ${tooManyValues(name)}, and is no feature`),
        ...(untimed > 0 ? [`${file}: ${untimed} rows without "${time}" are in no window`] : []),
        ...crossing.slices
          .filter(({ left }) => left > 0)
          .map(
            ({ column, values, left }) =>
              `${file}: slice column "${column}" has ${values.length + left} values: the ${values.length} with the most rows are looked at`,
          ),
      ],
    };
  });
}

/** The one pass over the rows. */
async function accumulate(
  table: SqlTable,
  { features, slices }: ProfileColumns,
  instant: string | null,
  inputs: readonly InputFile[],
  { windowMs, signal, onProgress }: ProfileTableOptions,
): Promise<{ cells: ProfileCell[]; rows: number; untimed: number }> {
  const all = inputs.reduce((sum, file) => sum + file.rows, 0);
  const at = new Map(features.map(({ name }, i) => [name, i]));
  const columns = [
    ...features.map(({ kind, sql, levels }, i) => ({ name: `f_${i}`, sql, text: kind === "categorical" && !levels })),
    ...slices.map(({ sql }, i) => ({ name: `s_${i}`, sql, text: false })),
    ...(instant === null ? [] : [{ name: "t", sql: instant, text: false }]),
  ];
  if (columns.length === 0) return { cells: [], rows: all, untimed: 0 };
  const sql = `SELECT ${columns.map((column) => `${column.sql} AS ${column.name}`).join(", ")} FROM ${table.relation}`;
  const accumulator = profileAccumulator(features, slices, windowMs ?? null);
  let [rows, untimed] = [0, 0];
  for await (const block of inBlocks(table.engine.query({ sql }, { signal }), columns)) {
    const windows = instant === null ? null : windowNumbers(block.numbers("t"), windowMs as number);
    accumulator.add({
      numbers: (feature) => block.numbers(`f_${at.get(feature)}`),
      levels(feature) {
        const i = at.get(feature) as number;
        const { levels } = features[i];
        return levels ? { codes: block.numbers(`f_${i}`), levels } : block.levels(`f_${i}`);
      },
      slices: slices.map(({ places }, i) =>
        Int32Array.from(block.numbers(`s_${i}`), (code) => (code < 0 ? -1 : places[code])),
      ),
      windows,
    });
    untimed += windows?.reduce((count, window) => count + (Number.isNaN(window) ? 1 : 0), 0) ?? 0;
    rows += block.rows;
    onProgress?.(rows, all);
  }
  return { cells: accumulator.cells(), rows, untimed };
}
