// How well a change monitor tells incidents from what KPIs do anyway.
//
//   node scripts/bench.mjs monitor
//
// - NAB: the four AWS files of the shared data beside the repository, standard profile, by file and by detector.
// - Generated KPIs (fixtures/kpi-families.ts): alerts without an incident, recall and delay with one, by family.
// - What a change of each constant by 20 % does to both.
// - Observations a second on one thread.
//
// The constants were chosen on generated KPIs of other seeds. Writes bench/monitor.json.
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { KPI_FAMILIES, KPI_INCIDENTS, type Kpi, kpisWithIncident, quietKpis } from "../fixtures/kpi-families.js";
import {
  ChangeMonitor,
  type ChangeMonitorOptions,
  DEFAULT_MONITOR_TUNING,
  MONITOR_DETECTORS,
  type NabSeries,
  nabScore,
} from "../src/changepoint/index.js";
import { median } from "../src/core/statistics.js";
import { VERSION } from "../src/core/version.js";
import { readTimedValues } from "../src/ingest/index.js";
import { DATA } from "./m4.js";

const SEED = 20_261_127;
const N = 4032;
const NAB = join(DATA, "nab");

interface Labelled {
  name: string;
  t: Float64Array;
  v: Float64Array;
  windows: [number, number][];
}

/** Rows with an alert. */
function alertsOf({ t, v }: Pick<Kpi, "t" | "v">, options: ChangeMonitorOptions = {}): number[] {
  const monitor = new ChangeMonitor(options);
  const alerts: number[] = [];
  for (let i = 0; i < t.length; i++) if (monitor.push(t[i], v[i]).alert) alerts.push(i);
  return alerts;
}

async function readNab(): Promise<Labelled[]> {
  const labels: Record<string, [string, string][]> = JSON.parse(await readFile(join(NAB, "windows.json"), "utf8"));
  const instant = (text: string): number => Date.parse(`${text.replace(" ", "T").slice(0, 19)}Z`);
  const files: Labelled[] = [];
  for (const [name, spans] of Object.entries(labels)) {
    const { blocks } = await readTimedValues(join(NAB, name), { time: "timestamp", value: ["value"] });
    const [{ t, values }] = blocks;
    const windows = spans.map(([left, right]): [number, number] => [
      t.findIndex((at) => at >= instant(left)),
      t.findLastIndex((at) => at <= instant(right)),
    ]);
    files.push({ name, t, v: values[0], windows });
  }
  return files;
}

const scored = (file: Labelled, options: ChangeMonitorOptions = {}): NabSeries => ({
  n: file.t.length,
  windows: file.windows,
  alerts: alertsOf(file, options),
});

const nabOf = (files: readonly Labelled[], options: ChangeMonitorOptions = {}): number =>
  nabScore(files.map((file) => scored(file, options))).score;

function nabByFile(files: readonly Labelled[]) {
  return files.map((file) => {
    const series = scored(file);
    const { n, windows } = series;
    const late = Array.from(series.alerts).filter((i) => i >= Math.min(Math.floor(0.15 * n), 750));
    const inside = (i: number) => windows.findIndex(([left, right]) => i >= left && i <= right);
    return {
      file: file.name,
      rows: n,
      score: nabScore([series]).score,
      windows: windows.length,
      windows_found: new Set(late.map(inside).filter((w) => w >= 0)).size,
      alerts_outside: late.filter((i) => inside(i) < 0).length,
    };
  });
}

/** Alerts per 1,000 observations of quiet KPIs; those soon after a deploy or a restart are right, and counted apart. */
function quietRates(family: (typeof KPI_FAMILIES)[number], count: number, options: ChangeMonitorOptions = {}) {
  let [all, unasked] = [0, 0];
  for (const kpi of quietKpis(SEED, family, N, count)) {
    const alerts = alertsOf(kpi, options);
    all += alerts.length;
    unasked += alerts.filter((i) => !kpi.events.some((event) => i >= event && i < event + 100)).length;
  }
  return { alerts_per_1000: (1000 * all) / (N * count), without_cause_per_1000: (1000 * unasked) / (N * count) };
}

/** Share of incidents with an alert while they last, and the median delay of those. */
function found(family: (typeof KPI_FAMILIES)[number], incident: (typeof KPI_INCIDENTS)[number], count: number) {
  const delays = kpisWithIncident(SEED, family, incident, N, count).flatMap((kpi) => {
    const first = alertsOf(kpi).find((i) => i >= kpi.first && i <= kpi.last);
    return first === undefined ? [] : [first - kpi.first];
  });
  return { recall: delays.length / count, delay: delays.length > 0 ? median(delays) : null };
}

/** The NAB score on generated KPIs: the window is from 100 observations before the incident to 300 after its start. */
function generatedScore(options: ChangeMonitorOptions): number {
  const series = KPI_FAMILIES.flatMap((family) =>
    KPI_INCIDENTS.flatMap((incident) =>
      kpisWithIncident(SEED, family, incident, N, 1).map((kpi): NabSeries => {
        const window: [number, number] = [kpi.first - 100, Math.min(N - 1, kpi.first + 300)];
        const inside = (i: number) => i >= window[0] && i <= window[1];
        const right = (i: number) => !inside(i) && kpi.events.some((event) => i >= event && i < event + 100);
        return { n: N, windows: [window], alerts: alertsOf(kpi, options).filter((i) => !right(i)) };
      }),
    ),
  );
  return nabScore(series).score;
}

const fixed = (x: number | null, digits = 1): string => (x === null ? "-" : x.toFixed(digits));

const load = loadavg()[0];
const files = existsSync(NAB) ? await readNab() : null;
if (!files) console.log("no shared data beside the repository: NAB is left out");

const byFile = files && nabByFile(files);
for (const row of byFile ?? []) {
  console.log(
    `NAB ${row.file.padEnd(44)} score ${fixed(row.score).padStart(5)}  found ${row.windows_found}/${row.windows}  alerts outside ${row.alerts_outside}`,
  );
}
const total = files && nabOf(files);
if (total !== null) console.log(`NAB standard profile, four files: ${fixed(total, 2)}`);

const started = process.cpuUsage();
let observations = 0;
const families = KPI_FAMILIES.map((family) => {
  const quiet = quietRates(family, 10);
  const incidents = Object.fromEntries(KPI_INCIDENTS.map((incident) => [incident, found(family, incident, 10)]));
  observations += 60 * N;
  const cells = Object.entries(incidents).map(
    ([name, { recall, delay }]) => `${name} ${recall.toFixed(1)} @${fixed(delay)}`,
  );
  console.log(
    `${family.padEnd(16)} alerts per 1,000: ${fixed(quiet.alerts_per_1000, 2)}, without cause ${fixed(quiet.without_cause_per_1000, 2)};  ${cells.join("  ")}`,
  );
  return { family, ...quiet, incidents };
});
const { user, system } = process.cpuUsage(started);
const perSecond = observations / ((user + system) / 1e6);
const meanOf = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
const withoutCause = meanOf(families.map((family) => family.without_cause_per_1000));
const recall = Object.fromEntries(
  KPI_INCIDENTS.map((incident) => [incident, meanOf(families.map((family) => family.incidents[incident].recall))]),
);
console.log(`all families: without cause ${fixed(withoutCause, 2)} per 1,000; recall ${JSON.stringify(recall)}`);
console.log(`${Math.round(perSecond)} observations per CPU second`);

const detectors = MONITOR_DETECTORS.map((detector) => {
  const rates = KPI_FAMILIES.map((family) => quietRates(family, 2, { detector }).without_cause_per_1000);
  const row = { detector, nab: files && nabOf(files, { detector }), without_cause_per_1000: meanOf(rates) };
  console.log(
    `${detector.padEnd(12)} NAB ${fixed(row.nab)}  without cause per 1,000: ${fixed(row.without_cause_per_1000, 2)}`,
  );
  return row;
});

const base = generatedScore({});
console.log(`constants as they are: NAB ${fixed(total)}, generated ${fixed(base)}`);
const sensitivity = Object.entries(DEFAULT_MONITOR_TUNING).map(([constant, value]) => {
  const at = (factor: number) => {
    const changed = Number.isInteger(value) ? Math.round(value * factor) : value * factor;
    const options = { tuning: { [constant]: changed } };
    return { value: changed, nab: files && nabOf(files, options), generated: generatedScore(options) };
  };
  const row = { constant, value, less: at(0.8), more: at(1.2) };
  console.log(
    `${constant.padEnd(12)} −20 %: NAB ${fixed(row.less.nab)}, generated ${fixed(row.less.generated)}   +20 %: NAB ${fixed(row.more.nab)}, generated ${fixed(row.more.generated)}`,
  );
  return row;
});

const report = {
  schema: "fleetlens.bench-monitor/1",
  versions: { fleetlens: VERSION, node: process.version },
  cpu: cpus()[0]?.model ?? "unknown",
  load,
  nab: files && { score: total, files: byFile },
  families,
  without_cause_per_1000: withoutCause,
  recall,
  detectors,
  sensitivity: { nab: total, generated: base, constants: sensitivity },
  observations_per_cpu_second: perSecond,
};
await writeFile("bench/monitor.json", `${JSON.stringify(report, null, 2)}\n`);
