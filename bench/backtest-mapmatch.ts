// Map matching of simulated drives, one thread: accuracy and speed.
//
//   [FLEETLENS_PYTHON=python3] node scripts/bench.mjs backtest-mapmatch
//
// A made-up town (fixtures/road-city.ts) with one-way streets, winding and parallel roads; errors of positions of 4, 10 and
// 20 m (white noise, harder than a receiver's), a position every 1 to 30 s. Right: rows on the edge that was driven. Mismatch:
// metres of road added or missed by metres driven, as Newson & Krumm measure it. With a Python that has leuvenmapmatching its
// matchers run on the first drives of each setting, beside ours on the same.
// The default radius and which of the beta values of the paper is the default were chosen on drives like these. Writes bench/backtest-mapmatch.json.
import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { type Drive, fixtureDrive, fixtureTown, routeMismatch } from "../fixtures/road-city.js";
import { DEFAULT_MATCH_OPTIONS, type MatchOptions } from "../src/backtest/map/match-options.js";
import { createTraceMatcher } from "../src/backtest/map/match-trace.js";
import { buildRoadGraph } from "../src/backtest/map/road-graph.js";
import { VERSION } from "../src/core/version.js";

const SIGMAS = [4, 10, 20];
const EVERY_S = [1, 2, 5, 10, 20, 30];
const DRIVES = 12;
/** Positions that the peer is given by setting, about. */
const PEER_POINTS = 1800;
const town = fixtureTown();
const graph = buildRoadGraph(town.nodes, town.edges);

const drivesOf = (sigmaM: number, seconds: number): Drive[] =>
  Array.from({ length: DRIVES }, (_, seed) =>
    fixtureDrive(graph, { seconds: 900, everyMs: seconds * 1000, sigmaM, seed: seed + 1 }),
  );

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

function ours(drives: readonly Drive[], options: Partial<MatchOptions>) {
  const match = createTraceMatcher(graph, options);
  const before = process.cpuUsage();
  const matches = drives.map(match);
  const { user, system } = process.cpuUsage(before);
  const rows = sum(drives.map((drive) => drive.ts.length));
  const right = sum(matches.map(({ edge }, k) => edge.filter((one, i) => one === drives[k].edge[i]).length));
  const mismatches = matches.map(({ chains }, k) =>
    routeMismatch(
      drives[k].route,
      chains.flatMap(({ route }) => route),
    ),
  );
  return {
    rows,
    right: right / rows,
    mismatch: sum(mismatches) / drives.length,
    breaks: sum(matches.map(({ breaks }) => breaks.length)),
    points_per_cpu_second: rows / ((user + system) / 1e6),
  };
}

/** The drives and roads in plane metres, lines as straight segments between nodes of their own. */
function forPeer(runs: readonly { sigmaM: number; drives: readonly Drive[] }[]) {
  const metre = (Math.PI * 6371008.8) / 180;
  const plane = (lon: number, lat: number) => [
    (lon - 13.4) * metre * Math.cos((52.5 * Math.PI) / 180),
    (lat - 52.5) * metre,
  ];
  const nodes = Object.fromEntries(town.nodes.id.map((id, i) => [id, plane(town.nodes.lon[i], town.nodes.lat[i])]));
  const segments = town.edges.id.flatMap((id, e) => {
    const inner = town.edges.geometry?.[e]?.slice(1, -1) ?? [];
    const names = inner.map(([lon, lat], i) => {
      nodes[`${id}/${i}`] = plane(lon, lat);
      return `${id}/${i}`;
    });
    const path = [town.edges.from[e], ...names, town.edges.to[e]];
    return path.slice(1).map((to, i) => [path[i], to, e, town.edges.oneway?.[e] ?? 0]);
  });
  const { radiusM, betaM } = DEFAULT_MATCH_OPTIONS;
  return {
    ...{ nodes, segments, radiusM, betaM },
    runs: runs.map(({ sigmaM, drives }) =>
      drives.map(({ lat, lon }) => ({ sigmaM, positions: Array.from(lat, (_, i) => plane(lon[i], lat[i])) })),
    ),
  };
}

interface PeerRun {
  edges: (number | null)[][];
  seconds: number;
  points: number;
}

function askPeer(
  python: string,
  input: unknown,
): { versions: Record<string, string>; runs: Record<string, PeerRun>[] } {
  const { status, stdout, stderr } = spawnSync(python, ["bench/backtest-mapmatch.py"], {
    input: JSON.stringify(input),
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
const rate = (points: number): string => `${Math.round(points).toLocaleString("en")}/s`;

const settings = SIGMAS.flatMap((sigmaM) =>
  EVERY_S.map((seconds) => ({ sigmaM, seconds, drives: drivesOf(sigmaM, seconds) })),
);
// Once before, so that compiling does not count.
ours(settings[0].drives, {});
const rows = settings.map(({ sigmaM, seconds, drives }) => {
  const found = ours(drives, { sigmaM: Math.max(sigmaM, DEFAULT_MATCH_OPTIONS.sigmaM) });
  console.log(
    `noise ${sigmaM} m, every ${seconds} s`.padEnd(28),
    `right ${percent(found.right)}  mismatch ${percent(found.mismatch)}  breaks ${found.breaks}  ${rate(found.points_per_cpu_second)}`,
  );
  return { sigma_m: sigmaM, every_s: seconds, ...found };
});
const radii = [25, 50, 100, 200].map((radiusM) => {
  const found = settings
    .filter(({ seconds }) => seconds === 5)
    .map(({ sigmaM, drives }) => ours(drives, { sigmaM: Math.max(sigmaM, DEFAULT_MATCH_OPTIONS.sigmaM), radiusM }));
  const row = { radius_m: radiusM, by_noise: found };
  const cells = found.map(({ right, breaks }, i) => `${SIGMAS[i]} m: right ${percent(right)} breaks ${breaks}`);
  console.log(`radius ${radiusM} m, every 5 s`.padEnd(28), cells.join("  "), rate(found[0].points_per_cpu_second));
  return row;
});

const python = process.env["FLEETLENS_PYTHON"];
const compared = settings
  .filter(({ sigmaM, seconds }) => sigmaM < 20 && [1, 5, 10].includes(seconds))
  .map((setting) => ({
    ...setting,
    drives: setting.drives.slice(0, Math.ceil(PEER_POINTS / setting.drives[0].ts.length)),
  }));
const told = python ? askPeer(python, forPeer(compared)) : null;
const peer = told?.runs.map((run, k) => {
  const { sigmaM, seconds, drives } = compared[k];
  const own = ours(drives, { sigmaM: Math.max(sigmaM, DEFAULT_MATCH_OPTIONS.sigmaM) });
  const matchers = Object.entries(run).map(([name, { edges, seconds: cpu, points }]) => {
    const right = sum(edges.map((some, d) => some.filter((edge, i) => edge === drives[d].edge[i]).length)) / points;
    const speed = points / cpu;
    const ratio = own.points_per_cpu_second / speed;
    console.log(
      `noise ${sigmaM} m, every ${seconds} s`.padEnd(28),
      `fleetlens right ${percent(own.right)} ${rate(own.points_per_cpu_second)}  ${name} right ${percent(right)} ${rate(speed)}  ratio ${ratio.toFixed(0)}`,
    );
    return { matcher: name, right, points_per_cpu_second: speed, speed_ratio: ratio };
  });
  return { sigma_m: sigmaM, every_s: seconds, fleetlens: own, matchers };
});

const report = {
  schema: "fleetlens.bench-backtest-mapmatch/1",
  versions: { fleetlens: VERSION, node: process.version, ...told?.versions },
  cpu: cpus()[0]?.model ?? "unknown",
  cores: cpus().length,
  load: loadavg()[0],
  threads: 1,
  town: { edges: graph.edgeIds.length, nodes: graph.nodes, drives: DRIVES, seconds_each: 900 },
  options: DEFAULT_MATCH_OPTIONS,
  drives: rows,
  radii,
  peer: peer ?? null,
};
await writeFile("bench/backtest-mapmatch.json", `${JSON.stringify(report, null, 2)}\n`);
