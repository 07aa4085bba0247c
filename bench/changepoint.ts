// Accuracy of the automatic detection of change points.
//
//   [FLEETLENS_PYTHON=python3] node scripts/bench.mjs changepoint [SERIES]
//
// - The six annotated series of the Turing Change Point Dataset (needs the shared data beside the repository), F1 and
//   covering; what ±20 % on every constant do; the mean without each series.
// - SERIES (1,000) generated series of 600 points a family: false alarms without a change, recall and precision of two
//   shifts, recall of changed rates, spreads and slopes, coverage of the location intervals, p-values without a change.
// - With a Python that has ruptures: its methods on the same series, in the same run.
//
// Writes bench/changepoint.json and docs/benchmarks/changepoint.md. Speed: bench/changepoint-speed.ts.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  countShift,
  NOISES,
  type NoiseFamily,
  noise,
  shifts,
  slopeShift,
  spreadShift,
} from "../fixtures/changepoint-series.js";
import { detectWith } from "../src/changepoint/detect.js";
import { AUTO_SETTINGS, type AutoSettings, coverScore, detect, f1Score } from "../src/changepoint/index.js";
import { VERSION } from "../src/core/version.js";

const DATA = "../shared/data/changepoint";
const NAMES = ["bank", "brent_spot", "quality_control_1", "run_log", "seatbelts", "well_log"];
const N = 600;
const SERIES = Number(process.argv[2] ?? 1000);
/** Series a family of the peers, and of their rbf method, which takes seconds each. */
const PEER_SERIES = Math.min(SERIES, 100);
const RBF_SERIES = Math.min(SERIES, 2);

type Changes = readonly number[];

interface Annotated {
  name: string;
  columns: Float64Array[];
  annotations: Record<string, number[]>;
}

async function readAnnotated(): Promise<Annotated[]> {
  const read = async (file: string) => JSON.parse(await readFile(join(DATA, `${file}.json`), "utf8"));
  const annotations = await read("annotations");
  return Promise.all(
    NAMES.map(async (name) => ({
      name,
      columns: (await read(name)).series.map(({ raw }: { raw: (number | null)[] }) =>
        Float64Array.from(raw, (value) => value ?? Number.NaN),
      ),
      annotations: annotations[name],
    })),
  );
}

const changesOf = (columns: readonly Float64Array[], settings: AutoSettings = AUTO_SETTINGS): number[] =>
  detectWith(columns.length === 1 ? columns[0] : columns, {}, settings).changes.map((change) => change.index);

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function scores(data: readonly Annotated[], found: (series: Annotated) => Changes) {
  const rows = data.map((series) => {
    const changes = found(series);
    return {
      name: series.name,
      f1: f1Score(series.annotations, changes),
      cover: coverScore(series.annotations, changes, series.columns[0].length),
      changes: [...changes],
    };
  });
  return { rows, f1: mean(rows.map((row) => row.f1)), cover: mean(rows.map((row) => row.cover)) };
}

/** Mean scores with every constant a fifth smaller and larger. */
function sensitivity(data: readonly Annotated[]) {
  return (Object.keys(AUTO_SETTINGS) as (keyof AutoSettings)[]).map((name) => {
    const [less, more] = [0.8, 1.2].map((factor) => {
      const settings = { ...AUTO_SETTINGS, [name]: AUTO_SETTINGS[name] * factor };
      const { f1, cover } = scores(data, (series) => changesOf(series.columns, settings));
      return { f1, cover };
    });
    return { name, value: AUTO_SETTINGS[name], less, more };
  });
}

/**
 * Leave one series out: the means of the others, and the penalty factor of a grid that is best for those, with what it
 * gives on the one left out.
 */
function leaveOneOut(data: readonly Annotated[]) {
  const grid = [1, 1.25, 1.5, 1.75, 2];
  const table = grid.map((penaltyFactor) =>
    scores(data, (series) => changesOf(series.columns, { ...AUTO_SETTINGS, penaltyFactor })),
  );
  return data.map(({ name }, out) => {
    const rest = (rows: { f1: number; cover: number }[]) => rows.filter((_, i) => i !== out);
    const sums = table.map(({ rows }) => mean(rest(rows).map((row) => row.f1 + row.cover)));
    const best = sums.reduce((b, sum, k) => (sum > sums[b] + 1e-12 ? k : b), grid.indexOf(AUTO_SETTINGS.penaltyFactor));
    const { rows } = table[grid.indexOf(AUTO_SETTINGS.penaltyFactor)];
    return {
      left_out: name,
      f1_of_the_others: mean(rest(rows).map((row) => row.f1)),
      cover_of_the_others: mean(rest(rows).map((row) => row.cover)),
      best_factor: grid[best],
      f1_with_it: table[best].rows[out].f1,
      cover_with_it: table[best].rows[out].cover,
    };
  });
}

/** Pairs of true and found changes within a margin, each used once. */
function matched(truth: Changes, found: Changes, margin: number): number {
  const left = new Set(found);
  return truth.filter((change) => {
    const hit = [...left]
      .filter((f) => Math.abs(f - change) <= margin)
      .sort((a, b) => Math.abs(a - change) - Math.abs(b - change))[0];
    return hit !== undefined && left.delete(hit);
  }).length;
}

const seeds = (count: number): number[] => Array.from({ length: count }, (_, i) => 10_000 + i);

const falseAlarms = (family: NoiseFamily, count: number, found: (y: Float64Array) => Changes): number =>
  mean(seeds(count).map((seed) => (found(noise(family, N, seed)).length > 0 ? 1 : 0)));

const shiftSize = (family: NoiseFamily): number => (family.startsWith("AR") ? 4 : 2.5);

function twoShifts(family: NoiseFamily, count: number, found: (y: Float64Array) => Changes) {
  let hits = 0;
  let reported = 0;
  for (const seed of seeds(count)) {
    const { y, changes } = shifts(family, N, seed, shiftSize(family));
    const indices = found(y);
    hits += matched(changes, indices, 5);
    reported += indices.length;
  }
  return { recall: hits / (2 * count), precision: reported === 0 ? 1 : hits / reported };
}

function otherChanges(found: (y: Float64Array) => Changes) {
  const cases = [
    { name: "rate of Poisson counts doubled or halved", make: countShift, n: N, margin: 10 },
    { name: "standard deviation tripled or a third", make: spreadShift, n: N, margin: 20 },
    { name: "slope changed by 0.05 sd a point, 600 points", make: slopeShift, n: N, margin: 20 },
    { name: "slope changed by 0.05 sd a point, 300 points", make: slopeShift, n: 300, margin: 20 },
  ];
  return cases.map(({ name, make, n, margin }) => {
    const results = seeds(SERIES).map((seed) => {
      const { y, changes } = make(n, seed);
      const indices = found(y);
      return { hit: matched(changes, indices, margin), extra: Math.max(0, indices.length - 1) };
    });
    return { name, margin, recall: mean(results.map((r) => r.hit)), extra: mean(results.map((r) => r.extra)) };
  });
}

/** Share of location intervals that hold the shift, of the series in which it was found. */
function coverage(family: NoiseFamily, size: number) {
  const levels = [0.95, 0.8, 0.5];
  const held = levels.map(() => 0);
  let found = 0;
  let width = 0;
  for (const seed of seeds(SERIES)) {
    const { y, changes } = shifts(family, 400, seed, size, 1);
    levels.forEach((level, k) => {
      const [nearest] = detect(y, { level }).changes.sort(
        (a, b) => Math.abs(a.index - changes[0]) - Math.abs(b.index - changes[0]),
      );
      if (!nearest) return;
      if (nearest.ciLow <= changes[0] && changes[0] <= nearest.ciHigh) held[k]++;
      if (k > 0) return;
      found++;
      width += nearest.ciHigh - nearest.ciLow + 1;
    });
  }
  const [at95, at80, at50] = held.map((count) => count / found);
  return { family, size, found: found / SERIES, at95, at80, at50, width: width / found };
}

/** Share of series without a change whose smallest p-value lies below a level, when the search lets every change through. */
function nullPValues(family: NoiseFamily) {
  const least = seeds(SERIES).map((seed) => {
    const { changes } = detect(noise(family, N, seed), { model: "mean", penalty: 0, minSize: N / 4 });
    return {
      p: Math.min(1, ...changes.map((c) => c.pValue)),
      probability: Math.max(0, ...changes.map((c) => c.probability)),
    };
  });
  return {
    family,
    below_05: mean(least.map(({ p }) => (p < 0.05 ? 1 : 0))),
    below_01: mean(least.map(({ p }) => (p < 0.01 ? 1 : 0))),
    probability_over_95: mean(least.map(({ probability }) => (probability > 0.95 ? 1 : 0))),
  };
}

interface Peers {
  ruptures: string;
  changes: Record<string, Record<string, number[]>>;
}

/** Place of a generated series in its family. */
const seedOf = (name: string): number => Number(name.split("/")[1]) - seeds(1)[0];

/** Runs ruptures on named series; null where no Python has it. */
async function peers(series: Record<string, readonly Float64Array[]>): Promise<Peers | null> {
  const python = process.env["FLEETLENS_PYTHON"];
  if (!python) return null;
  const folder = await mkdtemp(join(tmpdir(), "fleetlens-bench-"));
  try {
    const [input, output] = [join(folder, "in.json"), join(folder, "out.json")];
    const columns = Object.entries(series).map(([name, rows]) => [name, rows.map((row) => Array.from(row))]);
    const few = Object.keys(series).filter((name) => !name.includes("/") || seedOf(name) < seeds(RBF_SERIES).length);
    await writeFile(input, JSON.stringify({ series: Object.fromEntries(columns), few }));
    const { status } = spawnSync(python, ["bench/changepoint.py", input, output], { stdio: "inherit" });
    if (status !== 0) throw new Error("bench/changepoint.py failed: it needs ruptures 1.1.10 (pip install ruptures)");
    return JSON.parse(await readFile(output, "utf8"));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function peerSeries(data: readonly Annotated[]): Record<string, readonly Float64Array[]> {
  const generated = NOISES.flatMap((family) =>
    seeds(PEER_SERIES).map((seed): [string, readonly Float64Array[]] => [
      `${family}/${seed}`,
      [noise(family, N, seed)],
    ]),
  );
  return { ...Object.fromEntries(data.map(({ name, columns }) => [name, columns])), ...Object.fromEntries(generated) };
}

const fixed = (value: number, digits = 3): string => value.toFixed(digits);
const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n");
}

const started = process.cpuUsage();
const data = existsSync(DATA) ? await readAnnotated() : [];
const real = data.length > 0 ? scores(data, ({ columns }) => changesOf(columns)) : null;
const constants = sensitivity(data);
const left = leaveOneOut(data);
const auto = (y: Float64Array): Changes => changesOf([y]);
const nulls = NOISES.map((family) => ({
  family,
  alarms: falseAlarms(family, SERIES, auto),
  ...twoShifts(family, SERIES, auto),
}));
const others = otherChanges(auto);
const covered = (["iid normal", "AR(0.5)", "t3", "season of 24"] as const).flatMap((family) =>
  [1.5, 2, 2.5].map((size) => coverage(family, size)),
);
const pValues = (["iid normal", "AR(0.5)", "t3"] as const).map(nullPValues);
const cpuSeconds = process.cpuUsage(started).user / 1e6;
const peer = await peers(peerSeries(data));
const peerScores = peer
  ? Object.entries(peer.changes).map(([method, found]) => ({
      method,
      scores: scores(data, ({ name }) => found[name]),
      alarms: NOISES.map((family) =>
        mean(
          Object.keys(found)
            .filter((name) => name.startsWith(`${family}/`))
            .map((name) => (found[name].length > 0 ? 1 : 0)),
        ),
      ),
    }))
  : [];

const largest = Math.max(
  ...constants.flatMap(({ less, more }) => [less, more].map((s) => Math.abs(s.f1 - (real?.f1 ?? 0)))),
);
const page = `# Change points: what automatic detection reaches

Printed by \`FLEETLENS_PYTHON=… node scripts/bench.mjs changepoint ${SERIES}\` (fleetlens ${VERSION}, Node ${process.version}${peer ? `, ruptures ${peer.ruptures}` : ""}); speed is measured by \`node scripts/bench.mjs changepoint-speed\`.

One default configuration everywhere: \`detect(y)\`.

## Annotated series

Six series of the Turing Change Point Dataset with five annotators each, its metrics (margin 5; run_log has two columns).

${table(
  ["series", "F1", "cover", "changes"],
  [
    ...(real?.rows ?? []).map((row) => [row.name, fixed(row.f1), fixed(row.cover), row.changes.join(" ") || "none"]),
    ["**mean**", `**${fixed(real?.f1 ?? 0)}**`, `**${fixed(real?.cover ?? 0)}**`, ""],
  ],
)}
${
  peer
    ? `
ruptures on the same standardised series, penalty 2 ln n a change (for \`Pelt rbf\` in units of the kernel):

${table(
  ["method", "mean F1", "mean cover", ...NAMES],
  peerScores.map(({ method, scores: s }) => [
    method,
    fixed(s.f1),
    fixed(s.cover),
    ...s.rows.map((row) => `${fixed(row.f1, 2)} / ${fixed(row.cover, 2)}`),
  ]),
)}
`
    : ""
}
### Sensitivity

Mean F1 / cover with one constant changed by a fifth; largest difference of F1: ${fixed(largest)}.

${table(
  ["constant", "value", "−20 %", "+20 %"],
  constants.map(({ name, value, less, more }) => [
    name,
    value,
    `${fixed(less.f1)} / ${fixed(less.cover)}`,
    `${fixed(more.f1)} / ${fixed(more.cover)}`,
  ]),
)}

### Leave one series out

The means of the other five, and the penalty factor (of 1, 1.25, 1.5, 1.75, 2) that is best for those with what it gives on the one left out.

${table(
  ["left out", "F1 of the others", "cover of the others", "best factor", "F1 with it", "cover with it"],
  left.map((row) => [
    row.left_out,
    fixed(row.f1_of_the_others),
    fixed(row.cover_of_the_others),
    row.best_factor,
    fixed(row.f1_with_it),
    fixed(row.cover_with_it),
  ]),
)}

## Generated series

${SERIES} series of ${N} points a family. False alarms: share of series without a change in which anything is reported. Recall and precision: two shifts of 2.5 standard deviations (4 for AR noise), within 5 points.

${table(
  ["noise", "false alarms", "recall", "precision", ...peerScores.map(({ method }) => `false alarms of ${method}`)],
  nulls.map((row, k) => [
    row.family,
    percent(row.alarms),
    percent(row.recall),
    percent(row.precision),
    ...peerScores.map(({ alarms }) => percent(alarms[k])),
  ]),
)}

${peer ? `ruptures: ${PEER_SERIES} series a family, ${RBF_SERIES} for rbf.\n\n` : ""}${table(
  ["change", "margin", "recall", "further changes a series"],
  others.map((row) => [row.name, row.margin, percent(row.recall), fixed(row.extra, 2)]),
)}

## Location intervals

One shift in 400 points, ${SERIES} series each; share of intervals that hold it where a change was found.

${table(
  ["noise", "shift in sd", "found", "95 %", "80 %", "50 %", "mean width at 95 %"],
  covered.map((row) => [
    row.family,
    row.size,
    percent(row.found),
    percent(row.at95),
    percent(row.at80),
    percent(row.at50),
    fixed(row.width, 1),
  ]),
)}

An interval is a whole number of points, so it holds a sharp change more often than its level says.

## p-values and probabilities without a change

Smallest p-value and largest probability of a series without a change, ${SERIES} series each, searched for levels of at least 150 points without any penalty, so that there are up to three changes each: p-values are Bonferroni bounds over the locations, probabilities have even odds before the data.

${table(
  ["noise", "p < 0.05", "p < 0.01", "probability > 0.95"],
  pValues.map((row) => [row.family, percent(row.below_05), percent(row.below_01), percent(row.probability_over_95)]),
)}
`;
console.log(page);
console.log(`${fixed(cpuSeconds, 0)} s on the processor`);
await mkdir("docs/benchmarks", { recursive: true });
await writeFile("docs/benchmarks/changepoint.md", page);
await writeFile(
  "bench/changepoint.json",
  `${JSON.stringify({ version: VERSION, node: process.version, series: SERIES, real, constants, leave_one_out: left, nulls, others, coverage: covered, p_values: pValues, peers: peerScores, ruptures: peer?.ruptures ?? null }, null, 2)}\n`,
);
