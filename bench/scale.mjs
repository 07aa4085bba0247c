// What large inputs would need, on paper: the costs of one unit as the other benches measured them (their JSON files), times
// the units. Runs nothing.
//
//   node scripts/bench.mjs scale
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "./measure.mjs";

const read = async (name) => JSON.parse(await readFile(join(root, `bench/${name}.json`), "utf8"));
const [aggregate, panel, changes, profile, gc, shards] = await Promise.all(
  ["aggregate", "forecast-panel", "changepoint-speed", "drift-profile", "gc", "shards"].map(read),
);

const middle = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const figure = (value) => String(Number(value.toPrecision(2)));
const bytes = (value) => {
  const power = Math.min(4, Math.floor(Math.log10(value) / 3));
  return `${figure(value / 1000 ** power)} ${["B", "kB", "MB", "GB", "TB"][power]}`;
};
const hours = (seconds) =>
  seconds < 3600 ? `${figure(seconds / 60)} core-minutes` : `${figure(seconds / 3600)} core-hours`;
const MIB = 2 ** 20;
/** A run is to end within an hour. */
const HOUR = 3600;

function told(what, { unit, cpu, units, memory, of, disk, notes = [] }) {
  const seconds = cpu * units;
  console.log(`## ${what}`);
  console.log(`a unit, ${unit}: CPU ${figure(cpu * 1e6)} µs (${of})`);
  console.log(`all: ${hours(seconds)}; ${figure(Math.ceil(seconds / HOUR))} cores for an hour`);
  console.log(`memory of a process: ${memory}`);
  if (disk) console.log(`disk: ${disk}`);
  for (const note of notes) console.log(note);
  console.log("");
}

const MILLION = 1_000_000;
const forecast = Object.values(panel).reduce((most, one) => (one.series > most.series ? one : most));
const [one] = forecast.runs.filter(({ threads }) => threads === 1);
const cut = shards.cases;
const of = (name) => Object.entries(cut).find(([key]) => key.startsWith(name))[1];
const perSeries = (run, series) => run / series;
{
  const run = of("forecast");
  const size = shards.series;
  told(`Forecast of ${MILLION} series of ${forecast.points} points, ${forecast.horizon} steps ahead`, {
    ...{ unit: "a series", units: MILLION, cpu: one.cpu / forecast.series },
    of: `bench/forecast-panel.json, ${forecast.series} series, one thread`,
    memory: `${one.rss_mib} MiB, and no more for more series`,
    disk: `rows ${bytes(MILLION * forecast.points * 24)} unpacked; the engine's sort as much again`,
    notes: [
      `by shards: CPU ${figure(perSeries(run.shards.cpu, size) * 1e6)} µs a series in all of ${shards.shards} shards and ${figure(perSeries(run.merge.cpu, size) * 1e6)} µs in the merge, against ${figure(perSeries(run.whole.cpu, size) * 1e6)} µs in one process (bench/shards.json, ${size} series)`,
      `shards on disk: ${bytes(perSeries(run.shard_bytes, size))} a series, ${bytes(MILLION * perSeries(run.shard_bytes, size))}`,
    ],
  });
}
{
  const { series, points, s } = changes.detect;
  const run = of("changepoint");
  told(`Change points of ${MILLION} series of ${points} points`, {
    ...{ unit: "a series", units: MILLION, cpu: s / series, of: `bench/changepoint-speed.json, ${series} series` },
    memory: `all series are in memory: ${bytes(MILLION * points * 8 * 3)} for values, times and rows`,
    disk: `shards ${bytes(MILLION * perSeries(run.shard_bytes, shards.series))}`,
    notes: [
      `files of some ${figure(2e9 / (points * 24))} series at a time stay below 2 GB: cut the table by files, not by shards`,
    ],
  });
}
const BILLION = 1_000_000_000;
{
  const [name, { rounds }] = Object.entries(aggregate).find(([key]) => key.startsWith("generated"));
  const rows = Number(name.split(" ")[1]);
  told("GPU-hours of 1,000,000,000 telemetry rows a day", {
    ...{ unit: "a row", units: BILLION, cpu: middle(rounds.map(({ fleetlens }) => fleetlens.cpu)) / rows },
    of: `bench/aggregate.json, ${name} rows, one thread`,
    memory: `${figure(middle(rounds.map(({ fleetlens }) => fleetlens.rss)))} MiB, and no more for more rows`,
    notes: ["shards: none needed; every shard reads all rows, so they pay for many queues only"],
  });
}
{
  const { rows, bytes: size, against_profile: run } = profile;
  told("Drift of 1,000,000,000 rows a day against a profile", {
    ...{ unit: "a row", units: BILLION, cpu: run.cpu / rows.current },
    of: `bench/drift-profile.json, ${rows.current} rows of ${profile.verdicts.length} columns, one thread`,
    memory: `${figure(run.rss)} MiB, and no more for more rows`,
    disk: `${bytes(BILLION * (size.current / rows.current))} of Parquet a day; the profile ${bytes(size.profile)}`,
  });
}
{
  const { objects, edges, fleetlens } = gc;
  const rss = (fleetlens.rss * MIB) / objects;
  told("What may go of 1,000,000,000 objects of a lineage graph", {
    ...{ unit: `an object with its ${edges / objects} edges`, units: BILLION, cpu: fleetlens.cpu / objects },
    of: `bench/gc.json, ${objects} objects and ${edges} edges`,
    memory: `${bytes(BILLION * rss)} at ${figure(rss)} bytes an object, in memory; with --max-memory a larger graph is walked on disk`,
    disk: `edges ${bytes(BILLION * (edges / objects) * 16)} as pairs of 64-bit numbers, and as much again to sort them`,
    notes: ["shards: none; what is reachable is a question to the whole graph"],
  });
}
