import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { haversine } from "../../../../src/backtest/geo/haversine.js";
import { createTraceMatcher } from "../../../../src/backtest/map/match-trace.js";
import { openDuckDb } from "../../../../src/engine/duckdb.js";
import { matcherOf, readMapSource } from "../../../../src/ingest/backtest/map-source.js";
import { readRoadGraph } from "../../../../src/ingest/backtest/read-road-graph.js";
import { parseLine, parseMaxspeed, parseOneway } from "../../../../src/ingest/backtest/road-words.js";

let folder = "";
const NODES = "node_id,lat,lon\n1,52.5,13.4\n2,52.5,13.41\n3,52.51,13.41\n";
const EDGES = `edge_id,from,to,oneway,length_m,speed_limit_mps,geometry
a,1,2,yes,,13.9,
b,2,3,-1,,,"LINESTRING (13.41 52.5, 13.412 52.505, 13.41 52.51)"
`;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fleetlens-roads-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const put = async (name: string, text: string): Promise<string> => {
  await writeFile(join(folder, name), text);
  return name;
};
const read = async (nodes: string, edges: string) =>
  readRoadGraph([await put("nodes.csv", nodes), await put("edges.csv", edges)], { baseDir: folder });

const line = (id: unknown, coordinates: unknown, properties: Record<string, unknown> = {}, type = "LineString") => ({
  type: "Feature",
  properties: { edge: id, ...properties },
  geometry: { type, coordinates },
});
const geojson = async (...features: unknown[]) =>
  readRoadGraph([await put("roads.geojson", JSON.stringify({ type: "FeatureCollection", features }))], {
    baseDir: folder,
  });
const A = [13.4, 52.5];
const B = [13.41, 52.5];
const C = [13.41, 52.51];

describe("tables of roads", () => {
  it("are read in any order, with all columns", async () => {
    const { graph, inputs } = await read(NODES, EDGES);
    expect(graph.edgeIds).toEqual(["a", "b"]);
    expect(Array.from(graph.oneway)).toEqual([1, -1]);
    expect(Array.from(graph.speedLimit)).toEqual([13.9, Number.NaN]);
    expect(Array.from(graph.firstArc)).toEqual([0, 1, 3]);
    expect(inputs.map(({ name, rows }) => [name, rows])).toEqual([
      ["nodes.csv", 3],
      ["edges.csv", 2],
    ]);
    const swapped = await readRoadGraph(["edges.csv", "nodes.csv"], { baseDir: folder });
    expect(swapped.graph).toEqual(graph);
  });

  it("may be Parquet, with booleans and a geometry column", async () => {
    const engine = await openDuckDb({ allowedDirectories: [folder] });
    const to = (name: string) => `TO '${join(folder, name)}' (FORMAT parquet)`;
    await engine.run(
      `COPY (SELECT * FROM (VALUES (1, 52.5, 13.4), (2, 52.5, 13.41), (3, 52.51, 13.41)) t(node_id, lat, lon)) ${to("n.parquet")}`,
    );
    await engine.run(
      `COPY (SELECT 'a' AS edge_id, 1 AS "from", 2 AS "to", true AS oneway, 13.9::FLOAT AS speed_limit_mps, 'LINESTRING (13.4 52.5, 13.41 52.5)'::GEOMETRY AS geometry UNION ALL SELECT 'b', 2, 3, NULL, NULL, NULL) ${to("e.parquet")}`,
    );
    await engine.close();
    const { graph } = await readRoadGraph(["n.parquet", "e.parquet"], { baseDir: folder });
    expect(Array.from(graph.oneway)).toEqual([1, 0]);
    expect(graph.length[0]).toBeCloseTo(haversine(52.5, 13.4, 52.5, 13.41), 6);
    expect(graph.speedLimit[0]).toBe(Math.fround(13.9));
  });

  const bad: [string, string, string, RegExp][] = [
    ["an unknown node", NODES, "edge_id,from,to\na,1,2\nb,2,9\n", /edges.csv row 2: column "to": there is no node "9"/],
    ["a node twice", `${NODES}1,0,0\n`, EDGES, /nodes.csv row 4: column "node_id": "1" is there twice/],
    ["an empty latitude", `${NODES}4,,13\n`, EDGES, /nodes.csv row 4: column "lat": got an empty cell/],
    ["a latitude of NaN", `${NODES}4,nan,13\n`, EDGES, /nodes.csv row 4: column "lat"/],
    [
      "an odd direction",
      NODES,
      "edge_id,from,to,oneway\na,1,2,maybe\n",
      /edges.csv row 1: column "oneway": got "maybe"/,
    ],
    ["an odd line", NODES, "edge_id,from,to,geometry\na,1,2,POINT (1 2)\n", /edges.csv row 1: column "geometry"/],
    ["a line of one point", NODES, "edge_id,from,to,geometry\na,1,2,LINESTRING (13.4 52.5)\n", /two points or more/],
    [
      "a length in km",
      NODES,
      "edge_id,from,to,length_m\na,1,2,0.7\n",
      /edges.csv row 1: column "length_m": 0.7 m does not/,
    ],
    ["two tables of nodes", NODES, NODES, /both tables of nodes/],
    ["a missing column", NODES, "edge_id,from\na,1\n", /no column "to"/],
  ];
  it.each(bad)("refuses %s", async (_, nodes, edges, message) => {
    await expect(read(nodes, edges)).rejects.toThrow(message);
  });
});

describe("GeoJSON of roads", () => {
  it("joins lines at shared ends", async () => {
    const { graph, warnings } = await geojson(
      line(7, [A, B], { maxspeed: "30 mph", oneway: "yes" }),
      line("x", [B, C], { maxspeed: "50", speed_limit_mps: null }),
      line("y", [C, A], { maxspeed: "none", speed_limit_mps: 3 }),
    );
    expect(graph.edgeIds).toEqual(["7", "x", "y"]);
    expect([graph.nodes, Array.from(graph.from), Array.from(graph.to)]).toEqual([3, [0, 1, 2], [1, 2, 0]]);
    expect(graph.speedLimit[0]).toBeCloseTo(13.4112, 6);
    expect(graph.speedLimit[1]).toBeCloseTo(50 / 3.6, 9);
    expect(graph.speedLimit[2]).toBe(3);
    expect(warnings).toEqual([]);
  });

  it("warns of speeds that tell none and of lines that meet inside of another", async () => {
    const middle = [13.405, 52.5];
    const { warnings } = await geojson(line("a", [A, middle, B], { maxspeed: "none" }), line("b", [middle, C]));
    expect(warnings).toEqual([
      "roads.geojson: 1 maxspeed value tells no speed and is taken as unknown",
      expect.stringMatching(/1 end lies on an inner point of another line/),
    ]);
  });

  const bad: [string, () => Promise<unknown>, RegExp][] = [
    ["a point", () => geojson(line("a", A, {}, "Point")), /feature 1: geometry: got "Point"/],
    ["a line without id", () => geojson(line(undefined, [A, B])), /feature 1: edge_id: the line has no id/],
    [
      "an id twice",
      () => geojson(line("a", [A, B]), line("a", [B, C])),
      /feature 2: column "edge_id": "a" is there twice/,
    ],
    ["a line of one point", () => geojson(line("a", [A])), /feature 1: geometry: a line has two points/],
    [
      "a line that does not move",
      () => geojson(line("a", [A, A])),
      /feature 1: column "geometry": the line has less than/,
    ],
    ["text for numbers", () => geojson(line("a", [A, ["13", 52]])), /no list of positions/],
    ["a place beyond the pole", () => geojson(line("a", [A, [13, 95]])), /feature 1: column "lat": 95 is no latitude/],
    ["an odd direction", () => geojson(line("a", [A, B], { oneway: "maybe" })), /feature 1: oneway: got "maybe"/],
    ["no collection", async () => readRoadGraph([await put("x.json", "[]")], { baseDir: folder }), /FeatureCollection/],
    ["no JSON", async () => readRoadGraph([await put("x.json", "{")], { baseDir: folder }), /x.json: no JSON/],
    ["no file", () => readRoadGraph(["none.geojson"], { baseDir: folder }), /no such file/],
    ["one table", () => readRoadGraph(["edges.csv"], { baseDir: folder }), /one GeoJSON file, or two tables/],
  ];
  it.each(bad)("refuses %s", async (_, run, message) => {
    await expect(run()).rejects.toThrow(message);
  });
});

describe("the map of a run", () => {
  it("is a graph in shared memory that matches as the graph itself", async () => {
    await geojson(line("a", [A, B]));
    const map = await readMapSource({ roadGraph: "roads.geojson", sigmaM: 5 }, { baseDir: folder });
    if (!map) throw new Error("no map");
    const copy = structuredClone(map.source);
    expect(copy.graph?.arcs.buffer).toBeInstanceOf(SharedArrayBuffer);
    const trace = { ts: [0, 1000], lat: [52.5001, 52.5001], lon: [13.401, 13.402] };
    const { graph } = await readRoadGraph(["roads.geojson"], { baseDir: folder });
    expect(await matcherOf(copy)(trace)).toEqual(createTraceMatcher(graph, { sigmaM: 5 })(trace));
    expect(await readMapSource({})).toBeNull();
  });
  it("is a graph or a service, not both", async () => {
    await expect(readMapSource({ roadGraph: "x", matchUrl: "y" })).rejects.toThrow(/exclude each other/);
    await expect(readMapSource({ matchUrl: "http://host/match/v1/driving", radiusM: 0 })).rejects.toThrow(/radiusM/);
  });
});

describe("words of road tables", () => {
  it("are understood as written", () => {
    expect(["", "No", "TRUE", "1", "1.0", "-1", "reverse", "0", "maybe"].map(parseOneway)).toEqual([
      ...[0, 0, 1, 1, 1, -1, -1, 0, null],
    ]);
    expect(
      [50, "50", "50 km/h", "30mph", "signals", null, "-5"].map((word) => Math.round(parseMaxspeed(word) * 10)),
    ).toEqual([...[139, 139, 139, 134, Number.NaN, Number.NaN, Number.NaN]]);
    expect(parseLine("LINESTRING Z (1 2 0, 3 4 0)")).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(parseLine('{"type":"LineString","coordinates":[[1,2],[3,4]]}')).toHaveLength(2);
    expect(["", "LINESTRING (1 2, 3)", "{}", "LINESTRING (1 x, 3 4)", "null"].map(parseLine)).toEqual(
      Array(5).fill(null),
    );
  });
});
