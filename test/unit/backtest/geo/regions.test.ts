import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { areaRegions } from "../../../../src/backtest/geo/area-regions.js";
import { createRegions } from "../../../../src/backtest/geo/create-regions.js";
import { haversine } from "../../../../src/backtest/geo/haversine.js";
import { areasOfGeofences, parseAreas } from "../../../../src/backtest/geo/parse-areas.js";
import { parseRegionKind } from "../../../../src/backtest/geo/parse-region-kind.js";
import type { Ring } from "../../../../src/backtest/geo/types.js";
import { createRandom } from "../../../../src/core/random.js";

const golden = JSON.parse(readFileSync("test/golden/backtest-h3.golden.json", "utf8")) as {
  versions: { h3: string };
  cells: { lat: number; lon: number; resolution: number; cell: string; boundary: [number, number][] | null }[];
  tiles: { lat: number; lon: number; zoom: number; tile: string }[];
};

/** Twice the signed area of a closed ring; positive is counterclockwise. */
const turn = (ring: Ring) => ring.slice(1).reduce((sum, [x, y], i) => sum + ring[i][0] * y - x * ring[i][1], 0);

describe("haversine", () => {
  it("is that of Paris to London on a sphere of 6371008.8 m", () => {
    expect(haversine(48.8566, 2.3522, 51.5074, -0.1278)).toBeCloseTo(343_556.53488, 4);
  });
  it("keeps tiny distances and those of nearly opposite points exact", () => {
    const metre = 6_371_008.8 * (Math.PI / 180);
    expect(haversine(0, 0, 0, 1e-9) / (metre * 1e-9)).toBeCloseTo(1, 12);
    expect(haversine(0, 0, 0, 180)).toBeCloseTo(Math.PI * 6_371_008.8, 6);
    const short = Math.PI * 6_371_008.8 - haversine(10, 20, -10, -160 + 1e-6);
    expect(short).toBeCloseTo(metre * 1e-6 * Math.cos((10 * Math.PI) / 180), 6);
  });
  it("is 0 of one point, and NaN without a position", () => {
    expect(haversine(12.3, 45.6, 12.3, 45.6)).toBe(0);
    expect(haversine(Number.NaN, 0, 0, 0)).toBeNaN();
  });
});

describe("H3", () => {
  it("has the cells of h3-py 4.5.0", async () => {
    expect(golden.versions.h3).toBe("4.5.0");
    const grids = await Promise.all(
      Array.from({ length: 16 }, (_, resolution) => createRegions({ kind: "h3", resolution })),
    );
    const wrong = golden.cells.filter(({ lat, lon, resolution, cell }) => grids[resolution].at(lat, lon) !== cell);
    expect(wrong).toEqual([]);
    expect(golden.cells.length).toBeGreaterThan(1200);
  });

  it("has their boundaries", async () => {
    const regions = await createRegions({ kind: "h3", resolution: 0 });
    let compared = 0;
    for (const { cell, boundary } of golden.cells) {
      if (boundary === null) continue;
      const { type, coordinates } = regions.geometry(cell);
      const lons = boundary.map(([lon]) => lon);
      if (Math.max(...lons) - Math.min(...lons) > 180) continue;
      expect(type).toBe("Polygon");
      const ring = (coordinates as readonly Ring[])[0];
      expect(ring).toHaveLength(boundary.length + 1);
      boundary.forEach(([lon, lat], i) => {
        expect(Math.abs(ring[i][0] - lon)).toBeLessThan(1e-9);
        expect(Math.abs(ring[i][1] - lat)).toBeLessThan(1e-9);
      });
      compared++;
    }
    expect(compared).toBeGreaterThan(250);
  });

  it("gives the same cells along a drive as one by one", async () => {
    const { latLngToCell } = await import("h3-js");
    for (const [resolution, step] of [
      [5, 4e-3],
      [9, 4e-5],
      [12, 2e-6],
    ]) {
      const regions = await createRegions({ kind: "h3", resolution });
      const rng = createRandom(resolution);
      for (const [startLat, startLon] of [
        [48.1, 11.5],
        [-16.9, 179.95],
        [79.9, 20],
        [58.1577, 11.2011],
      ]) {
        let [lat, lon] = [startLat, startLon];
        for (let i = 0; i < 3000; i++) {
          lat += step * (rng.uniform() - 0.45);
          lon = lon > 179.99 ? -179.99 : lon + step * (rng.uniform() - 0.3);
          if (regions.at(lat, lon) !== latLngToCell(lat, lon, resolution)) {
            expect.fail(`${lat}, ${lon} at resolution ${resolution}`);
          }
        }
      }
    }
  });
});

describe("outlines are those of RFC 7946", () => {
  it.each([
    [48, 2, 9],
    [-17, 180, 5],
    [-17, -180, 9],
    [65.7, -179.9999, 7],
    [90, 0, 5],
    [-90, 0, 3],
    [90, 0, 0],
    [58.1577, 11.2011, 2],
  ])("at %d, %d, resolution %d", async (lat, lon, resolution) => {
    const regions = await createRegions({ kind: "h3", resolution });
    const id = regions.at(lat, lon) as string;
    const geometry = regions.geometry(id);
    const rings = geometry.type === "Polygon" ? geometry.coordinates : geometry.coordinates.flat();
    for (const ring of rings) {
      expect(ring.at(-1)).toEqual(ring[0]);
      expect(turn(ring)).toBeGreaterThan(0);
      for (const [x, y] of ring) {
        expect(Math.abs(x)).toBeLessThanOrEqual(180);
        expect(Math.abs(y)).toBeLessThanOrEqual(90);
      }
      const east = Math.max(...ring.map(([x]) => x)) === 180;
      const west = Math.min(...ring.map(([x]) => x)) === -180;
      // Only what goes round a pole spans the whole width.
      expect(east && west).toBe(Math.abs(lat) === 90);
    }
    expect(geometry.type).toBe(Math.abs(lon) > 179 && Math.abs(lat) < 90 ? "MultiPolygon" : "Polygon");
  });
});

describe("tiles", () => {
  it("are those of the slippy map", async () => {
    const grids = await Promise.all(
      Array.from({ length: 20 }, (_, i) => createRegions({ kind: "tiles", zoom: i + 1 })),
    );
    expect(golden.tiles.filter(({ lat, lon, zoom, tile }) => grids[zoom - 1].at(lat, lon) !== tile)).toEqual([]);
    expect(golden.tiles.length).toBeGreaterThan(1000);
  });
  it("end at the map's edges", async () => {
    const regions = await createRegions({ kind: "tiles", zoom: 3 });
    expect(regions.at(90, 180)).toBe("3/7/0");
    expect(regions.at(-90, -180)).toBe("3/0/7");
    expect(regions.at(86, 0)).toBe("3/4/0");
    expect(regions.geometry("3/4/3")).toMatchObject({
      type: "Polygon",
      coordinates: [
        [
          [0, 0],
          [45, 0],
          [45, expect.closeTo(40.97989807, 7)],
          [0, expect.closeTo(40.97989807, 7)],
          [0, 0],
        ],
      ],
    });
  });
});

describe("geohash", () => {
  it("has the cells of the well-known examples", async () => {
    expect((await createRegions({ kind: "geohash", precision: 11 })).at(57.64911, 10.40744)).toBe("u4pruydqqvj");
    expect((await createRegions({ kind: "geohash", precision: 5 })).at(42.605, -5.603)).toBe("ezs42");
  });
});

const square = (west: number, south: number, size: number): Ring => [
  [west, south],
  [west + size, south],
  [west + size, south + size],
  [west, south + size],
  [west, south],
];

describe("named areas", () => {
  const geojson = (features: unknown[]) => JSON.stringify({ type: "FeatureCollection", features });
  const feature = (properties: object, coordinates: unknown, type = "Polygon") => ({
    type: "Feature",
    properties,
    geometry: { type, coordinates },
  });

  it("hold their boundaries, spare their holes, and yield to the higher priority", () => {
    const text = geojson([
      feature({ name: "ring" }, [square(0, 0, 9), square(3, 3, 3)]),
      feature({ name: "centre", priority: 5 }, [square(4, 4, 1)]),
      feature({ name: "two" }, [[square(20, 0, 1)], [square(22, 0, 1)]], "MultiPolygon"),
      feature({ name: "under" }, [square(0, 0, 9)]),
    ]);
    const regions = areaRegions(parseAreas(text, "areas.geojson"));
    const at = (lon: number, lat: number) => regions.at(lat, lon);
    expect([at(1, 1), at(0, 0), at(9, 4), at(3, 4), at(3.5, 3.5), at(4.5, 4.5)]).toEqual([
      "ring",
      "ring",
      "ring",
      "under",
      "under",
      "centre",
    ]);
    expect([at(20.5, 0.5), at(21.5, 0.5), at(22.5, 0.5), at(50, 50)]).toEqual(["two", null, "two", null]);
  });

  it("are exact beside a slanted side", () => {
    const regions = areaRegions(
      areasOfGeofences([
        {
          id: "t",
          priority: 0,
          polygon: [
            [0, 0],
            [0.3, 0.1],
            [0.6, 0.2],
            [0, 0.2],
            [0, 0],
          ],
        },
      ]),
    );
    expect(regions.at(0.1, 0.3)).toBe("t");
    expect(regions.at(0.1 - 2 ** -56, 0.3)).toBe(null);
    expect(regions.at(0.1 + 2 ** -56, 0.3)).toBe("t");
  });

  it("of no area at all hold nothing", () => {
    expect(areaRegions([]).at(0, 0)).toBe(null);
  });

  it.each([
    ["not JSON", "{", /^f\.geojson: not JSON/],
    ["no collection", "[]", /FeatureCollection/],
    ["no name", geojson([feature({}, [square(0, 0, 1)])]), /\/features\/0: no name/],
    [
      "a name twice",
      geojson([1, 2].map(() => feature({ name: "a" }, [square(0, 0, 1)]))),
      /\/features\/1: the name "a"/,
    ],
    ["a line", geojson([feature({ name: "a" }, [], "LineString")]), /geometry\/type: expected Polygon/],
    [
      "an open ring",
      geojson([feature({ name: "a" }, [square(0, 0, 1).slice(0, 4)])]),
      /coordinates\/0: the ring is open/,
    ],
    [
      "latitude first",
      geojson([feature({ name: "a" }, [square(0, 89, 9)])]),
      /coordinates\/0\/2: expected \[longitude/,
    ],
  ])("refuse %s", (_, text, message) => {
    expect(() => parseAreas(text, "f.geojson")).toThrow(message);
  });
});

describe("names of grids", () => {
  it("are read", () => {
    expect(parseRegionKind("h3:9")).toEqual({ kind: "h3", resolution: 9 });
    expect(parseRegionKind("geohash:6")).toEqual({ kind: "geohash", precision: 6 });
    expect(parseRegionKind("tiles:14")).toEqual({ kind: "tiles", zoom: 14 });
    expect(parseRegionKind("areas.geojson")).toBe(null);
    expect(parseRegionKind("toString:1")).toBe(null);
  });
  it.each(["h3:16", "h3:x", "geohash:0", "tiles:23", "tiles:", "h3:-1", "h3:1.5"])("%s is refused", (text) => {
    expect(() => parseRegionKind(text)).toThrow(/whole number from/);
  });
});
