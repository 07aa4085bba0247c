import { describe, expect, it } from "vitest";
import { edgeRatio } from "../../../../src/backtest/geo/edge-ratio.js";
import { haversine } from "../../../../src/backtest/geo/haversine.js";
import { tileNorth, tileWest } from "../../../../src/backtest/geo/mercator-tile.js";
import { tileBoundaries } from "../../../../src/backtest/geo/tile-boundaries.js";
import { TileBoundariesSchema } from "../../../../src/backtest/geo/tile-boundaries-schema.js";
import {
  createTileEdgeTally,
  mergeTileEdgeExposures,
  metresToTileEdge,
} from "../../../../src/backtest/geo/tile-edge-tally.js";
import { createRandom } from "../../../../src/core/random.js";
import { chunk, eventsAt, logOf, type Row } from "./log.js";

const ZOOM = 14;
const WEST = tileWest(8800, ZOOM);
const NORTH = tileNorth(5700, ZOOM);
const MIDDLE = (tileNorth(5700, ZOOM) + tileNorth(5701, ZOOM)) / 2;

describe("distance to the nearest tile edge", () => {
  it("is that along the parallel or the meridian", () => {
    const lon = WEST + 0.0002;
    expect(metresToTileEdge(MIDDLE, lon, ZOOM)).toBeCloseTo(haversine(MIDDLE, WEST, MIDDLE, lon), 3);
    const lat = NORTH - 0.0003;
    const middle = (WEST + tileWest(8801, ZOOM)) / 2;
    expect(metresToTileEdge(lat, middle, ZOOM)).toBeCloseTo(haversine(NORTH, middle, lat, middle), 2);
    expect(metresToTileEdge(MIDDLE, WEST, ZOOM)).toBeLessThan(1e-6);
    expect(metresToTileEdge(86, 0, ZOOM)).toBe(Number.POSITIVE_INFINITY);
  });
});

/** Drives of 20 vehicles eastward through some tiles, 10 m a row. */
const STEP = 10 / haversine(MIDDLE, 0, MIDDLE, 1);
const rows: Row[] = Array.from({ length: 20 }, (_, v) =>
  Array.from({ length: 3000 }, (_, i): Row => [`v${v}`, i * 500, MIDDLE + v * 1e-5, WEST + i * STEP]),
).flat();
const log = logOf(rows);
const tally = createTileEdgeTally();
tally.push(log);
const exposure = tally.finish();

/** Events at random rows, by a chance for each that depends on its distance to an edge. */
function events(chance: (metres: number) => number, seed = 1) {
  const rng = createRandom(seed);
  const hit = rows.filter(([, , lat, lon]) => rng.uniform() < chance(metresToTileEdge(lat, lon, ZOOM)));
  return eventsAt(hit.map(([id, , lat, lon]) => ["t", id, lat, lon] as const));
}

describe("exposure near tile edges", () => {
  it("adds up, for any chunks and workers", () => {
    const km = [exposure.near, exposure.away].flatMap((one) => [...one]).reduce((a, b) => a + b, 0) / 1e9;
    expect(km).toBeCloseTo(20 * 2999 * 0.01, 2);
    const inChunks = createTileEdgeTally();
    for (let from = 0; from < rows.length; from += 777)
      inChunks.push(chunk(log, from, Math.min(from + 777, rows.length)));
    expect(inChunks.finish()).toEqual(exposure);
    const parts = [1, 0].map((half) => {
      const part = createTileEdgeTally();
      part.push(chunk(log, half * 30_000, (half + 1) * 30_000));
      return structuredClone(part.finish());
    });
    expect(mergeTileEdgeExposures(parts)).toEqual(exposure);
  });
  it.each([
    [{ zoom: 18, distanceM: 50 }, /at most 19\.1 m, an eighth of a tile of zoom 18, got 50/],
    [{ zoom: 0 }, /zoom of map tiles/],
    [{ distanceM: 0 }, /above 0/],
  ])("refuses %j", (edge, message) => {
    expect(() => createTileEdgeTally(edge)).toThrow(message);
  });
});

describe("the check of tile boundaries", () => {
  it("is clear where the rate is the same", () => {
    const result = tileBoundaries(
      events(() => 0.05),
      exposure,
    );
    expect(TileBoundariesSchema.parse(result)).toEqual(result);
    expect(result).toMatchObject({ verdict: "clear", zoom: 14, distance_m: 50, all: { clusters: 20 } });
    expect(result.all.rate_ratio).toBeGreaterThan(0.7);
    expect(result.all.rate_ratio).toBeLessThan(1.4);
  });

  it("finds surplus and missing events", () => {
    const surplus = tileBoundaries(
      events((metres) => (metres <= 50 ? 0.1 : 0.02)),
      exposure,
    );
    expect(surplus).toMatchObject({ verdict: "suspect", triggers: [{ trigger: "t", verdict: "suspect" }] });
    expect(surplus.all.rate_ratio).toBeGreaterThan(3);
    const missing = tileBoundaries(
      events((metres) => (metres <= 50 ? 0.005 : 0.05)),
      exposure,
    );
    expect(missing.verdict).toBe("suspect");
    expect(missing.all.high).toBeLessThan(0.5);
  });

  it("says so where there are too few events to tell", () => {
    expect(
      tileBoundaries(
        events(() => 0.0003),
        exposure,
      ).verdict,
    ).toBe("too_few_events");
    const none = tileBoundaries(eventsAt([]), exposure);
    expect(none).toMatchObject({
      verdict: "too_few_events",
      all: { near: 0, rate_ratio: null, low: null },
      triggers: [],
    });
    const lost = tileBoundaries(eventsAt([["t", "v1", Number.NaN, Number.NaN]]), exposure);
    expect(lost).toMatchObject({ without_position: 1, all: { near: 0, away: 0 } });
  });

  it("keeps its promise where there is no artefact: few of 100 fleets are suspect", () => {
    const wrong = Array.from({ length: 100 }, (_, seed) =>
      tileBoundaries(
        events(() => 0.01, seed),
        exposure,
      ),
    ).filter(({ verdict }) => verdict === "suspect");
    expect(wrong.length).toBeLessThanOrEqual(8);
  });

  it("counts what a policy adds and removes", () => {
    const own = events((metres) => (metres <= 50 ? 0.1 : 0));
    const baseline = events((metres) => (metres > 50 ? 0.01 : 0));
    const every = (n: number) => Array.from({ length: n }, (_, i) => i);
    const { added, removed } = tileBoundaries(own, exposure, {
      added: every(own.lat.length),
      baseline,
      removed: every(baseline.lat.length),
    });
    expect(added).toMatchObject({ near: own.lat.length, away: 0, rate_ratio: null, verdict: "suspect", high: null });
    expect(removed).toMatchObject({ near: 0, away: baseline.lat.length, rate_ratio: 0 });
  });
});

describe("the ratio of rates", () => {
  it("has the exact interval where there are few vehicles", () => {
    const { ratio, low, high, clusters } = edgeRatio([{ near: 3, away: 10, kmNear: 10, kmAway: 90 }], 0.95);
    expect(ratio).toBeCloseTo(2.7, 12);
    expect(clusters).toBe(0);
    // Clopper–Pearson of 3 in 13 by SciPy: 0.05038108, 0.53813154.
    expect(low).toBeCloseTo((0.05038107 / (1 - 0.05038107)) * 9, 5);
    expect(high).toBeCloseTo((0.53813154 / (1 - 0.53813154)) * 9, 4);
  });
  it("is wider where a few vehicles have most of the events", () => {
    const even = Array.from({ length: 20 }, () => ({ near: 2, away: 8, kmNear: 2, kmAway: 8 }));
    const bunched = even.map((one, i) => ({ ...one, near: i === 0 ? 40 : 0 }));
    const [a, b] = [edgeRatio(even, 0.95), edgeRatio(bunched, 0.95)];
    expect(a.ratio).toBe(b.ratio);
    expect((b.high as number) - (b.low as number)).toBeGreaterThan(2 * ((a.high as number) - (a.low as number)));
  });
});
