// How far the tests of whole tables can be trusted: domain classifier, MMD, attributions, new words, estimated performance.
//
//   node scripts/bench.mjs drift-model
//
// - False alarms: two samples of one distribution; share of runs with p at most 0.05, and of runs called drift.
// - Power where no single column shows anything: a correlation that flips, an ellipse that turns, a ring.
// - Estimated performance: error against the realised one, how often its interval holds that, and how often a change is
//   called where there is none; new samples of the same rows, and rows nearer to the boundary.
// - Change of calibration: called where there is none, at sides of like and unlike size, and where there is one.
// - CPU seconds of one call.
//
// Writes bench/drift-model.json.
import { writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { createRandom, type Random } from "../src/core/random.js";
import { VERSION } from "../src/core/version.js";
import {
  attributionDrift,
  type BinaryPredictions,
  calibrationChange,
  cbpe,
  type DriftColumn,
  type DriftTable,
  domainClassifier,
  driftReport,
  embeddingDrift,
  mmd,
  type ScoredTruth,
  textDrift,
} from "../src/drift/index.js";

const SEED = 20_261_128;
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

type Row = (random: Random) => number[];

function table(n: number, random: Random, row: Row, prefix = "x"): DriftTable {
  const rows = Array.from({ length: n }, () => row(random));
  const columns = rows[0].map((_, c): [string, DriftColumn] => [
    `${prefix}${c}`,
    { kind: "numeric", values: Float64Array.from(rows, (values) => values[c]) },
  ]);
  return { rows: n, columns: new Map(columns) };
}

const normals =
  (width: number): Row =>
  (random) =>
    Array.from({ length: width }, () => random.normal());
const correlated =
  (rho: number): Row =>
  (random) => {
    const first = random.normal();
    return [first, rho * first + Math.sqrt(1 - rho * rho) * random.normal(), random.normal(), random.normal()];
  };
/** An ellipse by its angle; at 45° and 135° the margins are the same. */
const ellipse =
  (degrees: number): Row =>
  (random) => {
    const [long, short, angle] = [1.5 * random.normal(), 0.75 * random.normal(), (degrees * Math.PI) / 180];
    return [
      Math.cos(angle) * long - Math.sin(angle) * short,
      Math.sin(angle) * long + Math.cos(angle) * short,
      random.normal(),
    ];
  };
/** Signs of three columns whose product is always 1 or has either sign; every pair of columns is independent. */
const signs =
  (odd: boolean): Row =>
  (random) => {
    const values = [random.normal(), random.normal(), random.normal()];
    const product = Math.sign(values[0] * values[1] * values[2]);
    return odd && product < 0 ? [values[0], values[1], -values[2]] : values;
  };

const NULLS: readonly [string, Row][] = [
  ["1 normal", normals(1)],
  ["10 normals", normals(10)],
  ["correlated", correlated(0.7)],
  ["lognormal", (random) => normals(3)(random).map(Math.exp)],
  ["few values", (random) => [random.int(2), random.int(5), random.int(30)]],
];
const SHIFTS: readonly [string, Row, Row][] = [
  ["correlation 0.5 to -0.5", correlated(0.5), correlated(-0.5)],
  ["ellipse turned by 90 degrees", ellipse(45), ellipse(135)],
  ["product of three signs", signs(false), signs(true)],
];

interface Called {
  test: { p: number | null };
  verdict: string;
}
type Judge = (reference: DriftTable, current: DriftTable, seed: number) => Called;

const JUDGES: readonly [string, Judge][] = [
  ["trees", (a, b, seed) => domainClassifier(a, b, { seed })],
  ["logistic", (a, b, seed) => domainClassifier(a, b, { seed, classifier: "logistic" })],
  ["mmd", (a, b, seed) => mmd(a, b, { seed, permutations: 199 })],
];

/** Share of runs with a small p-value, and of runs called drift. */
function shares(called: readonly Called[]) {
  return {
    runs: called.length,
    significant: mean(called.map(({ test }) => Number(test.p !== null && test.p <= 0.05))),
    drift: mean(called.map(({ verdict }) => Number(verdict === "drift"))),
  };
}

function judged(name: string, n: number, runs: number, reference: Row, current: Row) {
  const random = createRandom(SEED).child(name).child(n);
  const pairs = Array.from({ length: runs }, (_, run) => {
    const own = random.child(run);
    return [table(n, own, reference), table(n, own, current)] as const;
  });
  const results = JUDGES.map(([judge, of]) => ({ judge, ...shares(pairs.map(([a, b], run) => of(a, b, run))) }));
  const single = mean(pairs.map(([a, b]) => Number(driftReport(a, b).dataset.n_drift > 0)));
  const words = results.map(({ judge, significant, drift }) => `${judge} ${percent(significant)} / ${percent(drift)}`);
  console.log(
    `${name.padEnd(30)} n ${String(n).padStart(4)}, ${runs} runs: ${words.join("   ")}   a column ${percent(single)}`,
  );
  return { name, n, single_columns: single, judges: results };
}

console.log("no drift: p <= 0.05 / called drift");
const alarms = NULLS.flatMap(([name, row]) => [judged(name, 60, 240, row, row), judged(name, 300, 100, row, row)]);
const overall = JUDGES.map(([judge]) => {
  const all = alarms.flatMap(({ judges }) => judges.filter((entry) => entry.judge === judge));
  const runs = all.reduce((sum, entry) => sum + entry.runs, 0);
  const of = (key: "significant" | "drift"): number =>
    all.reduce((sum, entry) => sum + entry.runs * entry[key], 0) / runs;
  console.log(`all ${judge}: ${percent(of("significant"))} / ${percent(of("drift"))} of ${runs} runs`);
  return { judge, runs, significant: of("significant"), drift: of("drift") };
});

console.log("drift of columns together: p <= 0.05 / called drift");
const power = SHIFTS.flatMap(([name, reference, current]) =>
  [200, 500].map((n) => judged(name, n, 50, reference, current)),
);

const scales = [3, 2, 1, 0.5, 0.5, 0.2];
const attributions: Row = (random) => scales.map((scale) => scale * random.normal());
const moved: Row = (random) => [2, 3, 1, 0.5, 0.5, 0.2].map((scale) => scale * random.normal());
const words = (random: Random, size: number): string =>
  Array.from({ length: 4 + random.int(12) }, () => `w${Math.floor(Math.exp(random.uniform() * Math.log(size)))}`).join(
    " ",
  );
const texts = (n: number, random: Random, share: number) => ({
  note: Array.from({ length: n }, () => (random.uniform() < share ? "new words here " : "") + words(random, 5000)),
});
const vectors =
  (shift: number): Row =>
  (random) =>
    Array.from({ length: 32 }, () => 0.5 + shift + random.normal());
function section(name: string, of: (random: Random, run: number) => Called) {
  const random = createRandom(SEED).child(name);
  const row = { name, ...shares(Array.from({ length: 120 }, (_, run) => of(random.child(run), run))) };
  console.log(`${name.padEnd(40)} p <= 0.05: ${percent(row.significant)}, drift: ${percent(row.drift)}`);
  return row;
}
const shap = (random: Random, run: number, current: Row): Called =>
  attributionDrift(table(200, random, attributions, "shap_"), table(200, random, current, "shap_"), {
    prefix: "shap_",
    replicates: 200,
    seed: run,
  });
const embedded = (random: Random, run: number, shift: number): Called => {
  const found = embeddingDrift(table(200, random, vectors(0), "e"), table(200, random, vectors(shift), "e"), {
    prefix: "e",
    seed: run,
  });
  const tests = [found.classifier.test, found.mmd.test];
  return { test: { p: Math.min(...tests.map(({ p_adjusted }) => p_adjusted!)) }, verdict: found.verdict };
};
const sections = [
  section("attributions, no drift", (random, run) => shap(random, run, attributions)),
  section("attributions, two features changed", (random, run) => shap(random, run, moved)),
  section(
    "new words, no drift",
    (random, run) => textDrift(texts(200, random, 0), texts(200, random, 0), { columns: ["note"], seed: run })[0],
  ),
  section(
    "new words in half of the texts",
    (random, run) => textDrift(texts(200, random, 0), texts(200, random, 0.5), { columns: ["note"], seed: run })[0],
  ),
  section("embedding of 32 columns, no drift", (random, run) => embedded(random, run, 0)),
  section("embedding of 32 columns, each by 0.2", (random, run) => embedded(random, run, 0.2)),
];

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
/** A classifier that is too sure of itself; `spread` of the true log-odds. */
function predictions(n: number, random: Random, spread: number): Required<BinaryPredictions> {
  const logits = Array.from({ length: n }, () => spread * random.normal());
  const scores = Float64Array.from(logits, (x) => sigmoid(1.6 * x + 0.3));
  return {
    scores,
    predicted: scores.map((score) => Number(score >= 0.5)),
    came: Float64Array.from(logits, (x) => Number(random.uniform() < sigmoid(x))),
  };
}
console.log("estimated performance: mean error, mean of |error|, share held by the interval, change called at 0.05");
const performance = (["isotonic", "platt"] as const).flatMap((calibration) =>
  [300, 3000].flatMap((n) =>
    [1.5, 0.75].flatMap((spread) => {
      const random = createRandom(SEED).child(`cbpe ${n} ${spread}`);
      const runs = Array.from({ length: 120 }, (_, run) => {
        const own = random.child(run);
        return cbpe(predictions(n, own, 1.5), predictions(n, own, spread), { calibration, replicates: 100, seed: run });
      });
      return ["accuracy", "f1", "roc_auc"].map((metric) => {
        const found = runs.map(({ metrics }) => metrics.find(({ name }) => name === metric)!);
        const errors = found.map(({ estimated, realised }) => estimated! - realised!);
        const row = {
          calibration,
          n,
          spread,
          metric,
          realised: mean(found.map(({ realised }) => realised!)),
          error: mean(errors),
          absolute_error: mean(errors.map(Math.abs)),
          held: mean(found.map(({ lower, upper, realised }) => Number(realised! >= lower! && realised! <= upper!))),
          change_called: mean(found.map(({ change }) => Number(change.p! <= 0.05))),
        };
        console.log(
          `${calibration.padEnd(8)} n ${n}, ${spread === 1.5 ? "same rows " : "boundary  "} ${metric.padEnd(8)} ${row.realised.toFixed(3)}: ${row.error.toFixed(4)}, ${row.absolute_error.toFixed(4)}, ${percent(row.held)}, ${percent(row.change_called)}`,
        );
        return row;
      });
    }),
  ),
);

/** Rows whose labels depend on the scores' log-odds a fifth as much as the scores say. */
function overconfident(n: number, random: Random): ScoredTruth {
  const { scores } = predictions(n, random, 1.5);
  const came = scores.map((score) => Number(random.uniform() < sigmoid(0.2 * Math.log(score / (1 - score)))));
  return { scores, came };
}

console.log("change of calibration: mean change, p <= 0.05, of at least 0.05 too");
const calibration = [
  [60, 60],
  [60, 1000],
  [1000, 60],
  [300, 300],
  [2000, 300],
  [2000, 2000],
].flatMap(([n, m]) =>
  (["the same", "overconfident"] as const).flatMap((kind) => {
    const random = createRandom(SEED).child(`calibration ${n} ${m} ${kind}`);
    const runs = Array.from({ length: 200 }, (_, run) => {
      const own = random.child(run);
      const after = kind === "the same" ? predictions(m, own, 1.5) : overconfident(m, own);
      return calibrationChange(predictions(n, own, 1.5), after, { replicates: 100, seed: run });
    });
    return (["ece", "brier"] as const).map((metric) => {
      const found = runs.map((one) => one[metric]);
      const significant = found.filter(({ p }) => p! <= 0.05);
      const row = {
        ...{ n, m, kind, metric, change: mean(found.map(({ value }) => value!)) },
        significant: significant.length / runs.length,
        drift: significant.filter(({ value }) => Math.abs(value!) >= 0.05).length / runs.length,
      };
      console.log(
        `${metric.padEnd(6)} ${n} and ${m} rows, ${kind.padEnd(14)} ${row.change.toFixed(3)}, ${percent(row.significant)}, ${percent(row.drift)}`,
      );
      return row;
    });
  }),
);

/** CPU seconds of one call. */
function seconds(name: string, run: () => unknown) {
  const started = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(started);
  const row = { name, cpu_seconds: (user + system) / 1e6 };
  console.log(`${name}: ${row.cpu_seconds.toFixed(2)} CPU seconds`);
  return row;
}
const random = createRandom(SEED);
const [a, b] = [table(20_000, random, normals(20)), table(20_000, random, normals(20))];
const [was, is] = [predictions(100_000, random, 1.5), predictions(100_000, random, 1.5)];
const cost = [
  seconds("domain classifier (trees), 20,000 x 20", () => domainClassifier(a, b)),
  seconds("domain classifier (logistic), 20,000 x 20", () => domainClassifier(a, b, { classifier: "logistic" })),
  seconds("MMD, 20,000 x 20", () => mmd(a, b)),
  seconds("estimated performance, 100,000 rows", () => cbpe(was, is)),
  seconds("change of calibration, 100,000 rows", () => calibrationChange(was, is)),
];

const report = {
  schema: "fleetlens.bench-drift-model/1",
  versions: { fleetlens: VERSION, node: process.version },
  cpu: cpus()[0]?.model ?? "unknown",
  alarms,
  overall,
  power,
  sections,
  performance,
  calibration,
  cost,
};
await writeFile("bench/drift-model.json", `${JSON.stringify(report, null, 2)}\n`);
