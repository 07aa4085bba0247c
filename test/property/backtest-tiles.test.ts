import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRegionTally } from "../../src/backtest/geo/region-tally.js";
import { createTileEdgeTally } from "../../src/backtest/geo/tile-edge-tally.js";
import { tileRegions } from "../../src/backtest/geo/tile-regions.js";
import { parsePolicy } from "../../src/backtest/policy/parse-policy.js";
import { createReplayer } from "../../src/backtest/replay/create-replayer.js";
import type { ColumnarLog } from "../../src/backtest/types.js";
import { chunk } from "../unit/backtest/geo/log.js";

const POLICY = `
schema: fleetlens.policy/1
version: 1.0.0
compat: {edge: ">=1.0.0", cloud: ">=1.0.0"}
signals: {a: {unit: g, range: [-2, 2]}}
derived:
  - {name: mean, from: a, op: trailing_mean, window_ms: 900, unit: g, range: [-2, 2]}
geofences:
  - {id: west, priority: 1, polygon: [[11, 48], [11.5, 48], [11.5, 48.5], [11, 48.5], [11, 48]]}
triggers:
  - id: brake
    when: {mode: any, conditions: [{name: raw, signal: a, op: "<=", enter: -0.5, exit: -0.2}, {name: mean, signal: mean, op: "<=", enter: -0.3, exit: -0.1}]}
    dwell_ms: 300
    release_ms: 200
    cooldown_ms: 1000
    overrides:
      - {geofence: west, set: {dwell_ms: 0}}
`;

const parsed = parsePolicy(POLICY);
if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
const { policy } = parsed;

/** A drive of a few vehicles back and forth over edges of map tiles. */
const logs = fc
  .array(
    fc.array(
      fc.record({
        step: fc.integer({ min: 1, max: 2200 }),
        east: fc.integer({ min: -20, max: 20 }),
        north: fc.integer({ min: -20, max: 20 }),
        a: fc.constantFrom(-0.6, -0.4, -0.3, -0.1, 0, Number.NaN),
        placed: fc.integer({ min: 0, max: 9 }),
      }),
      { minLength: 1, maxLength: 60 },
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((vehicles): ColumnarLog => {
    const rows = vehicles.flatMap((steps, vehicle) => {
      let [ts, lat, lon] = [0, 48.2, 11.5];
      return steps.map(({ step, east, north, a, placed }) => {
        ts += step;
        lat += north * 1e-5;
        lon += east * 1e-5;
        return { vehicle, ts, lat: placed === 0 ? Number.NaN : lat, lon, a };
      });
    });
    return {
      vehicleIds: vehicles.map((_, i) => `v${i}`),
      vehicle: Int32Array.from(rows, ({ vehicle }) => vehicle),
      ts: Float64Array.from(rows, ({ ts }) => ts),
      lat: Float64Array.from(rows, ({ lat }) => lat),
      lon: Float64Array.from(rows, ({ lon }) => lon),
      signals: { a: Float64Array.from(rows, ({ a }) => a) },
    };
  });

/** Rows cut into chunks wherever the vehicle comes into another map tile. */
function byTiles(log: ColumnarLog, zoom: number): ColumnarLog[] {
  const regions = tileRegions(zoom);
  const starts = Array.from(log.ts, (_, row) => row).filter(
    (row) => row === 0 || regions.at(log.lat[row], log.lon[row]) !== regions.at(log.lat[row - 1], log.lon[row - 1]),
  );
  return starts.map((from, i) => chunk(log, from, starts[i + 1] ?? log.ts.length));
}

describe("map tiles as borders of chunks", () => {
  it("change neither events nor what was driven", () => {
    let cuts = 0;
    fc.assert(
      fc.property(logs, fc.integer({ min: 14, max: 20 }), (log, zoom) => {
        const tiles = byTiles(log, zoom);
        cuts += tiles.length - 1;
        const makers = [
          () => createReplayer(policy),
          () => createRegionTally(tileRegions(zoom)),
          () => createTileEdgeTally({ zoom: 14 }),
        ];
        for (const make of makers) {
          const [whole, cut] = [make(), make()];
          whole.push(log);
          for (const tile of tiles) cut.push(tile);
          expect(cut.finish()).toEqual(whole.finish());
        }
      }),
      { numRuns: 300, seed: 14 },
    );
    expect(cuts).toBeGreaterThan(300);
  });
});
