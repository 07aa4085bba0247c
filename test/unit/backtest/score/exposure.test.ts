import { describe, expect, it } from "vitest";
import { haversine } from "../../../../src/backtest/geo/haversine.js";
import { createExposure, exposureTotals, mergeExposures } from "../../../../src/backtest/index.js";
import { createRandom } from "../../../../src/core/random.js";
import { columnarLog, inChunks, type LogRow } from "./logs.js";

const DAY = 86_400_000;
/** Degrees of latitude of one metre. */
const METRE = 1 / haversine(0, 0, 1, 0);

function driven(rows: LogRow[], options = {}): number[] {
  const exposure = createExposure(options);
  exposure.push(columnarLog(rows));
  return [...exposure.finish().metres];
}

describe("createExposure", () => {
  it("sums great-circle distances between successive positions", () => {
    const [metres] = driven([
      { ts: 0, lat: 0, lon: 0 },
      { ts: 1000, lat: 0, lon: 0.0002 },
      { ts: 2000, lat: 0.0001, lon: 0.0002 },
    ]);
    expect(metres).toBeCloseTo(((0.0003 * Math.PI) / 180) * 6371008.8, 9);
  });

  it("takes a gap of the limit, and not one of a millisecond more", () => {
    const to = (ts: number) =>
      driven([
        { ts: 0, lat: 0, lon: 0 },
        { ts, lat: 10 * METRE, lon: 0 },
      ]);
    expect(to(2000)[0]).toBeCloseTo(10, 9);
    expect(to(2001)).toEqual([0]);
  });

  it("leaves out what is faster than 70 m/s, and goes on from the later position", () => {
    const rows = (metres: number) => [
      { ts: 0, lat: 0, lon: 0 },
      { ts: 1000, lat: metres * METRE, lon: 0 },
      { ts: 2000, lat: (metres + 20) * METRE, lon: 0 },
    ];
    expect(driven(rows(69.999))[0]).toBeCloseTo(89.999, 6);
    expect(driven(rows(70.001))[0]).toBeCloseTo(20, 6);
  });

  it("takes the speed over the time since a repeated fix first came, up to the gap", () => {
    const held = (times: number[], metres: number) => [
      ...times.map((ts) => ({ ts, lat: 0, lon: 0 })),
      { ts: times[times.length - 1] + 100, lat: metres * METRE, lon: 0 },
    ];
    const tenth = [0, 100, 200, 300, 400, 500, 600, 700, 800, 900];
    expect(driven(held(tenth, 69.999))[0]).toBeCloseTo(69.999, 6);
    expect(driven(held(tenth, 70.001))).toEqual([0]);
    // A vehicle that stood for a minute did not drive a kilometre in that time.
    const standing = Array.from({ length: 600 }, (_, i) => 100 * i);
    expect(driven(held(standing, 139.999))[0]).toBeCloseTo(139.999, 6);
    expect(driven(held(standing, 140.001))).toEqual([0]);
    // After a gap at the same place the time counts anew.
    expect(driven(held([0, 2001, 2101], 14.001))).toEqual([0]);
    expect(driven(held([0, 2001, 2101], 13.999))[0]).toBeCloseTo(13.999, 6);
  });

  it("looks past rows without position, as long as the positions are near enough in time", () => {
    const rows = [
      { ts: 0, lat: 0, lon: 0 },
      { ts: 900, lat: 5, lon: Number.NaN },
      { ts: 950, lat: 91, lon: 0 },
      { ts: 1000 },
      { ts: 2000, lat: 10 * METRE, lon: 0 },
    ];
    expect(driven(rows)[0]).toBeCloseTo(10, 9);
    expect(driven(rows, { maxGapMs: 1999 })).toEqual([0]);
  });

  it("counts a vehicle-day wherever there is a row, and a distance on the date of its later position", () => {
    const exposure = createExposure();
    exposure.push(
      columnarLog([
        { ts: DAY - 500, lat: 0, lon: 0 },
        { ts: DAY + 500, lat: 10 * METRE, lon: 0 },
        { ts: 3 * DAY },
        { vehicle: "w", ts: -1 },
      ]),
    );
    const result = exposure.finish();
    expect([...result.day]).toEqual([0, 1, 3, -1]);
    expect(result.metres[0]).toBe(0);
    expect(result.metres[1]).toBeCloseTo(10, 9);
    expect(exposureTotals(result)).toEqual({
      ...{ km: result.metres[1] / 1000, vehicle_days: 4, vehicles: 2, days: 4 },
      ...{ from: "1969-12-31T23:59:59.999Z", to: "1970-01-04T00:00:00Z" },
    });
  });

  it("does not drive from one vehicle to the next", () => {
    const rows = ["a", "b"].map((vehicle, k) => ({ vehicle, ts: 1000 * k, lat: 10 * k * METRE, lon: 0 }));
    expect(driven(rows)).toEqual([0, 0]);
  });

  it("gives the same bytes for any chunks and any division into parts, in the order of bytes of the ids", () => {
    const random = createRandom(7);
    const vehicles = ["z", "\u{10000}", "\uffff", "a"];
    const rows = vehicles.flatMap((vehicle) =>
      Array.from({ length: 300 }, (_, k) => ({
        vehicle,
        ts: k * 0.02 * DAY + Math.floor(random.uniform() * 1000),
        lat: random.uniform() < 0.2 ? Number.NaN : 48 + 1e-4 * random.normal(),
        lon: 11 + 1e-4 * random.normal(),
      })).flatMap((row) => [row, { ...row, ts: row.ts + 1500, lon: row.lon + 1e-4 }]),
    );
    const whole = createExposure();
    whole.push(columnarLog(rows));
    const expected = whole.finish();
    expect(expected.vehicleIds).toEqual(["a", "z", "\uffff", "\u{10000}"]);
    expect(exposureTotals(expected).km).toBeGreaterThan(1);
    for (const size of [1, 7, 2048]) {
      const chunked = createExposure();
      for (const chunk of inChunks(rows, size)) chunked.push(chunk);
      expect(chunked.finish()).toEqual(expected);
    }
    const parts = vehicles.map((vehicle) => {
      const own = createExposure();
      own.push(columnarLog(rows.filter((row) => row.vehicle === vehicle)));
      return own.finish();
    });
    expect(mergeExposures(parts)).toEqual(expected);
  });

  it("has nothing to say of no rows, and refuses limits that are not positive", () => {
    expect(exposureTotals(createExposure().finish())).toEqual({ km: 0, vehicle_days: 0, vehicles: 0, days: 0 });
    expect(() => createExposure({ maxGapMs: 0 })).toThrow(/maxGapMs must be positive/);
    expect(() => createExposure({ maxSpeed: Number.NaN })).toThrow(/maxSpeed/);
  });
});
