import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/core/errors.js";
import { type JobsOptions, type JobsResult, readJobs } from "../../../src/ingest/index.js";
import { localTimeReader } from "../../../src/ingest/local-time.js";
import { gpusOfTres } from "../../../src/ingest/read-sacct.js";
import { copyTo, DATA, temporaryFolder } from "./files.js";

const at = temporaryFolder();
const columns = { id: "id", queue: "queue", submit: "submit", start: "start", end: "end", gpus: "gpus" };
const START = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;

async function file(name: string, text: string): Promise<string> {
  await writeFile(at(name), text);
  return at(name);
}

async function refusal(options: JobsOptions): Promise<string> {
  const error = await readJobs(options).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(InputError);
  return (error as Error).message.replaceAll(`${dirname(at("x"))}/`, "");
}

/** GPU-hours of usage. */
function used({ hourly }: JobsResult): number {
  return hourly.usage.reduce((sum, queue, q) => sum + queue.reduce((s, v, h) => s + v * hourly.observed[q][h], 0), 0);
}

const HEAD = "id,queue,submit,start,end,gpus,team\n";

describe("readJobs, format columns", () => {
  it("integrates demand from submit and usage from start, cut at the hours", async () => {
    const files = await file(
      "j.csv",
      `${HEAD}2,b,2026-01-01T00:30:00Z,2026-01-01T00:45:00Z,2026-01-01T02:15:00Z,4,x
1,a,2026-01-01T00:00:00Z,2026-01-01T01:00:00Z,,2,
3,a,2026-01-01T01:00:00Z,,2026-01-01T01:30:00Z,8,y
4,a,2026-01-01T02:00:00Z,,,1,y\n`,
    );
    const result = await readJobs({ files, columns: { ...columns, team: "team" } });
    const { hourly, jobs, quality } = result;
    // The last thing told of is the end of job 2.
    expect(quality).toMatchObject({ rows: 4, running: 2, neverStarted: 1, lastObservation: START + 2.25 * HOUR });
    expect([hourly.queues, hourly.start, hourly.hours]).toEqual([["a", "b"], START, 3]);
    expect([...hourly.observed[0]]).toEqual([1, 1, 0.25]);
    expect([...hourly.demand[0]]).toEqual([2, 2 + 8 * 0.5, 2 + 1]);
    expect([...hourly.usage[0]]).toEqual([0, 2, 2]);
    expect([...hourly.demand[1]]).toEqual([2, 4, 4]);
    expect([...hourly.usage[1]]).toEqual([1, 4, 4]);
    expect(used(result)).toBe(2 * 1.25 + 4 * 1.5);
    expect(jobs.id).toEqual(["1", "2", "3", "4"]);
    expect([...jobs.queue]).toEqual([0, 1, 0, 0]);
    expect([...jobs.start]).toEqual([START + HOUR, START + 0.75 * HOUR, Number.NaN, Number.NaN]);
    expect(jobs.team).toEqual([null, "x", "y", "y"]);
    expect(jobs.user).toBeUndefined();
  });

  it("equals a plain sum over the jobs on random ones, from Parquet", async () => {
    const files = await copyTo(
      at("random.parquet"),
      `SELECT 'j' || i AS id, 'q' || (hash(i) % 4) AS queue, gpus, s AS submit, s + INTERVAL 1 SECOND * w AS start,
        s + INTERVAL 1 SECOND * (w + r) AS end
        FROM (SELECT i, TIMESTAMP '2026-01-01' + INTERVAL 1 SECOND * (hash(i, 1) % 900000) AS s, hash(i, 2) % 8000 AS w,
          hash(i, 3) % 200000 AS r, (hash(i, 4) % 17) / 2 AS gpus FROM range(2000) t(i))`,
    );
    const result = await readJobs({ files, columns });
    const { jobs, hourly } = result;
    let exact = 0;
    for (let i = 0; i < jobs.id.length; i++) exact += jobs.gpus[i] * (jobs.end[i] - jobs.start[i]);
    expect(used(result)).toBeCloseTo(exact / HOUR, 6);
    // One hour by hand.
    const hour = 100;
    const [from, to] = [hourly.start + hour * HOUR, hourly.start + (hour + 1) * HOUR];
    for (const q of hourly.queues.keys()) {
      let asked = 0;
      for (let i = 0; i < jobs.id.length; i++) {
        if (jobs.queue[i] === q)
          asked += jobs.gpus[i] * Math.max(0, Math.min(to, jobs.end[i]) - Math.max(from, jobs.submit[i]));
      }
      expect(hourly.demand[q][hour]).toBeCloseTo(asked / HOUR, 9);
    }
  });

  const job = (cells: string) => `${HEAD}1,q,2026-01-01,2026-01-01,2026-01-02,1,\n${cells}\n`;
  it.each([
    [
      "an end before the submit",
      job("2,q,2026-01-02,,2026-01-01,1,"),
      'j.csv row 2: column "end": got "2026-01-01", expected an end not before the submit',
    ],
    [
      "a start before the submit",
      job("2,q,2026-01-02,2026-01-01,,1,"),
      'j.csv row 2: column "start": got "2026-01-01", expected a start not before the submit',
    ],
    [
      "an end before the start",
      job("2,q,2026-01-01,2026-01-03,2026-01-02,1,"),
      'j.csv row 2: column "end": got "2026-01-02", expected an end not before the start',
    ],
    ["negative GPUs", job("2,q,2026-01-01,,,-8,"), 'j.csv row 2: column "gpus": got "-8", expected GPUs not below 0'],
    ["no GPUs", job("2,q,2026-01-01,,,,"), 'j.csv row 2: column "gpus": got an empty cell, expected a number of GPUs'],
    [
      "an id that comes twice",
      job("1,q,2026-01-01,,,1,"),
      'j.csv row 1 and j.csv row 2: job id "1" comes twice; keep one row of each job',
    ],
    ["no submit", job("2,q,,,,1,"), 'j.csv row 2: column "submit": got an empty cell, expected a submit time'],
    ["no queue", job("2,,2026-01-01,,,1,"), 'j.csv row 2: column "queue": got an empty cell, expected a queue name'],
    ["no rows", HEAD, "j.csv: the file has no rows"],
    ["a missing column", "id,queue\n1,q\n", 'j.csv: no column "submit"; the columns are: "id", "queue"'],
  ])("refuses %s", async (_what, text, message) => {
    expect(await refusal({ files: await file("j.csv", text), columns })).toBe(message);
  });

  it("refuses jobs submitted after asOf, and no columns", async () => {
    const files = await file("late.csv", job("2,q,2026-01-05,,,1,"));
    expect(await refusal({ files, columns, asOf: START + 24 * HOUR })).toMatch(
      /^late\.csv row 2: .* not after --as-of 2026-01-02T00:00:00Z$/,
    );
    expect(await refusal({ files })).toMatch(/needs the names of the columns/);
  });
});

describe("sacct", () => {
  const SACCT = `JobIDRaw|JobName|Partition|Account|State|Submit|Start|End|AllocTRES
101|train|a|b|gpu|team|COMPLETED|2026-01-01T00:00:00|2026-01-01T00:05:00|2026-01-01T01:05:00|billing=20,gres/gpu:a100=4,gres/gpu=4,node=1
101.batch|batch||team|COMPLETED|2026-01-01T00:05:00|2026-01-01T00:05:00|2026-01-01T01:05:00|gres/gpu:a100=4,gres/gpu=4
101.extern|extern||team|COMPLETED|2026-01-01T00:05:00|2026-01-01T00:05:00|2026-01-01T01:05:00|gres/gpu=4
101.0|step||team|COMPLETED|2026-01-01T00:05:00|2026-01-01T00:05:00|2026-01-01T01:05:00|gres/gpu=4
102|b|gpu|team|CANCELLED by 1001|2026-01-01T00:00:00|None|2026-01-01T00:10:00|
103|c|gpu|team|RUNNING|2026-01-01T00:00:00|2026-01-01T02:00:00|Unknown|gres/gpu:v100=1,gres/gpu:a100=2
`;

  it("drops steps, keeps separators in job names, reads local times in a zone", async () => {
    const { jobs, quality } = await readJobs({
      files: await file("s.psv", SACCT),
      format: "sacct",
      timeZone: "Asia/Shanghai",
    });
    const local = START - 8 * HOUR;
    expect(jobs.id).toEqual(["101", "102", "103"]);
    expect([...jobs.gpus]).toEqual([4, 0, 3]);
    expect(jobs.state).toEqual(["COMPLETED", "CANCELLED", "RUNNING"]);
    expect(jobs.team).toEqual(["team", "team", "team"]);
    expect(jobs.gpuModel).toEqual(["a100", null, null]);
    expect([...jobs.submit]).toEqual([local, local, local]);
    expect([...jobs.start]).toEqual([local + 300_000, Number.NaN, local + 2 * HOUR]);
    expect([...jobs.end]).toEqual([local + 3_900_000, local + 600_000, Number.NaN]);
    expect(quality).toMatchObject({ rows: 3, running: 1, neverStarted: 1, rejected: [] });
  });

  it("takes --parsable with its trailing separator", async () => {
    const text = SACCT.replaceAll("\n", "|\n").replace(/\|\n$/, "|\n");
    const { jobs } = await readJobs({ files: await file("p.psv", text), format: "sacct", timeZone: "UTC" });
    expect([...jobs.gpus]).toEqual([4, 0, 3]);
  });

  it("rejects a separator that may be of either of two columns, and an ended job without its end", async () => {
    const head = "JobIDRaw|Partition|State|Submit|Start|End|JobName|AllocTRES|Constraints";
    const job = (id: number, state: string, end: string, rest: string) =>
      `${id}|gpu|${state}|2026-01-01T00:00:00|2026-01-01T00:05:00|${end}|${rest}`;
    const lines = [
      job(1, "COMPLETED", "2026-01-01T01:05:00", "a|gres/gpu=4|a100"),
      job(2, "COMPLETED", "2026-01-01T01:05:00", "a|gres/gpu=4|a100|h100"),
      job(3, "TIMEOUT", "Unknown", "a|gres/gpu=4|"),
    ];
    const text = [head, ...lines, ""].join("\n");
    const options: JobsOptions = { files: await file("c.psv", text), format: "sacct", timeZone: "UTC", lenient: true };
    const { jobs, quality } = await readJobs(options);
    expect([jobs.id, [...jobs.gpus]]).toEqual([["1"], [4]]);
    expect(quality.rejected.map(({ line, field, reason }) => [line, field, reason])).toEqual([
      [3, "", "expected 9 fields; a | in JobName or Constraints cannot be told from a separator"],
      [4, "End", 'is "Unknown" of a job that is TIMEOUT'],
    ]);
  });

  it("refuses a line without end before it is in memory", async () => {
    const files = await file("endless.psv", `${SACCT}${"x".repeat(20 * 2 ** 20)}`);
    expect(await refusal({ files, format: "sacct", timeZone: "UTC" })).toMatch(
      /^endless\.psv: a line is longer than 8 MiB/,
    );
  });

  it("counts the untyped TRES, else the sum of the typed", () => {
    expect(gpusOfTres("cpu=8,gres/gpu:a100=4,gres/gpu=4")).toBe(4);
    expect(gpusOfTres("gres/gpu:a100=4,gres/gpu:v100=2,gres/gpumem=80G")).toBe(6);
    expect(gpusOfTres("")).toBe(0);
  });

  it("needs a zone, a header, and nearly only usable rows", async () => {
    const files = await file("n.psv", SACCT);
    expect(await refusal({ files, format: "sacct" })).toBe(
      "n.psv: sacct prints local times without a zone; name it with --tz, e.g. --tz UTC",
    );
    expect(await refusal({ files, format: "sacct", timeZone: "Mars/Base" })).toMatch(/unknown time zone "Mars\/Base"/);
    expect(
      await refusal({ files: await file("h.psv", "JobID|State\n1|X\n"), format: "sacct", timeZone: "UTC" }),
    ).toMatch(/lacks Partition, Submit, Start, End, AllocTRES/);
    const broken = `${SACCT}104|d|gpu|team|FAILED|2026-02-30T00:00:00|None|None|\n105|e|gpu|team|FAILED|2026-01-02T00:00:00|2026-01-01T00:00:00|2026-01-03T00:00:00|\n101|dup|gpu|team|FAILED|2026-01-02T00:00:00|None|2026-01-03T00:00:00|\n`;
    const options: JobsOptions = { files: await file("b.psv", broken), format: "sacct", timeZone: "UTC" };
    expect(await refusal(options)).toBe(
      '3 of 6 rows cannot be used (--lenient goes on without them): b.psv line 8 Submit: "2026-02-30T00:00:00" is not a local time such as 2026-01-01T00:05:00; b.psv line 9 start: starts before its submit; b.psv line 10 id: job id "101" already came in b.psv line 2',
    );
    const lenient = await readJobs({ ...options, lenient: true });
    expect(lenient.jobs.id).toEqual(["101", "102", "103"]);
    expect(lenient.quality.rejected.map(({ line }) => line)).toEqual([8, 9, 10]);
    expect(lenient.warnings).toHaveLength(1);
    expect(lenient.warnings[0]).toMatch(/^3 of 6 rows were left out: .*b\.psv line 8 Submit: /);
  });

  it("reads both hours of the autumn change, and moves times that spring skips", () => {
    const read = localTimeReader("Europe/Berlin");
    const first = Date.UTC(2026, 9, 25, 0, 50);
    expect(read("2026-10-25T02:50:00")).toBe(first);
    // A job that starts at 02:50 summer time and ends at 02:10 has ended in the second hour.
    expect(read("2026-10-25T02:10:00", first)).toBe(Date.UTC(2026, 9, 25, 1, 10));
    expect(read("2026-03-29T02:30:00")).toBe(Date.UTC(2026, 2, 29, 1, 30));
    expect(read("2026-07-01T12:00:01")).toBe(Date.UTC(2026, 6, 1, 10, 0, 1));
    for (const bad of ["2026-13-01T00:00:00", "2026-02-30T00:00:00", "2026-01-01", "2026-01-01T24:00:00", ""]) {
      expect(read(bad), bad).toBeNaN();
    }
  });
});

describe("Kueue workloads that are evicted, or wait", () => {
  const time = (minutes: number) => new Date(START + minutes * 60_000).toISOString();
  const workload = (conditions: [type: string, status: string, minutes: number][], more: object = {}) => ({
    metadata: { name: "w", namespace: "team", uid: "u1", creationTimestamp: time(0) },
    spec: {
      queueName: "local",
      podSets: [
        {
          name: "main",
          count: 2,
          template: {
            spec: {
              containers: [
                { resources: { requests: { "nvidia.com/gpu": "4", cpu: "8" } } },
                { resources: { limits: { "nvidia.com/mig-2g.10gb": "7" } } },
              ],
            },
          },
        },
      ],
    },
    status: {
      conditions: conditions.map(([type, status, at]) => ({ type, status, lastTransitionTime: time(at) })),
      ...more,
    },
  });
  const admission = {
    clusterQueue: "cq",
    podSetAssignments: [{ name: "main", count: 2, resourceUsage: { "nvidia.com/gpu": "8" } }],
  };
  const evicted = workload([
    ["Admitted", "False", 90],
    ["Evicted", "True", 90],
    ["QuotaReserved", "False", 90],
  ]);
  const snapshots = [
    workload([["Admitted", "True", 30]], { admission }),
    evicted,
    workload(
      [
        ["Admitted", "True", 120],
        ["Evicted", "False", 120],
      ],
      {
        admission,
        accumulatedPastExexcutionTimeSeconds: 3600,
      },
    ),
    workload(
      [
        ["Admitted", "True", 120],
        ["Finished", "True", 240],
      ],
      {
        admission,
        accumulatedPastExecutionTimeSeconds: 3600,
      },
    ),
  ];
  const read = async (name: string, items: unknown[]) =>
    readJobs({ files: await file(`${name}.json`, JSON.stringify({ kind: "List", items })), format: "kueue" });
  const minutes = (times: Float64Array) => Array.from(times, (t) => (t - START) / 60_000);

  it("has a span for each admission that the snapshots show, whatever their order", async () => {
    for (const [k, items] of [snapshots, [...snapshots].reverse()].entries()) {
      const result = await read(`spans${k}`, items);
      expect(result.jobs.id).toEqual(["team/w", "team/w#2"]);
      expect(minutes(result.jobs.submit)).toEqual([0, 90]);
      expect(minutes(result.jobs.start)).toEqual([30, 120]);
      expect(minutes(result.jobs.end)).toEqual([90, 240]);
      expect(result.jobs.state).toEqual(["Evicted", "Finished"]);
      expect(used(result)).toBeCloseTo(8 * (1 + 2), 9);
      expect(result.warnings).toEqual([]);
    }
  });

  it("says how much ran that no snapshot shows, and asks again after an eviction", async () => {
    const last = await read("last", snapshots.slice(3));
    expect(minutes(last.jobs.start)).toEqual([120]);
    expect(last.warnings[0]).toMatch(/^1 workloads ran before they were evicted, for 8\.0 GPU-hours that no snapshot/);
    const waiting = await read("waiting", snapshots.slice(0, 2));
    expect([waiting.jobs.id, waiting.jobs.state]).toEqual([
      ["team/w", "team/w#2"],
      ["Evicted", "Pending"],
    ]);
    expect(minutes(waiting.jobs.start)).toEqual([30, Number.NaN]);
    await expect(read("hole", [snapshots[0], snapshots[3]])).rejects.toThrow(
      /evicted at a time that no snapshot shows/,
    );
  });

  it("counts what a waiting workload asks for, and refuses one that does not say", async () => {
    const { jobs } = await read("asks", [workload([])]);
    expect(jobs.gpus[0]).toBeCloseTo(2 * (4 + 2), 12);
    expect([jobs.queues, jobs.state]).toEqual([["local"], ["Pending"]]);
    const requests = await read("requests", [
      workload([], { resourceRequests: [{ name: "main", resources: { "nvidia.com/gpu": 3 } }] }),
    ]);
    expect(requests.jobs.gpus[0]).toBe(3);
    const { spec: _spec, ...bare } = workload([]);
    await expect(read("bare", [{ ...bare, spec: { podSets: [{ count: 2 }] } }])).rejects.toThrow(/how many GPUs/);
  });
});

describe("SageMaker", () => {
  it("counts the time trained over all instance groups, and tells what was billed", async () => {
    const job = {
      ...{ TrainingJobName: "j", TrainingJobStatus: "Completed", CreationTime: "2026-01-01T00:00:00Z" },
      ...{ TrainingStartTime: "2026-01-01T01:00:00Z", TrainingEndTime: "2026-01-01T05:00:00Z" },
      ...{ TrainingTimeInSeconds: 7200, BillableTimeInSeconds: 3600 },
      ResourceConfig: {
        InstanceGroups: [
          { InstanceType: "ml.p4d.24xlarge", InstanceCount: 2, InstanceGroupName: "a" },
          { InstanceType: "ml.c5.xlarge", InstanceCount: 1, InstanceGroupName: "b" },
        ],
      },
    };
    const result = await readJobs({ files: await file("sm-groups.json", JSON.stringify([job])), format: "sagemaker" });
    expect(used(result)).toBeCloseTo(32, 9);
    expect(result.warnings[0]).toMatch(/16\.00 GPU-hours were billed of 32\.00 used/);
  });

  it("rejects summaries, which name no instances, and times that no calendar has", async () => {
    const about = { TrainingJobName: "j", TrainingJobStatus: "Completed", CreationTime: 1e300 };
    const files = await file("sm-list.json", JSON.stringify([about]));
    expect(await refusal({ files, format: "sagemaker" })).toMatch(
      /line 1 ResourceConfig: names no instances; summaries of list-training-jobs do not/,
    );
    const far = { ...about, ResourceConfig: { InstanceType: "ml.g6e.12xlarge", InstanceCount: 1 } };
    expect(await refusal({ files: await file("sm-far.json", JSON.stringify([far])), format: "sagemaker" })).toMatch(
      /line 1 submit: a time that no calendar has/,
    );
  });
});

describe("W&B run tables", () => {
  const RUNS = `"Name","State","Created","Runtime","GPU Count","GPU Type","User"
"run-1","finished","2026-01-01T00:00:00.000Z","3600","8","A100","ann"
"run,""2""","running","2026-01-01T02:00:00.000Z","60","1","",""
`;

  it("reads quoted names, and runs that still run", async () => {
    const result = await readJobs({ files: await file("vision.csv", RUNS), format: "wandb" });
    const { jobs } = result;
    expect(jobs.id).toEqual(["vision/run-1 2026-01-01T00:00:00.000Z", 'vision/run,"2" 2026-01-01T02:00:00.000Z']);
    expect([jobs.queues, jobs.user, jobs.gpuModel]).toEqual([["vision"], ["ann", null], ["A100", null]]);
    expect([...jobs.end]).toEqual([START + HOUR, Number.NaN]);
    expect(used(result)).toBe(8);
    expect(result.warnings[0]).toMatch(/W&B does not record waiting/);
  });

  it("refuses an ended run without its length, and a table without its columns", async () => {
    const files = await file("crashed.csv", `${RUNS}"run-3","crashed","2026-01-01T02:00:00.000Z","","8","",""\n`);
    expect(await refusal({ files, format: "wandb" })).toBe(
      '1 of 3 rows cannot be used (--lenient goes on without them): crashed.csv line 3 Runtime: "" are no seconds of a run that is crashed',
    );
    const { jobs } = await readJobs({ files, format: "wandb", lenient: true });
    expect(jobs.id).toHaveLength(2);
    expect(await refusal({ files: await file("few.csv", "Name,State\na,b\n"), format: "wandb" })).toMatch(
      /few\.csv: the run table has no column "Created"/,
    );
  });
});

describe.skipIf(!existsSync(join(DATA, "readers")))("shared samples (skipped where ../shared/data is absent)", () => {
  it("sacct", async () => {
    const { jobs } = await readJobs({ files: join(DATA, "readers/sacct.psv"), format: "sacct", timeZone: "UTC" });
    expect(jobs.id).toEqual(["101", "102", "103"]);
    expect([...jobs.gpus]).toEqual([4, 0, 1]);
  });

  it("Kueue", async () => {
    const result = await readJobs({ files: join(DATA, "readers/kueue_workloads.json"), format: "kueue" });
    const { jobs } = result;
    expect([jobs.id, jobs.queues, jobs.team]).toEqual([["team-a/w1"], ["cq"], ["team-a"]]);
    expect([jobs.gpus[0], jobs.start[0] - jobs.submit[0], jobs.end[0] - jobs.start[0]]).toEqual([
      16,
      300_000,
      3 * HOUR,
    ]);
    expect(used(result)).toBeCloseTo(48, 9);
  });

  it("SageMaker", async () => {
    const result = await readJobs({ files: join(DATA, "readers/sagemaker_jobs.json"), format: "sagemaker" });
    expect([result.jobs.queues, result.jobs.gpus[0], result.jobs.submit[0]]).toEqual([
      ["ml.p4d.24xlarge"],
      16,
      1767225600123,
    ]);
    expect(used(result)).toBeCloseTo(16, 9);
  });

  it("W&B", async () => {
    const options: JobsOptions = { files: join(DATA, "readers/wandb_runs.csv"), format: "wandb" };
    expect(await refusal(options)).toMatch(/^1 of 2 rows cannot be used .*line 2 Runtime/);
    const result = await readJobs({ ...options, lenient: true });
    expect([result.jobs.gpus[0], used(result)]).toEqual([8, 8]);
  });

  it("Kueue and SageMaker refuse what is not theirs, by item and field", async () => {
    const files = await file("k.json", '{"items": [{"metadata": {"name": "a"}}]}');
    expect(await refusal({ files, format: "kueue" })).toMatch(
      /^1 of 1 rows cannot be used .*k\.json line 1 metadata\.creationTimestamp/,
    );
    const type =
      '[{"TrainingJobName":"j","TrainingJobStatus":"Completed","CreationTime":1,"ResourceConfig":{"InstanceType":"ml.p9.huge","InstanceCount":1}}]';
    expect(await refusal({ files: await file("sm.json", type), format: "sagemaker" })).toMatch(
      /unknown GPUs of instance type ml\.p9\.huge/,
    );
    expect(await refusal({ files: await file("no.json", "{}"), format: "sagemaker" })).toMatch(/expected a JSON array/);
    expect(await refusal({ files: await file("bad.json", "{"), format: "kueue" })).toMatch(/^bad\.json: not JSON/);
  });
});
