import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { alignAxes, alongAxis, type SensorDrive } from "../../../src/backtest/align/align-axes.js";
import { cross, unitVector, type Vector3 } from "../../../src/backtest/align/vector3.js";
import { NumericalError } from "../../../src/core/errors.js";
import { createRandom } from "../../../src/core/random.js";

const G = 9.80665;

/** A drive of 5 minutes at 10 Hz: pulses of braking and gas, turns, noise; the speed comes as fixes of 1 Hz, late. */
function drive(forward: Vector3, up: Vector3, { noise = 0.02, lagMs = 1500, rows = 3000, seed = 1 } = {}): SensorDrive {
  const random = createRandom(seed);
  const left = cross(up, forward);
  const ts = Float64Array.from({ length: rows }, (_, i) => 1e12 + 100 * i);
  const along = Float64Array.from(ts, (_, i) => 0.2 * Math.sin(i / 37) * Math.sin(i / 211));
  const side = Float64Array.from(ts, (_, i) => 0.3 * Math.sin(i / 53 + 1));
  const speeds = new Float64Array(rows);
  speeds[0] = 20;
  for (let i = 1; i < rows; i++) speeds[i] = speeds[i - 1] + (((along[i - 1] + along[i]) * G) / 2) * 0.1;
  const axis = (k: number) =>
    Float64Array.from(ts, (_, i) => along[i] * forward[k] + side[i] * left[k] + noise * random.normal());
  return {
    ts,
    acceleration: [axis(0), axis(1), axis(2)],
    gravity: [0, 1, 2].map((k) => new Float64Array(rows).fill(-up[k])) as unknown as SensorDrive["gravity"],
    speed: Float64Array.from(ts, (_, i) => speeds[Math.max(0, 10 * Math.floor(i / 10) - lagMs / 100)]),
  };
}

const degreesBetween = (a: Vector3, b: Vector3) =>
  (Math.acos(Math.min(1, a[0] * b[0] + a[1] * b[1] + a[2] * b[2])) * 180) / Math.PI;

describe("alignAxes", () => {
  it("finds a sensor mounted in any way, and how late the speed comes", () => {
    const part = fc.double({ min: -1, max: 1, noNaN: true });
    const direction = fc
      .tuple(part, part, part)
      .filter(([a, b, c]) => a * a + b * b + c * c > 0.1)
      .map((v) => unitVector(v));
    fc.assert(
      fc.property(direction, direction, fc.integer({ min: 0, max: 30 }), (up, other, lag) => {
        const side = cross(up, other);
        fc.pre(side[0] ** 2 + side[1] ** 2 + side[2] ** 2 > 0.01);
        const forward = unitVector(side);
        const found = alignAxes(drive(forward, up, { lagMs: 100 * lag }));
        expect(degreesBetween(found.forward, forward)).toBeLessThan(2);
        expect(degreesBetween(found.up, up)).toBeLessThan(1e-5);
        expect(degreesBetween(found.left, cross(up, forward))).toBeLessThan(2);
        expect(Math.abs(found.lagMs - 100 * lag)).toBeLessThanOrEqual(200);
        expect(found.scale).toBeCloseTo(1, 1);
      }),
      { seed: 3, numRuns: 25 },
    );
  });

  it("tells how far the direction may be off", () => {
    const off = Array.from({ length: 40 }, (_, seed) => {
      const found = alignAxes(drive([1, 0, 0], [0, 0, 1], { noise: 0.3, seed }));
      return degreesBetween(found.forward, [1, 0, 0]) / found.errorDegrees;
    });
    const rms = Math.sqrt(off.reduce((sum, x) => sum + x * x, 0) / off.length);
    expect(rms).toBeGreaterThan(0.4);
    expect(rms).toBeLessThan(1.6);
  });

  it("goes on across missing rows and gaps", () => {
    const whole = drive([0, 1, 0], [1, 0, 0]);
    const kept = Array.from(whole.ts.keys()).filter((i) => i < 800 || i > 1400);
    const pick = (x: Float64Array) => Float64Array.from(kept, (i) => x[i]);
    const { acceleration: a, gravity: g } = whole;
    const cut: SensorDrive = {
      ts: pick(whole.ts),
      acceleration: [pick(a[0]), pick(a[1]), pick(a[2])],
      gravity: [pick(g[0]), pick(g[1]), pick(g[2])],
      speed: pick(whole.speed),
    };
    for (let i = 50; i < 60; i++) cut.acceleration[1][i] = Number.NaN;
    expect(degreesBetween(alignAxes(cut).forward, [0, 1, 0])).toBeLessThan(2);
  });

  it("says so where nothing can be told", () => {
    const steady = drive([1, 0, 0], [0, 0, 1]);
    steady.speed.fill(20);
    expect(() => alignAxes(steady)).toThrow(NumericalError);
    const other = drive([1, 0, 0], [0, 0, 1]);
    other.speed.set(other.speed.slice().reverse());
    expect(() => alignAxes(other)).toThrow(/explains .* % of the changes of speed/);
    const weightless = drive([1, 0, 0], [0, 0, 1]);
    for (const axis of weightless.gravity) axis.fill(Number.NaN);
    expect(() => alignAxes(weightless)).toThrow(/no gravity/);
    expect(() => alignAxes(drive([1, 0, 0], [0, 0, 1], { rows: 1 }))).toThrow(/longer drive/);
    expect(() => alignAxes(drive([1, 0, 0], [0, 0, 1], { rows: 0 }))).toThrow(NumericalError);
  });

  it("gives values along a direction", () => {
    const axes = [Float64Array.of(1, 2), Float64Array.of(10, 20), Float64Array.of(100, Number.NaN)] as const;
    expect(Array.from(alongAxis(axes, [1, 0.5, 0]))).toEqual([6, Number.NaN]);
  });
});
