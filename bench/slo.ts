// Alerts of burn rates against the definition added up by hand in fractions, and rows per second, one thread.
//
//   node scripts/bench.mjs slo [CASES]
//
// - Exactness: CASES (2,000) random series of up to 1,500 buckets, eight targets, windows of 7, 28 and 30 days, buckets
//   of 1 minute to 1 hour. Many burn at exactly a threshold. Beside it how many a comparison of doubles gets wrong.
// - Speed: a million buckets of a minute.
//
// Writes bench/slo.json.
import { writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { createRandom, type Random } from "../src/core/random.js";
import { VERSION } from "../src/core/version.js";
import { burnRates, SLO_RULES, SLO_WINDOWS, type SloSeries } from "../src/incident/index.js";
import { bruteForceAlerts } from "../test/unit/incident/slo-brute-force.js";

const TARGETS = ["0.9", "0.95", "0.99", "0.995", "0.999", "0.9995", "0.9999", "0.99999"];
const BUCKETS = [60, 300, 600, 3600];
const DAYS = [7, 28, 30];
/** Burn rates of stretches of a series: calm, at a threshold of one of the windows, and far above. */
const BURNS = [0, 0, 0, 0.2, 1, 6, 14.4, 3.36, 1.4, 5.6, 13.44, 50];

const pick = <T>(random: Random, from: readonly T[]): T => from[random.int(from.length)];

/** Stretches of one burn rate and one traffic, so that whole windows can burn at exactly a threshold. */
function randomSeries(random: Random, budget: number, bucket: number, most: number): SloSeries {
  const n = 1 + random.int(most);
  const series = { times: new Float64Array(n), good: new Float64Array(n), total: new Float64Array(n) };
  let left = 0;
  let total = 0;
  let bad = 0;
  for (let i = 0; i < n; i++) {
    if (left-- === 0) {
      left = random.int(120);
      total = random.uniform() < 0.5 ? 10 ** random.int(8) : random.int(5000);
      bad = Math.min(total, Math.round(total * budget * pick(random, BURNS)));
    }
    series.times[i] = Date.UTC(2026, 8, 1) + i * bucket * 1000;
    series.total[i] = total;
    series.good[i] = total - bad;
  }
  return series;
}

/** The alerts as bad / total / (1 - target) > threshold in doubles gives them. */
function doubleAlerts({ times, good, total }: SloSeries, target: number, bucket: number, windowMs: number) {
  const above = (i: number, ms: number, threshold: number): boolean => {
    const rows = Math.max(1, Math.floor(ms / 1000 / bucket));
    let [bad, all] = [0, 0];
    for (let k = Math.max(0, i - rows + 1); k <= i; k++) {
      bad += total[k] - good[k];
      all += total[k];
    }
    return all > 0 && bad / all / (1 - target) > threshold;
  };
  const iso = (i: number) => new Date(times[i]).toISOString().replace(".000Z", "Z");
  return SLO_RULES.flatMap(({ rule, long, short, budgetPercent }) => {
    const threshold = (budgetPercent / 100) * (windowMs / SLO_WINDOWS[long]);
    const alerts: { rule: string; start: string; end: string }[] = [];
    let open = false;
    for (let i = 0; i < times.length; i++) {
      const fires = above(i, SLO_WINDOWS[long], threshold) && above(i, SLO_WINDOWS[short], threshold);
      if (fires && open) alerts[alerts.length - 1].end = iso(i);
      else if (fires) alerts.push({ rule, start: iso(i), end: iso(i) });
      open = fires;
    }
    return alerts;
  });
}

function exactness(cases: number) {
  let [equal, alerts, byDoubles, rows] = [0, 0, 0, 0];
  for (let k = 0; k < cases; k++) {
    const random = createRandom([20_261_127, k]);
    const [text, bucket, days] = [pick(random, TARGETS), pick(random, BUCKETS), pick(random, DAYS)];
    const target = Number(text);
    const windowMs = days * 86_400_000;
    const series = randomSeries(random, 1 - target, bucket, 1500);
    const ours = burnRates(series, { target, windowMs }).alerts;
    const truth = JSON.stringify(bruteForceAlerts(series, text, bucket, windowMs / 1000));
    if (JSON.stringify(ours) === truth) equal++;
    if (JSON.stringify(doubleAlerts(series, target, bucket, windowMs)) === truth) byDoubles++;
    alerts += ours.length;
    rows += series.times.length;
  }
  const words = equal === cases ? "exactly equal to" : "NOT always equal to";
  console.log(`alerts ${words} brute force in fractions: ${equal} of ${cases} series (${alerts} alerts, ${rows} rows)`);
  console.log(`the same with doubles compared: ${byDoubles} of ${cases} series`);
  return { cases, equal, alerts, rows, equal_by_doubles: byDoubles };
}

function speed() {
  const n = 1_000_000;
  const random = createRandom(7);
  const times = Float64Array.from({ length: n }, (_, i) => i * 60_000);
  const total = Float64Array.from({ length: n }, () => 500 + random.int(1000));
  const good = total.map((all, i) => all - (i % 50_000 < 300 ? Math.round(all * 0.02) : random.int(2)));
  const some = (values: Float64Array) => values.slice(0, 50_000);
  burnRates({ times: some(times), good: some(good), total: some(total) }, { target: 0.999 });
  const started = process.cpuUsage();
  const { alerts } = burnRates({ times, good, total }, { target: 0.999 });
  const { user, system } = process.cpuUsage(started);
  const seconds = (user + system) / 1e6;
  const perSecond = n / seconds;
  console.log(
    `${n} rows in ${seconds.toFixed(2)} CPU seconds: ${Math.round(perSecond / 1000)} thousand a second (${alerts.length} alerts)`,
  );
  return { rows: n, cpu_seconds: seconds, rows_per_second: Math.round(perSecond), alerts: alerts.length };
}

const load = loadavg()[0];
const report = {
  schema: "fleetlens.bench-slo/1",
  versions: { fleetlens: VERSION, node: process.version },
  cpu: cpus()[0]?.model ?? "unknown",
  load,
  exactness: exactness(Number(process.argv[2] ?? 2000)),
  speed: speed(),
};
await writeFile("bench/slo.json", `${JSON.stringify(report, null, 2)}\n`);
