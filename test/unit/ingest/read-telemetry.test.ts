import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/core/errors.js";
import { inferTelemetryColumns, readTelemetry, type TelemetryOptions } from "../../../src/ingest/index.js";
import { copyTo, DATA, temporaryFolder } from "./files.js";

const at = temporaryFolder();
const columns = { queue: "queue", time: "time", running: "running", pending: "pending" };
const HOUR = 3_600_000;
const START = Date.UTC(2020, 4, 1);

async function csv(text: string, name = "t.csv"): Promise<string> {
  await writeFile(at(name), text);
  return at(name);
}

async function read(text: string, options: Partial<TelemetryOptions> = {}) {
  return readTelemetry({ files: await csv(text), columns, ...options });
}

async function refusal(text: string, options: Partial<TelemetryOptions> = {}): Promise<string> {
  const error = await read(text, options).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(InputError);
  return (error as Error).message.replaceAll(`${dirname(at("t.csv"))}/`, "");
}

const HEAD = "queue,time,running,pending\n";

describe("readTelemetry", () => {
  it("integrates a step function: a sample holds until the next one, cut at the hour", async () => {
    const { hourly, quality, warnings } = await read(
      `${HEAD}q,2020-05-01 00:50,4,2\nq,2020-05-01 01:05,8,0\nq,2020-05-01 01:20,2,1\n`,
    );
    expect(hourly.queues).toEqual(["q"]);
    expect([hourly.start, hourly.hours]).toEqual([START, 2]);
    // 00:50-01:00 in the first hour; 01:00-01:05 of 4, 01:05-01:20 of 8, the last for the median spacing of 15 min.
    expect(hourly.observed[0][0]).toBe(10 / 60);
    expect(hourly.usage[0][0]).toBe(4);
    expect(hourly.demand[0][0]).toBe(6);
    expect(hourly.observed[0][1]).toBe(35 / 60);
    expect(hourly.usage[0][1]).toBeCloseTo((4 * 5 + 8 * 15 + 2 * 15) / 35, 12);
    expect(hourly.demand[0][1]).toBeCloseTo((6 * 5 + 8 * 15 + 3 * 15) / 35, 12);
    expect(quality).toMatchObject({ rows: 3, duplicates: 0, missing: 0, gapCount: 0, emptyQueues: [] });
    expect([...quality.samplingMs]).toEqual([900_000]);
    expect(warnings).toEqual([]);
  });

  it("carries no sample over a hole: the hour is missing, not 0, and the hole is listed", async () => {
    const rows = ["00:00", "00:10", "00:20", "04:00", "04:10", "04:20"].map((t) => `q,2020-05-01 ${t},6,`).join("\n");
    const { hourly, quality, warnings } = await read(`${HEAD}${rows}\n`);
    expect([...hourly.observed[0]]).toEqual([35 / 60, 0, 0, 0, 30 / 60]);
    expect([...hourly.usage[0]]).toEqual([6, Number.NaN, Number.NaN, Number.NaN, 6]);
    expect(quality.gaps).toEqual([{ queue: "q", start: START + 20 * 60_000, end: START + 4 * HOUR }]);
    expect(warnings).toContain("1 gap in the telemetry, left out, not filled");
    expect(warnings).toContain('column "pending" is empty: demand is what ran');
    expect([...hourly.demand[0]]).toEqual([...hourly.usage[0]]);
  });

  it("carries hourly samples for their hour unless a shorter carry is asked for", async () => {
    const text = `${HEAD}q,2020-05-01 00:00,6,0\nq,2020-05-01 01:00,3,0\nq,2020-05-01 02:00,0,0\n`;
    const { hourly, warnings, quality } = await read(text);
    expect([...hourly.observed[0]]).toEqual([1, 1, 1]);
    expect([...hourly.usage[0]]).toEqual([6, 3, 0]);
    expect(quality.gapCount).toBe(0);
    expect(warnings[0]).toMatch(/sampled more coarsely than every 15 minutes.*: q$/);
    const strict = await read(text, { maxGapMinutes: 15 });
    expect([...strict.hourly.observed[0]]).toEqual([0.25, 0.25, 0.25]);
    expect(strict.quality.gapCount).toBe(2);
    const long = await read(`${HEAD}q,2020-05-01 00:30,6,0\nq,2020-05-01 06:00,0,0\n`, { maxGapMinutes: 600 });
    expect([...long.hourly.observed[0]]).toEqual([0.5, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0.5]);
  });

  it("drops exact duplicates and counts them, also across files", async () => {
    const one = await csv(`${HEAD}q,2020-05-01 00:00,6,1\nq,2020-05-01 00:00,6,1\nq,2020-05-01 00:10,2,0\n`, "d1.csv");
    const two = await csv(`${HEAD}q,2020-05-01 00:10,2,0\nq,2020-05-01 00:20,2,0\n`, "d2.csv");
    const { hourly, quality, warnings } = await readTelemetry({ files: [one, two], columns });
    expect(quality).toMatchObject({ rows: 5, duplicates: 2 });
    expect(hourly.observed[0][0]).toBe(0.5);
    expect(hourly.usage[0][0]).toBeCloseTo((6 * 10 + 2 * 20) / 30, 12);
    expect(warnings).toContain("2 exact duplicate rows dropped");
  });

  it("refuses conflicting duplicates and shows the first three", async () => {
    const rows = [1, 2, 3, 4].flatMap((m) => [
      `q,2020-05-01 00:0${m},6,0`,
      `q,2020-05-01 00:0${m},6,0`,
      `q,2020-05-01 00:0${m},7,0`,
    ]);
    expect(await refusal(`${HEAD}${rows.join("\n")}\n`)).toBe(
      "4 (queue, time) pairs with conflicting values; " +
        'queue "q" at 2020-05-01T00:01:00Z: t.csv row 1 (running=6, pending=0) and t.csv row 3 (running=7, pending=0); ' +
        'queue "q" at 2020-05-01T00:02:00Z: t.csv row 4 (running=6, pending=0) and t.csv row 6 (running=7, pending=0); ' +
        'queue "q" at 2020-05-01T00:03:00Z: t.csv row 7 (running=6, pending=0) and t.csv row 9 (running=7, pending=0); …; keep one row of each',
    );
  });

  it("keeps a queue without values, with NaN demand, and treats a row without a value as not sampled", async () => {
    const { hourly, quality, warnings } = await read(
      `${HEAD}a,2020-05-01 00:00,,\nb,2020-05-01 00:00,6,0\nb,2020-05-01 00:10,nan,0\nb,2020-05-01 00:20,4,0\n`,
    );
    expect(hourly.queues).toEqual(["a", "b"]);
    expect([...hourly.demand[0], ...hourly.observed[0]]).toEqual([Number.NaN, 0]);
    expect(hourly.usage[1][0]).toBeCloseTo((6 * 15 + 4 * 15) / 30, 12);
    expect(quality).toMatchObject({ missing: 2, emptyQueues: ["a"], gapCount: 0 });
    expect(warnings).toContain("queues without a single value: a");
    expect([...quality.samplingMs]).toEqual([Number.NaN, 1_200_000]);
  });

  it("averages a recorded capacity where it is known", async () => {
    const { hourly } = await read(
      "queue,time,running,cap\nq,2020-05-01 00:00,1,8\nq,2020-05-01 00:10,1,\nq,2020-05-01 00:20,1,16\n",
      { columns: { queue: "queue", time: "time", running: "running", capacity: "cap" } },
    );
    expect([...(hourly.capacity?.[0] ?? [])]).toEqual([12]);
    expect(hourly.observed[0][0]).toBe(0.5);
  });

  it("takes odd queue names, fractions of GPUs, microseconds and times before 1970", async () => {
    const names = ["a,b", 'q"x', "it's; DROP TABLE x", "`tick`", "\u65e5\u672c", "\u{1f680}", "\uffee"];
    const quoted = names.map((name) => `"${name.replaceAll('"', '""')}"`);
    const rows = quoted.map((name) => `${name},1969-12-31 23:59:59.999999,0.125,0.5`).join("\n");
    const { hourly } = await read(`${HEAD}${rows}\n`, { maxGapMinutes: 1 });
    expect(hourly.queues).toEqual([...names].sort());
    expect([hourly.start, hourly.hours]).toEqual([-HOUR, 2]);
    for (const q of names.keys()) {
      expect([...hourly.usage[q]]).toEqual([0.125, 0.125]);
      expect([...hourly.demand[q]]).toEqual([0.625, 0.625]);
      expect(hourly.observed[q][0]).toBe(1 / 3.6e9);
    }
  });

  it("reads Unix times by their magnitude and says so, offsets as instants, and both hours of a DST change", async () => {
    for (const [factor, unit] of [
      [1, "seconds"],
      [1000, "milliseconds"],
      [1_000_000, "microseconds"],
    ] as const) {
      const { hourly, warnings } = await read(`${HEAD}q,${(START / 1000) * factor},3,0\n`);
      expect([hourly.start, hourly.usage[0][0]]).toEqual([START, 3]);
      expect(warnings[0]).toMatch(new RegExp(`t.csv: column "time" was read as Unix time in ${unit}$`));
    }
    expect(await refusal(`${HEAD}q,12345,3,0\n`)).toMatch(/whole numbers that are not Unix times/);
    const dst = `${HEAD}q,2020-10-25T02:50:00+02:00,3,0\nq,2020-10-25T02:00:00+01:00,5,0\nq,2020-10-25T02:10:00+01:00,5,0\n`;
    const { hourly } = await read(dst);
    expect([hourly.start, hourly.hours]).toEqual([Date.UTC(2020, 9, 25), 2]);
    expect([...hourly.usage[0]]).toEqual([3, 5]);
  });

  it("gives the same from Parquet, whatever the types, the order of rows and the threads", async () => {
    const rows =
      "SELECT 'q' || (i % 3) AS queue, TIMESTAMP '2020-05-01' + INTERVAL 1 MINUTE * (i // 3) AS time, (i * 7919) % 11 AS running, (i * 31) % 4 AS pending FROM range(3000) r(i)";
    const results = [];
    for (const [i, sql] of [
      rows,
      `SELECT queue, time::TIMESTAMPTZ AS time, running::DECIMAL(9,1) AS running, pending::DOUBLE AS pending FROM (${rows}) ORDER BY hash(time)`,
      `SELECT queue, strftime(time, '%Y-%m-%dT%H:%M:%SZ') AS time, running::VARCHAR AS running, pending::UTINYINT AS pending FROM (${rows}) ORDER BY time DESC`,
    ].entries()) {
      const files = await copyTo(at(`types-${i}.parquet`), sql);
      results.push((await readTelemetry({ files, columns, threads: 1 + (i % 2) })).hourly);
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });
});

describe("readTelemetry refuses", () => {
  const row = (cells: string) => `${HEAD}q,2020-05-01 00:00,1,0\n${cells}\n`;
  it.each([
    [
      "negative GPUs",
      row("q,2020-05-01 00:01,-1,0"),
      't.csv row 2: column "running": got "-1", expected GPUs not below 0',
    ],
    [
      "negative pending GPUs",
      row("q,2020-05-01 00:01,1,-0.5"),
      't.csv row 2: column "pending": got "-0.5", expected GPUs not below 0',
    ],
    [
      "text for GPUs",
      row("q,2020-05-01 00:01,1,none"),
      't.csv row 2: column "pending": got "none", expected a number of GPUs',
    ],
    [
      "infinite GPUs",
      row("q,2020-05-01 00:01,inf,0"),
      't.csv row 2: column "running": got "inf", expected a finite number of GPUs',
    ],
    [
      "a time that is none",
      row("q,yesterday,1,0"),
      't.csv row 2: column "time": got "yesterday", expected a time such as 2020-05-01T00:00:00Z',
    ],
    [
      "an empty time",
      row("q,,1,0"),
      't.csv row 2: column "time": got an empty cell, expected a time such as 2020-05-01T00:00:00Z',
    ],
    [
      "an empty queue",
      row(",2020-05-01 00:01,1,0"),
      't.csv row 2: column "queue": got an empty cell, expected a queue name',
    ],
    [
      "mixed time zones",
      row("q,2020-05-01T00:01:00+08:00,1,0"),
      'column "time" mixes times with a zone, t.csv row 2 (2020-05-01T00:01:00+08:00), and without one, t.csv row 1 (2020-05-01 00:00); give every time an offset, or none (then UTC is meant)',
    ],
    [
      "no queue column",
      "vc,time,running,pending\nq,2020-05-01,1,0\n",
      't.csv: no column "queue"; the columns are: "vc", "time", "running", "pending"',
    ],
    ["an empty file", "", "t.csv: the file is empty"],
    ["a file without rows", HEAD, "t.csv: the file has no rows"],
    ["no value at all", `${HEAD}q,2020-05-01,,\n`, 't.csv: column "running" has no value in any row'],
    [
      "times a century apart in thousands of queues",
      `${HEAD}${Array.from({ length: 2000 }, (_, i) => `q${i},${i ? 2020 : 1900}-05-01,1,0`).join("\n")}\n`,
      "t.csv: the times span 1900-05-01T00:00:00Z to 2020-05-01T00:15:00Z, 1051921 hours for 2000 queues; that is more than fleetlens lays out, so is one of the times wrong?",
    ],
  ])("%s", async (_what, text, message) => {
    expect(await refusal(text)).toBe(message);
  });

  it("rows later than asOf, and a maximum gap that is none", async () => {
    const text = row("q,2020-05-01 00:01,1,0");
    expect(await refusal(text, { asOf: START })).toBe(
      't.csv row 2: column "time": got "2020-05-01 00:01", expected a time not after --as-of 2020-05-01T00:00:00Z',
    );
    expect((await read(text, { asOf: START + 60_000 })).quality.rows).toBe(2);
    expect(await refusal(text, { maxGapMinutes: 0 })).toBe("maxGapMinutes must be a positive number, got 0");
  });

  it("sums beyond 64 bits", async () => {
    expect(await refusal(row("q,2020-05-01 00:01,9e15,0"))).toMatch(/out of range|Overflow/i);
  });

  it("stops at the signal", async () => {
    const abort = new AbortController();
    abort.abort(new Error("enough"));
    await expect(read(row("q,2020-05-01 00:01,1,0"), { signal: abort.signal })).rejects.toThrow("enough");
  });
});

describe("inferTelemetryColumns", () => {
  it.each([
    [
      "VC,Time,Running_GPU_Num,pending_gpus,total_gpu_num",
      { queue: "VC", time: "Time", running: "Running_GPU_Num", pending: "pending_gpus", capacity: "total_gpu_num" },
    ],
    ["namespace,ds,running_a100_gpus", { queue: "namespace", time: "ds", running: "running_a100_gpus" }],
    [
      "partition,timestamp,running_gpu_a,running_gpus,capacity",
      { queue: "partition", time: "timestamp", running: "running_gpus", capacity: "capacity" },
    ],
  ])("%s", async (header, expected) => {
    expect(await inferTelemetryColumns(await csv(`${header}\n`))).toEqual(expected);
  });

  it.each([
    [
      "user,time,running_gpus",
      /t\.csv: no queue column \(looked for queue, vc, partition or namespace\).*columns: "user", "time", "running_gpus"/,
    ],
    ["queue,vc,time,running_gpus", /several columns could be the queue: queue, vc/],
    ["queue,time,gpus", /no running column \(looked for running\*gpu\*\)/],
    ["queue,time,running_gpu_a,running_gpu_b", /several columns could be the running: running_gpu_a, running_gpu_b/],
  ])("refuses %s", async (header, message) => {
    await expect(inferTelemetryColumns(await csv(`${header}\n`))).rejects.toThrow(message);
  });
});

describe.skipIf(!existsSync(join(DATA, "helios")))("shared data (skipped where ../shared/data is absent)", () => {
  const helios = join(DATA, "helios/earth_vc_minutely_2020-05.parquet");

  it("Helios: 16 queues, 744 hours, 424,772.6 GPU-hours of usage", async () => {
    const found = await inferTelemetryColumns(helios);
    expect(found).toEqual({
      queue: "vc",
      time: "time",
      running: "running_gpu_num",
      pending: "pending_gpu_num",
      capacity: "total_gpu_num",
    });
    const { hourly, quality, inputs, warnings } = await readTelemetry({ files: helios, columns: found });
    expect([hourly.queues.length, hourly.hours, hourly.start]).toEqual([16, 744, START]);
    expect(hourly.observed.every((queue) => queue.every((share) => share === 1))).toBe(true);
    const hours = hourly.usage.reduce(
      (sum, queue, q) => sum + queue.reduce((s, v, h) => s + v * hourly.observed[q][h], 0),
      0,
    );
    expect(hours).toBeCloseTo(424_772.61666, 4);
    expect(quality).toMatchObject({ rows: 714_240, duplicates: 0, missing: 0, gapCount: 0 });
    expect(inputs[0].rows).toBe(714_240);
    expect(warnings).toEqual([]);
    const six = hourly.queues.indexOf("vc6YE");
    expect(hourly.capacity?.[six].every((gpus) => gpus === 208)).toBe(true);
    expect(Math.max(...hourly.demand[six])).toBeGreaterThan(208);
  });

  it("Philly: finds the ten-hour gap", async () => {
    const philly = join(DATA, "helios/philly_nodes_minutely.parquet");
    const files = at("philly.parquet");
    const { openDuckDb } = await import("../../../src/engine/index.js");
    const engine = await openDuckDb({ allowedFiles: [philly, files] });
    await engine.run(
      `COPY (SELECT 'all' AS queue, time, active FROM read_parquet(${engine.dialect.literal(philly)})) TO ${engine.dialect.literal(files)} (FORMAT parquet)`,
    );
    await engine.close();
    const { quality, hourly } = await readTelemetry({
      files,
      columns: { queue: "queue", time: "time", running: "active" },
    });
    const longest = quality.gaps.reduce((a, b) => (b.end - b.start > a.end - a.start ? b : a));
    expect((longest.end - longest.start) / HOUR).toBeGreaterThan(9.5);
    expect((longest.end - longest.start) / HOUR).toBeLessThan(11);
    const missing = hourly.observed[0].reduce((count, share) => count + Number(share === 0), 0);
    expect(missing).toBeGreaterThanOrEqual(9);
  });
});
