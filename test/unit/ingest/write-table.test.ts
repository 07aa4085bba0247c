import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/core/index.js";
import {
  type OutputColumn,
  sha256File,
  tableFormat,
  withTableFile,
  writeAtomically,
  writeParquet,
  writeTable,
} from "../../../src/ingest/index.js";
import { readBack, temporaryFolder } from "./files.js";

const at = temporaryFolder();
const columns: OutputColumn[] = [
  { name: 'a "name", odd', type: "VARCHAR", data: ["x", null, 'say "hi", ünï\r\n', ""] },
  { name: "d", type: "DOUBLE", data: Float64Array.of(1.5, Number.NaN, -0, 1e300) },
  { name: "i", type: "INTEGER", data: Int32Array.of(1, -2, 3, 4) },
  { name: "b", type: "BIGINT", data: BigInt64Array.of(1n, 2n ** 60n, -5n, 0n) },
  { name: "t", type: "TIMESTAMP", data: [0, -1, 1588291200000.5, Number.NaN] },
  { name: "o", type: "BOOLEAN", data: [true, false, null, undefined] },
];

describe("writeParquet", () => {
  it("writes every type, nulls for null and NaN, to a path with quotes, over an old file", async () => {
    const path = at(`it's "odd"; [1]*.parquet`);
    await writeFile(path, "old");
    await writeParquet(path, columns);
    const rows = await readBack(await copyOf(path));
    expect(rows).toEqual([
      { 'a "name", odd': "x", d: 1.5, i: 1n, b: 1n, t: 0n, o: 1n },
      { 'a "name", odd': null, d: null, i: -2n, b: 2n ** 60n, t: -1000n, o: 0n },
      { 'a "name", odd': 'say "hi", ünï\r\n', d: -0, i: 3n, b: -5n, t: 1588291200000500n, o: null },
      { 'a "name", odd': "", d: 1e300, i: 4n, b: 0n, t: null, o: null },
    ]);
    expect((await readdir(dirname(path))).filter((name) => name.startsWith("tmp"))).toEqual([]);
  });

  it("gives the same bytes for the same columns, for many rows", async () => {
    const many: OutputColumn[] = [
      { name: "id", type: "VARCHAR", data: Array.from({ length: 300_000 }, (_, i) => `s${i % 1000}`) },
      { name: "v", type: "DOUBLE", data: Float64Array.from({ length: 300_000 }, (_, i) => Math.sin(i)) },
    ];
    await writeParquet(at("one.parquet"), many);
    await writeParquet(at("two.parquet"), many);
    expect(await sha256File(at("one.parquet"))).toBe(await sha256File(at("two.parquet")));
    const rows = await readBack(at("one.parquet"));
    expect(rows).toHaveLength(300_000);
    expect(rows[299_999]).toEqual({ id: "s999", v: Math.sin(299_999) });
  });

  it("writes no rows, and refuses unequal columns and numbers that are not whole", async () => {
    await writeParquet(at("none.parquet"), [{ name: "a", type: "BIGINT", data: [] }]);
    expect(await readBack(at("none.parquet"))).toEqual([]);
    const bad = (data: OutputColumn["data"], type: OutputColumn["type"] = "BIGINT") =>
      writeParquet(at("bad.parquet"), [{ name: "a", type, data }]);
    await expect(bad([1, 2.5])).rejects.toThrow('column "a" row 1: 2.5 is not a whole number of 64 bits');
    await expect(bad([2 ** 31], "INTEGER")).rejects.toThrow(
      'column "a" row 0: 2147483648 is not a whole number of 32 bits',
    );
    await expect(
      writeParquet(at("bad.parquet"), [columns[0], { name: "z", type: "DOUBLE", data: [1] }]),
    ).rejects.toThrow('column "z" has 1 values, "a "name", odd" has 4');
    expect(existsSync(at("bad.parquet"))).toBe(false);
  });

  it("refuses a target that cannot be a file, and leaves what is there", async () => {
    await writeFile(at("file"), "old");
    await mkdir(at("folder"));
    const write = (target: string) => writeAtomically((files) => files.write(target, "new"));
    await expect(write(at("file/out.json"))).rejects.toThrow(InputError);
    await expect(write(at("file/deep/out.json"))).rejects.toThrow("is not a folder; give the output another name");
    await expect(write(at("folder"))).rejects.toThrow("it is a folder; give the output a file name");
    expect(await readFile(at("file"), "utf8")).toBe("old");
    expect(await readdir(at("folder"))).toEqual([]);
  });

  it("goes with writeAtomically: nothing appears when something fails", async () => {
    const target = at("whole/out.parquet");
    await writeAtomically(async (files) => writeParquet(await files.reserve(target), columns));
    expect(existsSync(target)).toBe(true);
    const failed = writeAtomically(async (files) => {
      await writeParquet(await files.reserve(at("half/out.parquet")), columns);
      throw new Error("no");
    });
    await expect(failed).rejects.toThrow("no");
    expect(await readdir(at("half"))).toEqual([]);
  });
});

async function copyOf(path: string): Promise<string> {
  await writeFile(at("copy.parquet"), await readFile(path));
  return at("copy.parquet");
}

describe("writeTable", () => {
  it("writes CSV by RFC 4180, an empty text told from null", async () => {
    await writeTable(at("t.csv"), columns);
    expect(await readFile(at("t.csv"), "utf8")).toBe(
      '"a ""name"", odd",d,i,b,t,o\r\n' +
        "x,1.5,1,1,1970-01-01T00:00:00Z,true\r\n" +
        ",,-2,1152921504606846976,1969-12-31T23:59:59.999Z,false\r\n" +
        '"say ""hi"", ünï\r\n",0,3,-5,2020-05-01T00:00:00Z,\r\n' +
        '"",1e+300,4,0,,\r\n',
    );
  });

  it("writes JSON rows, whole numbers beyond 2^53 as text", async () => {
    await writeTable(at("t.json"), columns);
    const rows = JSON.parse(await readFile(at("t.json"), "utf8"));
    expect(rows).toHaveLength(4);
    expect(rows[1]).toEqual({
      'a "name", odd': null,
      d: null,
      i: -2,
      b: "1152921504606846976",
      t: "1969-12-31T23:59:59.999Z",
      o: false,
    });
    expect(rows[0].b).toBe(1);
    await writeTable(at("e.json"), [{ name: "a", type: "DOUBLE", data: [] }]);
    expect(JSON.parse(await readFile(at("e.json"), "utf8"))).toEqual([]);
  });

  it("goes by the extension unless told otherwise", async () => {
    expect([tableFormat("a.PARQUET"), tableFormat("b/c.csv"), tableFormat("d.json")]).toEqual([
      "parquet",
      "csv",
      "json",
    ]);
    expect(() => tableFormat("x.txt")).toThrow(/end it in \.parquet, \.csv or \.json/);
    await writeTable(at("x.tmp"), columns, { format: "csv" });
    expect(existsSync(at("x.tmp"))).toBe(true);
  });
});

describe("withTableFile", () => {
  const rows = 250_000;
  const table = (from: number, to: number): OutputColumn[] => [
    { name: "id", type: "VARCHAR", data: Array.from({ length: to - from }, (_, i) => `s${(from + i) % 1000}`) },
    { name: "v", type: "DOUBLE", data: Float64Array.from({ length: to - from }, (_, i) => Math.sin(from + i)) },
  ];

  it.each(["csv", "json", "parquet"])("gives .%s in pieces the rows that it has as a whole", async (format) => {
    const [whole, pieces, again] = ["whole", "pieces", "again"].map((name) => at(`${name}.${format}`));
    await writeTable(whole, table(0, rows));
    for (const path of [pieces, again]) {
      await withTableFile(path, table(0, 0), {}, async (append) => {
        await append(table(0, 100_001));
        await append(table(100_001, 100_001));
        await append(table(100_001, rows));
      });
    }
    expect(await sha256File(again)).toBe(await sha256File(pieces));
    if (format === "parquet") expect(await readBack(pieces)).toEqual(await readBack(whole));
    else expect(await sha256File(pieces)).toBe(await sha256File(whole));
  });

  it("hands back what the work gives, and passes its error on", async () => {
    expect(await withTableFile(at("none.csv"), table(0, 0), {}, async () => 7)).toBe(7);
    expect(await readFile(at("none.csv"), "utf8")).toBe("id,v\r\n");
    const fail = () => Promise.reject(new Error("no"));
    for (const name of ["fail.json", "fail.parquet"]) {
      await expect(withTableFile(at(name), table(0, 0), {}, fail)).rejects.toThrow("no");
    }
    expect(existsSync(at("fail.parquet"))).toBe(false);
  });
});

describe("sha256File", () => {
  it("is the SHA-256 of the bytes", async () => {
    await writeFile(at("abc"), "abc");
    expect(await sha256File(at("abc"))).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });
});
