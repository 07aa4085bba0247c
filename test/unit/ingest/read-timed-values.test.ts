import { writeFile } from "node:fs/promises";
import { columnFromArray, TimeUnit, tableFromColumns, tableToIPC, timestamp, utf8 } from "@uwdata/flechette";
import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/core/errors.js";
import {
  readTimedValues,
  type TimedValuesTable,
  timeAsRead,
  timedValueError,
} from "../../../src/ingest/read-timed-values.js";
import { copyTo, temporaryFolder } from "./files.js";

const at = temporaryFolder();
const columns = { time: "time", value: ["value"] };
const START = Date.UTC(2026, 0, 5);

async function file(name: string, text: string | Uint8Array): Promise<string> {
  await writeFile(at(name), text);
  return at(name);
}

async function refusal(path: string, options: object = {}): Promise<string> {
  const error = await readTimedValues(path, { ...columns, ...options }).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(InputError);
  return (error as Error).message.replace(/^\S*\//, "");
}

const plain = ({ blocks }: TimedValuesTable) =>
  blocks.map(({ id, t, time, values, row }) => ({
    id,
    t: [...t],
    time: [...time],
    values: values.map((v) => [...v]),
    row: [...row],
  }));

describe("readTimedValues", () => {
  it("groups by id, sorts by time and keeps equal times in the order of the file, with a warning", async () => {
    const path = await file("a.csv", "time,id,value\n3,b,30\n1,b,10\n1,b,11\n2,a,5\n1,b,12\n");
    const table = await readTimedValues(path, { ...columns, id: "id" });
    expect(plain(table)).toEqual([
      { id: "a", t: [2], time: [2], values: [[5]], row: [3] },
      { id: "b", t: [1, 1, 1, 3], time: [1, 1, 1, 3], values: [[10, 11, 12, 30]], row: [1, 2, 4, 0] },
    ]);
    expect(table.blocks.map((block) => block.duplicates)).toEqual([0, 2]);
    expect(table.warnings).toEqual([
      'column "time": 2 rows have the time of the row before, first of id "b"; kept in the order of the file',
    ]);
    expect(table).toMatchObject({ clock: "plain", inputs: [{ name: path, rows: 5 }] });
  });

  it("gives one block without an id column, also when there are no rows", async () => {
    const path = await file("none.csv", "time,value\n");
    expect(plain(await readTimedValues(path, columns))).toEqual([{ id: "", t: [], time: [], values: [[]], row: [] }]);
    const named = await file("none-id.csv", "time,value,id\n");
    expect((await readTimedValues(named, { ...columns, id: "id" })).blocks).toEqual([]);
  });

  it("tells Unix seconds, milliseconds and microseconds from plain numbers by their size, and echoes them", async () => {
    const of = async (name: string, times: (number | string)[]) => {
      const path = await file(`${name}.csv`, `time,value\n${times.map((t) => `${t},1`).join("\n")}\n`);
      const table = await readTimedValues(path, columns);
      return [table.clock, [...table.blocks[0].t], [...table.blocks[0].time]];
    };
    const s = START / 1000;
    expect(await of("s", [s, s + 0.5])).toEqual(["seconds", [START, START + 500], [s, s + 0.5]]);
    expect(await of("ms", [START])).toEqual(["milliseconds", [START], [START]]);
    expect(await of("us", [START * 1000])).toEqual(["microseconds", [START], [START * 1000]]);
    expect(await of("plain", [-1, "0.5", "1e3"])).toEqual(["plain", [-1, 0.5, 1000], [-1, 0.5, 1000]]);
    expect(await of("mixed", [1, s])).toEqual(["plain", [1, s], [1, s]]);
  });

  it("reads ISO 8601 with and without zone and keeps the text of the file", async () => {
    const zoned = ["2026-01-05T01:00:00+01:00", "2026-01-05T00:05:00Z"];
    const path = await file("iso.csv", `time,value\n${zoned.join(",1\n")},2\n`);
    const table = await readTimedValues(path, columns);
    expect(plain(table)[0]).toMatchObject({ t: [START, START + 300_000], time: zoned });
    expect(timeAsRead(table.blocks[0], 0, table.clock)).toBe(zoned[0]);
    const naive = await file("naive.csv", "time,value\n2026-01-05 00:00,1\n2026-01-05,2\n");
    expect([...(await readTimedValues(naive, columns)).blocks[0].t]).toEqual([START, START]);
    const both = await file("both.csv", "time,value\n2026-01-05T00:00:00Z,1\n2026-01-05 01:00:00,2\n");
    expect(await refusal(both)).toMatch(/mixes times with a zone, .*row 1 .* and without one, .*row 2/);
  });

  it("reads BIGINT, TIMESTAMP and odd column names from Parquet, timestamps from Arrow, rows from JSON", async () => {
    const odd = await copyTo(
      at("odd.parquet"),
      `SELECT TIMESTAMP '2026-01-05 00:00:00' + to_minutes(i::INT) AS "ti""me", i AS "val` +
        "`" +
        `ue, 'v'" FROM range(3) r(i)`,
    );
    const table = await readTimedValues(odd, { time: 'ti"me', value: ["val`ue, 'v'"] });
    expect(plain(table)[0]).toMatchObject({ t: [0, 1, 2].map((i) => START + i * 60_000), values: [[0, 1, 2]] });
    expect([table.clock, timeAsRead(table.blocks[0], 1, table.clock)]).toEqual(["timestamp", "2026-01-05T00:01:00Z"]);

    const big = await copyTo(
      at("big.parquet"),
      `SELECT ${START}::BIGINT + i AS time, 7 AS id, i / 2 AS value FROM range(2) r(i)`,
    );
    expect(plain(await readTimedValues(big, { ...columns, id: "id" }))).toEqual([
      { id: "7", t: [START, START + 1], time: [START, START + 1], values: [[0, 0.5]], row: [0, 1] },
    ]);

    const arrow = tableFromColumns({
      time: columnFromArray([new Date(START + 1), new Date(START)], timestamp(TimeUnit.MILLISECOND)),
      value: columnFromArray([1, 2]),
      id: columnFromArray(["x", "x"], utf8()),
    });
    const ipc = await file("a.arrow", tableToIPC(arrow, {}) as Uint8Array);
    expect(plain(await readTimedValues(ipc, { ...columns, id: "id" }))[0]).toMatchObject({
      t: [START, START + 1],
      time: [START, START + 1],
      values: [[2, 1]],
    });

    const json = await file(
      "a.json",
      JSON.stringify([
        { time: START, value: 1 },
        { time: START + 5, value: null },
      ]),
    );
    expect(plain(await readTimedValues(json, columns))[0]).toMatchObject({ values: [[1, Number.NaN]] });
  });

  it("reads several value columns, negative and missing ones, and optional ones where they are", async () => {
    const path = await file("many.csv", "time,a,b,extra\n1,-1,NaN,7\n2,,2,\n");
    const table = await readTimedValues(path, { time: "time", value: ["b", "a"], optional: ["extra", "other"] });
    expect(table.blocks[0].values.map((v) => [...v])).toEqual([
      [Number.NaN, 2],
      [-1, Number.NaN],
    ]);
    expect(table.blocks[0].optional.map((v) => v && [...v])).toEqual([[7, Number.NaN], null]);
  });

  it("reorders every array alike", async () => {
    const path = await file("order.csv", "time,value,extra\n2026-01-06,1,10\n2026-01-05,2,20\n");
    const [block] = (await readTimedValues(path, { ...columns, optional: ["extra"] })).blocks;
    expect(block.time).toEqual(["2026-01-05", "2026-01-06"]);
    expect([block.values[0], block.optional[0], block.row].map((v) => [...(v ?? [])])).toEqual([
      [2, 1],
      [20, 10],
      [1, 0],
    ]);
  });

  it("names column and row of what it refuses", async () => {
    expect(await refusal(await file("no.csv", "time,Value\n1,2\n"))).toMatch(
      /no column "value" \(did you mean "Value"\?\)/,
    );
    expect(await refusal(await file("t.csv", "time,value\n1,2\noops,3\n3,4\n"))).toMatch(
      /t.csv row 2: column "time": got "oops"/,
    );
    expect(await refusal(await file("u.csv", "time,value\n2026-01-05,2\n7,3\n2026-01-06,4\n"))).toMatch(
      /u.csv row 2: column "time": got "7"/,
    );
    expect(await refusal(await file("e.csv", "time,value\n1,2\n,3\n"))).toMatch(
      /e.csv row 2: column "time": got an empty cell/,
    );
    expect(await refusal(await file("i.csv", "time,value\n2026-01-05,2\n,3\n"))).toMatch(
      /i.csv row 2: column "time": got an empty cell/,
    );
    expect(await refusal(await file("ns.csv", "time,value\n1767571200000000000,2\n"))).toMatch(
      /row 1: column "time": .* within ±2\^53/,
    );
    expect(await refusal(await file("v.csv", "time,value\n1,2\n2,n/a\n"))).toMatch(
      /v.csv row 2: column "value": got "n\/a"/,
    );
    expect(await refusal(await file("inf.csv", "time,value\n1,inf\n"))).toMatch(/row 1: column "value": got "inf"/);
    const noId = await file("id.csv", "time,value,id\n1,2,a\n2,3,\n");
    expect(await refusal(noId, { id: "id" })).toMatch(/id.csv row 2: column "id": got an empty cell, expected an id/);
    expect(await refusal(await copyTo(at("b.parquet"), "SELECT true AS time, 1 AS value"))).toMatch(
      /column "time" has type BOOLEAN/,
    );
  });

  it("names the file and row of a value that a caller refuses", async () => {
    const paths = [await file("p1.csv", "time,value\n4,1\n3,2\n"), await file("p2.csv", "time,value\n2,3\n1,-4\n")];
    const table = await readTimedValues(paths, columns);
    const [block] = table.blocks;
    expect([...block.values[0]]).toEqual([-4, 3, 2, 1]);
    const error = timedValueError(table, block, 0, "value", block.values[0][0], "a count");
    expect(error.message).toBe(`${paths[1]} row 2: column "value": got "-4", expected a count`);
    expect(error.details).toMatchObject({ file: paths[1], row: 2, column: "value" });
  });
});
