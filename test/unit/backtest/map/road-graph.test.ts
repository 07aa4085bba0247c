import { describe, expect, it } from "vitest";
import { haversine } from "../../../../src/backtest/geo/haversine.js";
import { buildRoadGraph, laneOf } from "../../../../src/backtest/map/road-graph.js";
import type { RoadEdges } from "../../../../src/backtest/map/road-table.js";

const nodes = { id: ["a", "b", "c"], lat: [52.5, 52.5, 52.51], lon: [13.4, 13.41, 13.41] };
const edges = { id: ["1", "2"], from: ["a", "b"], to: ["b", "c"] };
const build = (change: Partial<RoadEdges>) => buildRoadGraph(nodes, { ...edges, ...change });

describe("buildRoadGraph", () => {
  it("measures straight edges, lines and given lengths", () => {
    const straight = haversine(52.5, 13.4, 52.5, 13.41);
    const graph = build({
      lengthM: [straight * 1.5, Number.NaN],
      geometry: [
        null,
        [
          [13.41, 52.5],
          [13.412, 52.505],
          [13.412, 52.505],
          [13.41, 52.51],
        ],
      ],
      oneway: [0, 1],
      speedLimitMps: [13.9, Number.NaN],
    });
    expect(graph.length[0]).toBeCloseTo(straight * 1.5, 6);
    const bend = haversine(52.5, 13.41, 52.505, 13.412) + haversine(52.505, 13.412, 52.51, 13.41);
    expect(graph.length[1]).toBeCloseTo(bend, 6);
    expect(Array.from(graph.firstArc)).toEqual([0, 1, 3]);
    expect(Array.from(graph.arcEdge)).toEqual([0, 1, 1]);
    // From a to b, from b to a and c; not from c, which ends a one-way street.
    expect(Array.from(graph.firstExit)).toEqual([0, 1, 3, 3]);
    expect(Array.from(graph.exits)).toEqual([laneOf(0, false), laneOf(0, true), laneOf(1, false)]);
    expect(structuredClone(graph)).toEqual(graph);
  });

  const refused: [string, () => unknown, RegExp][] = [
    ["no edge", () => build({ id: [], from: [], to: [] }), /has no edges/],
    ["an id twice", () => build({ id: ["1", "1"] }), /edges row 2: column "edge_id": "1" is there twice/],
    ["an empty id", () => build({ id: ["1", ""] }), /edges row 2: column "edge_id": the id is empty/],
    ["an unknown node", () => build({ to: ["b", "d"] }), /edges row 2: column "to": there is no node "d"/],
    ["an edge of one point", () => build({ to: ["a", "c"] }), /edges row 1: column "to": the line has less than two/],
    ["a direction", () => build({ oneway: [0, 2] }), /row 2: column "oneway": 2 is none of/],
    ["a negative limit", () => build({ speedLimitMps: [-1, 1] }), /row 1: column "speed_limit_mps"/],
    [
      "kilometres for metres",
      () => build({ lengthM: [0.677, 1112] }),
      /row 1: column "length_m": 0.677 m does not fit/,
    ],
    ["a length of no use", () => build({ lengthM: [0, 1112] }), /row 1: column "length_m": 0 is no length/],
    [
      "a line the wrong way round",
      () =>
        build({
          geometry: [
            [
              [13.41, 52.5],
              [13.4, 52.5],
            ],
            null,
          ],
        }),
      /row 1: column "geometry": the line leads from node "to" to node "from"/,
    ],
    [
      "a line elsewhere",
      () =>
        build({
          geometry: [
            [
              [13.4, 52.5],
              [13.409, 52.5],
            ],
            null,
          ],
        }),
      /the line ends 68 m away from its node/,
    ],
    ["a line of one point", () => build({ geometry: [[[13.4, 52.5]], null] }), /a line has two points or more, got 1/],
    [
      "a line of NaN",
      () =>
        build({
          geometry: [
            [
              [13.4, 52.5],
              [Number.NaN, 52.5],
            ],
            null,
          ],
        }),
      /\[NaN, 52.5\] is no position/,
    ],
    [
      "a node of NaN",
      () => buildRoadGraph({ ...nodes, lat: [52.5, Number.NaN, 52.51] }, edges),
      /nodes row 2: column "lat": NaN is no latitude/,
    ],
    [
      "a node across the world",
      () => buildRoadGraph({ ...nodes, lon: [13.4, -13.41, 13.41] }, edges),
      /column "to": the line is 1\d{3} km long/,
    ],
    [
      "a node twice",
      () => buildRoadGraph({ ...nodes, id: ["a", "b", "a"] }, edges),
      /nodes row 3: column "node_id": "a" is there twice/,
    ],
  ];
  it.each(refused)("refuses %s", (_, run, message) => {
    expect(run).toThrow(message);
  });
});
