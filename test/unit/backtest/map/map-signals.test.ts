import { describe, expect, it } from "vitest";
import { fixtureDrive, fixtureTownGraph } from "../../../../fixtures/road-city.js";
import { checkMapLayers } from "../../../../src/backtest/map/edge-layers.js";
import { mapColumns } from "../../../../src/backtest/map/map-columns.js";
import { MapMatchSchema } from "../../../../src/backtest/map/map-match-schema.js";
import { mapMatchSection } from "../../../../src/backtest/map/map-match-section.js";
import { createMapSignals } from "../../../../src/backtest/map/map-signals.js";
import { emptyMatchTally, tallyMatch } from "../../../../src/backtest/map/match-tally.js";
import { createTraceMatcher } from "../../../../src/backtest/map/match-trace.js";
import { parsePolicy } from "../../../../src/backtest/policy/parse-policy.js";
import { replay } from "../../../../src/backtest/replay/replay.js";
import { signalsOf } from "../../../../src/backtest/replay/signals-of.js";
import type { ColumnarLog, MapLayer } from "../../../../src/backtest/types.js";
import { quantile } from "../../../../src/core/statistics.js";

/** A log of two rows on edge `a` and one on none, for a matcher that says so. */
const log: ColumnarLog = {
  vehicle: Int32Array.of(0, 0, 0, 1),
  vehicleIds: ["v", "w"],
  ts: Float64Array.of(1000, 2000, 3000, 1000),
  lat: Float64Array.of(1, 1, 1, 1),
  lon: Float64Array.of(1, 1, 1, 1),
  signals: { speed_mps: Float32Array.of(10, 20, 30, Number.NaN) },
};
const roads = { edgeIds: ["a", "b"], speedLimit: [15, Number.NaN] };
const fixed = ({ ts }: { ts: ArrayLike<number> }) => ({
  roads,
  edge: ts.length === 1 ? Int32Array.of(1) : Int32Array.of(0, 0, -1),
  offset: new Float64Array(ts.length),
  distance: ts.length === 1 ? Float64Array.of(2) : Float64Array.of(1, 3, Number.NaN),
  breaks: ts.length === 1 ? [] : [{ ts: 3000, reason: "no_candidate" as const }],
});
const limit = (id: string, edge: string, value_mps: number, from: number, to: number): MapLayer => ({
  ...{ id, op: "set_speed_limit", edge, value_mps, from, to },
});
const all = ["map_speed_limit_mps", "map_speed_over_limit_mps", "map_closed", "map_match_distance_m"] as const;

describe("signals of the map", () => {
  it("follow the layers of each policy: from inclusive, to exclusive, the last listed wins", async () => {
    const layers: MapLayer[] = [
      limit("1", "a", 5, 0, 10_000),
      limit("2", "a", 8, 2000, 3000),
      { id: "3", op: "close", edge: "a", from: 1000, to: 2000 },
    ];
    const { logs, tally } = await createMapSignals(
      [
        { layers, computed: all },
        { layers: [], computed: ["map_speed_limit_mps"] },
        { layers, computed: [] },
      ],
      fixed,
    )(log);
    const missing = Number.NaN;
    expect(logs[0].signals).toEqual({
      speed_mps: log.signals["speed_mps"],
      map_speed_limit_mps: Float64Array.of(5, 8, missing, missing),
      map_speed_over_limit_mps: Float64Array.of(5, 12, missing, missing),
      map_closed: Float64Array.of(1, 0, missing, 0),
      map_match_distance_m: Float64Array.of(1, 3, missing, 2),
    });
    expect(logs[1].signals["map_speed_limit_mps"]).toEqual(Float64Array.of(15, 15, missing, missing));
    expect(Object.keys(logs[1].signals)).toEqual(["speed_mps", "map_speed_limit_mps"]);
    expect(logs[2].signals).toEqual(log.signals);
    expect(tally).toMatchObject({ rows: 4, matched: 3, listed: [{ vehicle: "v", ts: 3000, reason: "no_candidate" }] });
  });

  it("are the same whatever vehicles share a log", async () => {
    const graph = fixtureTownGraph();
    const drives = [1, 2, 3].map((seed) => fixtureDrive(graph, { seconds: 120, everyMs: 500, sigmaM: 5, seed }));
    const logOf = (some: number[]): ColumnarLog => ({
      vehicle: Int32Array.from(some.flatMap((k) => Array<number>(drives[k].ts.length).fill(k))),
      vehicleIds: ["x", "y", "z"],
      ts: Float64Array.from(some.flatMap((k) => Array.from(drives[k].ts))),
      lat: Float64Array.from(some.flatMap((k) => Array.from(drives[k].lat))),
      lon: Float64Array.from(some.flatMap((k) => Array.from(drives[k].lon))),
      signals: {},
    });
    const mapped = createMapSignals([{ layers: [], computed: ["map_match_distance_m"] }], createTraceMatcher(graph));
    const signal = async (log: ColumnarLog) => (await mapped(log)).logs[0].signals["map_match_distance_m"];
    const whole = await signal(logOf([0, 1, 2]));
    const apart = [await signal(logOf([2])), await signal(logOf([0, 1]))];
    expect([...apart[1], ...apart[0]]).toEqual(Array.from(whole));
    const sections = [[[0, 1, 2]], [[2], [0, 1]]].map(async (parts) =>
      mapMatchSection(await Promise.all(parts.map(async (part) => (await mapped(logOf(part))).tally)), "road_graph"),
    );
    expect(await sections[0]).toEqual(await sections[1]);
  });
});

describe("a policy on mapped rows", () => {
  const policyOf = (layers: string) => {
    const parsed = parsePolicy(`schema: fleetlens.policy/1
version: 1.0.0
signals: {map_speed_over_limit_mps: {unit: m/s, range: [-70, 70]}}
triggers:
  - {id: speeding, when: {mode: all, conditions: [{name: over, signal: map_speed_over_limit_mps, op: ">", enter: 0}]}}
map_layers: ${layers}`);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
    return parsed.policy;
  };
  it("finds speeding under its own layers, both policies over the same matches", async () => {
    const [before, after] = [
      policyOf("[]"),
      policyOf(
        '[{id: works, op: set_speed_limit, edge: a, value_mps: 5, from: "1970-01-01T00:00:00Z", to: "1970-01-02T00:00:00Z"}]',
      ),
    ];
    const wants = [before, after].map((policy) => ({
      layers: policy.map_layers,
      computed: mapColumns(signalsOf(policy), ["speed_mps"], true).computed,
    }));
    const { logs } = await createMapSignals(wants, fixed)(log);
    const onsets = [before, after].map((policy, k) => Array.from(replay(policy, logs[k]).onsetTs));
    expect(onsets).toEqual([[2000], [1000]]);
  });
});

describe("which columns a run reads", () => {
  const needed = ["accel_g", "map_speed_over_limit_mps", "map_closed"];
  it("computes what the log has not, and reads the speed for it", () => {
    expect(mapColumns(needed, ["accel_g", "speed_mps"], true)).toEqual({
      computed: ["map_speed_over_limit_mps", "map_closed"],
      read: ["accel_g", "speed_mps"],
    });
    expect(mapColumns(["accel_g"], ["accel_g"], true)).toEqual({ computed: [], read: ["accel_g"] });
  });
  it("reads signals of the log where there is no map", () => {
    expect(mapColumns(needed, needed, false)).toEqual({ computed: [], read: needed });
    expect(() => mapColumns(needed, ["accel_g"], false)).toThrow(/"map_speed_over_limit_mps".*--road-graph/);
  });
  it("refuses a signal that is both in the log and on the map, and a speed that is missing", () => {
    expect(() => mapColumns(needed, ["accel_g", "speed_mps", "map_closed"], true)).toThrow(/a column "map_closed"/);
    expect(() => mapColumns(needed, ["accel_g"], true)).toThrow(/needs a column "speed_mps"/);
  });
  it("refuses a layer of an edge that the graph lacks by its JSON Pointer", () => {
    const layers = [limit("1", "a", 5, 0, 1), limit("2", "c", 5, 0, 1)];
    expect(() => checkMapLayers(layers, ["a", "b"])).toThrow(/^\/map_layers\/1\/edge: layer "2" changes edge "c"/);
    expect(() => checkMapLayers(layers, ["a", "c"])).not.toThrow();
  });
});

describe("mapMatchSection", () => {
  it("counts offsets to the centimetre, and breaks by reason and in order, from any parts", () => {
    const distances = Array.from({ length: 100 }, (_, i) => (i + 1) / 10);
    const tallyOf = (vehicle: string, some: number[]) => {
      const tally = emptyMatchTally();
      const zeros = some.map((metres) => (metres === 1 ? Number.NaN : 0));
      tallyMatch(tally, vehicle, zeros, zeros, {
        edge: Int32Array.from(some, (metres) => (metres > 9.5 ? -1 : 0)),
        distance: Float64Array.from(some),
        breaks: [{ ts: 5, reason: "gap" }],
      });
      return tally;
    };
    const parts = [tallyOf("b", distances.slice(0, 30)), tallyOf("a", distances.slice(30))];
    const section = mapMatchSection(parts, "road_graph", { sigmaM: 5 });
    expect(MapMatchSchema.parse(section)).toEqual(section);
    expect(mapMatchSection(parts.toReversed(), "road_graph", { sigmaM: 5 })).toEqual(section);
    expect(section).toMatchObject({ rows: 100, no_position: 1, matched: 95 });
    expect(section.offset_m).toEqual({ p50: 4.8, p90: 8.6, p95: 9.1, p99: 9.5, max: 9.5 });
    expect(section.offset_m.p50).toBeCloseTo(quantile(distances.slice(0, 95), 0.5), 5);
    expect(section.breaks).toEqual({
      count: 2,
      by_reason: { gap: 2, no_candidate: 0, no_route: 0 },
      listed: ["a", "b"].map((vehicle) => ({ vehicle, ts: 5, reason: "gap" })),
    });
  });

  it("has no offsets without a row, and lists no more than 1000 breaks", () => {
    const none = mapMatchSection([], "osrm");
    expect(MapMatchSchema.parse(none).offset_m).toEqual({ p50: null, p90: null, p95: null, p99: null, max: null });
    const tally = emptyMatchTally();
    const breaks = Array.from({ length: 6000 }, (_, ts) => ({ ts, reason: "no_route" as const }));
    const nothing = { edge: new Int32Array(0), distance: new Float64Array(0) };
    for (const vehicle of ["z", "a"]) tallyMatch(tally, vehicle, [], [], { ...nothing, breaks });
    const section = mapMatchSection([tally], "valhalla");
    expect(section.breaks.count).toBe(12_000);
    expect(section.breaks.listed).toHaveLength(1000);
    expect(section.breaks.listed.at(-1)).toEqual({ vehicle: "a", ts: 999, reason: "no_route" });
  });
});
