import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { fleetlens } from "./program.js";

const EXAMPLES = resolve(import.meta.dirname, "../../examples");
const text = (name: string) => readFile(join(EXAMPLES, name), "utf8");

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fleetlens-examples-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Whether the command line takes these words: they get as far as the input, which is not there. */
function isTaken(words: readonly string[]): void {
  const [program, ...args] = words;
  expect(program).toBe("fleetlens");
  const { code, stderr } = fleetlens([...args]);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/^E_INPUT: .*(no such|cannot be read|not found|no file)/)]);
}

describe("examples/slurm-array.sh", () => {
  const script = join(EXAMPLES, "slurm-array.sh");
  const bash = (args: string[], env: Record<string, string>) =>
    spawnSync("bash", [script, ...args], { cwd: folder, encoding: "utf8", env: { PATH: process.env["PATH"], ...env } });

  it("runs a job array and merges it, as Slurm would have it", async () => {
    const rows = Array.from({ length: 900 }, (_, i) => {
      const time = new Date(Date.UTC(2026, 0, 1, Math.floor(i / 3))).toISOString();
      return `q${i % 3},${time},${5 + Math.sin(i / 7)}`;
    });
    await writeFile(join(folder, "demand.csv"), `queue,time,gpus\n${rows.join("\n")}\n`);
    const program = resolve(import.meta.dirname, "../../dist/src/cli/main.js");
    await writeFile(join(folder, "fleetlens"), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`, {
      mode: 0o755,
    });
    const env = { FLEETLENS: join(folder, "fleetlens"), INPUT: "demand.csv", OUT: "merged.csv" };
    for (const task of ["1", "0"]) {
      const slurm = { SLURM_ARRAY_TASK_ID: task, SLURM_ARRAY_TASK_COUNT: "2", SLURM_CPUS_PER_TASK: "2" };
      expect(bash([], { ...env, ...slurm })).toMatchObject({ status: 0 });
    }
    // One task again by itself: Slurm then counts one task.
    const again = { SLURM_ARRAY_TASK_ID: "1", SLURM_ARRAY_TASK_COUNT: "1" };
    expect(bash([], { ...env, ...again })).toMatchObject({ status: 2 });
    expect(bash([], { ...env, ...again, SHARDS: "2" })).toMatchObject({ status: 0 });
    expect(bash(["merge"], env)).toMatchObject({ status: 0 });
    const args = [
      "--id",
      "queue",
      "--time",
      "time",
      "--value",
      "gpus",
      "--horizon",
      "168",
      "--out",
      join(folder, "whole.csv"),
    ];
    expect(fleetlens(["forecast", join(folder, "demand.csv"), ...args])).toMatchObject({ code: 0 });
    expect(await readFile(join(folder, "merged.csv"))).toEqual(await readFile(join(folder, "whole.csv")));
  });

  it("says what is missing outside of a job array", () => {
    expect(bash([], {})).toMatchObject({ status: 1, stderr: expect.stringMatching(/not in a job array/) });
  });
});

describe("examples/k8s-indexed-job.yaml", () => {
  // The fields of batch/v1 that an indexed Job needs; names are those of the API.
  const Job = z.object({
    apiVersion: z.literal("batch/v1"),
    kind: z.literal("Job"),
    metadata: z.object({ name: z.string().regex(/^[a-z0-9-]+$/) }),
    spec: z.strictObject({
      completionMode: z.literal("Indexed").optional(),
      completions: z.int().positive().optional(),
      parallelism: z.int().positive().optional(),
      backoffLimit: z.int(),
      template: z.object({
        spec: z.object({
          restartPolicy: z.enum(["Never", "OnFailure"]),
          containers: z
            .array(
              z.object({
                command: z.array(z.string()),
                args: z.array(z.string()),
                resources: z.object({ requests: z.object({ cpu: z.string(), memory: z.string() }) }),
                volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })),
              }),
            )
            .length(1),
          volumes: z.array(z.object({ name: z.string() })),
        }),
      }),
    }),
  });

  it("is an indexed Job of as many shards as pods, and a merge of their folder", async () => {
    const documents = parseAllDocuments(await text("k8s-indexed-job.yaml")).map((document) => document.toJS());
    const [shards, merge] = documents.map((document) => Job.parse(document).spec);
    expect(documents).toHaveLength(2);
    expect(shards).toMatchObject({ completionMode: "Indexed", parallelism: 8 });
    const [{ args, command, volumeMounts }] = shards.template.spec.containers;
    expect(args).toContain(`--shard=$(JOB_COMPLETION_INDEX)/${shards.completions}`);
    expect(volumeMounts[0].name).toBe(shards.template.spec.volumes[0].name);
    isTaken([...command, ...args].map((word) => word.replace("$(JOB_COMPLETION_INDEX)", "7")));
    const [merging] = merge.template.spec.containers;
    const parts = args.find((word) => word.startsWith("--out="))?.slice("--out=".length);
    expect(merging.args).toContain(`--inputs=${parts}`);
    isTaken([...merging.command, ...merging.args]);
  });
});

describe("examples/step-functions.json", () => {
  const Batch = z.object({
    Type: z.literal("Task"),
    Resource: z.literal("arn:aws:states:::batch:submitJob.sync"),
    Parameters: z.object({
      JobName: z.string(),
      JobDefinition: z.string(),
      JobQueue: z.string(),
      ContainerOverrides: z.record(z.string(), z.unknown()),
    }),
  });
  const Machine = z.object({ StartAt: z.string(), States: z.record(z.string(), z.looseObject({ Type: z.string() })) });

  /** Every state can be reached and leads on or ends. */
  function checkFlow(machine: z.infer<typeof Machine>): void {
    const reached = new Set<string>();
    let at: string | undefined = machine.StartAt;
    while (at !== undefined) {
      const state: Record<string, unknown> = machine.States[at];
      expect(state, at).toBeDefined();
      reached.add(at);
      expect([state["End"] === true, typeof state["Next"] === "string"].filter(Boolean), at).toHaveLength(1);
      at = state["Next"] as string | undefined;
    }
    expect([...reached].sort()).toEqual(Object.keys(machine.States).sort());
  }

  it("maps over the shards and merges their folder", async () => {
    const machine = Machine.parse(JSON.parse(await text("step-functions.json")));
    checkFlow(machine);
    const { Shards, RunShards, Merge } = machine.States;
    expect(RunShards["Type"]).toBe("Map");
    const parameters = Shards["Parameters"] as { count: number; "indices.$": string };
    expect(parameters["indices.$"]).toBe(`States.ArrayRange(0, ${parameters.count - 1}, 1)`);
    const inner = Machine.parse(RunShards["ItemProcessor"]);
    checkFlow(inner);
    const task = Batch.parse(inner.States["RunShard"]);
    const intrinsic = String(task.Parameters.ContainerOverrides["Command.$"]);
    const words = intrinsic.replace(/^States\.Array\(|\)$/g, "").split(", ");
    expect(words).toContain("$.shard");
    const shard = words.map((word) => (word === "$.shard" ? "0/8" : word.replace(/^'|'$/g, "")));
    isTaken(shard);
    const merge = Batch.parse(Merge).Parameters.ContainerOverrides["Command"] as string[];
    expect(merge[merge.indexOf("--inputs") + 1]).toBe(shard[shard.indexOf("--out") + 1]);
    isTaken(merge);
  });
});

const python = spawnSync("python3", ["--version"]).status === 0;
if (!python) console.warn("skipped: python3 is not there, examples/airflow-dag.py is not compiled");

describe.skipIf(!python)("examples/airflow-dag.py", () => {
  it("compiles, and makes commands that are taken", () => {
    // Airflow itself is a service: its names are stood in for, and take down what they are given.
    const stub = `
import sys, types, json
class Task:
    def __rshift__(self, other): return other
class BashOperator(Task):
    def __init__(self, task_id, bash_command): commands.append([task_id, bash_command])
    @classmethod
    def partial(cls, task_id):
        def expand(self, bash_command):
            commands.extend([task_id, one] for one in bash_command)
            return Task()
        return type("Partial", (), {"expand": expand})()
class DAG:
    def __init__(self, *args, **kwargs): pass
    def __enter__(self): return self
    def __exit__(self, *args): pass
commands = []
for name, item in [("airflow", {"DAG": DAG}), ("airflow.operators", {}), ("airflow.operators.bash", {"BashOperator": BashOperator})]:
    module = types.ModuleType(name)
    module.__dict__.update(item)
    sys.modules[name] = module
exec(compile(open(sys.argv[1]).read(), sys.argv[1], "exec"), {"__name__": "dag"})
print(json.dumps(commands))`;
    const { status, stdout, stderr } = spawnSync("python3", ["-c", stub, join(EXAMPLES, "airflow-dag.py")], {
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([0, ""]);
    const commands = JSON.parse(stdout) as [string, string][];
    const shards = commands.filter(([task]) => task === "shards").map(([, words]) => words.split(" "));
    expect(shards.map((words) => words[words.indexOf("--shard") + 1])).toEqual(
      Array.from({ length: 8 }, (_, i) => `${i}/8`),
    );
    isTaken(shards[7]);
    isTaken(commands.filter(([task]) => task === "merge")[0][1].split(" "));
  });
});
