import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import * as arrow from "@uwdata/flechette";
import { describe, expect, it } from "vitest";
import type { DriftTableOptions } from "../../../src/ingest/drift/drift-table-read.js";
import { readCsvOnce } from "../../../src/ingest/drift/read-csv-once.js";
import { readDriftTable } from "../../../src/ingest/drift/read-drift-table.js";
import { copyTo, temporaryFolder } from "./files.js";

const at = temporaryFolder();
const parquet = (name: string, sql: string) => copyTo(at(name), sql);

function text(name: string, content: string | Buffer): string {
  writeFileSync(at(name), content);
  return at(name);
}

/** Columns as plain values: numbers, levels (null where missing), times. */
async function columns(path: string, options: DriftTableOptions = {}) {
  const { table, warnings } = await readDriftTable(path, options);
  const read = [...table!.columns].map(([name, column]): [string, unknown[]] =>
    column.kind === "categorical"
      ? [name, Array.from(column.codes, (code) => (code < 0 ? null : column.levels[code]))]
      : [name, [column.kind, ...column.values]],
  );
  return { read: Object.fromEntries(read), rows: table!.rows, warnings };
}

describe("readDriftTable of Parquet", () => {
  it("takes numbers, levels and times, and leaves out the rest with a warning", async () => {
    const path = await parquet(
      "types.parquet",
      `SELECT * FROM (VALUES
        (1::TINYINT, 2.5::DECIMAL(9, 2), 'infinity'::FLOAT, 'b', true, TIMESTAMP '2026-01-01', DATE '2026-01-02', [1.0], 'x'::BLOB, 1::UBIGINT),
        (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
        (3::TINYINT, -1.25::DECIMAL(9, 2), 'nan'::FLOAT, '', false, TIMESTAMP '2026-01-01 00:00:01.5', DATE '1969-12-31', [], 'y'::BLOB, 7::UBIGINT),
        (4::TINYINT, 0::DECIMAL(9, 2), 1.5::FLOAT, 'a long level that is no part of its vector', NULL, NULL, NULL, NULL, NULL, 2::UBIGINT)
      ) t(small, money, f, level, flag, "at", day, list, bytes, big)`,
    );
    const { read, rows, warnings } = await columns(path);
    expect(rows).toBe(4);
    expect(read).toEqual({
      small: ["numeric", 1, NaN, 3, 4],
      money: ["numeric", 2.5, NaN, -1.25, 0],
      f: ["numeric", Number.POSITIVE_INFINITY, NaN, NaN, 1.5],
      level: ["b", null, null, "a long level that is no part of its vector"],
      flag: ["true", null, "false", null],
      at: ["time", Date.UTC(2026, 0, 1), NaN, Date.UTC(2026, 0, 1) + 1500, NaN],
      day: ["time", Date.UTC(2026, 0, 2), NaN, -86_400_000, NaN],
      big: ["numeric", 1, NaN, 7, 2],
    });
    expect(warnings.map((warning) => /column "(\w+)" is no feature/.exec(warning)?.[1])).toEqual(["list", "bytes"]);
  });

  it("reads vectors as a column for each place, of lists, arrays and texts", async () => {
    const wanted = { e0: ["numeric", 0.5, 3], e1: ["numeric", -2, 4] };
    for (const type of ["FLOAT[]", "DOUBLE[2]", "VARCHAR"]) {
      const path = await parquet("vectors.parquet", `SELECT v::${type} AS e FROM (VALUES ([0.5, -2]), ([3, 4])) t(v)`);
      expect(await columns(path, { embedding: "e" })).toMatchObject({ read: wanted, warnings: [] });
    }
    const csv = text("vectors.csv", 'e\n"[0.5, -2]"\n"[3, 4]"\n');
    expect((await columns(csv, { embedding: "e" })).read).toEqual(wanted);
    const json = text("vectors.json", '{"e": [0.5, -2]}\n{"e": [3, 4]}\n');
    expect((await columns(json, { embedding: "e" })).read).toEqual(wanted);
  });

  it.each([
    ["NULL", 'row 2: column "e": got an empty cell, expected a vector of finite numbers'],
    ["[]", 'row 2: column "e": got "[]", expected a vector of finite numbers'],
    ["[1, NULL]", 'row 2: column "e": got "[1.0, NULL]", expected a vector of finite numbers'],
    ["[1, 'nan'::DOUBLE]", 'row 2: column "e": got "[1.0, nan]", expected a vector of finite numbers'],
    ["['-inf'::DOUBLE, 1]", 'row 2: column "e": got "[-inf, 1.0]", expected a vector of finite numbers'],
    ["[1, 2, 3]", 'row 2: column "e": got "[1.0, 2.0, 3.0]", expected 2 numbers as in the first row'],
  ])("refuses the vector %s", async (vector, message) => {
    const path = await parquet(
      "bad-vectors.parquet",
      `SELECT v::DOUBLE[] AS e FROM (VALUES ([1, 2]), (${vector})) t(v)`,
    );
    await expect(readDriftTable(path, { embedding: "e" })).rejects.toThrow(`${path} ${message}`);
  });

  it("refuses vectors of text and names that would be there twice", async () => {
    const names = await parquet("names.parquet", "SELECT ['a', 'b'] AS e");
    await expect(readDriftTable(names, { embedding: "e" })).rejects.toThrow("expected lists of numbers");
    const twice = await parquet("twice.parquet", "SELECT [1.0, 2.0] AS e, 1 AS e1");
    await expect(readDriftTable(twice, { embedding: "e" })).rejects.toThrow('called as column "e1" is');
  });

  it("reads what is asked for: features, slices of any type, a time, texts of any number", async () => {
    const path = await parquet(
      "asked.parquet",
      `SELECT i AS x, i % 3 AS build, TIMESTAMP '2026-01-01' + INTERVAL 1 HOUR * i AS "at", 'note ' || i AS note, 1 AS other
        FROM range(120000) r(i)`,
    );
    const choice = { features: ["x", "at"], slices: ["build"], texts: ["note"] };
    const { table } = await readDriftTable(path, choice);
    expect([...table!.columns].map(([name, { kind }]) => [name, kind])).toEqual([
      ["x", "numeric"],
      ["build", "categorical"],
      ["at", "numeric"],
      ["note", "categorical"],
    ]);
    const note = table!.columns.get("note");
    expect(note?.kind === "categorical" && note.levels.length).toBe(120_000);
    const all = await readDriftTable(path, { time: "at" });
    expect([...all.table!.columns.keys()]).toEqual(["x", "build", "at", "other"]);
    expect(all.warnings.join()).toMatch(/column "note" has more than 100000 values: it names rows/);
    await expect(readDriftTable(path, { features: ["note"] })).rejects.toThrow(/more than 100000 values.*leave it out/);
    expect((await readDriftTable(path, { mostRows: 1000 })).table).toBeNull();
    expect((await readDriftTable(path, { features: ["x"], time: "gone", optional: ["gone"] })).table!.rows).toBe(
      120_000,
    );
  });

  it("gives levels in one order, whatever the order of the rows, over many chunks", async () => {
    const sql = (order: string) =>
      `SELECT CASE WHEN i % 7 = 0 THEN NULL ELSE 'level with a long name ' || (i * 31 % 400) END AS g FROM range(9000) r(i) ORDER BY ${order}`;
    const up = await readDriftTable(await parquet("up.parquet", sql("i")));
    const down = await readDriftTable(await parquet("down.parquet", sql("i DESC")));
    const [a, b] = [up, down].map(({ table }) => table!.columns.get("g"));
    if (a?.kind !== "categorical" || b?.kind !== "categorical") throw new Error("expected levels");
    expect(a.levels).toEqual([...a.levels].sort());
    expect(b.levels).toEqual(a.levels);
    expect([...b.codes].reverse()).toEqual([...a.codes]);
    for (let i = 0; i < 9000; i++) {
      const level: string | null = a.codes[i] < 0 ? null : a.levels[a.codes[i]];
      if (level !== (i % 7 === 0 ? null : `level with a long name ${(i * 31) % 400}`))
        expect.fail(`row ${i}: ${level}`);
    }
  });

  it("tells levels apart that are short or as long as each other, over many chunks", async () => {
    const level = (i: number) => `${"x".repeat((i * 7) % 40)}${(i * 31) % 500}`;
    const path = await parquet(
      "lengths.parquet",
      `SELECT repeat('x', i * 7 % 40) || (i * 31 % 500) AS g FROM range(20000) r(i)`,
    );
    const { read } = await columns(path);
    expect(read["g"]).toEqual(Array.from({ length: 20_000 }, (_, i) => level(i)));
  });

  it.each([
    ["BIGINT", "9007199254740993"],
    ["BIGINT", "-9007199254740993"],
    ["UBIGINT", "18446744073709551615"],
    ["DECIMAL(18,0)", "900719925474099300"],
    ["DECIMAL(38,2)", "12345678901234567890123.12"],
    ["DECIMAL(20,4)", "-9007199254740993.5000"],
  ])("refuses what a double would round: %s", async (type, value) => {
    const path = await parquet(`round-${value}.parquet`, `SELECT ${value}::${type} AS id, 1 AS x`);
    await expect(readDriftTable(path)).rejects.toThrow(`row 1: column "id": got "${value}", expected a whole number`);
    expect((await columns(path, { slices: ["id"] })).read["id"]).toEqual([value]);
  });
});

describe("readDriftTable of text", () => {
  it("tells numbers, names and times by all cells", async () => {
    const lines = [
      "number,gaps,zip,word,id_like,at,flag,exponent",
      "1,,007,a,1_000,2026-01-01T00:00:00Z,true,1e3",
      " -2.5 ,NA,123,b,2_000,2026-01-02T00:00:00Z,false,-1E-2",
      "inf,7,999,,3_000,,,nan",
    ];
    const { read } = await columns(text("kinds.csv", lines.join("\n")));
    expect(read).toEqual({
      number: ["numeric", 1, -2.5, Number.POSITIVE_INFINITY],
      gaps: ["numeric", NaN, NaN, 7],
      zip: ["007", "123", "999"],
      word: ["a", "b", null],
      id_like: ["1_000", "2_000", "3_000"],
      at: ["time", Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 2), NaN],
      flag: ["true", "false", null],
      exponent: ["numeric", 1000, -0.01, NaN],
    });
    const zipped = text("kinds.csv.gz", gzipSync(lines.join("\n")));
    expect((await columns(zipped)).read).toEqual(read);
    await expect(readDriftTable(text("big.csv", "id\n1\n9007199254740993\n"))).rejects.toThrow(
      /big\.csv row 2: column "id": got "9007199254740993"/,
    );
  });

  it.each(["csv", "jsonl"])("tells them by cells far down too: %s", async (format) => {
    const row = { number: "1", word: "1", zip: "12", at: "2026-01-01", day: "2026-01-01", empty: "", late: "" };
    const last = { ...row, word: "one", zip: "012", day: "soon", late: "7" };
    const rows = [...Array.from({ length: 2999 }, () => row), last];
    const lines = rows.map((cells) => (format === "csv" ? Object.values(cells).join(",") : JSON.stringify(cells)));
    const header = format === "csv" ? [Object.keys(row).join(",")] : [];
    const { table } = await readDriftTable(text(`late.${format}`, [...header, ...lines].join("\n")));
    const kinds = [...table!.columns].map(([name, { kind }]) => [name, kind]);
    expect(Object.fromEntries(kinds)).toEqual({
      number: "numeric",
      word: "categorical",
      zip: "categorical",
      at: "time",
      day: "categorical",
      empty: "numeric",
      late: "numeric",
    });
    const big = [...lines.slice(1), lines[0].replace("1", "9007199254740993")];
    const path = text(`late-big.${format}`, [...header, ...big].join("\n"));
    await expect(readDriftTable(path)).rejects.toThrow('row 3000: column "number": got "9007199254740993"');
  });

  it.each([
    "9007199254740993",
    "-9007199254740993.0",
    "9007199254740993e0",
    "+9007199254740993.E+1",
    "12345678901234567890.5",
    "9007199254740994.5",
    " 123456789012345678901234567890123456789012345.0",
  ])("refuses digits that a double would lose: %s", async (value) => {
    const path = text("digits.csv", `id\n1\n${value}\n`);
    await expect(readDriftTable(path)).rejects.toThrow(
      /digits\.csv row 2: column "id": got .*whole part within ±2\^53/,
    );
  });

  it("takes doubles as programs write them", async () => {
    const values = [
      "1e300",
      "-1.2345678901234567e+20",
      "12345678901234568.0",
      "0.12345678901234567",
      "0000000000000001.5",
    ];
    values.push("9007199254740992", "123456789012345.67", "9007199254740993e-3", "1234567890123456.7");
    const { read } = await columns(text("doubles.csv", `x\n${values.join("\n")}\n`));
    expect(read["x"]).toEqual(["numeric", ...values.map(Number)]);
  });

  it("leaves out columns of Arrow that are lists or structures, and takes decimals and dictionaries", async () => {
    const list = arrow.list(arrow.float64());
    const file = arrow.tableFromArrays(
      {
        v: [[1], null, [2, 3]],
        s: [{ y: 1 }, { y: 2 }, null],
        money: [1.25, null, -2.5],
        wide: [12345678n, -5n, null],
        code: [7, 8, 7],
        big: [7n, null, 2n ** 60n],
        level: ["a", "b", null],
        none: [null, null, null],
      },
      {
        types: {
          ...{ v: list, s: arrow.struct({ y: arrow.int32() }), money: arrow.decimal(9, 2, 64), none: arrow.nullType() },
          ...{ wide: arrow.decimal(38, 3, 128), code: arrow.dictionary(arrow.int32()), big: arrow.int64() },
          level: arrow.dictionary(arrow.utf8()),
        },
        useBigInt: true,
      },
    );
    const path = text("nested.arrow", Buffer.from(arrow.tableToIPC(file, { format: "file" }) as Uint8Array));
    await expect(columns(path)).rejects.toThrow(/row 3: column "big": got "1152921504606846976"/);
    const small = text(
      "small.arrow",
      Buffer.from(
        arrow.tableToIPC(file.select(["v", "money", "s", "wide", "code", "level", "none"]), { format: "file" })!,
      ),
    );
    const { read, warnings } = await columns(small);
    expect(read).toEqual({
      money: ["numeric", 1.25, NaN, -2.5],
      wide: ["numeric", 12345.678, -0.005, NaN],
      code: ["numeric", 7, 8, 7],
      level: ["a", "b", null],
      none: ["numeric", NaN, NaN, NaN],
    });
    expect(warnings).toEqual(
      ["v", "s"].map((name) => `${small}: column "${name}" is no feature, since its Arrow type is not read`),
    );
    await expect(columns(small, { features: ["money", "v"] })).rejects.toThrow(
      /column "v" has an Arrow type that cannot/,
    );
    const huge = arrow.tableFromArrays({ d: [2n ** 60n] }, { types: { d: arrow.decimal(38, 0, 128) } });
    const refused = text("huge.arrow", Buffer.from(arrow.tableToIPC(huge, { format: "file" }) as Uint8Array));
    await expect(columns(refused)).rejects.toThrow(/huge\.arrow: column "d" has the decimal 1152921504606846976/);
  });

  it("reads JSON lines and Arrow alike", async () => {
    const rows = [
      { x: 1.5, g: "a", ok: true, deep: { y: 1 } },
      { x: null, g: "b", ok: false, deep: { y: 2 } },
    ];
    const json = await columns(text("rows.jsonl", rows.map((row) => JSON.stringify(row)).join("\n")));
    const expected = { x: ["numeric", 1.5, NaN], g: ["a", "b"], ok: ["true", "false"] };
    expect(json.read).toEqual(expected);
    expect(json.warnings.join()).toContain('column "deep" is no feature');
    const table = arrow.tableFromArrays({ x: [1.5, null], g: ["a", "b"], ok: [true, false] });
    const ipc = arrow.tableToIPC(table, { format: "file" }) as Uint8Array;
    expect((await columns(text("rows.arrow", Buffer.from(ipc)))).read).toEqual(expected);
  });
});

describe("readDriftTable of a CSV file in one pass", () => {
  /** A list of files is loaded before it is looked at, a file that is named is read once. */
  async function readBothWays(path: string, options: DriftTableOptions = {}) {
    const read = (input: string | string[]) => readDriftTable(input, options).catch((error: Error) => error.message);
    return [await read(path), await read([path])];
  }

  const ODD = ["", "NA", " none ", "0", "-0", "0.5", "007", "00", "0e5", "1_000", " 7 ", "1e15", "-1e15", "nan", "inf"];
  ODD.push("-inf", "9007199254740993", "1.5x", "word", "2026-01-02T03:04:05Z", "infinity", "0x10", "999999999999999");
  it.each(["1.5", "2026-01-01", ""])("says the same as a loaded table of cells such as %j", async (usual) => {
    for (const odd of ODD) {
      const rows = Array.from({ length: 1100 }, (_, i) => `${i % 7},${i === 1050 ? odd : usual},level ${i % 3}`);
      const path = text("odd.csv", `i,cell,level\n${rows.join("\n")}\n`);
      const [once, loaded] = await readBothWays(path);
      expect(once, odd).toEqual(loaded);
    }
  });

  it.each([
    ["a file without rows", "a,b\n", {}],
    ["an empty file", "", {}],
    ["a short row", "a,b\n1,2\n3\n", {}],
    ["quotes, semicolons and a byte order mark", '\ufeffa;"b;c"\n1;"x\ny"\n2;"z"\n', {}],
    ["one column", "a\n1\n\n2\n", {}],
    ["named columns", "a,b,c,at\n1,x,2,2026-01-01\n2,y,3,2026-01-02\n", { features: ["at", "c"], slices: ["a"] }],
    ["a time", "a,at\n1,2026-01-01\n", { time: "at" }],
    ["no time", "a,at\n1,soon\n", { features: ["at", "gone"] }],
    ["many rows", "a\n1\n2\n3\n", { mostRows: 2 }],
    ["text", "a,b\n1,007\n2,8\n", { texts: ["b"] }],
  ])("says the same of %s", async (_, content, options) => {
    const [once, loaded] = await readBothWays(text("small.csv", content), options);
    expect(once).toEqual(loaded);
  });

  it("gives up where a cell is not what the first rows were", async () => {
    const rows = Array.from({ length: 1100 }, (_, i) => `${i}`);
    const path = text("usual.csv", ["i", ...rows].join("\n"));
    expect((await readCsvOnce(path, {}))?.table?.rows).toBe(1100);
    text("usual.csv", ["i", ...rows, "late"].join("\n"));
    expect(await readCsvOnce(path, {})).toBeNull();
  });

  it("holds more rows than the first ones let expect, and values by the thousand", async () => {
    const rows = Array.from({ length: 150_000 }, (_, i) => (i < 900 ? `${"x".repeat(90)},1` : `name ${i},${i}`));
    const path = text("grows.csv", `name,i\n${rows.join("\n")}\n`);
    const { table, warnings, inputs } = await readDriftTable(path);
    const column = table!.columns.get("i");
    expect(column?.kind === "numeric" && [column.values.length, column.values[900], column.values.at(-1)]).toEqual([
      150_000, 900, 149_999,
    ]);
    expect(warnings.join()).toMatch(/grows.csv: column "name" has more than 100000 values: it names rows/);
    expect(inputs[0].rows).toBe(150_000);
  });
});
