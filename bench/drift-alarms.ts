// How often drift is called, where there is none and where there is, beside Evidently's DataDriftPreset.
//
//   [FLEETLENS_PYTHON=python3] node scripts/bench.mjs drift-alarms
//
// - False alarms: two samples of one distribution, every pair of sizes from 60 to 5,000, eight distributions.
// - Power: shifts of 0.15 sigma and of 8 points, by size.
// - Power at equal false alarms: Evidently's thresholds moved so that it alarms falsely in 5 % of the same cases.
// - 0.01 sigma at a million rows, which is no drift worth the name.
// - Intervals: how often they hold the true distance, and how often a true distance at or above the threshold is
//   called stable.
//
// A cell at a time, so p-values are not adjusted. With a Python that has evidently it judges the first of the same samples
// in the same run. Seeds are not those by which anything was chosen. Writes bench/drift-alarms.json.
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom, type Random } from "../src/core/random.js";
import { VERSION } from "../src/core/version.js";
import { compareColumns, compareCounts, type NumericDrift } from "../src/drift/index.js";

const SEED = 20_261_127;
const SIZES = [60, 200, 500, 1500, 5000];
const ROUNDS = 400;
const PEER_ROUNDS = { alarms: 6, power: 20, million: 2 };

type Draw = (rng: Random) => number;

/** Draws of both sides; levels are whole numbers. */
interface Law {
  name: string;
  kind: "numeric" | "categorical";
  reference: Draw;
  current: Draw;
  /** Distance of the two distributions, where it is known. */
  distance?: number;
}

/** Draws of levels by their shares. */
function levels(shares: readonly number[]): Draw {
  let sum = 0;
  const upTo = Float64Array.from(shares, (share) => (sum += share));
  return (rng) => {
    const u = rng.uniform() * sum;
    let [low, high] = [0, upTo.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (upTo[middle] <= u) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

const even = (count: number): number[] => new Array(count).fill(1 / count);
const zipf = (count: number): number[] => {
  const weights = even(count).map((_, i) => 1 / (i + 1));
  const sum = weights.reduce((total, w) => total + w, 0);
  return weights.map((w) => w / sum);
};
/** Shares of which so much has moved from the last levels to the first. */
function moved(shares: readonly number[], much: number): number[] {
  const after = [...shares];
  for (let i = after.length - 1, left = much; i > 0 && left > 0; i--) {
    const part = Math.min(left, after[i]);
    after[i] -= part;
    after[0] += part;
    left -= part;
  }
  return after;
}
/** Every other level grows, its neighbour shrinks. */
const spread = (shares: readonly number[], much: number): number[] =>
  shares.map((share, i) => share + ((i % 2 === 0 ? 1 : -1) * 2 * much) / shares.length);

const normal: Draw = (rng) => rng.normal();
const shifted =
  (by: number): Draw =>
  (rng) =>
    rng.normal() + by;
const uniform: Draw = (rng) => rng.uniform();
/** So much of the mass has gone from the lowest values beyond the highest. */
const carriedOver =
  (much: number): Draw =>
  (rng) => {
    const x = rng.uniform();
    return x < much ? x + 1 : x;
  };

const same = (name: string, kind: Law["kind"], draw: Draw): Law => ({ name, kind, reference: draw, current: draw });
const levelLaw = (name: string, before: readonly number[], after: readonly number[]): Law => ({
  name,
  kind: "categorical",
  reference: levels(before),
  current: levels(after),
  distance: before.reduce((sum, share, i) => sum + Math.abs(share - after[i]), 0) / 2,
});

const NO_DRIFT: readonly Law[] = [
  same("normal", "numeric", normal),
  same("lognormal", "numeric", (rng) => Math.exp(rng.normal())),
  same("whole numbers 0 to 9", "numeric", (rng) => rng.int(10)),
  same("2 levels, 95 % and 5 %", "categorical", levels([0.95, 0.05])),
  same("5 levels", "categorical", levels(even(5))),
  same("30 levels", "categorical", levels(even(30))),
  same("30 levels, Zipf", "categorical", levels(zipf(30))),
  same("300 levels, Zipf", "categorical", levels(zipf(300))),
];
const DRIFT: readonly Law[] = [
  { name: "normal + 0.15 sigma", kind: "numeric", reference: normal, current: shifted(0.15) },
  levelLaw("50 % to 58 %", [0.5, 0.5], [0.42, 0.58]),
  levelLaw("8 points of 5 levels", even(5), moved(even(5), 0.08)),
  levelLaw("8 points of 30 levels", even(30), moved(even(30), 0.08)),
];
/** Shift of a normal distribution whose Kolmogorov-Smirnov distance is 0.05. */
const SHIFT_005 = 0.12541;
const INTERVALS: readonly Law[] = [
  { ...same("normal, the same", "numeric", normal), distance: 0 },
  { name: "normal, D 0.05", kind: "numeric", reference: normal, current: shifted(SHIFT_005), distance: 0.05 },
  { name: "carried over, D 0.05", kind: "numeric", reference: uniform, current: carriedOver(0.05), distance: 0.05 },
  { name: "carried over, D 0.2", kind: "numeric", reference: uniform, current: carriedOver(0.2), distance: 0.2 },
  { ...levelLaw("0 or 1, D 0.05", [0.5, 0.5], [0.45, 0.55]), kind: "numeric" },
  levelLaw("95 % and 5 %, the same", [0.95, 0.05], [0.95, 0.05]),
  levelLaw("95 % and 5 %, 5 % gone", [0.95, 0.05], [1, 0]),
  levelLaw("2 levels, TVD 0.05", [0.5, 0.5], [0.45, 0.55]),
  levelLaw("5 levels, TVD 0.05", even(5), moved(even(5), 0.05)),
  levelLaw("30 levels, the same", even(30), even(30)),
  levelLaw("30 levels, TVD 0.05 by one", even(30), moved(even(30), 0.05)),
  levelLaw("30 levels, TVD 0.05 by all", even(30), spread(even(30), 0.05)),
  levelLaw("30 levels, TVD 0.2", even(30), moved(even(30), 0.2)),
  levelLaw("300 levels, Zipf, the same", zipf(300), zipf(300)),
];

const drawn = (draw: Draw, n: number, rng: Random): Float64Array => Float64Array.from({ length: n }, () => draw(rng));

function countsOf(values: Float64Array): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
  return counts;
}

const compare = (kind: Law["kind"], reference: Float64Array, current: Float64Array): NumericDrift =>
  kind === "numeric"
    ? compareColumns(reference, current, { stats: "default" })
    : compareCounts(countsOf(reference), countsOf(current), { stats: "default" });

/** Samples that the peer judges too. */
interface Task {
  n: number;
  m: number;
  columns: { name: string; kind: Law["kind"] }[];
  /** Asks for scores too, of the functions that the preset chooses. */
  scores?: boolean;
  reference: Float64Array[];
  current: Float64Array[];
}

/** Shares of rounds that were called drift. */
interface Flagged {
  fleetlens: number;
  rounds: number;
  /** On the rounds that Evidently judged. */
  fleetlens_same: number;
  evidently: number | null;
  evidently_rounds: number;
}

interface Case {
  law: Law;
  n: number;
  m: number;
  flags: boolean[];
}

/** Our verdicts, and the task that holds the first rounds of all laws at these sizes. */
function judged(laws: readonly Law[], n: number, m: number, rounds: number, peers: number, rng: Random) {
  const task: Task = { n, m, columns: [], reference: [], current: [] };
  const cases = laws.map((law, k): Case => {
    const flags = Array.from({ length: rounds }, (_, round) => {
      const child = rng.child(`${law.name} ${n} ${m} ${round}`);
      const reference = drawn(law.reference, n, child);
      const current = drawn(law.current, m, child);
      if (round < peers) {
        task.columns.push({ name: `c${k}_${round}`, kind: law.kind });
        task.reference.push(reference);
        task.current.push(current);
      }
      return compare(law.kind, reference, current).verdict === "drift";
    });
    return { law, n, m, flags };
  });
  return { cases, task };
}

interface PeerAnswer {
  flags: Record<string, boolean>;
  /** Less is more drift. */
  scores?: Record<string, number>;
  methods: string[];
  cpu: number;
}

/** Evidently's verdicts of tasks, one process for all. */
async function askEvidently(python: string | undefined, tasks: readonly Task[]) {
  if (python === undefined) return null;
  const folder = await mkdtemp(join(tmpdir(), "drift-alarms-"));
  try {
    const lines: string[] = [];
    for (const [i, { reference, current, ...task }] of tasks.entries()) {
      const file = join(folder, `${i}.bin`);
      await writeFile(file, Buffer.concat([...reference, ...current].map((c) => Buffer.from(c.buffer))));
      lines.push(JSON.stringify({ file, ...task }));
    }
    const { status, stdout, stderr } = spawnSync(python, ["bench/drift-alarms.py"], {
      input: `${lines.join("\n")}\n`,
      encoding: "utf8",
      maxBuffer: 1e8,
    });
    if (status !== 0) throw new Error(`bench/drift-alarms.py failed: ${stderr}`);
    const [head, ...answers] = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    return { versions: head.versions as Record<string, string>, answers: answers as PeerAnswer[] };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const share = (flags: readonly boolean[]): number => flags.filter(Boolean).length / flags.length;

function flagged(cases: readonly Case[], peers: number, answer: (c: Case) => readonly boolean[]): Flagged {
  const theirs = cases.flatMap(answer);
  return {
    fleetlens: share(cases.flatMap(({ flags }) => flags)),
    rounds: cases.reduce((sum, { flags }) => sum + flags.length, 0),
    fleetlens_same: share(cases.flatMap(({ flags }) => flags.slice(0, peers))),
    evidently: theirs.length === 0 ? null : share(theirs),
    evidently_rounds: theirs.length,
  };
}

function interval(law: Law, n: number, m: number, rng: Random) {
  const counts = { low: 0, high: 0, width: 0, stable: 0, negligible: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    const child = rng.child(`${law.name} ${n} ${m} ${round}`);
    const { effect, verdict, reason } = compare(law.kind, drawn(law.reference, n, child), drawn(law.current, m, child));
    // A share of whole numbers and its double differ in the last digit.
    if (effect.lower! > law.distance! + 1e-12) counts.low++;
    if (effect.upper! < law.distance! - 1e-12) counts.high++;
    counts.width += effect.upper! - effect.lower!;
    if (verdict === "stable") counts[reason === "negligible" ? "negligible" : "stable"]++;
  }
  const of = (count: number): number => count / ROUNDS;
  return {
    law: law.name,
    distance: law.distance!,
    n,
    m,
    coverage: 1 - of(counts.low + counts.high),
    below: of(counts.low),
    above: of(counts.high),
    width: of(counts.width),
    stable: of(counts.stable),
    negligible: of(counts.negligible),
  };
}

/** Where this share of scores lies below, or less of them when some are equal. */
function cut(scores: readonly number[], share: number): number {
  return scores.toSorted((a, b) => a - b)[Math.floor(share * scores.length)];
}

/**
 * Power of both on the same samples, and Evidently's at the threshold that makes its false alarms 5 %. Of a size each, as
 * samples are many.
 */
async function equalAlarms(n: number, rng: Random) {
  const still = DRIFT.map((law) => ({ ...law, current: law.reference }));
  const parts = [still, DRIFT].map((laws) => judged(laws, n, n, ROUNDS, ROUNDS, rng.child(laws === DRIFT ? 1 : 0)));
  const peer = await askEvidently(
    process.env["FLEETLENS_PYTHON"],
    parts.map(({ task }) => ({ ...task, scores: true })),
  );
  return DRIFT.map((law, k) => {
    const [alarms, power] = parts.map(({ cases, task }, part) => {
      const names = task.columns.map(({ name }) => name).filter((name) => name.startsWith(`c${k}_`));
      const answer = peer?.answers[part];
      return { ours: cases[k].flags, flags: names.map((name) => answer?.flags[name] ?? false), names, answer };
    });
    const scores = ({ names, answer }: typeof alarms) => names.map((name) => answer?.scores?.[name] ?? Number.NaN);
    const limit = cut(scores(alarms), 0.05);
    const theirs = (value: number) => (peer ? value : null);
    return {
      law: law.name,
      rows: n,
      rounds: ROUNDS,
      fleetlens: { alarms: share(alarms.ours), power: share(power.ours) },
      evidently: { alarms: theirs(share(alarms.flags)), power: theirs(share(power.flags)) },
      evidently_at_5: {
        alarms: theirs(share(scores(alarms).map((score) => score < limit))),
        power: theirs(share(scores(power).map((score) => score < limit))),
      },
    };
  });
}

const percent = (value: number | null): string => (value === null ? "–" : (100 * value).toFixed(1)).padStart(6);
const line = (name: string, { fleetlens, fleetlens_same, evidently }: Flagged): void =>
  console.log(`${name.padEnd(30)}${percent(fleetlens)}${percent(fleetlens_same)}${percent(evidently)}`);

const ratio = ({ fleetlens_same, evidently }: Flagged): string =>
  evidently === null ? "–" : (fleetlens_same / evidently).toFixed(2);

const load = loadavg()[0];
const started = process.cpuUsage();
const rng = createRandom(SEED);
const pairs = SIZES.flatMap((n) => SIZES.map((m): [number, number] => [n, m]));
const alarmParts = pairs.map(([n, m]) => judged(NO_DRIFT, n, m, ROUNDS, PEER_ROUNDS.alarms, rng.child("alarms")));
const powerParts = SIZES.slice(1).map((n) => judged(DRIFT, n, n, ROUNDS, PEER_ROUNDS.power, rng.child("power")));
const tiny: Law = { name: "normal + 0.01 sigma", kind: "numeric", reference: normal, current: shifted(0.01) };
const million = judged([tiny], 1_000_000, 1_000_000, 20, PEER_ROUNDS.million, rng.child("million"));
const parts = [...alarmParts, ...powerParts, million];
const ours = process.cpuUsage(started);

const peer = await askEvidently(
  process.env["FLEETLENS_PYTHON"],
  parts.map(({ task }) => task),
);
const answerOf = new Map<Case, boolean[]>();
for (const [i, { cases, task }] of parts.entries()) {
  const flags = peer?.answers[i].flags;
  for (const [k, one] of cases.entries()) {
    const names = task.columns.map(({ name }) => name).filter((name) => name.startsWith(`c${k}_`));
    answerOf.set(one, flags ? names.map((name) => flags[name]) : []);
  }
}
const theirs = (one: Case): readonly boolean[] => answerOf.get(one)!;

console.log("called drift, in %: fleetlens, fleetlens on what Evidently judged, Evidently\n\nno drift");
const alarmCases = alarmParts.flatMap(({ cases }) => cases);
const bySize = pairs.map(([n, m], i) => ({
  ...{ reference: n, current: m },
  ...flagged(alarmParts[i].cases, PEER_ROUNDS.alarms, theirs),
}));
for (const row of bySize) line(`${row.reference} and ${row.current} rows`, row);
const byLaw = NO_DRIFT.map((law) => ({
  law: law.name,
  ...flagged(
    alarmCases.filter((one) => one.law === law),
    PEER_ROUNDS.alarms,
    theirs,
  ),
}));
for (const row of byLaw) line(row.law, row);
const alarms = flagged(alarmCases, PEER_ROUNDS.alarms, theirs);
line("all", alarms);
const worst = Math.max(...alarmCases.map(({ flags }) => share(flags)));
console.log(`ratio to Evidently on the same samples: ${ratio(alarms)}`);
console.log(`worst distribution and pair of sizes: ${percent(worst)} of ${ROUNDS}`);

console.log("\ndrift");
const power = powerParts.flatMap(({ cases }) =>
  cases.map((one) => ({ law: one.law.name, rows: one.n, ...flagged([one], PEER_ROUNDS.power, theirs) })),
);
for (const row of power) line(`${row.law}, ${row.rows} rows`, row);
for (const law of DRIFT) {
  const cases = powerParts.flatMap((part) => part.cases).filter((one) => one.law === law);
  console.log(
    `${law.name}: ratio to Evidently on the same samples: ${ratio(flagged(cases, PEER_ROUNDS.power, theirs))}`,
  );
}

console.log("\nsame samples, false alarms and power: fleetlens, Evidently, Evidently at 5 % false alarms");
const equal = [];
for (const n of SIZES.slice(1)) equal.push(...(await equalAlarms(n, rng.child("equal"))));
for (const { law, rows, fleetlens, evidently, evidently_at_5 } of equal) {
  const cells = [fleetlens, evidently, evidently_at_5].flatMap(({ alarms, power }) => [
    percent(alarms),
    percent(power),
  ]);
  console.log(`${`${law}, ${rows} rows`.padEnd(34)}${cells.join("")}`);
}

const tinyRow = flagged(million.cases, PEER_ROUNDS.million, theirs);
line("0.01 sigma, 1,000,000 rows", tinyRow);

console.log("\nintervals: distance, coverage, too high, too low, width, stable by interval, stable as negligible (%)");
const intervalSizes: [number, number][] = [
  [60, 60],
  [60, 5000],
  [5000, 60],
  [500, 500],
  [5000, 5000],
];
const intervals = INTERVALS.flatMap((law) =>
  intervalSizes.map(([n, m]) => interval(law, n, m, rng.child("intervals"))),
);
for (const row of intervals) {
  const cells = [row.coverage, row.below, row.above, row.width, row.stable, row.negligible].map(percent).join("");
  console.log(`${`${row.law}, ${row.n} and ${row.m}`.padEnd(44)}${row.distance.toFixed(3)}${cells}`);
}

const methods = [...new Set(peer?.answers.flatMap((answer) => answer.methods) ?? [])].sort();
const report = {
  schema: "fleetlens.bench-drift-alarms/1",
  versions: { fleetlens: VERSION, node: process.version, ...peer?.versions },
  ...{ cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length, load, seed: SEED },
  cpu_seconds: {
    fleetlens: (ours.user + ours.system) / 1e6,
    evidently: peer?.answers.reduce((sum, { cpu }) => sum + cpu, 0) ?? null,
  },
  evidently_methods: methods,
  false_alarms: { all: alarms, by_size: bySize, by_law: byLaw, worst_case: worst },
  power,
  equal_alarms: equal,
  million: tinyRow,
  intervals,
};
console.log(
  `\nCPU seconds: fleetlens ${report.cpu_seconds.fleetlens.toFixed(0)}, Evidently ${report.cpu_seconds.evidently?.toFixed(0)}`,
);
await writeFile("bench/drift-alarms.json", `${JSON.stringify(report, null, 2)}\n`);
