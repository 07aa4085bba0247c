import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCanary } from "../../../src/ingest/gate/read-canary.js";
import { readEdge } from "../../../src/ingest/gate/read-edge.js";
import { readOtaSoak, readOtaWaves } from "../../../src/ingest/gate/read-ota.js";
import { readDefects, readMitigations, readServiceBuckets } from "../../../src/ingest/gate/read-service.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fleetlens-test-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(...lines: string[]): string {
  writeFileSync(join(folder, "in.csv"), `${lines.join("\n")}\n`);
  return join(folder, "in.csv");
}

const CANARY = "arm,label,prediction,latency_ms";

describe("readCanary", () => {
  it("gives codes of one dictionary, flags and shared requests", async () => {
    const { requests, inputs } = await readCanary(
      file(
        `${CANARY},slice,ok,request_id`,
        "prod,1,1.0,5,day,true,x",
        "canary,1,2,,night,0,x",
        "canary,,,7.5,,,y",
        "prod,-3.00,v1.0,1,day,1,",
      ),
    );
    const { classes } = requests;
    const name = (code: number) => classes[code] ?? null;
    expect(Array.from(requests.arm)).toEqual([0, 1, 1, 0]);
    expect(Array.from(requests.label, name)).toEqual(["1", "1", null, "-3"]);
    expect(Array.from(requests.prediction, name)).toEqual(["1", "2", null, "v1.0"]);
    expect(Array.from(requests.latencyMs)).toEqual([5, Number.NaN, 7.5, 1]);
    expect(Array.from(requests.slice!.codes, (code) => requests.slice!.values[code])).toEqual([
      ...["day", "night", undefined, "day"],
    ]);
    expect(Array.from(requests.ok!)).toEqual([1, 0, -1, 1]);
    expect(Array.from(requests.request!)).toEqual([0, 0, -1, -1]);
    expect(inputs).toMatchObject([{ rows: 4 }]);
  });

  it("has no requests to pair when the arms share none", async () => {
    const { requests } = await readCanary(file(`${CANARY},request_id`, "prod,a,a,1,x", "canary,a,a,1,y"));
    expect([requests.request, requests.ok, requests.slice]).toEqual([undefined, undefined, undefined]);
  });

  it.each<[string[], string]>([
    [["arm,label,prediction", "prod,a,a"], 'in.csv: no column "latency_ms"'],
    [[CANARY, "prod,a,a,1", "test,a,a,1"], 'in.csv row 2: column "arm": got "test", expected prod or canary'],
    [[CANARY, ",a,a,1"], 'in.csv row 1: column "arm": got an empty cell'],
    [[CANARY, "prod,a,a,-1"], 'in.csv row 1: column "latency_ms": got "-1", expected milliseconds from 0'],
    [[CANARY, "prod,a,a,slow"], 'in.csv row 1: column "latency_ms": got "slow"'],
    [[`${CANARY},ok`, "prod,a,a,1,2"], 'in.csv row 1: column "ok": got "2", expected true or false, 1 or 0'],
    [[`${CANARY},ok`, "prod,a,a,1,maybe"], 'in.csv row 1: column "ok": got "maybe"'],
  ])("refuses %j", async (lines, message) => {
    await expect(readCanary(file(...lines))).rejects.toThrow(message);
  });
});

describe("readOtaWaves and readOtaSoak", () => {
  const WAVES = "wave,region,attempted,failed";
  const SOAK = "vehicle,hours,failed";

  it("takes waves for numbers only when all are", async () => {
    expect((await readOtaWaves(file(WAVES, "2,eu,1,0", "10,eu,1,0"))).waves.wave).toEqual([2, 10]);
    expect((await readOtaWaves(file(WAVES, "2,eu,1,0", "02,eu,1,0"))).waves.wave).toEqual(["2", "02"]);
  });

  it("reads a soak with regions, of which some are unknown", async () => {
    const { soak } = await readOtaSoak(file(`${SOAK},region`, "a,1.5,TRUE,eu", "b,2,0,"));
    expect([Array.from(soak.failed), soak.region, Array.from(soak.hours)]).toEqual([
      [1, 0],
      ["eu", "unknown"],
      [1.5, 2],
    ]);
  });

  it.each<[string[], string]>([
    [["1,eu,10,0", "1,us,5,6"], 'in.csv row 2: column "failed": got "6", expected at most attempted of the row'],
    [["1,eu,10.5,0"], 'in.csv row 1: column "attempted": got "10.5", expected a whole number from 0'],
    [["1,eu,-1,0"], 'in.csv row 1: column "attempted"'],
    [["1,,10,0"], 'in.csv row 1: column "region": got an empty cell'],
    [[",eu,10,0"], 'in.csv row 1: column "wave": got an empty cell'],
  ])("refuses waves %j", async (lines, message) => {
    await expect(readOtaWaves(file(WAVES, ...lines))).rejects.toThrow(message);
  });

  it.each<[string, RegExp]>([
    ["a,2,1", /in\.csv row 1 and .*in\.csv row 2: column "vehicle": vehicle "a" is there twice/],
    ["b,2,", /in\.csv row 2: column "failed": got an empty cell/],
    ["b,2,x", /in\.csv row 2: column "failed": got "x"/],
    ["b,-2,1", /in\.csv row 2: column "hours": got "-2"/],
    [",2,1", /in\.csv row 2: column "vehicle": got an empty cell/],
  ])("refuses a soak with %s", async (line, message) => {
    await expect(readOtaSoak(file(SOAK, "a,1,0", line))).rejects.toThrow(message);
  });
});

describe("readEdge", () => {
  it("reads classes of any name, and scores that are not finite", async () => {
    const { samples } = await readEdge(file('"float_a""b","quant_a""b",float_,quant_', "1,nan,0,0", "2,,0,inf"));
    expect(samples.classes).toEqual(['a"b', ""]);
    expect(Array.from(samples.quant[0])).toEqual([Number.NaN, Number.NaN]);
    expect(Array.from(samples.quant[1])).toEqual([0, Number.POSITIVE_INFINITY]);
    expect([samples.latencyMs, samples.temperatureC, samples.times]).toEqual([undefined, undefined, undefined]);
  });

  it.each(["2026-09-01T00:00:01Z", "1788220801", "1788220801000"])("reads %s as an instant", async (time) => {
    const { samples } = await readEdge(file("float_a,quant_a,temperature_c,time", `1,1,50,${time}`));
    expect(Array.from(samples.times!)).toEqual([1_788_220_801_000]);
  });

  it.each<[string[], string]>([
    [["a", "1"], "in.csv: no column float_…"],
    [["float_a,quant_b", "1,1"], 'in.csv: no column "float_b"'],
    [["float_a,float_b,quant_a", "1,1,1"], 'in.csv: no column "quant_b"'],
    [["float_a,quant_a", "1,1", ",1"], 'in.csv row 2: column "float_a": got an empty cell, expected a finite score'],
    [["float_a,quant_a", "inf,1"], 'in.csv row 1: column "float_a": got "inf"'],
    [["float_a,quant_a", "1,high"], 'in.csv row 1: column "quant_a": got "high", expected a number'],
    [["float_a,quant_a,temperature_c", "1,1,50"], 'in.csv: no column "time"'],
    [["float_a,quant_a,temperature_c,time", "1,1,-300,1"], 'in.csv row 1: column "temperature_c": got "-300"'],
    [["float_a,quant_a,latency_ms", "1,1,-1"], 'in.csv row 1: column "latency_ms": got "-1"'],
  ])("refuses %j", async (lines, message) => {
    await expect(readEdge(file(...lines))).rejects.toThrow(message);
  });
});

describe("readers of a service", () => {
  it("sort buckets by time, and take requests for inferences where there are none", async () => {
    const lines = ["time,good,total,cost", "2026-09-01T01:00Z,9,10,2", "2026-09-01T00:00Z,,5,1"];
    const { record } = await readServiceBuckets(file(...lines));
    expect(Array.from(record.requests!.good)).toEqual([Number.NaN, 9]);
    expect(Array.from(record.requests!.times)).toEqual([Date.UTC(2026, 8, 1), Date.UTC(2026, 8, 1, 1)]);
    expect([Array.from(record.cost!.cost), Array.from(record.cost!.inferences)]).toEqual([
      [1, 2],
      [5, 10],
    ]);
    const paid = await readServiceBuckets(file("time,cost,inferences", "2026-09-01,1,2"));
    expect(Object.keys(paid.record)).toEqual(["cost"]);
  });

  it.each<[string[], string]>([
    [["time,good,total", "2026-09-01,5,4"], 'in.csv row 1: column "good": got "5", expected at most total of the row'],
    [["time,good,total", "2026-09-01,-1,4"], 'in.csv row 1: column "good": got "-1"'],
    [["time,bad", "2026-09-01,4"], "in.csv: neither columns good and total nor a column cost"],
    [["time,cost,inferences", "2026-09-01,,4"], 'in.csv row 1: column "cost": got an empty cell'],
    [["time,good", "2026-09-01,4"], 'in.csv: no column "total"'],
    [["time,total", "2026-09-01,4"], 'in.csv: no column "good"'],
    [["time,cost", "2026-09-01,4"], 'in.csv: no column "total"'],
    [["time,good,total", "soon,4,4"], 'in.csv row 1: column "time": got "soon"'],
    [["time,good,total", "17,4,4"], 'in.csv row 1: column "time": got "17"'],
    [
      ["time,good,total", "2026-09-02,4,4", "2026-09-01T00:00,4,4", "2026-09-01,4,4"],
      'in.csv row 3: column "time": got "2026-09-01", which ',
    ],
    [["time,cost,inferences", "2026-09-01,4,4", "2026-09-01,4,4"], 'in.csv row 2: column "time"'],
  ])("refuse %j", async (lines, message) => {
    await expect(readServiceBuckets(file(...lines))).rejects.toThrow(message);
  });

  it("read incidents that are mitigated, resolved or open", async () => {
    const both = "started_at,mitigated_at,resolved_at";
    const { record } = await readMitigations(file(both, "2026-09-01T00:00Z,2026-09-01T00:10Z,2026-09-02T00:00Z"));
    expect(Array.from(record.incidents!.mitigated)).toEqual([Date.UTC(2026, 8, 1, 0, 10)]);
    const open = await readMitigations(file("started_at,resolved_at", "2026-09-01,"));
    expect(Array.from(open.record.incidents!.mitigated)).toEqual([Number.NaN]);
    await expect(readMitigations(file("started_at", "2026-09-01"))).rejects.toThrow('no column "mitigated_at"');
    await expect(readMitigations(file("started_at,mitigated_at", "2026-09-02,2026-09-01"))).rejects.toThrow(
      'in.csv row 1: column "mitigated_at": got "2026-09-01", expected a time not before started_at',
    );
  });

  it("read no incidents, which is good news", async () => {
    const { record } = await readMitigations(file("started_at,mitigated_at"));
    expect(record.incidents!.started).toHaveLength(0);
  });

  it("read counts of defects", async () => {
    expect((await readDefects(file("escaped,caught", "1,2"))).record.defects!.caught[0]).toBe(2);
    await expect(readDefects(file("escaped,caught", "0.5,1"))).rejects.toThrow('in.csv row 1: column "escaped"');
    await expect(readDefects(file("escaped,caught", "1,"))).rejects.toThrow('in.csv row 1: column "caught"');
  });
});

describe("files without rows", () => {
  it.each([
    ["request", readCanary, CANARY],
    ["wave and region", readOtaWaves, "wave,region,attempted,failed"],
    ["vehicle", readOtaSoak, "vehicle,hours,failed"],
    ["sample", readEdge, "float_a,quant_a"],
    ["bucket", readServiceBuckets, "time,good,total"],
    ["release or the like", readDefects, "escaped,caught"],
  ])("are refused where a row is a %s", async (what, read, head) => {
    await expect(read(file(head))).rejects.toThrow(`in.csv: there are no rows; expected one for each ${what}`);
  });
});
