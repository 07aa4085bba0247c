import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as arrow from "@uwdata/flechette";
import { beforeAll, describe, expect, it } from "vitest";
import { InputError } from "../../../../src/core/errors.js";
import type { ReadLogsOptions } from "../../../../src/ingest/backtest/read-logs.js";
import { copyTo, temporaryFolder } from "../files.js";
import { type Row, readRows } from "./logs.js";

const at = temporaryFolder();
const NONE = Number.NaN;
const speed = { signals: ["speed"] };

/** Rows (vehicle, ts, lat, lon, speed) as Parquet; cells are SQL. */
function parquet(name: string, rows: readonly string[]): Promise<string> {
  return copyTo(at(name), `SELECT * FROM (VALUES ${rows.join(", ")}) r(vehicle_id, ts, lat, lon, speed)`);
}

async function text(name: string, content: string): Promise<string> {
  await writeFile(at(name), content);
  return at(name);
}

async function refusal(input: string | string[], options: Partial<ReadLogsOptions> = {}): Promise<string> {
  const error = await readRows(input, { ...speed, ...options }).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(InputError);
  return (error as Error).message.replaceAll(join(at(""), "/"), "");
}

describe("withLogs", () => {
  it("orders rows by vehicle bytes and time, takes the last of equal times, drops and counts what has no key", async () => {
    const path = await parquet("order.parquet", [
      "('b', 2000, 1.5, 2.5, 20::DOUBLE)",
      "('😀', 1000, 1, 2, 1)", // after U+FFEE by bytes, before it by UTF-16
      "('\uffee', 1000, 1, 2, 2)",
      "('b', 1000, 1, 2, 10)",
      "(NULL, 1000, 1, 2, 3)",
      "('b', 2000, 3, 4, 21)",
      "('b', NULL, 1, 2, 4)",
      "('', 5, NULL, 2, NULL)",
      "('b', 2000, 5, 6, 22)",
    ]);
    const read = await readRows(path, speed);
    expect(read.rows).toEqual([
      ["", 5, NONE, NONE, NONE],
      ["b", 1000, 1, 2, 10],
      ["b", 2000, 5, 6, 22],
      ["\uffee", 1000, 1, 2, 2],
      ["😀", 1000, 1, 2, 1],
    ]);
    expect(read.counts).toEqual({ rows: 9, duplicates: 2, dropped: 2, misplaced: 0, lastTs: 2000 });
    expect(read.inputs).toMatchObject([{ name: path, rows: 9 }]);
  });

  it("takes files of a glob, a directory or a list in the order of their paths by bytes", async () => {
    const folder = at("parts");
    await mkdir(folder, { recursive: true });
    for (const [name, value] of [
      ["b", 2],
      ["a", 1],
      ["B", 3],
      ["é", 9],
      ["_hidden", 7],
    ] as const) {
      await parquet(`parts/${name}.parquet`, [`('v', 1, 0, 0, ${value})`]);
    }
    for (const input of [folder, join(folder, "*.parquet")]) {
      const { rows, counts, inputs } = await readRows(input, speed);
      expect(inputs.map(({ name }) => name.slice(folder.length + 1))).toEqual(
        (input === folder ? ["B", "a", "b", "é"] : ["B", "_hidden", "a", "b", "é"]).map((name) => `${name}.parquet`),
      );
      expect([rows, counts.duplicates]).toEqual([[["v", 1, 0, 0, 9]], inputs.length - 1]);
    }
    const listed = [join(folder, "é.parquet"), join(folder, "a.parquet")];
    expect((await readRows(listed, speed)).rows).toEqual([["v", 1, 0, 0, 1]]);
  });

  it("reads times of any type as epoch ms, zoned ones as their instants, finer ones cut", async () => {
    const types = [
      ["1700000000123::BIGINT", 1700000000123],
      ["-5::INTEGER", -5],
      ["7::UBIGINT", 7],
      ["1700000000123::DOUBLE", 1700000000123],
      ["TIMESTAMP '2023-11-14 22:13:20.123999'", 1700000000123],
      ["TIMESTAMP '1969-12-31 23:59:59.999999'", -1],
      ["TIMESTAMP_S '2023-11-14 22:13:20'", 1700000000000],
      ["TIMESTAMP_MS '2023-11-14 22:13:20.123'", 1700000000123],
      ["TIMESTAMP_NS '2023-11-14 22:13:20.123999999'", 1700000000123],
      ["TIMESTAMPTZ '2023-11-15 00:13:20.123+02'", 1700000000123],
      ["DATE '2023-11-14'", 1699920000000],
      ["'2023-11-14T22:13:20.123Z'", 1700000000123],
      ["'2023-11-14T23:13:20.123+01:00'", 1700000000123],
      ["'2023-11-14 22:13:20'", 1700000000000],
      ["'1700000000123'", 1700000000123],
    ] as const;
    for (const [i, [sql, ms]] of types.entries()) {
      const path = await parquet(`time-${i}.parquet`, [`('v', ${sql}, 0, 0, 1)`]);
      expect([sql, (await readRows(path, speed)).rows[0][1]]).toEqual([sql, ms]);
    }
  });

  it("reads CSV and Arrow as it reads Parquet, and integers as names", async () => {
    const expected: Row[] = [
      ["007", 1000, 1.5, 2.5, -0.25],
      ["7", 2000, NONE, NONE, NONE],
    ];
    const csv = await text("a.csv", "speed,ts,vehicle_id,lon,lat,other\n,2000,7,,,x\n-0.25,1000,007,2.5,1.5,y\n");
    expect((await readRows(csv, speed)).rows).toEqual(expected);
    const iso = await text(
      "iso.csv",
      "vehicle_id,ts,speed\n7,1970-01-01T00:00:02Z,nan\n007,1970-01-01T01:00:01+01:00,-0.25\n",
    );
    const read = await readRows(iso, speed);
    expect([read.positions, read.rows.map(([id, t, , , v]) => [id, t, v])]).toEqual([
      false,
      [
        ["007", 1000, -0.25],
        ["7", 2000, NONE],
      ],
    ]);
    const table = arrow.tableFromArrays(
      { vehicle_id: [7, 7, 12], ts: [2000n, 1000n, null], speed: [1, null, 3], lat: [1, 2, 3], lon: [4, 5, 6] },
      { types: { vehicle_id: arrow.int32(), ts: arrow.int64(), speed: arrow.float32() }, useBigInt: true },
    );
    await writeFile(at("a.arrow"), arrow.tableToIPC(table, { format: "file" }) as Uint8Array);
    const fromArrow = await readRows(at("a.arrow"), speed);
    expect(fromArrow.rows).toEqual([
      ["7", 1000, 2, 5, NONE],
      ["7", 2000, 1, 4, 1],
    ]);
    expect(fromArrow.counts).toMatchObject({ rows: 3, dropped: 1 });
  });

  it("widens FLOAT to float64, also where another file of the glob has DOUBLE, and takes NaN, infinity and booleans", async () => {
    const types = [
      "(-0.2)::FLOAT",
      "(-0.2)::DOUBLE",
      "(-0.2)::DECIMAL(4,2)",
      "'-0.2'",
      "'inf'::DOUBLE",
      "'nan'::FLOAT",
      "true",
      "3::TINYINT",
    ];
    const files = await Promise.all(types.map((sql, i) => parquet(`type-${i}.parquet`, [`('v', ${i}, 0, 0, ${sql})`])));
    const values = async (input: string | string[]) => (await readRows(input, speed)).rows.map((row) => row[4]);
    const wide = -0.20000000298023224;
    expect(Math.fround(-0.2)).toBe(wide);
    const alone = [];
    for (const file of files) alone.push(...(await values(file)));
    expect(alone).toEqual([wide, -0.2, -0.2, -0.2, Number.POSITIVE_INFINITY, NONE, 1, 3]);
    expect(await values([files[0], files[1], files[7]])).toEqual([wide, -0.2, 3]);
    expect(await values([files[1], files[0]])).toEqual([wide, -0.2]);
  });

  it("leaves out positions that cannot be, and halves of one", async () => {
    const positions = ["90, 180", "-90, -180", "90.1, 0", "0, 181", "NULL, 5", "5, 'nan'::DOUBLE", "'inf'::DOUBLE, 0"];
    const rows = positions.map((position, i) => `('v', ${i}, ${position}, 1)`);
    const read = await readRows(await parquet("positions.parquet", rows), speed);
    expect(read.rows.map((row) => row.slice(2, 4))).toEqual([
      [90, 180],
      [-90, -180],
      ...new Array(5).fill([NONE, NONE]),
    ]);
    expect(read.counts.misplaced).toBe(3);
  });

  it("refuses disorder only when asked to, and says where it is", async () => {
    const first = await parquet("strict-1.parquet", ["('a', 1, 0, 0, 1)", "('a', 3, 0, 0, 1)", "(NULL, 0, 0, 0, 1)"]);
    const same = await parquet("strict-2.parquet", ["('a', 3, 0, 0, 2)", "('b', 1, 0, 0, 1)"]);
    const early = await parquet("strict-3.parquet", ["('b', 2, 0, 0, 1)", "('b', 1, 0, 0, 1)"]);
    const back = await parquet("strict-4.parquet", ["('a', 9, 0, 0, 1)"]);
    const strict = { ...speed, strictOrder: true };
    expect((await readRows([first, same], strict)).counts).toMatchObject({ duplicates: 1, dropped: 1 });
    expect(await refusal([first, same, early], strict)).toMatch(
      /^strict-3.parquet row 2: column "ts": vehicle "b" at 1 comes after vehicle "b" at 2/,
    );
    expect(await refusal([first, same, back], strict)).toMatch(/^strict-4.parquet row 1: .*"a" at 9 .*"b" at 1/);
    expect((await readRows([back, early, first], speed)).rows).toHaveLength(5);
  });

  it("reads hostile names of files, vehicles and columns as what they are", async () => {
    const name = "x'; DROP TABLE y; --[1].parquet";
    const hostile = ["__proto__", 'qu"ote', "a; b", "constructor"];
    const columns = hostile.map((column, i) => `${i} AS "${column.replaceAll('"', '""')}"`).join(", ");
    await copyTo(
      at(name),
      `SELECT '__proto__' AS vehicle_id, 1 AS ts, ${columns} UNION ALL SELECT 'a''b;', 2, 4, 5, 6, 7`,
    );
    const { rows } = await readRows(at(name), { signals: hostile });
    expect(rows).toEqual([
      ["__proto__", 1, NONE, NONE, 0, 1, 2, 3],
      ["a'b;", 2, NONE, NONE, 4, 5, 6, 7],
    ]);
  });

  it("names the file, the column and the row of bad input", async () => {
    const good = await parquet("good.parquet", ["('v', 1, 0, 0, 1)"]);
    const lacks = await copyTo(at("lacks.parquet"), "SELECT 'v' AS vehicle_id, 1 AS ts, 2 AS Speed");
    expect(await refusal(lacks)).toMatch(
      /^lacks.parquet: no column "speed" \(did you mean "Speed"\?\); the columns are: "vehicle_id", "ts", "Speed"/,
    );
    expect(await refusal([good, lacks])).toMatch(/^lacks.parquet: no column "speed"/);
    expect(await refusal(await text("case.csv", "vehicle_id,ts,Speed,speed\nv,1,2,3\n"))).toMatch(
      /^case.csv: the header names columns "Speed" and "speed", which differ in letter case alone; rename one/,
    );
    expect(await refusal(await text("half.csv", "vehicle_id,ts,speed,lat\nv,1,2,3\n"))).toMatch(
      /^half.csv: no column "lon"/,
    );
    expect(await refusal(await text("cell.csv", "vehicle_id,ts,speed\nv,1,2\nv,2,fast\n"))).toMatch(
      /^cell.csv row 2: column "speed": got "fast", expected a number/,
    );
    expect(await refusal(await text("time.csv", "vehicle_id,ts,speed\nv,1970-01-01T00:00:01Z,2\nv,noon,2\n"))).toMatch(
      /^time.csv row 2: column "ts": got "noon"/,
    );
    expect(
      await refusal(await parquet("late.parquet", ["('v', 1, 0, 0, 1)", "('v', 8640000000000001, 0, 0, 1)"])),
    ).toMatch(/^late.parquet row 2: column "ts": got "8640000000000001"/);
    expect(await refusal(await parquet("fraction.parquet", ["('v', 1.5, 0, 0, 1)"]))).toMatch(
      /^fraction.parquet row 1: column "ts": got "1.5"/,
    );
    expect(await refusal(await parquet("float.parquet", ["(1.0::DOUBLE, 1, 0, 0, 1)"]))).toMatch(
      /^float.parquet: column "vehicle_id" has type DOUBLE/,
    );
    expect(await refusal(await text("broken.parquet", "PAR1 no"))).toMatch(/broken.parquet/);
    expect(await refusal(at("nothing*.parquet"))).toMatch(/no file matches/);
    expect(await refusal([good, await text("b.csv", "vehicle_id,ts,speed\n")])).toMatch(/one format at a time/);
  });

  it("reads logs without rows", async () => {
    const path = await text("empty.csv", "vehicle_id,ts,lat,lon,speed\n");
    expect(await readRows(path, speed)).toMatchObject({ rows: [], chunks: [], counts: { rows: 0 } });
  });
});

describe("withLogs in pieces", () => {
  const rows = Array.from({ length: 3000 }, (_, i) => {
    const vehicle = i % 31 === 0 ? "NULL" : `'v${(i * 7) % 13}'`;
    return `(${vehicle}, ${i % 29 === 0 ? "NULL" : ((i * 37) % 997) * 10}, ${(i % 90) + 0.5}, ${i % 200}, ${i})`;
  });
  const cuts = [0, 1, 700, 2047, 2049, 3000];
  let whole: Awaited<ReturnType<typeof readRows>>;
  let path: string;

  beforeAll(async () => {
    path = await parquet("whole.parquet", rows);
    whole = await readRows(path, speed);
  });

  it("keeps of each vehicle and time the last row, by a table of its own", () => {
    const expected = new Map<string, number>();
    let dropped = 0;
    for (let i = 0; i < rows.length; i++) {
      if (i % 31 === 0 || i % 29 === 0) dropped++;
      else expected.set(JSON.stringify([`v${(i * 7) % 13}`, ((i * 37) % 997) * 10]), i);
    }
    const found = new Map(whole.rows.map(([id, t, , , value]) => [JSON.stringify([id, t]), value]));
    expect(found).toEqual(expected);
    expect(whole.rows).toHaveLength(expected.size);
    const duplicates = rows.length - dropped - expected.size;
    expect(whole.counts).toMatchObject({ rows: 3000, dropped, duplicates });
  });

  it("gives the same rows and counts for any cut of the files, size of chunks and memory", async () => {
    await mkdir(at("cut"), { recursive: true });
    const files: string[] = [];
    for (const [i, from] of cuts.slice(0, -1).entries()) {
      files.push(await parquet(`cut/${i}.parquet`, rows.slice(from, cuts[i + 1])));
    }
    for (const input of [path, files, at("cut")]) {
      for (const chunkRows of [1, 7, 600, 2048]) {
        for (const bufferBytes of [0, 2 ** 30]) {
          const read = await readRows(input, { ...speed, chunkRows, bufferBytes, threads: 2 });
          expect(read.rows).toEqual(whole.rows);
          expect(read.counts).toEqual(whole.counts);
          const most = Math.max(...read.chunks.map(({ ts }) => ts.length));
          expect(read.chunks.length).toBe(chunkRows < 250 ? 13 : read.chunks.length);
          expect(most).toBeLessThanOrEqual(Math.max(chunkRows, 250));
        }
      }
    }
  });

  it("cuts vehicles by time where it may, and gives the same rows and counts", async () => {
    for (const chunkRows of [1, 7, 64]) {
      const read = await readRows(path, { ...speed, chunkRows, bufferBytes: 0, split: true });
      expect(read.rows).toEqual(whole.rows);
      expect(read.counts).toEqual(whole.counts);
      // Of one time are up to four rows, which no cut parts.
      expect(Math.max(...read.chunks.map(({ ts }) => ts.length))).toBeLessThanOrEqual(chunkRows + 3);
      for (const { vehicleIds } of read.chunks) expect(vehicleIds).toHaveLength(1);
    }
    const memory = await readRows(path, { ...speed, chunkRows: 7, split: true });
    expect(memory.chunks).toHaveLength(13);
  });

  it("cuts where times are few, the same, or missing", async () => {
    const cells = ["('a', 5, 0, 0, 1)", "('b', NULL, 0, 0, 2)", "('b', NULL, 0, 0, 3)", "('a', 9, 0, 0, 4)"];
    const few = await parquet("few.parquet", [
      ...cells,
      ...Array.from({ length: 9 }, (_, i) => `('a', 5, 0, 0, ${i})`),
    ]);
    const read = await readRows(few, { ...speed, chunkRows: 1, bufferBytes: 0, split: true });
    expect(read.rows).toEqual([
      ["a", 5, 0, 0, 8],
      ["a", 9, 0, 0, 4],
    ]);
    expect(read.counts).toMatchObject({ rows: 13, duplicates: 9, dropped: 2, lastTs: 9 });
  });
});
