// How often the gates of a release are wrong, by simulation: wrong promotions and aborts of a canary, errors and sample
// numbers of the sequential test of a rollout, and the coverage of every interval.
//
//   node scripts/bench.mjs gate-release [RUNS]
//
// RUNS (2,000) of each case; ± is the Monte-Carlo standard error. Writes bench/gate-release.json.
import { writeFile } from "node:fs/promises";
import { binomialCdf, normalQuantile, studentQuantile } from "../src/core/distributions.js";
import { createRandom, type Random } from "../src/core/random.js";
import { mean, standardDeviation } from "../src/core/statistics.js";
import { VERSION } from "../src/core/version.js";
import {
  type CanaryRequests,
  gateCanary,
  gateEdge,
  gateOta,
  gateService,
  kaplanMeier,
  logLikelihoodRatio,
  mannKendall,
  quantileInterval,
  sprtBounds,
  theilSen,
} from "../src/experiment/index.js";

const RUNS = Number(process.argv[2] ?? 2000);
const SEED = 20_261_128;
const started = process.cpuUsage();

type Row = Record<string, string | number>;
const shown = (value: string | number) => (typeof value === "number" ? String(Number(value.toPrecision(4))) : value);

/** A share of the runs as text with its standard error. */
function share(count: number, of = RUNS): string {
  const p = count / of;
  return `${(100 * p).toFixed(2)} ± ${(100 * Math.sqrt((p * (1 - p)) / of)).toFixed(2)} %`;
}

function print(title: string, rows: Row[]): Row[] {
  console.log(`\n${title}`);
  const names = Object.keys(rows[0]);
  const cells = [names, ...rows.map((row) => names.map((name) => shown(row[name])))];
  const widths = names.map((_, c) => Math.max(...cells.map((line) => line[c].length)));
  for (const line of cells) console.log(`  ${line.map((cell, c) => cell.padStart(widths[c])).join("  ")}`);
  return rows;
}

/** Runs a case and counts by name in how many runs something held. */
function counted(key: string, run: (random: Random) => Record<string, boolean | null>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (let i = 0; i < RUNS; i++) {
    for (const [name, held] of Object.entries(run(createRandom(SEED).child(key).child(i)))) {
      counts[name] = (counts[name] ?? 0) + (held ? 1 : 0);
    }
  }
  return counts;
}

/** Binomial counts by inversion of a table. */
const tables = new Map<string, Float64Array>();
function binomial(random: Random, n: number, p: number): number {
  const key = `${n}|${p}`;
  const table = tables.get(key) ?? Float64Array.from({ length: n + 1 }, (_, k) => binomialCdf(k, n, p));
  tables.set(key, table);
  const u = random.uniform();
  let [low, high] = [-1, n];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (table[middle] > u) high = middle;
    else low = middle;
  }
  return high;
}

/** Requests of `recalls.length` classes with n rows of each in each arm; recall 0.9 in prod. */
function requestsOf(random: Random, n: number, recalls: readonly number[]): CanaryRequests {
  const k = recalls.length;
  const rows = 2 * k * n;
  const requests = {
    arm: new Uint8Array(rows),
    label: new Int32Array(rows),
    prediction: new Int32Array(rows).fill(-1),
    classes: recalls.map((_, c) => `c${c}`),
    latencyMs: new Float64Array(rows).fill(Number.NaN),
  };
  recalls.forEach((recall, c) => {
    for (const arm of [0, 1]) {
      const from = (2 * c + arm) * n;
      requests.arm.fill(arm, from, from + n);
      requests.label.fill(c, from, from + n);
      requests.prediction.fill(c, from, from + binomial(random, n, arm ? recall : 0.9));
    }
  });
  return requests;
}

function canaryDecisions(): Row[] {
  const cases: [string, number, number[]][] = [];
  const same = (k: number) => new Array<number>(k).fill(0.9);
  for (const n of [500, 2000, 8000]) cases.push([`1 of 5 worse by 0.015`, n, [...same(4), 0.885]]);
  for (const n of [500, 2000, 8000]) cases.push([`1 of 5 worse by 0.02`, n, [...same(4), 0.88]]);
  for (const k of [1, 5, 20]) for (const n of [50, 500, 2000, 8000]) cases.push([`${k} unchanged`, n, same(k)]);
  cases.push(["5 worse by 0.015", 2000, new Array<number>(5).fill(0.885)]);
  cases.push(["20 worse by 0.015", 2000, new Array<number>(20).fill(0.885)]);
  cases.push(["1 of 5 worse by 0.05", 2000, [...same(4), 0.85]]);
  return cases.map(([classes, n, recalls]) => {
    const { promote, abort, hold } = counted(`canary ${classes} ${n}`, (random) => {
      const { decision } = gateCanary(requestsOf(random, n, recalls));
      return { promote: decision === "promote", abort: decision === "abort", hold: decision === "hold" };
    });
    return { classes, "rows a class": n, promote: share(promote), abort: share(abort), hold: share(hold) };
  });
}

/** Coverage of the paired interval: prod right in 90 %, and the canary in the same ones but for some. */
function shadowCoverage(): Row[] {
  return [
    [100, 0.02, 0.02],
    [100, 0.01, 0.06],
    [1000, 0.01, 0.01],
    [1000, 0.03, 0.01],
    [5000, 0.005, 0.02],
  ].map(([n, mended, broken]) => {
    const { covered, below } = counted(`shadow ${n} ${mended} ${broken}`, (random) => {
      const requests: CanaryRequests = {
        arm: Uint8Array.from({ length: 2 * n }, (_, i) => (i < n ? 0 : 1)),
        label: new Int32Array(2 * n),
        prediction: new Int32Array(2 * n).fill(-1),
        classes: ["a"],
        latencyMs: new Float64Array(2 * n).fill(Number.NaN),
        request: Int32Array.from({ length: 2 * n }, (_, i) => i % n),
      };
      for (let i = 0; i < n; i++) {
        const u = random.uniform();
        requests.prediction[i] = u < 0.9 ? 0 : -1;
        requests.prediction[n + i] = u < 0.9 - broken || (u >= 0.9 && u < 0.9 + mended) ? 0 : -1;
      }
      const { lower, upper } = gateCanary(requests).classes[0];
      const delta = mended - broken;
      return { covered: lower! <= delta && delta <= upper!, below: upper! < delta };
    });
    return { pairs: n, mended, broken, covered: share(covered), "wholly below": share(below) };
  });
}

const SHAPES: Record<string, { draw: (random: Random) => number; quantile: (q: number) => number }> = {
  "lognormal 0.5": {
    draw: (random) => 30 * Math.exp(0.5 * random.normal()),
    quantile: (q) => 30 * Math.exp(0.5 * normalQuantile(q)),
  },
  "Pareto 2.5": {
    draw: (random) => 30 * (1 - random.uniform()) ** -0.4,
    quantile: (q) => 30 * (1 - q) ** -0.4,
  },
  "whole ms": {
    draw: (random) => Math.ceil(30 * Math.exp(0.5 * random.normal())),
    quantile: (q) => Math.ceil(30 * Math.exp(0.5 * normalQuantile(q))),
  },
};

/** Coverage of the interval of canary − prod, the canary being 10 % slower (whole ms: the same). */
function latencyCoverage(): Row[] {
  const sizes = [
    [200, 200],
    [5000, 500],
    [2000, 2000],
  ];
  return Object.entries(SHAPES).flatMap(([shape, { draw, quantile }]) =>
    sizes.map(([prod, canary]) => {
      const slower = shape === "whole ms" ? 1 : 1.1;
      const counts = counted(`latency ${shape} ${prod}`, (random) => {
        const arm = Uint8Array.from({ length: prod + canary }, (_, i) => (i < prod ? 0 : 1));
        const latencyMs = Float64Array.from(arm, (side) => draw(random) * (side ? slower : 1));
        const none = new Int32Array(prod + canary).fill(-1);
        const { latency } = gateCanary({ arm, label: none, prediction: none, classes: [], latencyMs });
        return Object.fromEntries(
          latency.map(({ q, lower, upper }) => {
            const delta = (slower - 1) * quantile(q);
            return [q, (lower ?? -Infinity) <= delta && delta <= (upper ?? Infinity)];
          }),
        );
      });
      const covered = Object.fromEntries(
        Object.entries(counts).map(([q, count]) => [`p${100 * Number(q)}`, share(count)]),
      );
      return { latency: shape, prod, canary, ...covered };
    }),
  );
}

/** One vehicle after the other until Wald's test ends. */
function sprtByVehicle(): Row[] {
  const design = { p0: 0.01, p1: 0.02, alpha: 0.05, beta: 0.05 };
  const bounds = sprtBounds(design);
  const steps = [logLikelihoodRatio(0, 1, design), logLikelihoodRatio(1, 1, design)];
  const z = normalQuantile(0.95);
  const spread = (p: number) => Math.sqrt(p * (1 - p));
  const fixed = Math.ceil(((z * (spread(design.p0) + spread(design.p1))) / (design.p1 - design.p0)) ** 2);
  return [0.005, 0.01, 0.015, 0.02, 0.04].map((rate) => {
    const numbers: number[] = [];
    const { halt } = counted(`sprt ${rate}`, (random) => {
      let [llr, n] = [0, 0];
      while (llr > bounds.accept && llr < bounds.halt) {
        llr += steps[random.uniform() < rate ? 1 : 0];
        n++;
      }
      numbers.push(n);
      return { halt: llr >= bounds.halt };
    });
    const error = standardDeviation(numbers) / Math.sqrt(RUNS);
    const vehicles = `${mean(numbers).toFixed(0)} ± ${error.toFixed(0)}`;
    return {
      "true rate": rate,
      halted: share(halt),
      accepted: share(RUNS - halt),
      "mean vehicles": vehicles,
      "fixed n": fixed,
    };
  });
}

/** Rollouts of 20 waves in regions of one true rate: all waves are given, so that a false halt may come at any of them. */
function otaWaves(): Row[] {
  const cases = [
    [0.01, 1, 100],
    [0.01, 1, 1000],
    [0.01, 10, 100],
    [0.01, 10, 1000],
    [0.02, 1, 100],
    [0.02, 10, 100],
    [0.02, 10, 1000],
  ];
  return cases.map(([rate, regions, size]) => {
    let [vehicles, ended] = [0, 0];
    const { halted, accepted } = counted(`ota ${rate} ${regions} ${size}`, (random) => {
      const cells = Array.from({ length: 20 * regions }, (_, i) => ({
        wave: Math.floor(i / regions),
        region: `r${i % regions}`,
      }));
      const failed = Float64Array.from(cells, () => binomial(random, size, rate));
      const attempted = new Float64Array(cells.length).fill(size);
      const columns = { wave: cells.map(({ wave }) => wave), region: cells.map(({ region }) => region) };
      const found = gateOta({ ...columns, attempted, failed });
      const first = found.cells.find(({ region, decision }) => region === "r0" && decision !== "continue");
      vehicles += first ? (Number(first.wave) + 1) * size : 20 * size;
      ended += first ? 1 : 0;
      return {
        halted: found.cells.some(({ decision }) => decision === "halt"),
        accepted: first?.decision === "accept",
      };
    });
    return {
      ...{ "true rate": rate, regions, "vehicles a wave": size, "a region ever halted": share(halted) },
      ...{
        "first region accepted first": share(accepted),
        "mean vehicles of it": vehicles / RUNS,
        undecided: share(RUNS - ended),
      },
    };
  });
}

/** Coverage of survival at 48 h of vehicles that are watched for 24 to 96 h. */
function survivalCoverage(): Row[] {
  return [
    [50, 200],
    [300, 200],
    [300, 2000],
  ].map(([n, scale]) => {
    const truth = Math.exp(-48 / scale);
    const { covered, none } = counted(`survival ${n} ${scale}`, (random) => {
      const failure = Float64Array.from({ length: n }, () => -scale * Math.log(1 - random.uniform()));
      const seen = failure.map(() => 24 + 72 * random.uniform());
      const steps = kaplanMeier(
        failure.map((time, i) => Math.min(time, seen[i])),
        Uint8Array.from(failure, (time, i) => (time <= seen[i] ? 1 : 0)),
      );
      const last = steps.findLast(({ time }) => time <= 48);
      return { covered: last !== undefined && last.low <= truth && truth <= last.high, none: last === undefined };
    });
    return { vehicles: n, "survival at 48 h": truth, covered: share(covered), "no failure": share(none) };
  });
}

function edgeCoverage(): Row[] {
  return [200, 2000].flatMap((n) =>
    [0.9, 0.99, 0.999].map((rate) => {
      const { agreement, latency } = counted(`edge ${n} ${rate}`, (random) => {
        const ones = new Float64Array(n).fill(1);
        const agrees = Float64Array.from({ length: n }, () => (random.uniform() < rate ? 0 : 2));
        const latencyMs = Float64Array.from({ length: n }, () => SHAPES["lognormal 0.5"].draw(random));
        const found = gateEdge({
          classes: ["a", "b"],
          float: [ones, new Float64Array(n)],
          quant: [ones, agrees],
          latencyMs,
        });
        const p95 = SHAPES["lognormal 0.5"].quantile(0.95);
        return {
          agreement: found.agreement!.lower! <= rate && rate <= found.agreement!.upper!,
          latency: found.latency!.lower! <= p95 && p95 <= (found.latency!.upper ?? Infinity),
        };
      });
      return { samples: n, agreement: rate, "agreement covered": share(agreement), "p95 covered": share(latency) };
    }),
  );
}

/** Trends of 80 points with independent noise, and with noise whose neighbours are alike. */
function trendCoverage(): Row[] {
  return [0, 0.3, 0.7].map((correlation) => {
    const { covered, alarm } = counted(`trend ${correlation}`, (random) => {
      let noise = random.normal();
      const y = Float64Array.from({ length: 80 }, () => {
        noise = correlation * noise + Math.sqrt(1 - correlation ** 2) * random.normal();
        return Math.round(10 * noise) / 10;
      });
      const x = y.map((_, i) => i);
      const { low, high } = theilSen(x, y);
      return { covered: low <= 0 && 0 <= high, alarm: mannKendall(y).p <= 0.05 };
    });
    return {
      "lag-1 correlation": correlation,
      "slope covered": share(covered),
      "Mann-Kendall p <= 0.05": share(alarm),
    };
  });
}

function mitigationCoverage(): Row[] {
  return [
    [8, 0.8],
    [20, 0.8],
    [20, 1.2],
    [60, 1.2],
  ].map(([n, spread]) => {
    const truth = 1500 * Math.exp(spread ** 2 / 2);
    const quantileOf = (q: number) => 1500 * Math.exp(spread * normalQuantile(q));
    const t = studentQuantile(0.975, n - 1);
    const counts = counted(`mitigation ${n} ${spread}`, (random) => {
      const seconds = Float64Array.from({ length: n }, () => quantileOf(0.5) * Math.exp(spread * random.normal()));
      const incidents = { started: new Float64Array(n), mitigated: seconds.map((one) => 1000 * one) };
      const found = gateService({ incidents }, { seed: random.int(2 ** 30) }).mitigation!;
      const half = (t * standardDeviation(seconds)) / Math.sqrt(n - 1);
      const holds = ({ lower, upper }: { lower: number | null; upper: number | null }, value: number) =>
        (lower ?? -Infinity) <= value && value <= (upper ?? Infinity);
      return {
        mean: holds(found.mean, truth),
        student: Math.abs(mean(seconds) - truth) <= half,
        median: holds(found.median, quantileOf(0.5)),
        p90: holds(found.p90, quantileOf(0.9)),
      };
    });
    return {
      ...{ incidents: n, "log spread": spread, "mean (bootstrap-t)": share(counts["mean"]) },
      ...{ "mean (Student)": share(counts["student"]), median: share(counts["median"]), p90: share(counts["p90"]) },
    };
  });
}

/** Two weeks of hours whose cost beyond a fixed and a proportional part wanders. */
function costCoverage(): Row[] {
  return [0, 0.8].map((correlation) => {
    const counts = counted(`cost ${correlation}`, (random) => {
      let noise = random.normal();
      const hours = Array.from({ length: 14 * 24 }, (_, hour) => {
        noise = correlation * noise + Math.sqrt(1 - correlation ** 2) * random.normal();
        const load = 1 + 0.5 * Math.sin((2 * Math.PI * hour) / 24);
        return { time: 3_600_000 * hour, inferences: 1e5 * load, cost: 20 * load * (1 + 0.1 * noise) };
      });
      const columns = (name: "cost" | "inferences") => Float64Array.from(hours, (one) => one[name]);
      const times = (scale: number) => Float64Array.from(hours, ({ time }) => time * scale);
      const rows = { cost: columns("cost"), inferences: columns("inferences") };
      const covers = (scale: number) => {
        const { lower, upper } = gateService({ cost: { ...rows, times: times(scale) } }).cost!;
        return lower! <= 0.2 && 0.2 <= upper!;
      };
      // Within one day the rows are the units.
      return { day: covers(1), row: covers(0) };
    });
    return { "lag-1 correlation": correlation, "by day": share(counts["day"]), "by row": share(counts["row"]) };
  });
}

function escapeCoverage(): Row[] {
  return [
    [50, 0.02],
    [50, 0.1],
    [500, 0.02],
  ].map(([n, rate]) => {
    const { covered } = counted(`escape ${n} ${rate}`, (random) => {
      const escaped = binomial(random, n, rate);
      const { lower, upper } = gateService({
        defects: { escaped: Float64Array.of(escaped), caught: Float64Array.of(n - escaped) },
      }).defects!;
      return { covered: lower! <= rate && rate <= upper! };
    });
    return { defects: n, "escape rate": rate, covered: share(covered) };
  });
}

function orderCoverage(): Row[] {
  return [
    [100, 0.5],
    [100, 0.95],
    [1000, 0.99],
  ].map(([n, q]) => {
    const { covered } = counted(`order ${n} ${q}`, (random) => {
      const sorted = Float64Array.from({ length: n }, () => random.uniform()).sort();
      const { low, high } = quantileInterval(sorted, q, 0.95);
      return { covered: low <= q && q <= high };
    });
    return { rows: n, q, covered: share(covered) };
  });
}

console.log(`${RUNS} runs a case, level 95 %, max-regression 0.015, max-rate 0.02`);
const report = {
  schema: "fleetlens.bench-gate-release/1",
  versions: { fleetlens: VERSION, node: process.version },
  runs: RUNS,
  canary: print("canary: decisions on classes with recall 0.9 in prod", canaryDecisions()),
  shadow: print("shadow: coverage of the paired interval of recall", shadowCoverage()),
  latency: print("canary: coverage of the interval of canary - prod of latency quantiles", latencyCoverage()),
  quantile: print("order statistics: coverage of one quantile", orderCoverage()),
  sprt: print("ota: Wald's test of 0.01 against 0.02, alpha = beta = 0.05, vehicle by vehicle", sprtByVehicle()),
  ota: print("ota: gateOta over 20 waves", otaWaves()),
  survival: print("ota: coverage of survival", survivalCoverage()),
  edge: print("edge: coverage of agreement and latency", edgeCoverage()),
  trend: print("edge: thermal trend of 80 points without one", trendCoverage()),
  mitigation: print("service: coverage of the time to mitigation", mitigationCoverage()),
  cost: print("service: coverage of the cost per 1,000 inferences, 14 days", costCoverage()),
  escape: print("service: coverage of the escape rate", escapeCoverage()),
};
const { user, system } = process.cpuUsage(started);
console.log(`\n${((user + system) / 1e6).toFixed(0)} CPU seconds`);
await writeFile("bench/gate-release.json", `${JSON.stringify(report, null, 2)}\n`);
