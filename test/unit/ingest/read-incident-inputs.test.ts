import { writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/core/index.js";
import { readChangeEvents, readKpi, readModelSamples, readReplay, readSliceTable } from "../../../src/ingest/index.js";
import { copyTo, temporaryFolder } from "./files.js";

const at = temporaryFolder();

async function csv(text: string): Promise<string> {
  await writeFile(at("in.csv"), text);
  return at("in.csv");
}

async function refusal(work: Promise<unknown>): Promise<InputError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(InputError);
  return error as InputError;
}

const JUNE = Date.UTC(2026, 5, 1);

describe("readKpi", () => {
  it("sorts by time; an empty value is missing, an empty number of requests is none", async () => {
    const path = await csv("time,value,requests\n2026-06-01T00:10:00Z,0.2,\n2026-06-01T00:00:00Z,,100\n");
    const { kpi, inputs, warnings } = await readKpi(path);
    expect(kpi).toEqual({
      times: Float64Array.of(JUNE, JUNE + 600_000),
      values: Float64Array.of(Number.NaN, 0.2),
      requests: Float64Array.of(100, 0),
    });
    expect([inputs[0].rows, warnings]).toEqual([2, []]);
  });

  it("reads Unix seconds and other zones as the same instants, and has no requests where there is no such column", async () => {
    const seconds = await readKpi(await csv(`time,value\n${JUNE / 1000},1\n`));
    expect(seconds.kpi).toEqual({ times: Float64Array.of(JUNE), values: Float64Array.of(1) });
    const zoned = await readKpi(await csv("time,value\n2026-06-01T02:00:00+02:00,1\n"));
    expect(zoned.kpi.times).toEqual(Float64Array.of(JUNE));
  });

  it("keeps rows of one time with a warning, and takes a file without rows", async () => {
    const twice = await readKpi(await csv("time,value\n2026-06-01,1\n2026-06-01,2\n"));
    expect([twice.kpi.values, twice.warnings.length]).toEqual([Float64Array.of(1, 2), 1]);
    expect((await readKpi(await csv("time,value\n"))).kpi.times).toHaveLength(0);
  });

  it.each([
    ["time,v\n2026-06-01,1\n", /no column "value"/],
    ["time,value\nsoon,1\n", /row 1: column "time": got "soon"/],
    ["time,value\n2026-06-01,x\n", /row 1: column "value": got "x"/],
    ["time,value,requests\n2026-06-01,0.1,5\n2026-06-02,0.1,-5\n", /row 2: column "requests": got "-5"/],
    ["time,value\n1,5\n2,6\n", /column "time" holds plain numbers/],
  ])("refuses %j", async (text, message) => {
    expect((await refusal(readKpi(await csv(text)))).message).toMatch(message);
  });
});

describe("readChangeEvents", () => {
  const HEAD = "event_id,time,kind,target";

  it("reads all columns, in order of time, whatever the zones", async () => {
    const path = await csv(
      `${HEAD},scope,end_time,description\n` +
        "e2,2026-06-01T03:00:00+02:00,Model,ranker,region=eu;model=m2,2026-06-01T05:00:00+02:00,\n" +
        "e1,2026-06-01T00:30:00Z,config,timeouts,,,slower upstream\n",
    );
    const { events, warnings } = await readChangeEvents(path);
    expect(events).toEqual([
      { eventId: "e1", time: JUNE + 1_800_000, kind: "config", target: "timeouts", description: "slower upstream" },
      {
        eventId: "e2",
        time: JUNE + 3_600_000,
        endTime: JUNE + 3 * 3_600_000,
        kind: "model",
        target: "ranker",
        scope: { region: "eu", model: "m2" },
      },
    ]);
    expect(warnings).toEqual([]);
  });

  it("reads Unix times in seconds (also fractions) and milliseconds, and unknown kinds as other", async () => {
    const path = await csv(`${HEAD}\na,${JUNE / 1000},deploy,x\nb,${JUNE / 1000 + 1.25},rollout,y\n`);
    const { events, warnings } = await readChangeEvents(path);
    expect(events.map(({ time, kind }) => [time, kind])).toEqual([
      [JUNE, "other"],
      [JUNE + 1250, "other"],
    ]);
    expect(warnings).toEqual([
      expect.stringMatching(/column "kind": "deploy", "rollout" counts as "other"; known kinds are code, config/),
    ]);
    const ms = await readChangeEvents(await csv(`${HEAD}\na,${JUNE},code,x\n`));
    expect(ms.events[0].time).toBe(JUNE);
  });

  it("a file without rows is an empty log", async () => {
    expect((await readChangeEvents(await csv(`${HEAD}\n`))).events).toEqual([]);
  });

  it.each([
    ["event_id,time,kind\na,2026-06-01,code\n", /no column "target"/],
    [`${HEAD}\n,2026-06-01,code,x\n`, /row 1: column "event_id": got an empty cell, expected an event id/],
    [`${HEAD}\na,,code,x\n`, /row 1: column "time": got an empty cell/],
    [`${HEAD}\na,12,code,x\n`, /row 1: column "time": got "12", expected a time such as .*, or Unix time in s or ms/],
    [`${HEAD}\na,soon,code,x\n`, /row 1: column "time": got "soon"/],
    [`${HEAD}\na,2026-06-01,,x\n`, /row 1: column "kind": got an empty cell, expected a kind of event: code, config/],
    [`${HEAD}\na,2026-06-01,code,x\na,2026-06-02,code,y\n`, /event "a" is there twice/],
    [`${HEAD},scope\na,2026-06-01,code,x,eu\n`, /row 1: column "scope": got "eu", expected dim=value/],
    [
      `${HEAD},end_time\na,2026-06-02,code,x,2026-06-01\n`,
      /row 1: column "end_time": got "2026-06-01", expected an end/,
    ],
    [`${HEAD},end_time\na,2026-06-02,code,x,later\n`, /row 1: column "end_time": got "later"/],
  ])("refuses %j", async (text, message) => {
    expect((await refusal(readChangeEvents(await csv(text)))).message).toMatch(message);
  });
});

describe("readSliceTable", () => {
  it("makes dictionary codes of every column but time, value and weight; empty cells are missing", async () => {
    const path = await csv(
      "time,region,model,build,value,weight\n" +
        "2026-06-01T00:00:00Z,us,m1,7,1,10\n2026-06-01T01:00:00+01:00,eu,m1,,2,20\n2026-06-01T00:05:00Z,us,m2,10,0,5\n",
    );
    const { table } = await readSliceTable(path);
    expect(table).toEqual({
      times: Float64Array.of(JUNE, JUNE, JUNE + 300_000),
      dimensions: [
        { name: "region", values: ["eu", "us"], codes: Int32Array.of(1, 0, 1) },
        { name: "model", values: ["m1", "m2"], codes: Int32Array.of(0, 0, 1) },
        { name: "build", values: ["10", "7"], codes: Int32Array.of(1, -1, 0) },
      ],
      value: Float64Array.of(1, 2, 0),
      weight: Float64Array.of(10, 20, 5),
    });
  });

  it("reads typed Parquet columns, a dimension without any value, and ones for weights that are not there", async () => {
    const path = await copyTo(
      at("slices.parquet"),
      "SELECT TIMESTAMP '2026-06-01' + INTERVAL 5 MINUTE * i AS time, i % 2 = 0 AS canary, i // 2 AS shard, NULL::VARCHAR AS none, i AS value FROM range(4) r(i)",
    );
    const { table } = await readSliceTable(path);
    expect(table.weight).toEqual(Float64Array.of(1, 1, 1, 1));
    expect(table.dimensions).toEqual([
      { name: "canary", values: ["false", "true"], codes: Int32Array.of(1, 0, 1, 0) },
      { name: "shard", values: ["0", "1"], codes: Int32Array.of(0, 0, 1, 1) },
      { name: "none", values: [], codes: Int32Array.of(-1, -1, -1, -1) },
    ]);
  });

  it.each(["wieght", "Weight", "weights"])("refuses numbers in a column %s where there is no weight", async (name) => {
    const path = await csv(`time,region,value,${name}\n2026-06-01,eu,1,10\n2026-06-02,us,2,20\n`);
    const error = await refusal(readSliceTable(path));
    expect(error.message).toMatch(
      new RegExp(
        `in\\.csv: column "${name}" holds numbers and would be a dimension: if it is the total call it "weight"`,
      ),
    );
    const weighted = await csv(`time,region,value,weight,${name}s\n2026-06-01,eu,1,10,1\n`);
    expect((await readSliceTable(weighted)).warnings).toEqual([]);
    const text = await csv(`time,${name},value\n2026-06-01,light,1\n2026-06-01,heavy,1\n`);
    expect((await readSliceTable(text)).table.dimensions[0].values).toEqual(["heavy", "light"]);
  });

  it("refuses a dimension of many fractions, and warns of one of many whole numbers", async () => {
    const rows = (cell: (i: number) => string) =>
      Array.from({ length: 101 }, (_, i) => `2026-06-01,eu,1,${cell(i)}`).join("\n");
    const measure = await csv(`time,region,value,latency\n${rows((i) => (i / 8).toString())}\n`);
    expect((await refusal(readSliceTable(measure))).message).toMatch(
      /column "latency" holds 101 different numbers and would be a dimension: call it "value" or "weight", or leave it out/,
    );
    const total = await csv(`time,region,value,requests\n${rows((i) => String(1000 + i))}\n`);
    expect((await readSliceTable(total)).warnings).toEqual([
      expect.stringMatching(
        /column "requests" holds 101 different numbers and counts as a dimension: if it is a total/,
      ),
    ]);
    const shards = await csv(`time,region,value,shard\n${rows((i) => String(i % 100))}\n`);
    expect((await readSliceTable(shards)).warnings).toEqual([]);
  });

  it("takes a table without rows, and dimensions of more than 255 values", async () => {
    expect((await readSliceTable(await csv("time,region,value\n"))).table.times).toHaveLength(0);
    const path = await copyTo(
      at("wide.parquet"),
      "SELECT 1780000000 + i AS time, CASE WHEN i < 700 THEN lpad(i::VARCHAR, 4, '0') END AS host, 1 AS value FROM range(1000) r(i)",
    );
    const [host] = (await readSliceTable(path)).table.dimensions;
    expect([host.codes[0], host.codes[699], host.codes[700], host.values.length]).toEqual([0, 699, -1, 700]);
  });

  it.each([
    ["time,value,weight\n2026-06-01,1,2\n", /no dimension: every column but time, value and weight is one/],
    ["time,region,weight\n2026-06-01,eu,2\n", /no column "value"/],
    ["time,region,value\n,eu,2\n", /row 1: column "time": got an empty cell/],
    ["time,region,value\n2026-06-01,eu,\n", /row 1: column "value": got an empty cell/],
    ["time,region,value,weight\n2026-06-01,eu,1,-2\n", /row 1: column "weight": got "-2", expected a number from 0/],
  ])("refuses %j", async (text, message) => {
    expect((await refusal(readSliceTable(await csv(text)))).message).toMatch(message);
  });

  it("refuses a column that names rows", async () => {
    const path = await copyTo(
      at("ids.parquet"),
      "SELECT 1780000000 + i AS time, 'r' || i AS request, 1 AS value FROM range(100001) r(i)",
    );
    expect((await refusal(readSliceTable(path))).message).toMatch(/column "request" has more than 100000 values/);
  });
});

describe("readModelSamples", () => {
  it("reads labels, predictions, scores and slice columns", async () => {
    const path = await csv(
      "time,label,pred,score,region\n2026-06-01T00:00:00Z,007,7,0.5,eu\n2026-06-01T00:00:01Z,a,a,,us\n",
    );
    expect((await readModelSamples(path)).samples).toEqual({
      times: Float64Array.of(JUNE, JUNE + 1000),
      labels: ["007", "a"],
      preds: ["7", "a"],
      scores: Float64Array.of(0.5, Number.NaN),
      dimensions: [{ name: "region", values: ["eu", "us"], codes: Int32Array.of(0, 1) }],
    });
    const bare = await readModelSamples(await csv("time,label,pred\n2026-06-01,a,b\n"));
    expect(bare.samples).toMatchObject({ labels: ["a"], dimensions: [] });
    expect(bare.samples.scores).toBeUndefined();
  });

  it.each([
    ["time,label,score\n2026-06-01,a,1\n", /no column "pred"/],
    ["time,label,pred\n2026-06-01,,a\n", /row 1: column "label": got an empty cell, expected a label/],
    ["time,label,pred,score\n2026-06-01,a,a,1.5\n", /row 1: column "score": got "1.5", expected a probability/],
    ["time,label,pred\nnow,a,a\n", /row 1: column "time": got "now"/],
  ])("refuses %j", async (text, message) => {
    expect((await refusal(readModelSamples(await csv(text)))).message).toMatch(message);
  });
});

describe("readReplay", () => {
  it("reads flags of any spelling, with and without latencies", async () => {
    const head = "request_id,before_ok,after_ok,latency_ms_before,latency_ms_after";
    const { replay } = await readReplay(await csv(`${head}\n007,0,1,12.5,10\nb,true,false,,11\n`));
    expect(replay).toEqual({
      requestIds: ["007", "b"],
      beforeOk: Float64Array.of(0, 1),
      afterOk: Float64Array.of(1, 0),
      latencyBefore: Float64Array.of(12.5, Number.NaN),
      latencyAfter: Float64Array.of(10, 11),
    });
    const bare = await readReplay(await csv("request_id,before_ok,after_ok\na,1,1\n"));
    expect([bare.replay.latencyBefore, bare.replay.latencyAfter]).toEqual([undefined, undefined]);
  });

  it.each([
    ["request_id,before_ok\na,1\n", /no column "after_ok"/],
    ["request_id,before_ok,after_ok\na,1,\n", /row 1: column "after_ok": got an empty cell, expected true or false/],
    ["request_id,before_ok,after_ok\na,1,2x\n", /row 1: column "after_ok": got "2x"/],
    ["request_id,before_ok,after_ok\na,1,1\na,0,1\n", /request "a" is there twice/],
    ["request_id,before_ok,after_ok,latency_ms_after\na,1,1,-4\n", /row 1: column "latency_ms_after": got "-4"/],
  ])("refuses %j", async (text, message) => {
    expect((await refusal(readReplay(await csv(text)))).message).toMatch(message);
  });
});
