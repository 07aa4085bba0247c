// Speed and memory of the searches for change points, beside ruptures' KernelCPD("linear"), one thread.
//
//   [FLEETLENS_PYTHON=python3] node scripts/bench.mjs changepoint-speed [SERIES] [RUNS]
//
// A million points, mean model, with 999 changes and with none: CPU milliseconds of the first search of a process (which
// compiles it) and the median of five later ones, and by how much the first raises the process' peak memory. 100,000
// points with 99 changes and 20,000 without: both sides read the same file and take turns, each in a process of its own;
// they must find the same. ratio is that to later searches, ratio_first that to the first. Then milliseconds a series of 1,000 points for each search, and SERIES (10,000) of them by
// `detect` with everything left to it. Each figure is the median of RUNS (5) runs.
//
// Writes bench/changepoint-speed.json.
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import {
  detect,
  fpop,
  meanCost,
  meanVarCost,
  nonparametricCost,
  pelt,
  poissonCost,
  slopeCost,
} from "../src/changepoint/index.js";
import { createRandom } from "../src/core/random.js";
import { median } from "../src/core/statistics.js";
import { VERSION } from "../src/core/version.js";

/** Points, points between two changes of three standard deviations (0: no change), and who else runs it. */
const CASES = {
  million_999_changes: { n: 1_000_000, every: 1000, peer: false },
  million_no_change: { n: 1_000_000, every: 0, peer: false },
  hundred_thousand_99_changes: { n: 100_000, every: 1000, peer: true },
  twenty_thousand_no_change: { n: 20_000, every: 0, peer: true },
} as const;

interface Run {
  firstMs: number;
  ms: number;
  /** Growth of the process' peak memory over the series. */
  mib: number;
  changes: number[];
}

/** Standard normal noise around a level that jumps by three, up and down by chance. */
function series(n: number, every: number): Float64Array {
  const random = createRandom(12_345);
  let level = 0;
  return Float64Array.from({ length: n }, (_, i) => {
    if (every > 0 && i > 0 && i % every === 0) level += random.int(2) === 0 ? 3 : -3;
    return level + random.normal();
  });
}

function penaltyOf(n: number): number {
  return 3 * Math.log(n);
}

/** CPU milliseconds of `work`, and what it gives. */
function timed<T>(work: () => T): [number, T] {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return [(user + system) / 1000, result];
}

const peakMib = (): number => process.resourceUsage().maxRSS / 1024;

/** What a child process does: one series, searched again and again. */
async function runOurs(file: string): Promise<Run> {
  const y = new Float64Array(new Uint8Array(await readFile(file)).buffer);
  const before = peakMib();
  const [firstMs, changes] = timed(() => fpop(y, penaltyOf(y.length)));
  const mib = peakMib() - before;
  const times = Array.from({ length: 5 }, () => timed(() => fpop(y, penaltyOf(y.length)))[0]);
  return { firstMs, ms: median(times), mib, changes: Array.from(changes) };
}

function child<T>(program: string, args: readonly string[]): T {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8", maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} failed: ${stderr}`);
  return JSON.parse(stdout);
}

async function benchCase(
  folder: string,
  name: keyof typeof CASES,
  runs: number,
  python: string | undefined,
): Promise<Record<string, unknown> & { versions?: Record<string, string> }> {
  const { n, every, peer } = CASES[name];
  const file = join(folder, "y.bin");
  await writeFile(file, series(n, every));
  const turns = Array.from({ length: runs }, () => ({
    ours: child<Run>(process.execPath, [process.argv[1], "--child", file]),
    theirs:
      peer && python
        ? child<Run & { versions: Record<string, string> }>(python, [
            "bench/changepoint-speed.py",
            file,
            String(penaltyOf(n)),
          ])
        : null,
  }));
  const ours = turns.map((turn) => turn.ours);
  const of = (value: (run: Run) => number): number => median(ours.map(value));
  const result = {
    ...{ points: n, true_changes: every > 0 ? n / every - 1 : 0, changes: ours[0].changes.length },
    ...{ first_ms: of((r) => r.firstMs), ms: of((r) => r.ms), mib: of((r) => r.mib) },
  };
  const theirs = turns.flatMap((turn) => turn.theirs ?? []);
  if (theirs.length === 0) return result;
  const same = theirs.every((run) => String(run.changes) === String(ours[0].changes));
  const ruptures = median(theirs.map((run) => run.ms));
  return {
    ...{ ...result, ruptures_ms: ruptures, ratio: ruptures / result.ms, ratio_first: ruptures / result.first_ms },
    ...{ same, versions: theirs[0].versions },
  };
}

/** Milliseconds a series of 1,000 points, by the search. */
function benchShort(runs: number): Record<string, number> {
  const random = createRandom(7);
  const n = 1000;
  const bunch = Array.from({ length: 100 }, () => Float64Array.from({ length: n }, () => random.normal()));
  const counts = bunch.map((y) => y.map((value) => Math.round(Math.abs(5 * value))));
  const log = Math.log(n);
  const searches: Record<string, (k: number) => Int32Array> = {
    "fpop l2": (k) => fpop(bunch[k], 3 * log),
    "fpop huber": (k) => fpop(bunch[k], 3 * log, "huber"),
    "fpop biweight": (k) => fpop(bunch[k], 3 * log, "biweight"),
    "fpop poisson": (k) => fpop(counts[k], 3 * log, "poisson"),
    "pelt mean": (k) => pelt(meanCost(bunch[k]), n, 3 * log),
    "pelt slope": (k) => pelt(slopeCost(bunch[k]), n, 4.5 * log),
    "pelt meanvar": (k) => pelt(meanVarCost(bunch[k]), n, 4.5 * log),
    "pelt poisson": (k) => pelt(poissonCost(counts[k]), n, 3 * log),
    "pelt nonparametric": (k) => pelt(nonparametricCost(bunch[k]), n, 4 * log),
  };
  const spent = Object.fromEntries(Object.keys(searches).map((name) => [name, [] as number[]]));
  // By turns, as a caller that chooses among models would.
  for (let run = 0; run <= runs; run++) {
    for (const [name, search] of Object.entries(searches)) {
      const [ms] = timed(() => bunch.forEach((_, k) => void search(k)));
      if (run > 0) spent[name].push(ms / bunch.length);
    }
  }
  return Object.fromEntries(Object.entries(spent).map(([name, times]) => [name, median(times)]));
}

/** Seconds of `detect` on many series of 1,000 points, noise of several kinds, half of them with changes. */
function benchDetect(count: number): { series: number; points: number; s: number; with_changes: number } {
  const random = createRandom(99);
  let s = 0;
  let found = 0;
  for (let k = 0; k < count; k++) {
    const phi = k % 3 === 0 ? 0.5 : 0;
    let [level, noise] = [0, 0];
    const y = Float64Array.from({ length: 1000 }, (_, i) => {
      if (k % 2 === 0 && i % 250 === 249) level += 3 * random.normal();
      noise = phi * noise + random.normal();
      return level + noise + (k % 5 === 0 ? 3 * Math.sin((2 * Math.PI * i) / 24) : 0);
    });
    const [ms, detection] = timed(() => detect(y));
    s += ms / 1000;
    if (detection.changes.length > 0) found++;
  }
  return { series: count, points: 1000, s, with_changes: found };
}

function show(name: string, row: Record<string, unknown>): void {
  const cells = Object.entries(row).flatMap(([key, value]) => {
    if (typeof value === "boolean") return [`${key} ${value}`];
    return typeof value === "number" ? [`${key} ${Number.isInteger(value) ? value : value.toPrecision(3)}`] : [];
  });
  console.log(`${name.padEnd(29)}${cells.join("  ")}`);
}

async function main(count: number, runs: number): Promise<void> {
  const load = loadavg()[0];
  const python = process.env["FLEETLENS_PYTHON"];
  if (!python) console.log("no FLEETLENS_PYTHON: ruptures is left out");
  const folder = await mkdtemp(join(tmpdir(), "fleetlens-bench-"));
  const cases: Record<string, Awaited<ReturnType<typeof benchCase>>> = {};
  try {
    for (const name of Object.keys(CASES) as (keyof typeof CASES)[]) {
      cases[name] = await benchCase(folder, name, runs, python);
      show(name, cases[name]);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const short = benchShort(runs);
  show("ms a series of 1,000", short);
  const detected = benchDetect(count);
  show("detect", detected);
  const versions = Object.values(cases).find((row) => row.versions)?.versions;
  const report = {
    schema: "fleetlens.bench-changepoint-speed/1",
    versions: { fleetlens: VERSION, node: process.version, ...versions },
    ...{ cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length, load, threads: 1, runs },
    ...{ cases, short_series_ms: short, detect: detected },
  };
  await writeFile("bench/changepoint-speed.json", `${JSON.stringify(report, null, 2)}\n`);
}

const [first, ...rest] = process.argv.slice(2);
if (first === "--child") console.log(JSON.stringify(await runOurs(rest[0])));
else await main(Number(first ?? 10_000), Number(rest[0] ?? 5));
