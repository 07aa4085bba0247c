// Speed and memory of the lineage-graph core: edges to rows and the walk, beside scipy's csr_matrix and
// breadth_first_order, one thread.
//
//   [FLEETLENS_PYTHON=python3] node scripts/bench.mjs gc-core [VERTICES] [EDGES] [RUNS]
//
// Three graphs of 10 M vertices and 50 M edges: random; power-law (sources crowd at small numbers, one vertex has a
// 200th of all edges); a chain through all vertices with further edges back. Each side runs in a process of its own,
// reads the same two files of int32, and walks from vertex 0. CPU seconds are those of building and walking, memory is the
// peak of the whole process. Ours and theirs take turns, and each figure is the median of RUNS (3) runs.
//
// scipy's weights are float64 as numpy.ones gives them; with int8 (the row `lean`) it needs less memory, which
// breadth_first_order spends on converting them.
//
// Writes bench/gc-core.json.
import { spawnSync } from "node:child_process";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "../src/core/statistics.js";
import { VERSION } from "../src/core/version.js";
import { buildCsr, buildCsrInPlace, exclusiveByRoot, reach } from "../src/gc-reachability/index.js";

const GRAPHS = ["random", "power-law", "chain"] as const;
/** Starts of the walk that exclusiveByRoot is held against. */
const ROOTS = 1000;

interface Run {
  build: number;
  walk: number;
  mib: number;
  reached: number;
}

/** Numbers below 2^32 by xorshift (Marsaglia 2003): quick, and the same everywhere. */
function xorshift(seed: number): () => number {
  let x = seed;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return x >>> 0;
  };
}

async function writeGraph(folder: string, kind: (typeof GRAPHS)[number], n: number, m: number): Promise<void> {
  const draw = xorshift(12_345);
  const share = (): number => draw() / 2 ** 32;
  const [src, dst] = [new Int32Array(m), new Int32Array(m)];
  for (let e = 0; e < m; e++) {
    const v = e % n;
    if (kind === "chain") {
      src[e] = v;
      if (e >= n) dst[e] = Math.floor(v * share());
      else dst[e] = Math.min(v + 1, n - 1);
    } else {
      src[e] = kind === "random" ? draw() % n : Math.floor(n * share() ** 3);
      dst[e] = draw() % n;
    }
  }
  await writeFile(join(folder, "src.bin"), src);
  await writeFile(join(folder, "dst.bin"), dst);
}

function readColumn(file: string): Int32Array {
  const descriptor = openSync(file, "r");
  const bytes = new Uint8Array(fstatSync(descriptor).size);
  for (let at = 0; at < bytes.length; ) {
    at += readSync(descriptor, bytes, at, Math.min(1 << 24, bytes.length - at), at);
  }
  closeSync(descriptor);
  return new Int32Array(bytes.buffer);
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** CPU seconds of `work`, and what it gives. */
function timed<T>(work: () => T): [number, T] {
  const started = cpuSeconds();
  const result = work();
  return [cpuSeconds() - started, result];
}

/** What a child process does: one graph, built and walked once; `exclusive` goes on to many roots. */
function runOurs(folder: string, n: number, how: string): Run & { many?: number; exclusive?: number } {
  let [src, dst] = [readColumn(join(folder, "src.bin")), readColumn(join(folder, "dst.bin"))];
  const [build, csr] = timed(() => (how === "aside" ? buildCsr : buildCsrInPlace)(n, src, dst));
  [src, dst] = [new Int32Array(0), new Int32Array(0)];
  const [walk, { count }] = timed(() => reach(csr, Int32Array.of(0)));
  const run = { build, walk, mib: process.resourceUsage().maxRSS / 1024, reached: count };
  if (how !== "exclusive") return run;
  const tips = Int32Array.from({ length: ROOTS }, (_, i) => (i * 9973) % n);
  const rootOf = new Int32Array(n).fill(-1);
  tips.forEach((tip, row) => {
    rootOf[tip] = row;
  });
  const size = new Float64Array(n).fill(1);
  const [many] = timed(() => reach(csr, tips));
  const [exclusive] = timed(() => exclusiveByRoot(csr, rootOf, new Uint8Array(n), size));
  return { ...run, many, exclusive };
}

function child<T>(program: string, args: readonly string[]): T {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} failed: ${stderr}`);
  return JSON.parse(stdout);
}

function medians(runs: readonly Run[]): Run & { cpu: number } {
  const of = (value: (run: Run) => number): number => median(runs.map(value));
  const { reached } = runs[0];
  return {
    ...{ build: of((r) => r.build), walk: of((r) => r.walk), cpu: of((r) => r.build + r.walk), mib: of((r) => r.mib) },
    reached,
  };
}

function benchGraph(folder: string, n: number, runs: number, python: string | undefined) {
  const ours = (how: string) =>
    child<Run & Record<string, number>>(process.execPath, [process.argv[1], "--child", folder, String(n), how]);
  const theirs = (weights: string) =>
    child<Run & { versions: Record<string, string> }>(python ?? "", ["bench/gc-core.py", folder, String(n), weights]);
  const turns = Array.from({ length: runs }, () => ({
    inPlace: ours("in-place"),
    aside: ours("aside"),
    ...(python ? { scipy: theirs("float64"), lean: theirs("int8") } : {}),
  }));
  const roots = Array.from({ length: runs }, () => ours("exclusive"));
  const [inPlace, aside] = [medians(turns.map((t) => t.inPlace)), medians(turns.map((t) => t.aside))];
  const exclusive = {
    walk_from_roots: median(roots.map((r) => r["many"])),
    exclusive: median(roots.map((r) => r["exclusive"])),
    times_a_walk: median(roots.map((r) => r["exclusive"] / r["many"])),
  };
  const result = { in_place: inPlace, aside, exclusive };
  const peers = turns.flatMap(({ scipy, lean }) => (scipy && lean ? [{ scipy, lean }] : []));
  if (peers.length === 0) return result;
  const [scipy, lean] = [medians(peers.map((p) => p.scipy)), medians(peers.map((p) => p.lean))];
  return {
    ...result,
    ...{ scipy, lean, same_reached: scipy.reached === inPlace.reached && aside.reached === inPlace.reached },
    ...{ cpu_ratio: inPlace.cpu / scipy.cpu, memory_ratio: inPlace.mib / scipy.mib },
    ...{ cpu_ratio_lean: inPlace.cpu / lean.cpu, memory_ratio_lean: inPlace.mib / lean.mib },
    ...{ cpu_ratio_aside: aside.cpu / scipy.cpu, memory_ratio_aside: aside.mib / scipy.mib },
    versions: peers[0].scipy.versions,
  };
}

function show(name: string, row: Record<string, unknown>): void {
  const cells = Object.entries(row).flatMap(([key, value]) => {
    if (typeof value === "boolean") return [`${key} ${value}`];
    return typeof value === "number" ? [`${key} ${Number.isInteger(value) ? value : value.toPrecision(3)}`] : [];
  });
  console.log(`${name.padEnd(24)}${cells.join("  ")}`);
}

async function main(n: number, m: number, runs: number): Promise<void> {
  const load = loadavg()[0];
  const python = process.env["FLEETLENS_PYTHON"];
  if (!python) console.log("no FLEETLENS_PYTHON: scipy is left out");
  const graphs: Record<string, ReturnType<typeof benchGraph>> = {};
  for (const kind of GRAPHS) {
    const folder = await mkdtemp(join(tmpdir(), "fleetlens-bench-"));
    try {
      await writeGraph(folder, kind, n, m);
      graphs[kind] = benchGraph(folder, n, runs, python);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    show(kind, { ...graphs[kind] });
    for (const [part, row] of Object.entries(graphs[kind])) {
      if (typeof row === "object" && part !== "versions") show(`  ${part}`, { ...row });
    }
  }
  const versions = Object.values(graphs).flatMap((graph) => ("versions" in graph ? [graph.versions] : []))[0];
  const report = {
    schema: "fleetlens.bench-gc-core/1",
    versions: { fleetlens: VERSION, node: process.version, ...versions },
    ...{ cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length, load, threads: 1 },
    ...{ vertices: n, edges: m, runs, roots: ROOTS, graphs },
  };
  await writeFile("bench/gc-core.json", `${JSON.stringify(report, null, 2)}\n`);
}

const [first, ...rest] = process.argv.slice(2);
if (first === "--child") console.log(JSON.stringify(runOurs(rest[0], Number(rest[1]), rest[2])));
else await main(Number(first ?? 10_000_000), Number(rest[0] ?? 50_000_000), Number(rest[1] ?? 3));
