import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readQueueJobs, writeParquet } from "../../../src/ingest/index.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fleetlens-test-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function csv(text: string): Promise<string> {
  const path = join(folder, "jobs.csv");
  await writeFile(path, text);
  return path;
}

const HEAD = "job_id,submit_s,duration_s,num_gpus";

describe("readQueueJobs", () => {
  it("reads the four columns that must be there, others left undefined", async () => {
    const { jobs, inputs } = await readQueueJobs(await csv(`${HEAD},remark\n007,0,60,8,x\nb,5,0,0,y\n`));
    expect(jobs).toMatchObject({ n: 2, id: ["007", "b"], estimate: undefined, queue: undefined, deadline: undefined });
    expect(jobs.submit).toEqual(Float64Array.of(0, 5));
    expect(jobs.gpus).toEqual(Int32Array.of(8, 0));
    expect(inputs[0]).toMatchObject({ rows: 2 });
  });

  it("reads every optional column, and what its empty cells mean", async () => {
    const names = [
      ...["queue", "user", "team", "priority", "estimate_s", "gpu_type", "cpu_milli", "memory_mib", "pods"],
      ...[
        "required_level",
        "preferred_level",
        "preemptible",
        "checkpoint_interval_s",
        "checkpoint_cost_s",
        "restart_s",
      ],
      ...["budget_usd", "labels", "dataset_gb", "data_zone", "deadline_s"],
    ];
    const full = "q,u,t,-1.5,90,A|B,4000,1024,4,rack,node,false,600,20,30,9.5,SpendOverride;k=v=w,0.5,z,500";
    const path = await csv(`${HEAD},${names.join(",")}\na,0,60,8,${full}\nb,5,70,1${",".repeat(names.length)}\n`);
    const { jobs } = await readQueueJobs(path);
    expect(jobs).toEqual({
      n: 2,
      id: ["a", "b"],
      submit: Float64Array.of(0, 5),
      duration: Float64Array.of(60, 70),
      gpus: Int32Array.of(8, 1),
      estimate: Float64Array.of(90, 70),
      queue: ["q", "default"],
      user: ["u", ""],
      team: ["t", ""],
      priority: Float64Array.of(-1.5, 0),
      gpuType: ["A|B", ""],
      cpu: Float64Array.of(4000, 0),
      memory: Float64Array.of(1024, 0),
      pods: Int32Array.of(4, 0),
      requiredLevel: ["rack", ""],
      preferredLevel: ["node", ""],
      preemptible: [false, true],
      checkpointInterval: Float64Array.of(600, 0),
      checkpointCost: Float64Array.of(20, 0),
      restart: Float64Array.of(30, 0),
      budget: Float64Array.of(9.5, Number.NaN),
      labels: [{ SpendOverride: "", k: "v=w" }, {}],
      dataset: Float64Array.of(0.5, 0),
      dataZone: ["z", ""],
      deadline: Float64Array.of(500, Number.NaN),
    });
  });

  it("a file without rows is an empty list", async () => {
    expect((await readQueueJobs(await csv(`${HEAD}\n`))).jobs.n).toBe(0);
  });

  it("reads Parquet with numbers as ids and booleans", async () => {
    const path = join(folder, "jobs.parquet");
    await writeParquet(path, [
      { name: "job_id", type: "BIGINT", data: [10, 9] },
      { name: "submit_s", type: "BIGINT", data: [0, 0] },
      { name: "duration_s", type: "DOUBLE", data: [5, 6] },
      { name: "num_gpus", type: "INTEGER", data: [1, 1] },
      { name: "preemptible", type: "BOOLEAN", data: [false, null] },
    ]);
    expect((await readQueueJobs(path)).jobs).toMatchObject({ id: ["10", "9"], preemptible: [false, true] });
  });

  it.each([
    ["job_id,submit_s,num_gpus\na,0,1\n", 'no column "duration_s"'],
    [`${HEAD}\na,0,60,1\n,5,60,1\n`, 'row 2: column "job_id": got '],
    [`${HEAD}\na,0,60,1\na,5,60,1\n`, 'row 1 and jobs.csv row 2: column "job_id": job "a" is there twice; keep one'],
    [`${HEAD}\na,0.5,60,1\n`, 'row 1: column "submit_s": got "0.5", expected whole seconds from 0'],
    [`${HEAD}\na,0,-60,1\n`, 'row 1: column "duration_s": got "-60", expected whole seconds from 0'],
    [`${HEAD}\na,0,60,-1\n`, 'row 1: column "num_gpus": got "-1", expected whole GPUs from 0 to 1000000'],
    [`${HEAD}\na,0,60,NaN\n`, 'row 1: column "num_gpus": got "NaN"'],
    [`${HEAD}\na,0,soon,1\n`, 'row 1: column "duration_s": got "soon"'],
    [`${HEAD},pods\na,0,60,8,3\n`, 'row 1: column "pods": got "3", expected a number of pods that divides num_gpus'],
    [
      `${HEAD},required_level\na,0,60,8,row\n`,
      'row 1: column "required_level": got "row", expected one of zone, block',
    ],
    [`${HEAD},preemptible\na,0,60,8,maybe\n`, 'row 1: column "preemptible": got "maybe", expected true or false'],
    [`${HEAD},labels\na,0,60,8,=x\n`, 'row 1: column "labels": got "=x", expected labels such as k=v;k2=v2'],
    [`${HEAD},budget_usd\na,0,60,8,-1\n`, 'row 1: column "budget_usd": got "-1", expected a number from 0'],
    [`${HEAD},estimate_s\na,0,60,8,1e99\n`, 'row 1: column "estimate_s": got "1e99", expected a whole number from 0'],
  ])("refuses %j", async (text, message) => {
    const path = await csv(text);
    await expect(readQueueJobs("jobs.csv", { baseDir: folder })).rejects.toThrow(message);
    await expect(readQueueJobs(path)).rejects.toMatchObject({ code: "E_INPUT" });
  });
});
