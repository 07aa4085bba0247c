import type { InputFile } from "../../core/demand.js";
import { InputError } from "../../core/errors.js";
import { DAY_MS } from "../../core/utc.js";
import { type Bill, type BillCollector, type BillOptions, billCollector } from "../../cost/bill.js";
import { csvHeader } from "../csv-header.js";
import { type ResolvedFile, resolveInputs } from "../input-files.js";
import { placeOf } from "../place-of.js";
import { withTable } from "../read-table.js";
import { warnRejected } from "../reject-rows.js";
import type { SqlTable } from "../sql-table.js";
import type { ReadOptions, RejectedRow } from "../types.js";
import type { ChargeReader, ReadCharge, TagNames } from "./charge-reader.js";
import type { FocusVersion } from "./focus-columns.js";
import { curName, curReader } from "./read-cur.js";
import { focusReader } from "./read-focus.js";

/** Options of {@link readBill}. */
export interface ReadBillOptions extends ReadOptions, BillOptions {
  /** Tag, or column, that names the team of a charge; default `team`. */
  teamTag?: string;
  /** Tag, or column, that names the pool of a charge; default `pool`. */
  poolTag?: string;
  /** Holds a FOCUS file against all mandatory columns of a version; default: only what is computed with must be there. */
  focusVersion?: FocusVersion;
}

/** A bill as read, and what there is to say of the files. */
export interface BillRead {
  bill: Bill;
  format: "focus" | "cur";
  version: string | null;
  rows: number;
  duplicates: number;
  rejected: RejectedRow[];
  inputs: InputFile[];
  warnings: string[];
}

async function headerOf(file: ResolvedFile, options: ReadOptions): Promise<string[]> {
  if (file.format === "csv" && !file.remote) return (await csvHeader(file.path, file.name)).names;
  return withTable(file.name, options, async (table) => table.columns.map(({ name }) => name));
}

function readerOf(header: readonly string[], file: string, tags: TagNames, version?: FocusVersion): ChargeReader {
  const names = header.map(curName);
  if (names.some((name) => name.startsWith("line_item_"))) return curReader(header, file, tags);
  if (header.some((name) => /^(BilledCost|EffectiveCost|ChargeCategory|ChargePeriodStart)$/i.test(name))) {
    return focusReader(header, file, tags, version);
  }
  throw new InputError(
    `${file}: neither FOCUS (BilledCost, ChargePeriodStart, …) nor an AWS Cost and Usage Report (line_item_…); the columns are: ${header.slice(0, 20).join(", ")}`,
    { file },
  );
}

/** Text of a column; maps and structs as JSON. */
function textOf(table: SqlTable, name: string): string {
  const { sql, kind } = table.column(name);
  return kind === "other" ? `CAST(to_json(${sql}) AS VARCHAR)` : `CAST(${sql} AS VARCHAR)`;
}

/**
 * Keys of rows that are equal in every column that is read: those that name what they are for come twice by mistake; the
 * others may well be two charges and are only counted.
 */
async function findTwins(table: SqlTable, key: string, identity: string | null, signal?: AbortSignal) {
  const named = identity === null ? "false" : `${textOf(table, identity)} <> ''`;
  const groups = (condition: string) =>
    `(SELECT ${key} AS k, count(*) AS n FROM ${table.relation} WHERE ${condition} GROUP BY 1 HAVING count(*) > 1)`;
  const twice = await table.engine.rows({ sql: `SELECT k FROM ${groups(named)}` }, { signal });
  const [alike] = await table.engine.rows(
    { sql: `SELECT CAST(coalesce(sum(n - 1), 0) AS BIGINT) AS n FROM ${groups(`(${named}) IS NOT TRUE`)}` },
    { signal },
  );
  return { twice: new Set(twice.map((row) => String(row["k"]))), alike: Number(alike["n"]) };
}

function currencyError(counts: ReadonlyMap<string, number>): InputError {
  const told = [...counts].map(([currency, rows]) => `${currency} (${rows} rows)`).join(" and ");
  return new InputError(`the bill is in ${told}: amounts of two currencies are never added; read one at a time`, {
    currencies: [...counts.keys()],
  });
}

/** A charge is spread over its days, of which a wrong year makes millions. Commitments last five years at most. */
const MOST_YEARS = 11;

function refuseAges(read: ReadCharge): ReadCharge {
  if (!("charge" in read) || read.charge.end - read.charge.start <= MOST_YEARS * 366 * DAY_MS) return read;
  return { field: "", reason: `the charge is of more than ${MOST_YEARS} years` };
}

async function readRows(table: SqlTable, reader: ChargeReader, options: ReadBillOptions): Promise<BillRead> {
  const { signal } = options;
  const names = [...reader.needed, ...reader.optional];
  const texts = names.map((name) => textOf(table, name));
  const key = `md5(concat_ws(chr(31), ${texts.map((text) => `coalesce(${text}, chr(30))`).join(", ")}))`;
  const { twice, alike } = await findTwins(table, key, reader.identity, signal);
  const select = texts.map((text, c) => `${text} AS c${c}`).join(", ");
  const sql = `SELECT ${select}${twice.size > 0 ? `, ${key} AS k` : ""} FROM ${table.relation}`;
  const inputs = await table.inputs();
  const seen = new Set<string>();
  const currencies = new Map<string, number>();
  const rejected: RejectedRow[] = [];
  const header = table.files[0].format === "csv" ? 1 : 0;
  let collector: BillCollector | null = null;
  let [rows, duplicates, rounded] = [0, 0, 0];
  const cells: Record<string, string | null> = {};
  for await (const { rows: count, columns } of table.engine.query({ sql }, { signal })) {
    for (let i = 0; i < count; i++, rows++) {
      const k = twice.size > 0 ? (columns["k"].data[i] as string) : "";
      if (twice.has(k)) {
        if (seen.has(k)) {
          duplicates++;
          continue;
        }
        seen.add(k);
      }
      names.forEach((name, c) => {
        const { data, valid } = columns[`c${c}`];
        cells[name] = valid && !valid[i] ? null : (data[i] as string);
      });
      const read = refuseAges(reader.read(cells));
      if (!("charge" in read)) {
        const { file, row } = placeOf(inputs, rows);
        rejected.push({ file, line: row + header, ...read });
        continue;
      }
      currencies.set(read.currency, (currencies.get(read.currency) ?? 0) + 1);
      if (!read.exact) rounded++;
      collector ??= billCollector(read.currency, options);
      collector.add(read.charge);
    }
  }
  const warnings = warnRejected(rejected, rows, "rows", options.lenient);
  if (currencies.size > 1) throw currencyError(currencies);
  if (!collector) throw new InputError(`${table.files[0].name}: the bill has no rows`, { file: table.files[0].name });
  if (duplicates > 0) warnings.push(`${duplicates} rows of charges that came before were left out`);
  if (alike > 0) {
    const what = reader.format === "focus" ? "ResourceId" : "identity_line_item_id";
    warnings.push(`${alike} rows equal another and have no ${what} to tell them apart: all of them count`);
  }
  if (rounded > 0) warnings.push(`${rounded} rows have amounts with more than 18 decimals, which were rounded there`);
  return {
    bill: collector.finish(),
    ...{ format: reader.format, version: reader.version, rows, duplicates, rejected, inputs },
    warnings: [...reader.warnings, ...warnings],
  };
}

/**
 * Reads a bill: FOCUS cost and usage data (1.0 to 1.2) or AWS Cost and Usage Reports (legacy and 2.0), told apart by their
 * header, from CSV (also gzipped), Parquet, Arrow or JSON files.
 *
 * Amounts are exact (10^-18). Rows that are equal in all that is read and name the same resource (of a CUR: the same line
 * item) are one charge.
 *
 * @throws InputError naming file and column for a header that lacks one, for two currencies in one bill, and when more than
 *   1 % of the rows cannot be used (unless `lenient`)
 */
export async function readBill(input: string | readonly string[], options: ReadBillOptions = {}): Promise<BillRead> {
  const files = await resolveInputs(input, options);
  const tags = { team: options.teamTag ?? "team", pool: options.poolTag ?? "pool" };
  const reader = readerOf(await headerOf(files[0], options), files[0].name, tags, options.focusVersion);
  const read = { ...options, columns: reader.needed, optional: reader.optional, unify: true };
  return withTable(input, read, (table) => readRows(table, reader, options));
}
