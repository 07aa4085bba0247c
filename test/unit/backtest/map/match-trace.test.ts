import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fixtureDrive, fixtureTownGraph, routeMismatch, townPosition } from "../../../../fixtures/road-city.js";
import { createTraceMatcher } from "../../../../src/backtest/map/match-trace.js";
import { buildRoadGraph } from "../../../../src/backtest/map/road-graph.js";

interface Golden {
  sigmaM: number;
  betaM: number;
  radiusM: number;
  maxGapMs: number;
  nodes: { id: string; position: [number, number] }[];
  edges: { id: string; from: string; to: string; oneway: number; line: [number, number][]; length: number }[];
  traces: {
    name: string;
    positions: [number, number, number][];
    /** Null where the row is on no road. */
    rows: { edge: string | null; offset: number; distance: number }[];
    chains: number[];
    breaks: { ts: number; reason: string }[];
  }[];
}

const golden = JSON.parse(
  readFileSync(new URL("../../../golden/backtest-mapmatch.golden.json", import.meta.url), "utf8"),
) as Golden;
const goldenGraph = buildRoadGraph(
  {
    id: golden.nodes.map(({ id }) => id),
    lon: golden.nodes.map(({ position }) => position[0]),
    lat: golden.nodes.map(({ position }) => position[1]),
  },
  {
    id: golden.edges.map(({ id }) => id),
    from: golden.edges.map(({ from }) => from),
    to: golden.edges.map(({ to }) => to),
    oneway: golden.edges.map(({ oneway }) => oneway),
    geometry: golden.edges.map(({ line }) => line),
  },
);

/** A trace of places in metres east and north, one each second. */
function traceOf(places: readonly (readonly [number, number])[], everyMs = 1000) {
  const positions = places.map(([east, north]) => townPosition(east, north));
  return {
    ts: Float64Array.from(places, (_, i) => i * everyMs),
    lon: Float64Array.from(positions, ([lon]) => lon),
    lat: Float64Array.from(positions, ([, lat]) => lat),
  };
}

/** Roads between places in metres: name of the edge, its ends, and whether it is one-way. */
function roads(...list: readonly [string, [number, number], [number, number], number?][]) {
  const keys = new Map<string, [number, number]>();
  for (const [, from, to] of list) for (const end of [from, to]) keys.set(String(end), end);
  const positions = Array.from(keys.values(), ([east, north]) => townPosition(east, north));
  return buildRoadGraph(
    {
      id: Array.from(keys.keys()),
      lon: positions.map(([lon]) => lon),
      lat: positions.map(([, lat]) => lat),
    },
    {
      id: list.map(([id]) => id),
      from: list.map(([, from]) => String(from)),
      to: list.map(([, , to]) => String(to)),
      oneway: list.map(([, , , oneway]) => oneway ?? 0),
    },
  );
}

const names = (graph: { edgeIds: readonly string[] }, edge: ArrayLike<number>) =>
  Array.from(edge, (place) => graph.edgeIds[place] ?? null);

describe("golden matches of a slow reading of the paper", () => {
  it("has the lengths of the edges", () => {
    for (const [i, { length }] of golden.edges.entries()) expect(goldenGraph.length[i]).toBeCloseTo(length, 6);
  });

  for (const { name, positions, rows, chains, breaks } of golden.traces) {
    it(`${name}: path, offsets, log-probabilities and breaks`, () => {
      const [ts, lon, lat] = [0, 1, 2].map((k) => Float64Array.from(positions, (position) => position[k]));
      const match = createTraceMatcher(goldenGraph, golden)({ ts, lat, lon });
      expect(names(goldenGraph, match.edge)).toEqual(rows.map(({ edge }) => edge));
      for (const [i, { offset, distance }] of rows.entries()) {
        expect(Math.abs(match.offset[i] - offset)).not.toBeGreaterThan(1e-6);
        expect(Math.abs(match.distance[i] - distance)).not.toBeGreaterThan(1e-6);
        expect(Number.isNaN(match.distance[i])).toBe(distance === null);
      }
      expect(match.chains.map(({ logProbability }) => logProbability)).toHaveLength(chains.length);
      for (const [i, chain] of chains.entries()) expect(match.chains[i].logProbability).toBeCloseTo(chain, 6);
      expect(match.breaks).toEqual(breaks);
    });
  }
});

describe("simulated drives", () => {
  const graph = fixtureTownGraph();
  const shares = (sigmaM: number, everyMs: number) => {
    const match = createTraceMatcher(graph, { sigmaM: Math.max(sigmaM, 4.07) });
    let [mismatch, right, rows] = [0, 0, 0];
    for (let seed = 1; seed <= 4; seed++) {
      const drive = fixtureDrive(graph, { seconds: 300, everyMs, sigmaM, seed });
      const { edge, chains, breaks } = match(drive);
      expect(breaks).toEqual([]);
      mismatch +=
        routeMismatch(
          drive.route,
          chains.flatMap(({ route }) => route),
        ) / 4;
      right += edge.filter((place, i) => place === drive.edge[i]).length;
      rows += edge.length;
    }
    return { mismatch, right: right / rows };
  };

  it("finds the route of noise-free drives but where two ways are as short", () => {
    for (const everyMs of [1000, 5000]) {
      const { mismatch, right } = shares(0, everyMs);
      expect(mismatch).toBeLessThan(0.03);
      expect(right).toBeGreaterThan(0.98);
    }
  });

  it("finds most of a route through the noise of a usual receiver", () => {
    for (const everyMs of [1000, 5000, 10_000]) {
      const { mismatch, right } = shares(4, everyMs);
      expect(mismatch).toBeLessThan(0.06);
      expect(right).toBeGreaterThan(0.9);
    }
  });
});

describe("what the model says of special cases", () => {
  it("keeps to the road driven where another runs beside it and one position errs", () => {
    const graph = roads(["a", [0, 0], [300, 0]], ["b", [0, 14], [300, 14]]);
    const match = createTraceMatcher(graph)(
      traceOf([
        [10, 1],
        [40, 2],
        [70, 9],
        [100, 1],
        [130, 0],
      ]),
    );
    expect(names(graph, match.edge)).toEqual(["a", "a", "a", "a", "a"]);
    expect(match.distance[2]).toBeCloseTo(9, 2);
    expect(match.offset[3]).toBeCloseTo(100, 2);
  });

  it("lets a standing vehicle seem to move back on a one-way road, but not drive back", () => {
    const graph = roads(["a", [0, 0], [300, 0], 1]);
    const match = createTraceMatcher(graph);
    expect(
      match(
        traceOf([
          [100, 0],
          [88, 0],
          [110, 0],
        ]),
      ).breaks,
    ).toEqual([]);
    const back = match(
      traceOf([
        [200, 0],
        [150, 0],
        [100, 0],
      ]),
    );
    expect(back.breaks).toEqual([
      { ts: 1000, reason: "no_route" },
      { ts: 2000, reason: "no_route" },
    ]);
    expect(names(graph, back.edge)).toEqual(["a", "a", "a"]);
    const against = createTraceMatcher(roads(["a", [0, 0], [300, 0], -1]));
    expect(
      against(
        traceOf([
          [200, 0],
          [150, 0],
          [100, 0],
        ]),
      ).breaks,
    ).toEqual([]);
  });

  it("does not drive the errors of positions as ways into other roads and back", () => {
    const graph = roads(
      ["a", [0, 0], [100, 0]],
      ["b", [100, 0], [200, 0]],
      ["up", [100, 0], [100, 100]],
      ["down", [100, -100], [100, 0]],
    );
    const match = createTraceMatcher(graph)(
      traceOf([
        [40, 0],
        [70, 1],
        [99, 12],
        [130, 0],
        [160, -1],
      ]),
    );
    expect(names(graph, match.edge)).toEqual(["a", "a", "a", "b", "b"]);
    expect(match.chains[0].route.map(({ edge, from, to }) => [edge, Math.round(from), Math.round(to)])).toEqual([
      [0, 40, 100],
      [1, 0, 60],
    ]);
  });

  it("takes a vehicle that jitters on a two-way road for one that stands", () => {
    const graph = roads(["a", [0, 0], [300, 0]]);
    const { offset, chains } = createTraceMatcher(graph)(
      traceOf([
        [200, 0],
        [180, 0],
        [189, 0],
        [178, 0],
        [150, 0],
        [162, 0],
        [150, 0],
        [100, 0],
      ]),
    );
    // The rows keep their places; the route goes on from the farthest.
    expect(Array.from(offset, Math.round)).toEqual([200, 180, 189, 178, 150, 162, 150, 100]);
    expect(chains[0].route.map(({ edge, from, to }) => [edge, Math.round(from), Math.round(to)])).toEqual([
      [0, 200, 100],
    ]);
  });

  it("turns round in the middle of a road where positions say so, at a price", () => {
    const graph = roads(["a", [0, 0], [300, 0]]);
    const match = createTraceMatcher(graph);
    const there = [50, 100, 150, 200].map((east): [number, number] => [east, 0]);
    const on = match(traceOf([...there, [250, 0]]));
    const back = match(traceOf([...there, [150, 0]]));
    expect(back.breaks).toEqual([]);
    expect(back.chains[0].route.map(({ from, to }) => [Math.round(from), Math.round(to)])).toEqual([
      [50, 200],
      [200, 150],
    ]);
    expect(on.chains[0].logProbability - back.chains[0].logProbability).toBeCloseTo(10, 6);
  });

  it("goes back out of a dead end", () => {
    const graph = roads(["in", [0, 0], [100, 0]], ["end", [100, 0], [200, 0]]);
    const match = createTraceMatcher(graph)(
      traceOf([
        [50, 0],
        [120, 0],
        [170, 0],
        [120, 0],
        [50, 0],
      ]),
    );
    expect(names(graph, match.edge)).toEqual(["in", "end", "end", "end", "in"]);
    expect(match.chains).toHaveLength(1);
    expect(
      match.chains[0].route.map(({ edge, from, to }) => [graph.edgeIds[edge], Math.round(from), Math.round(to)]),
    ).toEqual([
      ["in", 50, 100],
      ["end", 0, 70],
      ["end", 70, 0],
      ["in", 100, 50],
    ]);
  });

  it("takes the edge that is listed first where two are as likely", () => {
    const trace = traceOf([
      [10, 0],
      [60, 0],
      [110, 0],
    ]);
    const twice = roads(["x", [0, 0], [200, 0]], ["y", [0, 0], [200, 0]]);
    expect(names(twice, createTraceMatcher(twice)(trace).edge)).toEqual(["x", "x", "x"]);
  });

  it("puts positions near the last one used on the route between, also around a corner", () => {
    const graph = roads(["east", [0, 0], [100, 0]], ["north", [100, 0], [100, 100]]);
    const match = createTraceMatcher(graph)(
      traceOf([
        [80, 1],
        [84, 1],
        [94, 1],
        [100, 1.4],
        [101, 8],
        [101, 30],
        [101, 33],
      ]),
    );
    expect(names(graph, match.edge)).toEqual(["east", "east", "east", "north", "north", "north", "north"]);
    expect(Array.from(match.offset, Math.round)).toEqual([80, 84, 94, 1, 8, 30, 33]);
    expect(match.breaks).toEqual([]);
  });

  it("reports one break for a stretch off the roads, and a gap by the positions", () => {
    const graph = roads(["a", [0, 0], [500, 0]]);
    const trace = traceOf(
      [
        [10, 0],
        [40, 200],
        [70, 200],
        [100, 200],
        [130, 0],
        [0, 0],
        [0, 0],
        [200, 0],
      ],
      20_000,
    );
    trace.lat[5] = Number.NaN;
    trace.lon[6] = Number.NaN;
    trace.ts[7] = trace.ts[4] + 60_000;
    const match = createTraceMatcher(graph);
    expect(match(trace).breaks).toEqual([{ ts: 20_000, reason: "no_candidate" }]);
    trace.ts[7]++;
    const { breaks, edge, distance } = match(trace);
    expect(breaks).toEqual([
      { ts: 20_000, reason: "no_candidate" },
      { ts: 140_001, reason: "gap" },
    ]);
    expect(names(graph, edge)).toEqual(["a", null, null, null, "a", null, null, "a"]);
    expect(distance[1]).toBeNaN();
  });

  it("cuts where a route is longer than 50 m/s allow beyond the straight line", () => {
    // 30 m across, 2 × 200 m around.
    const graph = roads(["a", [0, 0], [0, 200]], ["top", [0, 200], [30, 200]], ["b", [30, 200], [30, 0]]);
    const across = (ms: number) =>
      createTraceMatcher(graph, { radiusM: 14 })(
        traceOf(
          [
            [0, 10],
            [30, 10],
          ],
          ms,
        ),
      ).breaks.map(({ reason }) => reason);
    expect(across(7500)).toEqual(["no_route"]);
    expect(across(7700)).toEqual([]);
  });

  it("matches over the antimeridian and near a pole", () => {
    const graph = buildRoadGraph(
      { id: ["a", "b", "c", "d"], lon: [179.999, -179.999, 0, 180], lat: [10, 10, 89.9999, 89.9999] },
      { id: ["west", "pole"], from: ["a", "c"], to: ["b", "d"] },
    );
    expect(graph.length[0]).toBeCloseTo(0.002 * (Math.PI / 180) * 6371008.8 * Math.cos(Math.PI / 18), 4);
    const match = createTraceMatcher(graph)({
      ts: [0, 10_000, 20_000, 1e6],
      lon: [179.9993, -179.9999, -179.9993, 90],
      lat: [10, 10.0001, 10, 89.99999],
    });
    expect(names(graph, match.edge)).toEqual(["west", "west", "west", "pole"]);
    expect(match.distance[3]).toBeCloseTo(0.00001 * (Math.PI / 180) * 6371008.8, 3);
  });

  it("gives an empty match for an empty trace, and refuses options that are no positive number", () => {
    const graph = roads(["a", [0, 0], [500, 0]]);
    expect(createTraceMatcher(graph)({ ts: [], lat: [], lon: [] })).toMatchObject({ breaks: [], chains: [] });
    for (const option of [
      { sigmaM: 0 },
      { betaM: -1 },
      { radiusM: Number.NaN },
      { maxGapMs: Number.POSITIVE_INFINITY },
    ])
      expect(() => createTraceMatcher(graph, option)).toThrow(/must be a positive number/);
  });
});
