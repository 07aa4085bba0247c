// How well an incident is explained, on generated incidents with known truth (fixtures/rca.ts).
//
//   node scripts/bench.mjs rca [CASES] [FIRST SEED]
//
// CASES (200) incidents of as many seeds from FIRST SEED (1001) on, a third as many quiet KPIs, then a twentieth as many of
// each variation of the generator. Constants were chosen on seeds below 500; these are others. For every incident: the
// first bad time, the slice, the events with that slice's help, the same events without the one that did it, and the
// excess. Figures after `found` are shares of the incidents found, except where they say otherwise.
//
// Writes bench/rca.json.
import { writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { type RcaCase, type RcaCaseOptions, rcaCase } from "../fixtures/rca.js";
import { mean, quantile } from "../src/core/statistics.js";
import { VERSION } from "../src/core/version.js";
import { blastRadius, type FirstBad, firstBad, rankEvents, searchSlices } from "../src/incident/index.js";

const VARIATIONS: Readonly<Record<string, RcaCaseOptions>> = {
  "ramps only": { incident: "ramp" },
  "mix only": { root: "mix" },
  "three weeks, weekly cycle": { days: 21 },
  "five days": { days: 5 },
  "office hours": { cycle: "office" },
  "no cycle": { cycle: "flat" },
  "slow noise 0.8": { phi: 0.8 },
  "few requests": { requests: 40 },
  "small effects (2.5 sd)": { effect: 2.5 },
  "3 % missing": { missing: 0.03 },
  latency: { kpi: "latency" },
  "lasts to the end": { recovers: false },
};

const HOUR_MS = 3_600_000;

function overlaps(fb: FirstBad, { kpi, truth }: RcaCase): boolean {
  const n = kpi.times.length;
  return fb.index < (truth.recoveredIndex ?? n) && truth.firstBadIndex! < (fb.recovered?.index ?? n);
}

const sameWhere = (a: Record<string, string>, b: Record<string, string>): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([name, value]) => b[name] === value);

/** What is right about one incident. */
function judge(found: RcaCase, fb: FirstBad) {
  const { kpi, events, slices, truth } = found;
  const onset = truth.onset!;
  const [slice] = searchSlices(slices, fb);
  const where = slice?.where ?? {};
  const ranked = rankEvents(fb, events, { where });
  const rank = ranked.events.find(({ eventId }) => eventId === truth.eventId)!.rank;
  const others = events.filter(({ eventId }) => eventId !== truth.eventId);
  const without = rankEvents(fb, others, { where });
  const [first] = ranked.events;
  const blast = blastRadius(kpi, fb);
  return {
    covered: fb.timeLow <= onset && onset <= fb.timeHigh,
    hours: (fb.timeHigh - fb.timeLow) / HOUR_MS,
    top1: rank === 1,
    top3: rank <= 3,
    late: events.find(({ eventId }) => eventId === first.eventId)!.time > onset,
    none: without.noListedEventPosterior > (without.events[0]?.posterior ?? 0),
    slice: slice !== undefined && slice.kind === truth.root && sameWhere(slice.where, truth.where),
    excessOff: Math.abs(blast.excessBad / truth.excessBad - 1),
    excessCovered: blast.excessBadLow <= truth.excessBad && truth.excessBad <= blast.excessBadHigh,
    kind: fb.kind === truth.shape,
    recovered: (fb.recovered === null) === (truth.recoveredIndex === null),
  };
}

const share = <T>(items: readonly T[], holds: (item: T) => boolean): number =>
  mean(items.map((item) => (holds(item) ? 1 : 0)));

function measure(seeds: readonly number[], options: RcaCaseOptions) {
  let cpu = 0;
  const judged = seeds.flatMap((seed) => {
    const drawn = rcaCase(seed, options);
    const before = process.cpuUsage().user;
    const fb = firstBad(drawn.kpi);
    cpu += (process.cpuUsage().user - before) / 1e6;
    return fb && overlaps(fb, drawn) ? [judge(drawn, fb)] : [];
  });
  const hours = judged.map((j) => j.hours);
  const off = judged.map((j) => j.excessOff);
  return {
    incidents: seeds.length,
    found: judged.length / seeds.length,
    first_bad_coverage: share(judged, (j) => j.covered),
    width_hours_median: quantile(hours, 0.5),
    width_hours_p90: quantile(hours, 0.9),
    width_within_2h: share(hours, (h) => h <= 2),
    event_top1: share(judged, (j) => j.top1),
    event_top3: share(judged, (j) => j.top3),
    none_flagged: share(judged, (j) => j.none),
    first_ranked_after_onset: share(judged, (j) => j.late),
    slice_top1: share(judged, (j) => j.slice),
    excess_off_median: quantile(off, 0.5),
    excess_within_15_percent: share(off, (o) => o <= 0.15),
    excess_interval_coverage: share(judged, (j) => j.excessCovered),
    step_or_ramp_right: share(judged, (j) => j.kind),
    recovery_right: share(judged, (j) => j.recovered),
    cpu_ms_first_bad: (1000 * cpu) / seeds.length,
  };
}

const silent = (seeds: readonly number[], options: RcaCaseOptions): number =>
  share(seeds, (seed) => firstBad(rcaCase(seed, { ...options, incident: "none" }).kpi) === null);

const range = (from: number, count: number): number[] => Array.from({ length: Math.round(count) }, (_, i) => from + i);

const cases = Number(process.argv[2] ?? 200);
const first = Number(process.argv[3] ?? 1001);
const load = loadavg()[0];
const show = (name: string, figures: Record<string, number>): void => {
  console.log(name);
  for (const [key, value] of Object.entries(figures)) console.log(`  ${key.padEnd(28)}${Number(value.toPrecision(3))}`);
};

const all = { ...measure(range(first, cases), {}), quiet_silent: silent(range(first + cases, cases / 3), {}) };
show("as drawn", all);
const variations: Record<string, object> = {};
for (const [name, options] of Object.entries(VARIATIONS)) {
  const some = range(first + 2 * cases, cases / 20);
  const figures = { ...measure(some, options), quiet_silent: silent(some, options) };
  variations[name] = figures;
  show(name, figures);
}

const report = {
  schema: "fleetlens.bench-rca/1",
  versions: { fleetlens: VERSION, node: process.version },
  cpu: cpus()[0]?.model ?? "unknown",
  load,
  seeds: { first, cases },
  as_drawn: all,
  variations,
};
await writeFile("bench/rca.json", `${JSON.stringify(report, null, 2)}\n`);
