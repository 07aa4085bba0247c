import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readCapacity } from "../../../src/ingest/index.js";
import { DATA, temporaryFolder } from "./files.js";

const at = temporaryFolder();
const day = (date: number) => Date.UTC(2020, 4, date);

async function file(text: string): Promise<string> {
  await writeFile(at("c.csv"), text);
  return at("c.csv");
}

describe("readCapacity", () => {
  it("reads a wide file: a column a queue, only what changes, the total left out", async () => {
    const text = "date,b,a,total\n2020-05-01,8,4,12\n2020-05-02,8,,8\n2020-05-03,16,4,20\n";
    const { entries, inputs } = await readCapacity(await file(text));
    expect(entries).toEqual([
      { queue: "a", fromMs: day(1), gpus: 4 },
      { queue: "b", fromMs: day(1), gpus: 8 },
      { queue: "b", fromMs: day(3), gpus: 16 },
    ]);
    expect(inputs[0].rows).toBe(3);
  });

  it("reads a tidy file in any order", async () => {
    const text =
      "Queue,from,GPUs\nb,2020-05-02T00:00:00+08:00,16\nb,2020-05-01T00:00:00+08:00,8\na,2020-05-01T00:00:00+08:00,4\n";
    const { entries } = await readCapacity(await file(text));
    const local = (date: number) => day(date) - 8 * 3_600_000;
    expect(entries).toEqual([
      { queue: "a", fromMs: local(1), gpus: 4 },
      { queue: "b", fromMs: local(1), gpus: 8 },
      { queue: "b", fromMs: local(2), gpus: 16 },
    ]);
  });

  it.each([
    ["negative GPUs", "date,a\n2020-05-01,-1\n", /c\.csv row 1: column "a": got "-1", expected GPUs not below 0/],
    ["no number", "date,a\n2020-05-01,many\n", /c\.csv row 1: column "a": got "many", expected a number of GPUs/],
    [
      "no date",
      "date,a\n2020-05-01,1\n,1\n",
      /c\.csv row 2: column "date": got an empty cell, expected a date or time/,
    ],
    ["an empty queue", "queue,from,gpus\n,2020-05-01,1\n", /c\.csv row 1: column "queue": got an empty cell/],
    [
      "two values at once",
      "queue,from,gpus\na,2020-05-01,1\na,2020-05-01,2\n",
      /queue "a" has both 1 and 2 GPUs from 2020-05-01T00:00:00Z/,
    ],
    ["no date column", "a,b\n1,2\n", /c\.csv: no column from, date or time; .* the columns are: "a", "b"/],
    ["no rows", "date,a\n", /c\.csv: the file has no capacities/],
  ])("refuses %s", async (_what, text, message) => {
    await expect(readCapacity(await file(text))).rejects.toThrow(message);
  });
});

describe.skipIf(!existsSync(join(DATA, "helios")))("Helios (skipped where ../shared/data is absent)", () => {
  it("reads GPUs per queue and day", async () => {
    const { entries } = await readCapacity(join(DATA, "helios/earth_gpu_number.csv"));
    const queues = new Set(entries.map(({ queue }) => queue));
    expect(queues.size).toBe(25);
    expect(queues.has("total")).toBe(false);
    const six = entries.filter(({ queue }) => queue === "vc6YE");
    expect(six[0]).toEqual({ queue: "vc6YE", fromMs: Date.UTC(2020, 3, 1), gpus: 128 });
    expect(six.findLast(({ fromMs }) => fromMs <= day(15))?.gpus).toBe(208);
  });
});
