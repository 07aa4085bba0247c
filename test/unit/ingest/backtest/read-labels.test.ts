import { writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { InputError } from "../../../../src/core/errors.js";
import { readCohorts } from "../../../../src/ingest/backtest/read-cohorts.js";
import { readLabels } from "../../../../src/ingest/backtest/read-labels.js";
import { copyTo, temporaryFolder } from "../files.js";

const at = temporaryFolder();

async function text(name: string, content: string): Promise<string> {
  await writeFile(at(name), content);
  return at(name);
}

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.catch((e: unknown) => e);
  expect(error).toBeInstanceOf(InputError);
  return (error as Error).message;
}

describe("readLabels", () => {
  it("reads labels of any types, in the order of the rows; an end is the start where there is none", async () => {
    const path = await copyTo(
      at("labels.parquet"),
      `SELECT * FROM (VALUES (7, 12, 'b', TIMESTAMP '1970-01-01 00:00:01', NULL, 'high'),
        (8, 3, 'a', TIMESTAMP '1970-01-01 00:00:00', TIMESTAMP '1970-01-01 00:00:02.5', NULL),
        (9, 12, 'a', TIMESTAMP '1970-01-01 00:00:05', TIMESTAMP '1970-01-01 00:00:05', 'low'))
        r(label_id, vehicle_id, trigger_id, ts, end_ts, severity)`,
    );
    const { labels, inputs } = await readLabels(path);
    expect(labels).toEqual({
      labelIds: ["7", "8", "9"],
      triggerIds: ["b", "a"],
      trigger: Int32Array.of(0, 1, 1),
      vehicleIds: ["12", "3"],
      vehicle: Int32Array.of(0, 1, 0),
      ts: Float64Array.of(1000, 0, 5000),
      endTs: Float64Array.of(1000, 2500, 5000),
      severity: ["high", null, "low"],
    });
    expect(inputs).toMatchObject([{ rows: 3 }]);
    const plain = await text("plain.csv", "label_id,vehicle_id,trigger_id,ts\n007,07,t,5\n");
    expect((await readLabels(plain)).labels).toMatchObject({
      ...{ labelIds: ["007"], vehicleIds: ["07"], ts: Float64Array.of(5), endTs: Float64Array.of(5), severity: null },
    });
  });

  it("refuses labels without a name, time or vehicle, twice, or that end before they start", async () => {
    const head = "label_id,vehicle_id,trigger_id,ts,end_ts";
    const of = async (row: string) => refusal(readLabels(await text("bad.csv", `${head}\na,v,t,1,\n${row}\n`)));
    expect(await of(",v,t,1,")).toMatch(/bad\.csv row 2: column "label_id"/);
    expect(await of("b,,t,1,")).toMatch(/row 2: column "vehicle_id"/);
    expect(await of("b,v,,1,")).toMatch(/row 2: column "trigger_id"/);
    expect(await of("b,v,t,,")).toMatch(/row 2: column "ts": got an empty cell/);
    expect(await of("b,v,t,5,4")).toMatch(/row 2: column "end_ts": got "4", expected an end that is not before/);
    expect(await of("a,v,t,5,6")).toMatch(/row 1 and .* row 2: column "label_id": label "a" is there twice/);
    expect(await refusal(readLabels(await text("none.csv", "label_id,vehicle_id,ts\n")))).toMatch(
      /no column "trigger_id"/,
    );
  });
});

describe("readCohorts", () => {
  it("reads the cohort of each vehicle, and refuses a vehicle in two", async () => {
    const { cohorts } = await readCohorts(await text("c.csv", "cohort,vehicle_id\ncanary,7\ncontrol,07\ncanary,7\n"));
    expect([...cohorts]).toEqual([
      ["7", "canary"],
      ["07", "control"],
    ]);
    expect(
      await refusal(readCohorts(await text("two.csv", "vehicle_id,cohort\nv,canary\n__proto__,canary\nv,control\n"))),
    ).toMatch(/two\.csv row 3: column "cohort": vehicle "v" is in "canary" and "control"/);
    expect(await refusal(readCohorts(await text("no.csv", "vehicle_id,cohort\nv,\n")))).toMatch(
      /row 1: column "cohort"/,
    );
  });
});
