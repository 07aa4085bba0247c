// The queue simulator: exact figures on Philly, and its speed beside SimPy's, one thread.
//
//   [FLEETLENS_PYTHON=python3] node scripts/bench.mjs simulate
//
// - Philly, 54,991 jobs pooled on 240 GPUs: mean and median wait by policy; needs the shared data beside the repository.
// - M/M/8 of 40,000 jobs, with a Python that has simpy beside its Resource in the same run: the same start times.
// - Ten runs of 400,000 jobs of M/M/8 at load 0.7 against Erlang C.
//
// Writes bench/simulate.json.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { createRandom } from "../src/core/random.js";
import { mean, median } from "../src/core/statistics.js";
import { VERSION } from "../src/core/version.js";
import { readQueueJobs } from "../src/ingest/index.js";
import { type PolicyName, type QueueJobs, simulate } from "../src/simulate/index.js";
import { DATA } from "./m4.js";

interface Seconds {
  wall: number;
  cpu: number;
}

function timed<T>(work: () => T): Seconds & { result: T } {
  const started = performance.now();
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return { result, wall: (performance.now() - started) / 1000, cpu: (user + system) / 1e6 };
}

const pooled = (gpus: number) => ({ version: 1 as const, pools: [{ name: "all", gpus }] });

async function benchPhilly(policies: readonly PolicyName[]) {
  const path = join(DATA, "philly/philly_jobs_dev.parquet");
  if (!existsSync(path)) return null;
  const { jobs } = await readQueueJobs(path);
  const rows = policies.map((policy) => {
    const { result, wall, cpu } = timed(() => simulate(jobs, pooled(240), { policy }));
    const waits = result.start.map((second, job) => second - jobs.submit[job]);
    return [
      policy,
      { mean_wait_s: mean(waits), median_wait_s: median(waits), seconds: wall, cpu_seconds: cpu },
    ] as const;
  });
  return { jobs: jobs.n, ...Object.fromEntries(rows) };
}

/** M/M/8 in whole seconds, services of ten minutes in the mean. */
function mm8(seed: number, n: number, load: number): QueueJobs {
  const rng = createRandom(seed);
  const exponential = (m: number): number => -Math.log(1 - rng.uniform()) * m;
  const submit = new Float64Array(n);
  const duration = new Float64Array(n);
  let clock = 0;
  for (let i = 0; i < n; i++) {
    clock += exponential(600 / (8 * load));
    submit[i] = Math.floor(clock);
    duration[i] = Math.max(1, Math.round(exponential(600)));
  }
  return { n, id: Array.from(submit, (_, i) => String(i)), submit, duration, gpus: new Int32Array(n).fill(1) };
}

type SimPyRun = Seconds & { versions: Record<string, string>; start: number[] };

/** A process for each job, which waits for a server and notes its start. */
function playSimPy(python: string, input: string): SimPyRun {
  const { status, stdout, stderr } = spawnSync(python, ["bench/simulate.py"], {
    input,
    encoding: "utf8",
    maxBuffer: 1e8,
  });
  if (status !== 0) throw new Error(`bench/simulate.py failed: ${stderr}`);
  return JSON.parse(stdout);
}

/** SimPy and our runs in turns, once ours are warm: medians of five and of fifteen; our first run beside. */
function benchSimPy(python: string | undefined) {
  const jobs = mm8(1, 40_000, 0.9);
  const play = () => timed(() => simulate(jobs, pooled(8), { timeline: false }));
  const first = play();
  for (let k = 0; k < 10; k++) play();
  const input = JSON.stringify({ servers: 8, submit: [...jobs.submit], duration: [...jobs.duration] });
  const rounds = Array.from({ length: 5 }, () => ({
    theirs: python === undefined ? null : playSimPy(python, input),
    ours: Array.from({ length: 3 }, play),
  }));
  const ours = rounds.flatMap((round) => round.ours);
  const theirs = rounds.flatMap((round) => round.theirs ?? []);
  const seconds = median(ours.map(({ wall }) => wall));
  const cpu = median(ours.map(({ cpu }) => cpu));
  const row = { jobs: jobs.n, first_seconds: first.wall, seconds, cpu_seconds: cpu };
  if (theirs.length === 0) return row;
  const peer = { wall: median(theirs.map(({ wall }) => wall)), cpu: median(theirs.map((run) => run.cpu)) };
  return {
    ...{ ...row, simpy_seconds: peer.wall, simpy_cpu_seconds: peer.cpu },
    times_faster: peer.wall / seconds,
    times_faster_cpu: peer.cpu / cpu,
    times_faster_cold: peer.wall / first.wall,
    same_starts: theirs[0].start.every((start, i) => start === first.result.start[i]),
    versions: theirs[0].versions,
  };
}

function benchErlang() {
  const runs = Array.from({ length: 10 }, (_, seed) => mm8(seed, 400_000, 0.7));
  const { result, wall, cpu } = timed(() =>
    runs.map((jobs) => simulate(jobs, pooled(8), { timeline: false }).summary.mean_wait_s ?? Number.NaN),
  );
  return {
    runs: 10,
    jobs: 400_000,
    mean_wait_s: mean(result),
    erlang_wait_s: 0.11275122 * 600,
    seconds: wall,
    cpu_seconds: cpu,
  };
}

const show = (name: string, row: Record<string, unknown>): void => {
  const cells = Object.entries(row).flatMap(([key, value]) => {
    if (typeof value === "boolean") return [`${key} ${value}`];
    return typeof value === "number" ? [`${key} ${Number.isInteger(value) ? value : value.toPrecision(7)}`] : [];
  });
  console.log(`${name.padEnd(20)}${cells.join("  ")}`);
};

const load = loadavg()[0];
const simpy = benchSimPy(process.env["FLEETLENS_PYTHON"]);
show("M/M/8 beside SimPy", simpy);
const philly = await benchPhilly(["fifo", "sjf", "easy", "conservative"]);
if (!philly) console.log("no shared data beside the repository: Philly is left out");
for (const [policy, row] of Object.entries(philly ?? {})) if (typeof row === "object") show(`Philly ${policy}`, row);
const erlang = benchErlang();
show("Erlang C", erlang);

const report = {
  schema: "fleetlens.bench-simulate/1",
  versions: { fleetlens: VERSION, node: process.version, ...("versions" in simpy ? simpy.versions : {}) },
  ...{ cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length, load, threads: 1 },
  ...{ simpy, philly, erlang },
};
await writeFile("bench/simulate.json", `${JSON.stringify(report, null, 2)}\n`);
