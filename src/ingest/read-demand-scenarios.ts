import type { InputFile } from "../core/demand.js";
import { InputError } from "../core/errors.js";
import { checkCells, nameRule, numberRule, WHOLE } from "./check-cells.js";
import { numberSql, textSql } from "./column-sql.js";
import { withTable } from "./read-table.js";
import type { SqlTable } from "./sql-table.js";
import type { ReadOptions } from "./types.js";

/** GPUs by family, scenario (or quantile) and hour, without a hole. */
export interface DemandCube {
  /** Sorted by UTF-8 bytes. */
  families: string[];
  /** Numbers of the scenarios, or probabilities of the quantiles, ascending. */
  members: number[];
  hours: number;
  /** Number of the first hour. */
  firstHour: number;
  /** By family; member-major, `members × hours`. */
  gpus: Float64Array[];
  inputs: InputFile[];
}

/** Most values of a cube: 2 GB. */
const MOST_VALUES = 2 ** 28;
/** Missing combinations that an error names. */
const SHOWN = 3;

/**
 * Reads demand in long form: columns `family`, `hour` (a whole number), `gpus` and `scenario` (a whole number) or `q`
 * (a probability). Every family needs a value for every scenario (or quantile) and every hour from the first to the last.
 *
 * @throws InputError with file, row and column for a bad cell, and with names for what is missing or there twice
 */
export async function readDemandScenarios(
  input: string | readonly string[],
  member: "scenario" | "q",
  options: ReadOptions = {},
): Promise<DemandCube> {
  return withTable(input, { ...options, columns: ["family", member, "hour", "gpus"] }, async (table) => {
    const [family, members, hour, gpus] = ["family", member, "hour", "gpus"].map((name) => table.column(name));
    const scenario = member === "scenario";
    await checkCells(
      table,
      [
        nameRule(table, family, "a name"),
        numberRule(
          table,
          members,
          scenario ? WHOLE : "$ >= 0 AND $ <= 1",
          scenario ? "a whole number" : "a probability from 0 to 1",
        ),
        numberRule(table, hour, WHOLE, "a whole number"),
        numberRule(table, gpus, "$ >= 0", "GPUs from 0"),
      ],
      options,
    );
    const value = (column: typeof hour) => numberSql(table, column).value;
    const name = textSql(table, family);
    const cube = await emptyCube(table, name, value(members), value(hour), options);
    const code = `enum_code(CAST(${name} AS fleetlens_family))`;
    const sql = `SELECT CAST(${code} AS DOUBLE) AS f, ${value(members)} AS m, ${value(hour)} AS h, ${value(gpus)} AS v FROM ${table.relation}`;
    const positions = new Map(cube.members.map((one, i) => [one, i]));
    for await (const { rows, columns } of table.engine.query({ sql }, options)) {
      const [f, m, h, v] = ["f", "m", "h", "v"].map((column) => columns[column].data as Float64Array);
      for (let i = 0; i < rows; i++) {
        const at = (positions.get(m[i]) as number) * cube.hours + h[i] - cube.firstHour;
        if (!Number.isNaN(cube.gpus[f[i]][at])) {
          const same = `${name} = ${table.engine.dialect.literal(cube.families[f[i]])} AND ${value(members)} = ${m[i]} AND ${value(hour)} = ${h[i]}`;
          const found = await table.find(same, [], 2);
          const where = found.map(({ file, row }) => `${file} row ${row}`).join(" and ");
          throw new InputError(
            `${where}: family "${cube.families[f[i]]}" ${member} ${m[i]} hour ${h[i]} is there twice; keep one`,
            { file: found[0]?.file, row: found[0]?.row },
          );
        }
        cube.gpus[f[i]][at] = v[i];
      }
    }
    refuseHoles(cube, member, table.files[0].name);
    return { ...cube, inputs: await table.inputs() };
  });
}

type Cube = Omit<DemandCube, "inputs">;

/** Names and sizes of the table, with NaN for every value; leaves the type `fleetlens_family`. */
async function emptyCube(
  table: SqlTable,
  family: string,
  member: string,
  hour: string,
  options: ReadOptions,
): Promise<Cube> {
  const file = table.files[0].name;
  const all = async (what: string, as: string) =>
    (
      await table.engine.rows({ sql: `SELECT DISTINCT ${what} AS ${as} FROM ${table.relation} ORDER BY 1` }, options)
    ).map((row) => row[as]);
  const families = (await all(family, "family")).map(String);
  if (families.length === 0) throw new InputError(`${file}: the file has no rows`, { file });
  const members = (await all(member, "member")).map(Number);
  const [range] = await table.engine.rows(
    { sql: `SELECT min(${hour}) AS first, max(${hour}) AS last FROM ${table.relation}` },
    options,
  );
  const firstHour = Number(range["first"]);
  const hours = Number(range["last"]) - firstHour + 1;
  const size = families.length * members.length * hours;
  if (size > MOST_VALUES) {
    throw new InputError(
      `${file}: ${families.length} families × ${members.length} scenarios × ${hours} hours (${firstHour} to ${firstHour + hours - 1}) are ${size} values, more than ${MOST_VALUES}; plan fewer scenarios or hours at a time`,
      { file, size },
    );
  }
  const names = families.map((one) => table.engine.dialect.literal(one)).join(", ");
  await table.engine.run(`CREATE TYPE fleetlens_family AS ENUM (${names})`, options);
  const gpus = families.map(() => new Float64Array(members.length * hours).fill(Number.NaN));
  return { families, members, hours, firstHour, gpus };
}

function refuseHoles({ families, members, hours, firstHour, gpus }: Cube, member: string, file: string): void {
  const missing: string[] = [];
  let count = 0;
  for (const [f, values] of gpus.entries()) {
    for (let at = 0; at < values.length; at++) {
      if (!Number.isNaN(values[at])) continue;
      if (++count > SHOWN) continue;
      missing.push(
        `family "${families[f]}" ${member} ${members[Math.floor(at / hours)]} hour ${firstHour + (at % hours)}`,
      );
    }
  }
  if (count === 0) return;
  const more = count > SHOWN ? ` and ${count - SHOWN} more` : "";
  throw new InputError(
    `${file}: no row for ${missing.join(", ")}${more}; every family needs every ${member === "q" ? "q" : "scenario"} and hour (0 GPUs where nothing is wanted)`,
    { file, missing: count },
  );
}
