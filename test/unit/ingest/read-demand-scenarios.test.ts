import { writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { readDemandScenarios, readTeamUsage } from "../../../src/ingest/index.js";
import { copyTo, temporaryFolder } from "./files.js";

const at = temporaryFolder();

async function csv(name: string, lines: string[]): Promise<string> {
  const path = at(name);
  await writeFile(path, `${lines.join("\n")}\n`);
  return path;
}

const HEAD = "family,scenario,hour,gpus";

describe("readDemandScenarios", () => {
  it("gives every family a value for every scenario and hour, whatever the order of the rows", async () => {
    const path = await csv("good.csv", [
      "gpus,hour,note,scenario,family",
      ..."4.5,8,x,7,b|1,7,x,7,a|2,8,x,7,a|3,7,x,7,b|5,7,x,2,a|6,8,x,2,a|7,7,x,2,b|8,8,x,2,b".split("|"),
    ]);
    const cube = await readDemandScenarios(path, "scenario");
    expect(cube).toMatchObject({ families: ["a", "b"], members: [2, 7], hours: 2, firstHour: 7 });
    expect(cube.gpus).toEqual([Float64Array.of(5, 6, 1, 2), Float64Array.of(7, 8, 3, 4.5)]);
    expect(cube.inputs).toMatchObject([{ name: path, rows: 8 }]);
  });

  it("reads quantiles from Parquet", async () => {
    const path = await copyTo(
      at("quantiles.parquet"),
      "SELECT 'a' AS family, h::INTEGER AS hour, q, h + 10 * q AS gpus FROM range(3) r(h), (VALUES (0.9::DOUBLE), (0.1)) v(q)",
    );
    const cube = await readDemandScenarios(path, "q");
    expect(cube).toMatchObject({ families: ["a"], members: [0.1, 0.9], hours: 3, firstHour: 0 });
    expect(cube.gpus[0]).toEqual(Float64Array.of(1, 2, 3, 9, 10, 11));
  });

  it.each([
    [
      "no-column",
      ["family,scenario,hour,gpu", "a,0,0,1"],
      'no column "gpus"; the columns are: "family", "scenario", "hour", "gpu"',
    ],
    ["empty", [HEAD], "the file has no rows"],
    ["name", [HEAD, "a,0,0,1", ",0,1,1"], ' row 2: column "family": got an empty cell, expected a name'],
    ["half", [HEAD, "a,0.5,0,1"], ' row 1: column "scenario": got "0.5", expected a whole number'],
    ["hour", [HEAD, "a,0,noon,1"], ' row 1: column "hour": got "noon", expected a whole number'],
    ["negative", [HEAD, "a,0,0,1", "a,0,1,-1"], ' row 2: column "gpus": got "-1", expected GPUs from 0'],
    ["nan", [HEAD, "a,0,0,NaN"], ' row 1: column "gpus": got "NaN", expected GPUs from 0'],
    ["missing", [HEAD, "a,0,0,1", "a,0,1,"], ' row 2: column "gpus": got an empty cell, expected GPUs from 0'],
    ["infinite", [HEAD, "a,0,0,inf"], ' row 1: column "gpus": got "inf", expected GPUs from 0'],
    [
      "hole",
      [HEAD, "a,0,0,1", "a,1,0,1", "b,0,3,1"],
      'no row for family "a" scenario 0 hour 1, family "a" scenario 0 hour 2, family "a" scenario 0 hour 3 and 10 more; every family needs every scenario and hour (0 GPUs where nothing is wanted)',
    ],
    [
      "twice",
      [HEAD, "a,0,0,1", "a,0,1,1", "a,0,0,1"],
      ' row 1 and FILE row 3: family "a" scenario 0 hour 0 is there twice; keep one',
    ],
    [
      "long",
      [HEAD, "a,0,0,1", "a,0,999999999,1"],
      "1 families × 1 scenarios × 1000000000 hours (0 to 999999999) are 1000000000 values, more than 268435456; plan fewer scenarios or hours at a time",
    ],
  ])("refuses %s", async (name, lines, message) => {
    const path = await csv(`${name}.csv`, lines);
    await expect(readDemandScenarios(path, "scenario")).rejects.toThrow(message.replace("FILE", path));
  });

  it("refuses a probability beyond 1", async () => {
    const path = await csv("q.csv", ["family,q,hour,gpus", "a,1.5,0,1"]);
    await expect(readDemandScenarios(path, "q")).rejects.toThrow(
      `${path} row 1: column "q": got "1.5", expected a probability from 0 to 1`,
    );
  });
});

describe("readTeamUsage", () => {
  it("reads rows with and without hours", async () => {
    const hourly = await csv("hourly.csv", ["team,family,hour,gpu_hours", "x,a,3,1.5", "x,a,3,2"]);
    expect(await readTeamUsage(hourly)).toMatchObject({
      ...{ team: ["x", "x"], family: ["a", "a"], hour: [3, 3], gpuHours: [1.5, 2] },
      inputs: [{ name: hourly, rows: 2 }],
    });
    const total = await csv("total.csv", ["family,gpu_hours,team", "a,7,x"]);
    expect(await readTeamUsage(total)).toMatchObject({ team: ["x"], hour: null, gpuHours: [7] });
  });

  it.each([
    ["team", ["team,family,gpu_hours", ",a,1"], ' row 1: column "team": got an empty cell, expected a team'],
    ["hours", ["team,family,gpu_hours", "x,a,-1"], ' row 1: column "gpu_hours": got "-1", expected GPU-hours from 0'],
    ["none", ["team,family,gpu_hours"], ": the file has no rows"],
  ])("refuses %s", async (name, lines, message) => {
    const path = await csv(`usage-${name}.csv`, lines);
    await expect(readTeamUsage(path)).rejects.toThrow(`${path}${message}`);
  });
});
