import { describe, expect, it } from "vitest";
import { areaRegions } from "../../../../src/backtest/geo/area-regions.js";
import { createRegions } from "../../../../src/backtest/geo/create-regions.js";
import { haversine } from "../../../../src/backtest/geo/haversine.js";
import { heatmapGeojson } from "../../../../src/backtest/geo/heatmap-geojson.js";
import { createLabelPlaces, mergeLabelPlaces } from "../../../../src/backtest/geo/label-places.js";
import { areasOfGeofences } from "../../../../src/backtest/geo/parse-areas.js";
import { regionChanges } from "../../../../src/backtest/geo/region-changes.js";
import { regionTable } from "../../../../src/backtest/geo/region-table.js";
import { createRegionTally, mergeRegionExposures } from "../../../../src/backtest/geo/region-tally.js";
import { RegionsSchema } from "../../../../src/backtest/geo/regions-schema.js";
import { createExposure, exposureTotals } from "../../../../src/backtest/score/exposure.js";
import { poissonInterval } from "../../../../src/core/poisson-interval.js";
import { createRandom } from "../../../../src/core/random.js";
import { chunk, eventsAt, labelsAt, logOf, matchOf, type Row } from "./log.js";

/** Drives of some vehicles that turn at random, with rows without position, gaps and wild fixes. */
function drives(vehicles: number, rows: number, seed = 1): Row[] {
  const rng = createRandom(seed);
  return Array.from({ length: vehicles }, (_, v) => {
    let [ts, lat, lon, heading] = [v * 1000, 48 + rng.uniform() * 0.05, 11 + rng.uniform() * 0.05, rng.uniform() * 6];
    return Array.from({ length: rows }, (): Row => {
      ts += rng.uniform() < 0.01 ? 5000 : 500;
      heading += rng.normal() * 0.1;
      lat += Math.cos(heading) * 1e-4;
      lon += Math.sin(heading) * 1.5e-4;
      const wild = rng.uniform() < 0.005 ? 0.1 : 0;
      return [`v${v}`, ts, rng.uniform() < 0.02 ? Number.NaN : lat + wild, lon];
    });
  }).flat();
}

describe("what was driven in each region", () => {
  it("counts each piece where it begins, by the rule of exposure", async () => {
    const regions = areaRegions(
      areasOfGeofences([
        {
          id: "west",
          priority: 0,
          polygon: [
            [0, 0],
            [1, 0],
            [1, 1],
            [0, 1],
            [0, 0],
          ],
        },
      ]),
    );
    const tally = createRegionTally(regions);
    const rows: Row[] = [
      ["a", 0, 0.5, 0.9995],
      ["a", 1000, 0.5, 1.0001], // begins in the west
      ["a", 2000, 0.5, 1.0003], // begins outside
      ["a", 4001, 0.5, 1.0004], // too late
      ["a", 4002, Number.NaN, 1.0005], // no position
      ["a", 5001, 0.5, 1.0005], // goes on from the one before
      ["a", 6001, 0.5, 1.01], // too fast
      ["b", 6002, 0.5, 1.0101], // another vehicle
    ];
    tally.push(logOf(rows));
    const metres = (from: number, to: number) => haversine(0.5, from, 0.5, to) * 1e6;
    expect(tally.finish()).toEqual({
      ids: ["west"],
      micrometres: Float64Array.of(Math.round(metres(0.9995, 1.0001))),
      outside: Math.round(metres(1.0001, 1.0003)) + Math.round(metres(1.0004, 1.0005)),
    });
  });

  it("adds up to the exposure of the same log", async () => {
    const log = logOf(drives(5, 2000));
    for (const kind of [
      { kind: "h3", resolution: 9 },
      { kind: "geohash", precision: 7 },
      { kind: "tiles", zoom: 15 },
    ] as const) {
      const tally = createRegionTally(await createRegions(kind));
      const exposure = createExposure();
      tally.push(log);
      exposure.push(log);
      const { ids, micrometres } = tally.finish();
      const km = micrometres.reduce((sum, one) => sum + one, 0) / 1e9;
      expect(km).toBeCloseTo(exposureTotals(exposure.finish()).km, 6);
      expect(km).toBeGreaterThan(50);
      expect(ids.length).toBeGreaterThan(20);
    }
  });

  it("is the same for any chunks and any split over workers", async () => {
    const log = logOf(drives(4, 500, 2));
    const regions = await createRegions({ kind: "h3", resolution: 10 });
    const whole = createRegionTally(regions);
    whole.push(log);
    const expected = whole.finish();
    for (const size of [1, 7, 333]) {
      const tally = createRegionTally(regions);
      for (let from = 0; from < log.ts.length; from += size) {
        tally.push(chunk(log, from, Math.min(from + size, log.ts.length)));
      }
      expect(tally.finish()).toEqual(expected);
    }
    const parts = [3, 0, 2, 1].map((vehicle) => {
      const tally = createRegionTally(regions);
      tally.push(chunk(log, vehicle * 500, vehicle * 500 + 500));
      return structuredClone(tally.finish());
    });
    expect(mergeRegionExposures(parts)).toEqual(expected);
    expect(mergeRegionExposures([])).toEqual({ ids: [], micrometres: new Float64Array(0), outside: 0 });
  });
});

describe("places of labels", () => {
  const rows: Row[] = [
    ["a", 0, 1, 1],
    ["a", 1000, Number.NaN, 2],
    ["a", 2000, 3, 3],
    ["a", 4000, 4, 4],
    ["b", 1000, 9, 9],
  ];
  const labels = labelsAt([
    ["t", "a", 1000], // as near to 0 as to 2000: the earlier
    ["t", "a", 1001],
    ["t", "a", 6000], // at the limit
    ["t", "a", 6001], // beyond it
    ["t", "c", 0], // no such vehicle
    ["t", "b", 0],
  ]);

  it("are the nearest positions in time, within the tolerance", () => {
    const places = createLabelPlaces(labels, 2000);
    places.push(logOf(rows));
    const { lat, offset } = places.finish();
    expect([...lat]).toEqual([1, 3, 4, Number.NaN, Number.NaN, 9]);
    expect([...offset]).toEqual([-1000, 999, -2000, Number.NaN, Number.NaN, 1000]);
  });

  it("do not depend on chunks or workers", () => {
    const log = logOf(rows);
    const whole = createLabelPlaces(labels, 2000);
    whole.push(log);
    const byRow = createLabelPlaces(labels, 2000);
    const parts = rows.map((_, i) => {
      byRow.push(chunk(log, i, i + 1));
      const one = createLabelPlaces(labels, 2000);
      one.push(chunk(log, i, i + 1));
      return one.finish();
    });
    expect(byRow.finish()).toEqual(whole.finish());
    expect(mergeLabelPlaces(parts.reverse())).toEqual(whole.finish());
  });
});

describe("the table of regions", async () => {
  const regions = await createRegions({ kind: "tiles", zoom: 10 });
  const [here, there] = ["10/512/511", "10/514/511"];
  const exposure = { ids: [here, there], micrometres: Float64Array.of(20e9, 5e9), outside: 0 };
  const events = eventsAt([
    ["brake", "a", 0.1, 0.1],
    ["brake", "a", 0.1, 0.2],
    ["brake", "b", 0.1, 0.8],
    ["brake", "b", Number.NaN, Number.NaN],
    ["steer", "b", 0.1, 0.1],
  ]);
  const labels = labelsAt([
    ["brake", "a", 0],
    ["brake", "b", 0],
    ["brake", "b", 0],
  ]);
  const places = {
    lat: Float64Array.of(0.1, 0.1, Number.NaN),
    lon: Float64Array.of(0.1, 0.1, Number.NaN),
    offset: Float64Array.of(0, 0, Number.NaN),
  };
  const match = matchOf([0, -1, 1, -1, -1], [0, 2, -1]);
  const table = regionTable(regions, { exposure, events, labels: { table: labels, match, places } });

  it("counts events at their onset and labels at their vehicle, and keeps apart what has no place", () => {
    expect(RegionsSchema.parse(table)).toEqual(table);
    expect(table.cells).toEqual([
      { cell: here, km: 20, below_min_km: false },
      { cell: there, km: 5, below_min_km: true },
    ]);
    expect(table.without_position).toEqual({ events: 1, labels: 1 });
    expect(table.rows.map(({ cell, trigger }) => [cell, trigger])).toEqual([
      [here, "brake"],
      [here, "steer"],
      [there, "brake"],
    ]);
    expect(table.rows[0]).toMatchObject({ events: 2, labels: 2, tp: 1, fp: 1, fn: 0, precision: 0.5, recall: 1 });
    expect(table.rows[2]).toMatchObject({ events: 1, labels: 0, tp: 1, fp: 0, fn: 0, precision: 1, recall: null });
  });

  it("gives rates per 1000 km with exact intervals", () => {
    expect(table.rows[0]).toMatchObject({
      alerts_per_1000km: 100,
      alerts_per_1000km_low: expect.closeTo(poissonInterval(2).low * 50, 9),
      alerts_per_1000km_high: expect.closeTo(361.2343833862, 6),
      precision_low: expect.closeTo(0.0125791, 6),
      precision_high: expect.closeTo(0.9874209, 6),
    });
  });

  it("has no figures of labels where a trigger has none", () => {
    expect(table.rows[1]).toMatchObject({
      trigger: "steer",
      labels: null,
      tp: null,
      fp: null,
      fn: null,
      precision: null,
    });
    const without = regionTable(regions, { exposure, events, labels: null }, { minKm: 1 });
    expect(without.rows.every(({ tp, recall }) => tp === null && recall === null)).toBe(true);
    expect(without.cells.some(({ below_min_km }) => below_min_km)).toBe(false);
  });

  it("refuses a limit that is none", () => {
    const input = { exposure, events, labels: null };
    expect(() => regionTable(regions, input, { minKm: Number.NaN })).toThrow(/minKm must be 0 or more, got NaN/);
  });

  it("keeps cells with events but nothing driven, without a rate", () => {
    const nowhere = { ids: [], micrometres: new Float64Array(0), outside: 0 };
    const { cells, rows } = regionTable(regions, { exposure: nowhere, events, labels: null });
    expect(cells[0]).toEqual({ cell: here, km: 0, below_min_km: true });
    expect(rows[0].alerts_per_1000km).toBe(null);
  });

  it("is compared with that of a baseline", () => {
    const before = regionTable(regions, {
      exposure,
      events: eventsAt([
        ["brake", "a", 0.1, 0.1],
        ["old", "a", 0.1, 0.8],
      ]),
      labels: null,
    });
    const changes = regionChanges(before, table);
    expect(RegionsSchema.parse({ ...table, changes })).toEqual({ ...table, changes });
    expect(changes).toMatchObject([
      { cell: here, trigger: "brake", events_before: 1, events_after: 2, alerts_per_1000km_difference: 50 },
      { cell: here, trigger: "steer", events_before: 0, events_after: 1, events_difference: 1 },
      { cell: there, trigger: "brake", events_before: 0, events_after: 1, alerts_per_1000km_before: 0 },
      { cell: there, trigger: "old", events_before: 1, events_after: 0, alerts_per_1000km_difference: -200 },
    ]);
    const map = heatmapGeojson(regions, table, changes);
    expect(map.features.map(({ properties }) => [properties.events, properties.events_before])).toEqual([
      [3, 1],
      [1, 1],
    ]);
  });

  it("becomes a GeoJSON map with a polygon for each H3 cell with events", async () => {
    const h3 = await createRegions({ kind: "h3", resolution: 9 });
    const rows = regionTable(h3, {
      exposure: { ids: [], micrometres: new Float64Array(0), outside: 0 },
      events,
      labels: null,
    });
    const map = heatmapGeojson(h3, rows);
    expect(map).toMatchObject({ type: "FeatureCollection", events_without_position: 1 });
    expect(map.features).toHaveLength(3);
    for (const { type, id, geometry, properties } of map.features) {
      expect([type, geometry.type, properties.h3]).toEqual(["Feature", "Polygon", id]);
      expect(id).toMatch(/^89[0-9a-f]{13}$/);
    }
    const both = map.features.find(({ properties }) => properties.events === 2);
    expect(both?.properties.triggers).toEqual({ brake: 1, steer: 1 });
  });
});
