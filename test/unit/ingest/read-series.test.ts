import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { CompressionType, setCompressionCodec, tableFromArrays, tableToIPC } from "@uwdata/flechette";
import { describe, expect, it } from "vitest";
import { EngineError, InputError } from "../../../src/core/errors.js";
import { readSeries, readSeriesPartitions, type SeriesTable } from "../../../src/ingest/index.js";
import { copyTo, DATA, temporaryFolder } from "./files.js";

const at = temporaryFolder();
const columns = { id: "id", time: "t", value: "y" };

async function file(name: string, text: string | Uint8Array): Promise<string> {
  await mkdir(dirname(at(name)), { recursive: true });
  await writeFile(at(name), text);
  return at(name);
}

/** The message of the InputError that reading gives, with the folder cut off. */
async function refusal(path: string, extra: object = {}): Promise<string> {
  const error = await readSeries(path, { ...columns, ...extra }).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(InputError);
  return (error as Error).message.replaceAll(`${dirname(path)}/`, "");
}

function plain({ series, integerTime }: SeriesTable) {
  return { integerTime, series: series.map(({ id, t, y }) => ({ id, t: [...t], y: [...y] })) };
}

describe("readSeries", () => {
  it("sorts by the bytes of the id, then time, and keeps ids as they are written", async () => {
    const path = await file("a.csv", "id,t,y\nb,2,4\n007,1,1\nb,1,3\n1,1,9\n\u{10000},1,6\n\uFFFD,1,5\né,1,8\n");
    const table = await readSeries(path, columns);
    expect(table.integerTime).toBe(true);
    expect(table.series.map(({ id }) => id)).toEqual(["007", "1", "b", "é", "\uFFFD", "\u{10000}"]);
    expect([...table.series[2].t]).toEqual([1, 2]);
    expect([...table.series[2].y]).toEqual([3, 4]);
    expect(table.inputs).toEqual([{ name: path, rows: 7, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
  });

  it("reads the same from CSV, gzip, Arrow, JSON, JSON lines and Parquet", async () => {
    const rows = Array.from({ length: 5000 }, (_, i) => ({
      id: `s${i % 3}`,
      t: 1_577_836_800_000 + Math.floor(i / 3) * 3_600_000,
      y: i % 7 === 0 ? null : i / 4,
    }));
    const iso = rows.map(({ id, t, y }) => ({ id, t: new Date(t).toISOString(), y }));
    const csv = `id,t,y\n${iso.map(({ id, t, y }) => `${id},${t},${y ?? ""}`).join("\n")}\n`;
    const arrow = tableFromArrays({
      id: rows.map(({ id }) => id),
      t: rows.map(({ t }) => new Date(t)),
      y: rows.map(({ y }) => y),
    });
    const paths = [
      await file("same.csv", csv),
      await file("same.csv.gz", gzipSync(csv)),
      await file("same.tsv", csv.replaceAll(",", "\t")),
      await file("same.json", JSON.stringify(iso)),
      await file("same.jsonl", iso.map((row) => JSON.stringify(row)).join("\n")),
      await file("same.arrow", tableToIPC(arrow, { format: "file" }) as Uint8Array),
      await file("same-stream.arrow", tableToIPC(arrow, { format: "stream" }) as Uint8Array),
    ];
    paths.push(
      await copyTo(
        at("same.parquet"),
        "SELECT 's' || (i % 3) AS id, epoch_ms(1577836800000 + (i // 3) * 3600000) AS t, CASE WHEN i % 7 <> 0 THEN i / 4 END AS y FROM range(5000) r(i)",
      ),
    );
    const expected = plain(await readSeries(paths[0], columns));
    expect(expected.integerTime).toBe(false);
    expect(expected.series[0].t.slice(0, 2)).toEqual([1_577_836_800_000, 1_577_840_400_000]);
    expect(expected.series[0].y[0]).toBeNaN();
    for (const path of paths) expect(plain(await readSeries(path, columns)), basename(path)).toEqual(expected);
  });

  it("reads Feather files that are compressed with LZ4", async () => {
    const id = Array.from({ length: 3000 }, (_, i) => `s${i % 2}`);
    const table = tableFromArrays({
      id,
      t: Int32Array.from(id, (_, i) => i),
      y: Float64Array.from(id, (_, i) => i / 3),
    });
    // A frame of one stored block is a valid LZ4 frame, if a lazy one.
    const encode = (data: Uint8Array) => {
      const frame = Buffer.alloc(7 + 4 + data.length + 4);
      frame.set([4, 0x22, 0x4d, 0x18, 0x60, 0x70, 0]);
      frame.writeUInt32LE((data.length | 0x80000000) >>> 0, 7);
      frame.set(data, 11);
      return new Uint8Array(frame);
    };
    setCompressionCodec(CompressionType.LZ4_FRAME, { encode, decode: (data) => data });
    const options = { format: "file", codec: CompressionType.LZ4_FRAME } as const;
    const packed = await file("lz4.feather", tableToIPC(table, options) as Uint8Array);
    const flat = await file("flat.feather", tableToIPC(table, { format: "file" }) as Uint8Array);
    expect(plain(await readSeries(packed, columns))).toEqual(plain(await readSeries(flat, columns)));
  });

  it("reads directories and globs of partitions, naming each file, hidden ones left out", async () => {
    await file("parts/b.csv", "id,t,y\nx,2,2\n");
    await file("parts/a.csv", "y,t,id\n1,1,x\n");
    await file("parts/_SUCCESS", "");
    await file("parts/.hidden.csv", "junk");
    const folder = dirname(at("parts/a.csv"));
    for (const input of ["parts", "parts/*.csv", ["parts/a.csv", "parts/b.csv"]]) {
      const table = await readSeries(input, { ...columns, baseDir: dirname(folder) });
      expect(plain(table).series).toEqual([{ id: "x", t: [1, 2], y: [1, 2] }]);
      expect(table.inputs.map(({ name, rows }) => [name, rows])).toEqual([
        ["parts/a.csv", 1],
        ["parts/b.csv", 1],
      ]);
    }
  });

  it("takes a hive partition's key as text", async () => {
    await mkdir(at("hive/id=007"), { recursive: true });
    await mkdir(at("hive/id=1"), { recursive: true });
    await copyTo(at("hive/id=007/p.parquet"), "SELECT 1 AS t, 5 AS y");
    await copyTo(at("hive/id=1/p.parquet"), "SELECT 1 AS t, 6 AS y");
    expect(plain(await readSeries(at("hive"), columns)).series).toEqual([
      { id: "007", t: [1], y: [5] },
      { id: "1", t: [1], y: [6] },
    ]);
  });

  it("reads a file whose name looks like a glob, and not its neighbour", async () => {
    await copyTo(at("x1.parquet"), "SELECT 'wrong' AS id, 1 AS t, 1 AS y");
    const odd = await copyTo(at("plain.parquet"), "SELECT 'right' AS id, 1 AS t, 1 AS y");
    const { rename } = await import("node:fs/promises");
    for (const name of ["x[1].parquet", "x?.parquet", "x*.parquet", 'it\'s "quoted"; a,b.parquet']) {
      await copyTo(odd, "SELECT 'right' AS id, 1 AS t, 1 AS y");
      await rename(odd, at(name));
      const { series, inputs } = await readSeries(at(name), columns);
      expect([series.map(({ id }) => id), inputs[0].rows], name).toEqual([["right"], 1]);
    }
  });

  it("takes awkward column names", async () => {
    const path = await file("names.csv", '"a""b","c;d","e\'`f"\nx,1,2\n');
    const { series } = await readSeries(path, { id: 'a"b', time: "c;d", value: "e'`f" });
    expect(series[0]).toEqual({ id: "x", t: Float64Array.of(1), y: Float64Array.of(2) });
  });

  it("reads naive time as UTC, offsets and zoned columns as instants", async () => {
    const path = await file(
      "zones.csv",
      "id,t,y\na,2020-05-01T08:00:00+08:00,1\na,2020-05-01 00:30Z,2\na,2020-04-30T18:45:00-0615,3\n",
    );
    const start = Date.UTC(2020, 4, 1);
    expect([...(await readSeries(path, columns)).series[0].t]).toEqual([start, start + 1_800_000, start + 3_600_000]);
    const naive = await file("naive.csv", "id,t,y\na,2020-05-01,1\na,2020-05-01 00:30,2\na,2020-05-01T01:00:00.5,3\n");
    expect([...(await readSeries(naive, columns)).series[0].t]).toEqual([start, start + 1_800_000, start + 3_600_500]);
    const zoned = await copyTo(
      at("zoned.parquet"),
      "SELECT 'a' AS id, TIMESTAMPTZ '2020-05-01 08:00:00+08' AS t, 1 AS y",
    );
    expect([...(await readSeries(zoned, columns)).series[0].t]).toEqual([start]);
  });

  it("keeps times before 1970, microseconds, and both hours of a DST change", async () => {
    const path = await file(
      "dst.csv",
      "id,t,y\na,1969-12-31T23:59:59.999999Z,0\na,2020-10-25T02:30:00+02:00,1\na,2020-10-25T02:30:00+01:00,2\n",
    );
    const [{ t, y }] = (await readSeries(path, columns)).series;
    expect([...t]).toEqual([-0.001, Date.UTC(2020, 9, 25, 0, 30), Date.UTC(2020, 9, 25, 1, 30)]);
    expect([...y]).toEqual([0, 1, 2]);
  });

  it("does not depend on the order of rows or the number of threads", async () => {
    const sql = "SELECT 's' || (hash(i) % 50) AS id, i AS t, sin(i) AS y FROM range(200000) r(i)";
    const sorted = await copyTo(at("sorted.parquet"), sql);
    const shuffled = await copyTo(at("shuffled.parquet"), `${sql} ORDER BY hash(i)`);
    const one = await readSeries(sorted, { ...columns, threads: 1 });
    expect(plain(await readSeries(shuffled, { ...columns, threads: 2 }))).toEqual(plain(one));
    expect(one.series).toHaveLength(50);
  });

  it("hands out whole series in batches", async () => {
    const path = await copyTo(
      at("batches.parquet"),
      "SELECT 's' || lpad((i // 100)::VARCHAR, 3, '0') AS id, i AS t, i AS y FROM range(5000) r(i)",
    );
    const whole = await readSeries(path, columns);
    const batches = [];
    for await (const batch of readSeriesPartitions(path, { ...columns, rowsPerBatch: 1050 })) batches.push(batch);
    expect(batches.map(({ series }) => series.length)).toEqual([11, 11, 11, 11, 6]);
    expect(batches.flatMap(({ series }) => series)).toEqual(whole.series);
  });
});

describe("readSeries refuses", () => {
  it.each([
    [
      "a duplicate time",
      "id,t,y\na,1,1\nb,1,1\na,1,2\n",
      'f.csv row 1 and f.csv row 3: id "a" has time 1 twice; remove one of the rows or aggregate them first',
    ],
    [
      "a value that is no number",
      "id,t,y\na,1,1\na,2,many\n",
      'f.csv row 2: column "y": got "many", expected a number (id "a")',
    ],
    [
      "an infinite value",
      "id,t,y\na,1,1\na,2,-inf\n",
      'f.csv row 2: column "y": got "-inf", expected a finite number within ±1e+100 (id "a")',
    ],
    ["an empty id", "id,t,y\n,1,1\n", 'f.csv row 1: column "id": got an empty cell, expected an id'],
    ["an empty time", "id,t,y\na,1,1\na,,1\n", 'f.csv row 2: column "t": got an empty cell, expected a time (id "a")'],
    [
      "a time that is none",
      "id,t,y\na,2020-01-01,1\na,soon,1\n",
      'f.csv row 2: column "t": got "soon", expected a time such as 2020-05-01T00:00:00Z or a whole number',
    ],
    [
      "a day that is none",
      "id,t,y\na,2020-02-30,1\n",
      'f.csv row 1: column "t": got "2020-02-30", expected a time such as 2020-05-01T00:00:00Z or a whole number',
    ],
    [
      "zoned and naive times",
      "id,t,y\na,2020-01-01T00:00:00Z,1\na,2020-01-01 01:00:00,1\n",
      'column "t" mixes times with a zone, f.csv row 1 (2020-01-01T00:00:00Z), and without one, f.csv row 2 (2020-01-01 01:00:00); give every time an offset, or none (then UTC is meant)',
    ],
    [
      "a missing column",
      "id,T,y\na,1,1\n",
      'f.csv: no column "t" (did you mean "T"?); the columns are: "id", "T", "y"',
    ],
    ["a column that is there twice", "id,t,y,y\na,1,1,1\n", 'f.csv: the header names column "y" twice'],
    ["no rows", "id,t,y\n", "f.csv: the file has no rows"],
    ["an empty file", "", "f.csv: the file is empty"],
    ["a long row", "id,t,y\na,1,1\na,2,1,1\n", "f.csv line 3: expected 3 fields as in the header, got 4"],
    ["a short row", "id,t,y\na,1\n", "f.csv line 2: expected 3 fields as in the header, got 2"],
    ["an open quote", 'id,t,y\n"a,1,1\n', "f.csv line 2: a quoted field is not closed"],
  ])("%s", async (_what, text, message) => {
    expect(await refusal(await file("f.csv", text))).toBe(message);
  });

  it("text that is not UTF-8, and lines of megabytes", async () => {
    expect(await refusal(await file("latin.csv", Buffer.from("id,t,y\n\xe9,1,1\n", "latin1")))).toBe(
      "latin.csv line 2: is not UTF-8 text",
    );
    const long = `id,t,y\n${"x".repeat(3_000_000)},1,1\n`;
    expect(await refusal(await file("long.csv", long))).toBe("long.csv line 2: the line is longer than 2 MB");
    expect(await refusal(await file("header.csv", "x".repeat(2_000_000)))).toBe(
      "header.csv: the first line is longer than 1 MiB; is this a CSV file?",
    );
  });

  it("the right row of the right file, in Parquet and over several files", async () => {
    await copyTo(at("p1.parquet"), "SELECT 'a' AS id, i AS t, i::DOUBLE AS y FROM range(3000) r(i)");
    await copyTo(
      at("p2.parquet"),
      "SELECT 'a' AS id, 3000 + i AS t, CASE WHEN i = 2500 THEN 'inf'::DOUBLE ELSE i END AS y FROM range(3000) r(i)",
    );
    const both = (name: string) => [at(`${name}1`), at(`${name}2`)];
    const error = await readSeries([at("p1.parquet"), at("p2.parquet")], columns).catch((e: unknown) => e);
    expect((error as Error).message).toContain(
      'p2.parquet row 2501: column "y": got "inf", expected a finite number within ±1e+100 (id "a")',
    );
    expect((error as InputError).details).toMatchObject({ row: 2501, column: "y" });
    expect(both("x")).toHaveLength(2);
    await file("c1.csv", "id,t,y\na,1,1\n");
    await file("c2.csv", "id,t,y\n");
    await file("c3.csv", "id,t,y\nb,1,1\nb,2,oops\n");
    const csv = await readSeries([at("c1.csv"), at("c2.csv"), at("c3.csv")], columns).catch((e: unknown) => e);
    expect((csv as Error).message).toContain('c3.csv row 2: column "y": got "oops"');
  });

  it("what is not there, remote, mixed or of an unknown kind", async () => {
    expect(await refusal(at("absent.csv"))).toBe('no file "absent.csv"');
    expect(await refusal(at("absent-*.csv"))).toBe('no file matches "absent-*.csv"');
    expect(await refusal(await file("data.xlsx", "x"))).toBe(
      'cannot tell the format of "data.xlsx": name it .parquet, .csv, .csv.gz, .arrow, .feather, .json or .jsonl',
    );
    for (const url of ["https://example.com/x.parquet", "s3://bucket/x.parquet"]) {
      await expect(readSeries(url, columns)).rejects.toThrow(/is remote: pass --allow-remote .* download its httpfs/);
    }
    await file("m.csv", "id,t,y\na,1,1\n");
    await file("m.json", "[]");
    await expect(readSeries([at("m.csv"), at("m.json")], columns)).rejects.toThrow(/read one format at a time/);
    await mkdir(at("hollow"), { recursive: true });
    expect(await refusal(at("hollow"))).toMatch(/"hollow" holds no \.parquet/);
  });

  it("damaged files of every kind, by name", async () => {
    const good = await copyTo(at("good.parquet"), "SELECT 'a' AS id, i AS t, random() AS y FROM range(5000) r(i)");
    const { readFile } = await import("node:fs/promises");
    const bytes = await readFile(good);
    expect(await refusal(await file("cut.parquet", bytes.subarray(0, 5000)))).toMatch(
      /^cut\.parquet: the file is damaged|cut\.parquet/,
    );
    expect(await refusal(await file("text.parquet", "id,t,y\n"))).toMatch(/text\.parquet/);
    const holed = Buffer.from(bytes);
    holed.fill(0x55, 10, 3000);
    expect(await refusal(await file("holed.parquet", holed))).toMatch(/holed\.parquet/);
    expect(await refusal(await file("not.csv.gz", "id,t,y\n"))).toMatch(/^not\.csv\.gz: cannot be read/);
    expect(await refusal(await file("bad.json", '[{"id": "a"'))).toMatch(/Malformed JSON in file "bad\.json"/);
    expect(await refusal(await file("bad.arrow", "ARROW1\0\0\xff\xff\xff\xff____________"))).toMatch(
      /^bad\.arrow: not a readable Arrow IPC file/,
    );
    expect(await refusal(await file("empty.arrow", ""))).toMatch(/^empty\.arrow/);
    const arrow = tableToIPC(tableFromArrays({ id: ["a", "b"], t: [1, 2], y: [1, 2] }), {
      format: "file",
    }) as Uint8Array;
    for (let cut = 8; cut < arrow.length - 20; cut += 40) {
      const message = await refusal(await file("cut.arrow", arrow.subarray(0, cut)));
      expect(message).toMatch(/^cut\.arrow: (not a readable Arrow IPC file|the file has no rows)/);
    }
  });

  it("columns of a type that cannot be meant", async () => {
    const path = await copyTo(at("types.parquet"), "SELECT [1] AS id, true AS t, true AS y, 'a' AS a, 1.5 AS f");
    expect(await refusal(path, { id: "id", time: "f" })).toBe(
      'types.parquet: column "id" has type INTEGER[]; expected text',
    );
    expect(await refusal(path, { id: "a" })).toBe('types.parquet: column "y" has type BOOLEAN; expected a number');
    expect(await refusal(path, { id: "a", value: "f" })).toMatch(/column "t" has type BOOLEAN; expected a time/);
    expect(await refusal(path, { id: "a", value: "f", time: "f" })).toMatch(
      /row 1: column "f": got "1.5", expected a whole number/,
    );
  });
});

describe("hostile input stays within the memory limit", () => {
  it("a Parquet bomb: long texts that compress to nothing", async () => {
    const bomb = await copyTo(
      at("bomb.parquet"),
      "SELECT repeat('a', 8000000) || i AS id, 1 AS t, 1 AS y FROM range(40) r(i)",
    );
    const { stat } = await import("node:fs/promises");
    expect((await stat(bomb)).size).toBeLessThan(20_000_000);
    const error = await readSeries(bomb, { ...columns, memory: "100MB" }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(EngineError);
    expect((error as Error).message).toMatch(/gave up/);
  });

  it("a gzip bomb of a CSV", async () => {
    const line = `${"x".repeat(1000)},1,1\n`;
    const bomb = await file("bomb.csv.gz", gzipSync(`id,t,y\n${line.repeat(50_000)}`));
    const error = await readSeries(bomb, { ...columns, memory: "40MB" }).catch((e: unknown) => e);
    // Fifty megabytes of one duplicate: refused as such, having spilled, or given up; never taken into memory.
    expect(error === undefined || error instanceof InputError || error instanceof EngineError).toBe(true);
    expect((error as Error).message).toMatch(/twice|gave up/);
  });
});

describe.skipIf(!existsSync(join(DATA, "m4")))("M4 (skipped where ../shared/data is absent)", () => {
  it("reads the hourly part", async () => {
    const { series, integerTime, inputs } = await readSeries(join(DATA, "m4/m4_hourly_train.parquet"), columns);
    expect(series).toHaveLength(207);
    expect(integerTime).toBe(true);
    expect(inputs[0].rows).toBe(176_620);
    expect(series.reduce((sum, { y }) => sum + y.length, 0)).toBe(176_620);
  });
});
