import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { InputError } from "../../../src/core/errors.js";
import { openDuckDb } from "../../../src/engine/index.js";
import { aggregateHours, hourlySumJson } from "../../../src/ingest/index.js";
import { HOSTILE } from "../../hostile-texts.js";
import { startSpark } from "../../spark-server.js";

const HELIOS = resolve(import.meta.dirname, "../../../../shared/data/helios/earth_vc_minutely_2020-05.parquet");
const spark = await startSpark();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fleetlens-test-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await spark?.stop();
});

/** Writes a Parquet file of what a query of DuckDB gives. */
async function write(name: string, query: string): Promise<string> {
  const path = join(folder, name);
  const engine = await openDuckDb({ allowedFiles: [path] });
  await engine.run(`COPY (${query}) TO ${engine.dialect.literal(path)} (FORMAT parquet, USE_TMP_FILE false)`);
  await engine.close();
  return path;
}

type Columns = [queue: string, time: string, value: string];

function aggregate(engine: string, input: string, [queueColumn, timeColumn, valueColumn]: Columns = ["q", "t", "v"]) {
  return aggregateHours({ engine, input, queueColumn, timeColumn, valueColumn, sampleSeconds: 60 });
}

/** The file's text from DuckDB, once it is known that Spark gives the same bytes apart from its name. */
async function same(input: string, columns?: Columns): Promise<string> {
  const texts: string[] = [];
  for (const engine of ["duckdb", spark?.url ?? ""]) {
    texts.push([...hourlySumJson(await aggregate(engine, input, columns))].join(""));
  }
  expect(texts[1].replace('"engine":"spark"', '"engine":"duckdb"')).toBe(texts[0]);
  expect(texts[1]).toContain('"engine":"spark"');
  return texts[0];
}

describe.skipIf(!spark || !existsSync(HELIOS))("Helios (skipped where ../shared/data or Spark is absent)", () => {
  it("has 11,904 groups of 714,240 rows and 424,772.61666… GPU-hours, the same bytes from both engines", async () => {
    const text = await same(HELIOS, ["vc", "time", "running_gpu_num"]);
    const { rows } = JSON.parse(text) as { rows: { gpu_hours: number; samples: string }[] };
    expect(rows).toHaveLength(11_904);
    expect(rows.reduce((sum, { samples }) => sum + Number(samples), 0)).toBe(714_240);
    expect(rows.reduce((sum, { gpu_hours }) => sum + gpu_hours, 0)).toBeCloseTo(424_772.616666, 5);
  });
});

describe.skipIf(!spark)("DuckDB and Spark give the same bytes", () => {
  const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

  it("on the trap file", async () => {
    const hostile = HOSTILE.map((name) => `(${literal(name)}, TIMESTAMP '2020-05-01 00:10', 1)`).join(", ");
    const columns: Columns = ["que;ue`", 'ti"me', "val`ue, v' \\"];
    const [queue, time, value] = columns.map((name) => `"${name.replaceAll('"', '""')}"`);
    const query = `SELECT q AS ${queue}, t AS ${time}, v::BIGINT AS ${value} FROM (VALUES ${hostile},
      ('neg', TIMESTAMP '1969-12-31 23:59:59.999999', -5), ('neg', TIMESTAMP '1969-12-31 23:00:00', -6), ('neg', TIMESTAMP '1970-01-01', 7),
      ('neg', TIMESTAMP '1969-12-31 22:59:59.999999', -1), ('old', TIMESTAMP '1582-10-04 12:30:00.000001', 2), ('old', TIMESTAMP '0001-01-01 00:59:00', 3),
      ('late', TIMESTAMP '9999-12-31 23:59:59.999999', 4), (NULL, TIMESTAMP '2020-05-01', 3), (NULL, NULL, 5), ('', TIMESTAMP '2020-05-01', 6),
      ('notime', NULL, 4), ('void', TIMESTAMP '2020-05-01', NULL), ('void', TIMESTAMP '2020-05-01 00:30', NULL),
      ('some', TIMESTAMP '2020-05-01', NULL), ('some', TIMESTAMP '2020-05-01 00:30', 8), ('a', TIMESTAMP '2020-05-01', 1), ('a ', TIMESTAMP '2020-05-01', 1), ('A', TIMESTAMP '2020-05-01', 1),
      ('e\u0301', TIMESTAMP '2020-05-01', 1), ('\u00e9', TIMESTAMP '2020-05-01', 1), ('\u{1f680}', TIMESTAMP '2020-05-01 01:00', 1),
      ('big', TIMESTAMP '2020-05-01', 9007199254740993), ('big', TIMESTAMP '2020-05-01', 9007199254740992),
      ('there and back', TIMESTAMP '2020-05-01', 9223372036854775807), ('there and back', TIMESTAMP '2020-05-01', 9223372036854775807), ('there and back', TIMESTAMP '2020-05-01', -9223372036854775807),
      ('least', TIMESTAMP '2020-05-01', -9223372036854775808)) r(q, t, v)`;
    const input = await write('it\'s; `odd`, "name" ü.parquet', query);
    const { rows } = JSON.parse(await same(input, columns)) as { rows: Record<string, string | null>[] };
    const of = (queue: string) => rows.filter((row) => row["queue"] === queue).map((row) => row["value_sum"]);
    expect(rows).toHaveLength(HOSTILE.length + 21);
    expect([of("there and back"), of("least"), of("neg")]).toEqual([
      ["9223372036854775807"],
      ["-9223372036854775808"],
      ["-1", "-11", "7"],
    ]);
    expect(rows.at(-1)?.["queue"]).toBeNull();
  });

  it.each<[string, string]>([
    [
      "times with a zone, around a change of clocks",
      "TIMESTAMPTZ '2020-10-25 02:30:00+02' + INTERVAL 1 MINUTE * (i * 17)",
    ],
    ["dates", "DATE '1969-12-30' + i::INTEGER"],
    ["times in milliseconds", "(TIMESTAMP '1969-12-31 22:00:00.999' + INTERVAL 1 MINUTE * (i * 7))::TIMESTAMP_MS"],
    ["Unix seconds", "1588291200 + i * 977"],
    ["Unix milliseconds", "1588291200123 + i * 977013"],
    ["Unix microseconds as unsigned numbers", "(1588291200123456 + i * 977013999)::UBIGINT"],
  ])("on %s", async (name, time) => {
    await same(
      await write(`${name}.parquet`, `SELECT 'q' || i % 3 AS q, ${time} AS t, i - 20 AS v FROM range(60) r(i)`),
    );
  });

  it.each(
    ["TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"].concat([
      ...["FLOAT", "DOUBLE", "DECIMAL(9,2)", "DECIMAL(38,0)"],
    ]),
  )("on values of type %s", async (type) => {
    const extreme = type.startsWith("DEC") ? "120" : type.startsWith("U") ? "200" : "-120";
    const query = `SELECT 'q' AS q, TIMESTAMP '2020-05-01' AS t, v::${type} AS v FROM (VALUES (1), (7), (${extreme}), (NULL)) r(v)`;
    await same(await write(`${type}.parquet`, query));
  });

  it.each(["INTEGER", "BIGINT", "UBIGINT", "BOOLEAN"])("on queues of type %s", async (type) => {
    const values = type === "BOOLEAN" ? "(true), (false), (NULL)" : "(0), (7), (10), (100), (NULL)";
    const query = `SELECT q::${type} AS q, TIMESTAMP '2020-05-01' AS t, 1 AS v FROM (VALUES ${values}) r(q)`;
    await same(await write(`queue ${type}.parquet`, query));
  });

  it("on a folder and a glob of files", async () => {
    const { mkdir } = await import("node:fs/promises");
    await mkdir(join(folder, "parts"));
    for (const i of [0, 1, 2]) {
      await write(
        `parts/p${i}.parquet`,
        `SELECT 'q' AS q, TIMESTAMP '2020-05-01' + INTERVAL ${i} HOUR AS t, ${i} AS v`,
      );
    }
    expect(await same(join(folder, "parts"))).toBe(await same(join(folder, "parts/p*.parquet")));
  });
});

describe.skipIf(!spark)("DuckDB and Spark refuse alike", () => {
  it.each<[string, string, RegExp]>([
    ["a fraction", "2.5::DOUBLE", /column "v": got "2.5", expected a whole number of 64 bits/],
    ["NaN", "'nan'::DOUBLE", /column "v": got "(nan|NaN)", expected a whole number of 64 bits/],
    ["infinity", "'infinity'::FLOAT", /column "v": got "(inf|Infinity)", expected a whole number/],
    ["a double of 2^63", "9223372036854775808::DOUBLE", /column "v": got "9.22[\dE+e]*.*", expected a whole number/],
    ["an unsigned number of 2^63", "9223372036854775808::UBIGINT", /column "v": got "9223372036854775808", expected/],
    ["a decimal fraction", "0.01::DECIMAL(9,2)", /column "v": got "0.01", expected a whole number/],
    ["a sum beyond 64 bits", "9223372036854775807", /column "v": the sum of an hour does not fit 64 bits/],
    ["a sum below 64 bits", "-9223372036854775808", /column "v": the sum of an hour does not fit 64 bits/],
    ["booleans", "true", /column "v" has type boolean; expected whole numbers/i],
    ["lists", "[1]", /column "v" has type .*; expected whole numbers/],
  ])("%s", async (name, value, message) => {
    const input = await write(
      `bad ${name}.parquet`,
      `SELECT 'q' AS q, TIMESTAMP '2020-05-01' AS t, ${value} AS v FROM range(2)`,
    );
    for (const engine of ["duckdb", spark?.url ?? ""]) {
      const error = await aggregate(engine, input).catch((thrown: unknown) => thrown as Error);
      expect(error, engine).toBeInstanceOf(InputError);
      expect((error as Error).message, engine).toMatch(message);
    }
  });

  it("a column that is not there, also by another case, and a file that is not there", async () => {
    const input = await write("small.parquet", "SELECT 'q' AS q, TIMESTAMP '2020-05-01' AS t, 1 AS v");
    for (const engine of ["duckdb", spark?.url ?? ""]) {
      const upper = aggregate(engine, input, ["Q", "t", "v"]);
      await expect(upper, engine).rejects.toThrow(
        /no column "Q" \(did you mean "q"\?\); the columns are: "q", "t", "v"/,
      );
      await expect(aggregate(engine, join(folder, "absent.parquet")), engine).rejects.toThrow(InputError);
    }
  });

  it("Spark alone: queues and times that engines write in their own ways, two inputs, a name of too many parts", async () => {
    const query = "SELECT 1.5::DOUBLE AS q, '2020-05-01' AS t, 1 AS v, TIMESTAMP '2020-05-01' AS time, 'x' AS text";
    const input = await write("floats.parquet", query);
    const url = spark?.url ?? "";
    await expect(aggregate(url, input, ["q", "time", "v"])).rejects.toThrow(
      /column "q" has type double; expected text, whole/,
    );
    await expect(aggregate(url, input, ["text", "t", "v"])).rejects.toThrow(
      /column "t" has type string; expected a timestamp/,
    );
    await expect(aggregate(url, "a.b.c.d")).rejects.toThrow(/a table is named like/);
    await expect(aggregate(url, "no_such_table")).rejects.toThrow(/no_such_table/);
    await expect(aggregate(url, [input, input] as never)).rejects.toThrow(/takes one input/);
  });
});
