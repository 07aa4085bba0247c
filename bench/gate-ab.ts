// How often A/B experiments that are looked at are wrong, by simulation: type I error, power, coverage, what CUPED saves,
// and false alarms of the split.
//
//   node scripts/bench.mjs gate-ab [EXPERIMENTS]
//
// EXPERIMENTS (20,000) of each case, 5 looks of 100 rows an arm each unless said otherwise; ± is the Monte-Carlo standard
// error. Writes bench/gate-ab.json.
import { writeFile } from "node:fs/promises";
import { createRandom, type Random } from "../src/core/random.js";
import { VERSION } from "../src/core/version.js";
import {
  AB_DESIGNS,
  type AbDesign,
  type AbExperiment,
  type AbLook,
  gateAb,
  planAb,
  sampleRatio,
} from "../src/experiment/index.js";

const EXPERIMENTS = Number(process.argv[2] ?? 20_000);
const BATCH = 500;
const LOOKS = 5;
const ROWS = 100;
const started = process.cpuUsage();

type Draw = (random: Random) => number;
interface Case {
  /** Names the random numbers. */
  key: string;
  draw: Draw;
  /** Added to every value of b. */
  shift?: number;
  /** Correlation with a covariate; default none. */
  correlation?: number;
  looks?: number;
  /** Rows of an arm at each look. */
  rows?: number;
}

const NORMAL: Draw = (random) => random.normal();
const KINDS: Record<string, Draw> = {
  normal: NORMAL,
  "exponential (skewed)": (random) => -Math.log(1 - random.uniform()),
  "binary, 10 %": (random) => (random.uniform() < 0.1 ? 1 : 0),
};

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

/** A share with its Monte-Carlo standard error. */
function measured(hits: number, of: number) {
  const share = hits / of;
  return { share, se: Math.sqrt((share * (1 - share)) / of) };
}
const shown = ({ share, se }: { share: number; se: number }): string => `${percent(share)} ± ${percent(se)}`;

function experimentOf(
  index: number,
  { key, draw, shift = 0, correlation, looks = LOOKS, rows = ROWS }: Case,
): AbLook[] {
  const random = createRandom(20_261_128).child(key).child(index);
  const sums = { a: new Float64Array(5), b: new Float64Array(5) };
  const rest = correlation === undefined ? 0 : Math.sqrt(1 - correlation ** 2);
  return Array.from({ length: looks }, (_, at) => {
    for (const arm of ["a", "b"] as const) {
      const sum = sums[arm];
      for (let row = 0; row < rows; row++) {
        const x = correlation === undefined ? 0 : random.normal();
        const noise = draw(random);
        const y = (correlation === undefined ? noise : correlation * x + rest * noise) + (arm === "b" ? shift : 0);
        sum[0] += y;
        sum[1] += y * y;
        sum[2] += x;
        sum[3] += x * x;
        sum[4] += x * y;
      }
    }
    const n = rows * (at + 1);
    const [a, b] = [sums.a, sums.b];
    const covariate = {
      ...{ sum_x_a: a[2], sumsq_x_a: a[3], sum_xy_a: a[4] },
      ...{ sum_x_b: b[2], sumsq_x_b: b[3], sum_xy_b: b[4] },
    };
    return {
      ...{ experiment: String(index), look: at + 1, information: (at + 1) / looks },
      ...{ n_a: n, sum_a: a[0], sumsq_a: a[1], n_b: n, sum_b: b[0], sumsq_b: b[1] },
      ...(correlation === undefined ? {} : covariate),
    };
  });
}

/** Judges all experiments of a case by several designs, and hands each result on. */
function each(
  of: Case,
  designs: readonly AbDesign[],
  visit: (design: AbDesign, found: AbExperiment) => void,
  count = EXPERIMENTS,
): void {
  for (let from = 0; from < count; from += BATCH) {
    const rows = Array.from({ length: Math.min(BATCH, count - from) }, (_, i) => experimentOf(from + i, of)).flat();
    for (const design of designs) for (const found of gateAb(rows, { design }).experiments) visit(design, found);
  }
}

const tally = () => Object.fromEntries(AB_DESIGNS.map((design) => [design, 0])) as Record<AbDesign, number>;

function typeOne() {
  console.log(`type I error at alpha 5 %, ${EXPERIMENTS} experiments without a difference`);
  return Object.entries(KINDS).map(([kind, draw]) => {
    const rejected = tally();
    let peeked = 0;
    each({ key: `null ${kind}`, draw }, AB_DESIGNS, (design, { looks, decision }) => {
      if (decision === "reject") rejected[design]++;
      if (design === "fixed" && looks.some(({ z, bound }) => Math.abs(z ?? 0) >= (bound as number))) peeked++;
    });
    const errors = Object.fromEntries(AB_DESIGNS.map((design) => [design, measured(rejected[design], EXPERIMENTS)]));
    const naive = measured(peeked, EXPERIMENTS);
    const words = Object.entries(errors).map(([design, error]) => `${design} ${shown(error)}`);
    console.log(`  ${kind}: ${words.join(", ")}; 1.96 at every look ${shown(naive)}`);
    return { kind, ...errors, every_look_at_196: naive };
  });
}

function manyLooks() {
  const [looks, count] = [100, Math.ceil(EXPERIMENTS / 10)];
  let rejected = 0;
  each(
    { key: "many looks", draw: NORMAL, looks, rows: 20 },
    ["always-valid"],
    (_, { decision }) => {
      if (decision === "reject") rejected++;
    },
    count,
  );
  const error = measured(rejected, count);
  console.log(`always-valid at ${looks} looks of 20 rows an arm, ${count} experiments: type I error ${shown(error)}`);
  return { looks, rows: 20, experiments: count, error };
}

function power() {
  console.log("power where planAb promises 80 %, d = 0.2; rows of both arms until the stop on average");
  return (["fixed", "obf", "pocock", "always-valid"] as const).map((design) => {
    const plan = planAb({ effectSize: 0.2 }, { design });
    const rows = Math.ceil(plan.n_a / LOOKS);
    let [found, total] = [0, 0];
    each({ key: `power ${design}`, draw: NORMAL, shift: 0.2, rows }, [design], (_, { looks, decision }) => {
      if (decision === "reject") found++;
      const stop = looks.find(({ rejected }) => rejected) ?? looks[looks.length - 1];
      total += stop.n_a + stop.n_b;
    });
    const of = { design, rows_at_most: 2 * rows * LOOKS, power: measured(found, EXPERIMENTS) };
    const meanRows = total / EXPERIMENTS;
    const promised = plan.expected?.alternative ?? null;
    console.log(
      `  ${design}: ${shown(of.power)}, at most ${of.rows_at_most} rows, ${meanRows.toFixed(0)} on average` +
        (promised === null ? "" : ` (planned ${promised.toFixed(0)})`),
    );
    return { ...of, mean_rows: meanRows, planned_mean_rows: promised };
  });
}

function coverage() {
  console.log("coverage of the intervals at all looks at once (fixed: at the last look), true difference 0.1");
  const covered = tally();
  each({ key: "coverage", draw: NORMAL, shift: 0.1 }, AB_DESIGNS, (design, { looks }) => {
    const held = design === "fixed" ? looks.slice(-1) : looks;
    if (held.every(({ lower, upper }) => (lower as number) <= 0.1 && 0.1 <= (upper as number))) covered[design]++;
  });
  return AB_DESIGNS.map((design) => {
    const share = measured(covered[design], EXPERIMENTS);
    console.log(`  ${design}: ${shown(share)}`);
    return { design, coverage: share };
  });
}

function cuped() {
  console.log("CUPED (obf): variance of the effect that it takes away, against correlation²");
  return [0.3, 0.5, 0.7, 0.9].map((correlation) => {
    let [saved, rejected] = [0, 0];
    each({ key: `cuped ${correlation}`, draw: NORMAL, correlation }, ["obf"], (_, { looks, decision }) => {
      saved += looks[looks.length - 1].cuped?.variance_reduction ?? 0;
      if (decision === "reject") rejected++;
    });
    const [reduction, error] = [saved / EXPERIMENTS, measured(rejected, EXPERIMENTS)];
    const rule = correlation ** 2;
    console.log(`  r = ${correlation}: ${percent(reduction)} of ${percent(rule)}; type I error ${shown(error)}`);
    return { correlation, variance_reduction: reduction, correlation_squared: rule, error };
  });
}

function splits() {
  const units = 5000;
  const flagged = (shareA: number): ReturnType<typeof measured> => {
    let flags = 0;
    for (let i = 0; i < EXPERIMENTS; i++) {
      const random = createRandom(20_261_128).child(`split ${shareA}`).child(i);
      let a = 0;
      for (let unit = 0; unit < units; unit++) if (random.uniform() < shareA) a++;
      if (sampleRatio(a, units - a).flag) flags++;
    }
    return measured(flags, EXPERIMENTS);
  };
  const [fair, off] = [flagged(0.5), flagged(0.53)];
  console.log(`sample ratio of ${units} units: fair splits flagged ${shown(fair)}, 53:47 flagged ${shown(off)}`);
  return { units, fair, off_53: off };
}

const report = {
  schema: "fleetlens.bench-gate-ab/1",
  versions: { fleetlens: VERSION, node: process.version },
  experiments: EXPERIMENTS,
  looks: LOOKS,
  rows_per_arm_and_look: ROWS,
  type_one: typeOne(),
  many_looks: manyLooks(),
  power: power(),
  coverage: coverage(),
  cuped: cuped(),
  sample_ratio: splits(),
};
const { user, system } = process.cpuUsage(started);
console.log(`${((user + system) / 1e6).toFixed(0)} CPU seconds`);
await writeFile("bench/gate-ab.json", `${JSON.stringify(report, null, 2)}\n`);
