import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/core/errors.js";
import { readSeries, readTelemetry, readTimedValues } from "../../../src/ingest/index.js";
import { unitsOfDevice } from "../../../src/ingest/prometheus/dcgm-device.js";
import { readRangeResult } from "../../../src/ingest/prometheus/range-result.js";
import { DATA, temporaryFolder } from "./files.js";

const at = temporaryFolder();
const START = Date.UTC(2026, 0, 1) / 1000;

type Sample = [seconds: number, value: string];
interface Series {
  metric: Record<string, string>;
  values: unknown[];
}

async function answer(name: string, result: Series[], more: object = {}): Promise<string> {
  await mkdir(dirname(at(name)), { recursive: true });
  await writeFile(at(name), JSON.stringify({ status: "success", data: { resultType: "matrix", result }, ...more }));
  return at(name);
}

/** A sample every minute, none where the value is null. */
function minutes(values: readonly (number | string | null)[], from = 0): Sample[] {
  return values.flatMap((value, i): Sample[] => (value === null ? [] : [[START + 60 * (from + i), String(value)]]));
}

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.catch((e: unknown) => e);
  expect(error).toBeInstanceOf(InputError);
  return (error as Error).message.replaceAll(`${dirname(at("x"))}/`, "");
}

describe("answers of range queries", () => {
  it("keeps fractional seconds and NaN, and rejects what is no sample", async () => {
    const path = await answer("mixed.json", [
      {
        metric: { a: "1" },
        values: [[START + 0.25, "1e3"], [START + 1, "NaN"], [START + 2, "+Inf"], [START + 3, "x"], 4],
      },
    ]);
    const { series, rejected, samples } = await readRangeResult({ path, name: "mixed.json" });
    expect([...series[0].times]).toEqual([1000 * START + 250, 1000 * START + 1000]);
    expect([...series[0].values]).toEqual([1000, Number.NaN]);
    expect(samples).toBe(5);
    expect(rejected).toEqual([
      { file: "mixed.json", line: 1, field: "values[2]", reason: "+Inf is not finite" },
      { file: "mixed.json", line: 1, field: "values[3]", reason: `[${START + 3},"x"] is not [seconds, "value"]` },
      { file: "mixed.json", line: 1, field: "values[4]", reason: '4 is not [seconds, "value"]' },
    ]);
  });

  it.each([
    [
      "a failed query",
      '{"status":"error","errorType":"bad_data","error":"parse error"}',
      "the query failed: bad_data: parse error",
    ],
    [
      "an instant query",
      '{"status":"success","data":{"resultType":"vector","result":[]}}',
      "the answer is a vector, not a matrix; ask /api/v1/query_range, with start, end and step",
    ],
    [
      "no sample",
      '{"status":"success","data":{"resultType":"matrix","result":[]}}',
      "the answer has no sample; check the query, its start and its end",
    ],
    [
      "labels that are none",
      '{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"a":1}}]}}',
      "data.result at 0.metric.a: Invalid input: expected string, received number",
    ],
    [
      "a cut file",
      '{"status":"success","data":{"resultType":"matrix","result":[',
      "not JSON: Unexpected end of JSON input",
    ],
  ])("refuses %s", async (_what, text, message) => {
    await writeFile(at("bad.json"), text);
    expect(await refusal(readTimedValues(at("bad.json"), { time: "time", value: ["bad"] }))).toBe(
      `bad.json: ${message}`,
    );
  });

  it("rejects seconds that no calendar has, and says that an answer is partial", async () => {
    const path = at("far.json");
    const values = `[[1e999,"1"],[1e300,"1"],[8.64e12,"1"],[${START},"2"]]`;
    await writeFile(
      path,
      `{"status":"success","isPartial":true,"data":{"resultType":"matrix","result":[{"metric":{},"values":${values}}]}}`,
    );
    const { series, rejected, warnings } = await readRangeResult({ path, name: "far.json" });
    expect([...series[0].times]).toEqual([8.64e15, 1000 * START]);
    expect(rejected.map(({ field }) => field)).toEqual(["values[0]", "values[1]"]);
    expect(warnings).toEqual(["far.json: Prometheus says: the answer is partial: some of the storage did not answer"]);
  });

  it("knows an answer by its keys in any order, and with a byte order mark", async () => {
    const result = `{"result":[{"metric":{},"values":[[${START},"2"]]}],"resultType":"matrix"}`;
    const texts = {
      "sorted.json": `{"data":${result},"status":"success"}`,
      "mark.json": `\uFEFF{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[${START},"2"]]}]}}`,
    };
    for (const [name, text] of Object.entries(texts)) {
      await writeFile(at(name), text);
      const { blocks } = await readTimedValues(at(name), { time: "time", value: [name.split(".")[0]] });
      expect([...blocks[0].t], name).toEqual([1000 * START]);
      expect([...blocks[0].values[0]], name).toEqual([2]);
    }
  });

  it("refuses more than 1 % of unusable samples, unless told", async () => {
    const path = await answer("few.json", [{ metric: {}, values: minutes([1, "+Inf", 3]) }]);
    const options = { time: "time", value: ["few"] };
    expect(await refusal(readTimedValues(path, options))).toBe(
      "1 of 3 samples cannot be used (--lenient goes on without them): few.json line 1 values[1]: +Inf is not finite",
    );
    const { blocks, warnings } = await readTimedValues(path, { ...options, lenient: true });
    expect([...blocks[0].values[0]]).toEqual([1, 3]);
    expect(warnings).toHaveLength(1);
  });
});

describe("as a table", () => {
  it("is a row for each set of labels and instant, with a column for each query", async () => {
    const metric = { job: "api" };
    await answer("slo/good.json", [{ metric: { __name__: "ok", ...metric }, values: minutes([9, null, 8]) }]);
    await answer("slo/total.2026-01.json", [{ metric: { __name__: "all", ...metric }, values: minutes([10, 10]) }]);
    await answer(
      "slo/total.2026-02.json",
      [{ metric: { __name__: "all", ...metric }, values: minutes([10, "NaN", 7], 1) }],
      {
        warnings: ["results truncated"],
      },
    );
    const { blocks, inputs, warnings } = await readTimedValues(at("slo/*.json"), {
      ...{ id: "job", time: "time", value: ["good", "total"] },
    });
    expect(blocks.map(({ id }) => id)).toEqual(["api"]);
    expect([...blocks[0].t]).toEqual([0, 1, 2, 3].map((minute) => 1000 * (START + 60 * minute)));
    expect(blocks[0].values.map((values) => [...values])).toEqual([
      [9, Number.NaN, 8, Number.NaN],
      [10, 10, Number.NaN, 7],
    ]);
    expect(inputs.map(({ rows }) => rows)).toEqual([2, 2, 3]);
    expect(warnings[0]).toMatch(/total\.2026-02\.json: Prometheus says: results truncated$/);
  });

  it("has labels beside names that are taken, and one for both spellings of a label", async () => {
    const path = await answer("util.json", [
      { metric: { Hostname: "n1", time: "day", util: "x" }, values: minutes([1]) },
      { metric: { hostname: "n2" }, values: minutes([2]) },
    ]);
    const { series } = await readSeries(path, { id: "Hostname", time: "time", value: "util" });
    expect(series.map(({ id, y }) => [id, ...y])).toEqual([
      ["n1", 1],
      ["n2", 2],
    ]);
    expect(await refusal(readSeries(path, { id: "pod", time: "time", value: "util" }))).toMatch(
      /no column "pod"; the columns are: "Hostname", "label_time", "label_util", "time", "util"$/,
    );
  });

  it("takes samples that overlapping ranges repeat once, and refuses those that disagree", async () => {
    await answer("o/x.1.json", [{ metric: {}, values: minutes([1, 2]) }]);
    await answer("o/x.2.json", [{ metric: {}, values: minutes([2, 3], 1) }]);
    const { blocks } = await readTimedValues(at("o/*.json"), { time: "time", value: ["x"] });
    expect([...blocks[0].values[0]]).toEqual([1, 2, 3]);
    await answer("o/x.3.json", [{ metric: {}, values: minutes([4], 2) }]);
    expect(await refusal(readTimedValues(at("o/*.json"), { time: "time", value: ["x"] }))).toBe(
      "o/x.1.json, o/x.2.json, o/x.3.json: two samples of one series at 2026-01-01T00:02:00Z say 3 and 4; aggregate by the labels that tell them apart, or ask once",
    );
  });

  it("leaves JSON tables of rows alone that only look alike", async () => {
    await writeFile(at("rows.json"), '{"status":"success","t":1,"y":2}\n{"status":"error","t":2,"y":3}\n');
    const { series } = await readSeries(at("rows.json"), { id: "status", time: "t", value: "y" });
    expect(series.map(({ id, y }) => [id, ...y])).toEqual([
      ["error", 3],
      ["success", 2],
    ]);
  });
});

describe("as telemetry", () => {
  const columns = { queue: "namespace", time: "time", running: "running", pending: "pending" };

  it("adds up the series of a queue, with gaps where a step or one of the series is missing", async () => {
    const values = (value: number, missing: number) =>
      minutes(Array.from({ length: 180 }, (_, i) => (i >= missing && i < missing + 30 ? null : value)));
    const broken = minutes(Array.from({ length: 180 }, (_, i) => (i >= 120 ? "NaN" : 3)));
    await answer("q/running.json", [
      { metric: { namespace: "a", phase: "x" }, values: values(2, 60) },
      { metric: { namespace: "a", phase: "y" }, values: values(4, 60) },
      { metric: { namespace: "b", phase: "x" }, values: broken },
      { metric: { namespace: "b", phase: "y" }, values: values(1, 999) },
    ]);
    await answer(
      "q/pending.json",
      ["a", "b"].map((namespace) => ({ metric: { namespace }, values: values(1, 999) })),
    );
    const { hourly, quality } = await readTelemetry({ files: at("q/*.json"), columns });
    expect(hourly.queues).toEqual(["a", "b"]);
    expect([...hourly.usage[0]]).toEqual([6, 6, 6]);
    expect([...hourly.demand[0]]).toEqual([7, 7, 7]);
    expect(hourly.observed[0][1]).toBeCloseTo(44 / 60, 9);
    expect([...hourly.usage[1]].slice(0, 2)).toEqual([4, 4]);
    // A sum without one of its series is no sum: the last one of all holds for 15 minutes.
    expect(hourly.observed[1][2] ?? 0).toBeLessThan(0.26);
    expect(quality.gapCount).toBe(1);
  });

  it("counts the GPUs that DCGM lists one by one, parts of MIG as such, and those of no pod not", async () => {
    const gpu = (UUID: string, more: Record<string, string>): Series => ({
      metric: { __name__: "DCGM_FI_DEV_GPU_UTIL", gpu: "0", UUID, modelName: "NVIDIA A100", ...more },
      values: minutes([97, "NaN", 0]),
    });
    const mig = (id: number) =>
      gpu("G3", { namespace: "b", pod: `m${id}`, GPU_I_PROFILE: "2g.10gb", GPU_I_ID: String(id) });
    const path = await answer("dcgm.json", [
      gpu("G0", { namespace: "a", pod: "p" }),
      gpu("G1", { namespace: "a", pod: "p" }),
      gpu("G2", {}),
      ...[1, 2, 3].map(mig),
      gpu("G4", { namespace: "b", pod: "n", GPU_I_PROFILE: "1g.5gb", GPU_I_ID: "4" }),
    ]);
    const { hourly } = await readTelemetry({
      files: path,
      columns: { queue: "namespace", time: "time", running: "dcgm" },
    });
    expect(hourly.queues).toEqual(["a", "b"]);
    // 3 × 2/7 + 1/7.
    expect([hourly.usage[0][0], hourly.usage[1][0]]).toEqual([2, 1]);
    expect(unitsOfDevice({ pod: "p", GPU_I_PROFILE: "1g.6gb", modelName: "NVIDIA A30" })).toBe(7);
    expect(unitsOfDevice({ pod: "" })).toBeNull();
  });
});

describe.skipIf(!existsSync(join(DATA, "readers")))("shared sample (skipped where ../shared/data is absent)", () => {
  it("is one GPU of a team, with a gap where a step is missing", async () => {
    const { hourly, quality, warnings } = await readTelemetry({
      files: join(DATA, "readers/prometheus_range.json"),
      columns: { queue: "namespace", time: "time", running: "prometheus_range" },
    });
    expect([hourly.queues, hourly.usage[0][0], quality.rows]).toEqual([["team-a"], 1, 3]);
    expect(warnings[0]).toMatch(/prometheus_range\.json: Prometheus says: synthetic$/);
    const { blocks } = await readTimedValues(join(DATA, "readers/prometheus_range.json"), {
      ...{ time: "time", value: ["prometheus_range"], id: "UUID" },
    });
    expect([...blocks[0].values[0]]).toEqual([97, Number.NaN, 0]);
    expect(blocks[0].t[1] - blocks[0].t[0]).toBe(60_500);
  });
});
