import { NumericalError } from "../../core/errors.js";
import { type Curve, changeOf, curveOf, integralOf } from "./curve.js";
import { cross, unitVector, type Vector3 } from "./vector3.js";

/** Three columns, along the sensor's axes x, y and z. */
export type Axes = readonly [Float64Array, Float64Array, Float64Array];

/** One drive with a sensor that is fixed in the vehicle. All columns have the same length; NaN is missing. */
export interface SensorDrive {
  /** Epoch ms, rising. */
  ts: Float64Array;
  /** Acceleration without gravity, g. */
  acceleration: Axes;
  /** Gravity, pointing down; any unit. */
  gravity: Axes;
  /** Speed over ground, m/s; a fix may be repeated until the next comes. */
  speed: Float64Array;
}

/** How a sensor lies in its vehicle: unit vectors in the sensor's axes (ISO 8855: forward, left, up). */
export interface AxesAlignment {
  forward: Vector3;
  left: Vector3;
  up: Vector3;
  /** Delay of the speed behind the acceleration, ms. */
  lagMs: number;
  /** Share of the variance of the changes of speed that the acceleration explains. */
  r2: number;
  /** Measured change of speed over that of the acceleration: 1 for a perfect sensor. */
  scale: number;
  /** Standard error of the direction of `forward`, degrees. */
  errorDegrees: number;
  /** Changes of speed compared. */
  stretches: number;
}

/** Standard gravity, m/s². */
const G = 9.80665;
/** Changes of speed are taken over so long: fixes of 1 Hz and the noise of an accelerometer average out. */
const STRETCH_MS = 2000;
const STEP_MS = 1000;
/** GPS receivers smooth: the speed comes late, by up to a few seconds. */
const MOST_LAG_MS = 5000;
const LAG_STEP_MS = 100;
/** Fewer changes of speed than these, or a fit worse than this, say nothing about a direction. */
const LEAST_STRETCHES = 30;
const LEAST_R2 = 0.3;

/** The fixes among the rows: the first row of each run of equal speeds, and one each second within it. */
function speedCurve({ ts, speed }: SensorDrive): Curve {
  const fixes = new Float64Array(ts.length).fill(Number.NaN);
  let last = -1;
  for (let i = 0; i < ts.length; i++) {
    if (Number.isNaN(speed[i])) continue;
    if (last >= 0 && speed[i] === speed[last] && ts[i] - ts[last] < STEP_MS) continue;
    fixes[i] = speed[i];
    last = i;
  }
  return curveOf(ts, fixes);
}

/** Values along a direction of the sensor's axes. */
export function alongAxis([x, y, z]: Axes, [a, b, c]: Vector3): Float64Array {
  return x.map((value, i) => value * a + y[i] * b + z[i] * c);
}

function meanOf(column: Float64Array): number {
  const values = column.filter(Number.isFinite);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Least squares of the measured changes of speed on those of two horizontal directions, with a constant. */
interface Fit {
  lagMs: number;
  slopes: readonly [number, number];
  r2: number;
  /** Covariance of the slopes: 11, 12, 22. */
  covariance: readonly [number, number, number];
  stretches: number;
}

function fitAtLag(speed: Curve, horizontal: readonly [Curve, Curve], lagMs: number): Fit | null {
  const [{ t }] = horizontal;
  const rows: [number, number, number][] = [];
  for (let from = t[0]; from + STRETCH_MS <= t[t.length - 1]; from += STEP_MS) {
    const to = from + STRETCH_MS;
    const row: [number, number, number] = [
      changeOf(horizontal[0], from, to),
      changeOf(horizontal[1], from, to),
      changeOf(speed, from + lagMs, to + lagMs),
    ];
    if (row.every(Number.isFinite)) rows.push(row);
  }
  const n = rows.length;
  if (n < LEAST_STRETCHES) return null;
  const means = [0, 1, 2].map((j) => rows.reduce((sum, row) => sum + row[j], 0) / n);
  const moment = (j: number, k: number) =>
    rows.reduce((sum, row) => sum + (row[j] - means[j]) * (row[k] - means[k]), 0);
  const [aa, ab, bb, av, bv, vv] = [moment(0, 0), moment(0, 1), moment(1, 1), moment(0, 2), moment(1, 2), moment(2, 2)];
  const determinant = aa * bb - ab * ab;
  if (!(determinant > 1e-9 * aa * bb) || !(vv > 0)) return null;
  const slopes = [(bb * av - ab * bv) / determinant, (aa * bv - ab * av) / determinant] as const;
  const explained = slopes[0] * av + slopes[1] * bv;
  // Stretches overlap, so that only every second one is news.
  const variance = ((vv - explained) / (n - 3)) * (STRETCH_MS / STEP_MS);
  const covariance = [bb, -ab, aa].map((entry) => (variance * entry) / determinant) as [number, number, number];
  return { lagMs, slopes, r2: explained / vv, covariance, stretches: n };
}

/**
 * Finds how a sensor lies in its vehicle, from gravity and speed: up is against the mean of gravity; forward is the
 * horizontal direction whose integrated acceleration explains the changes of speed best, at the delay of the speed that
 * explains most (least squares over stretches of 2 s; delays from 0 to 5 s).
 *
 * @throws NumericalError where gravity is missing, or the speed changes too little or too differently to tell
 *
 * @example
 * const axes = alignAxes({ ts, acceleration: [x, y, z], gravity: [gx, gy, gz], speed });
 * const braking = alongAxis([x, y, z], axes.forward);
 */
export function alignAxes(drive: SensorDrive): AxesAlignment {
  const down = unitVector(drive.gravity.map(meanOf) as unknown as Vector3);
  if (!down.every(Number.isFinite)) {
    throw new NumericalError("no gravity to tell up from down: its columns are empty or 0; give them, pointing down");
  }
  const up: Vector3 = [-down[0], -down[1], -down[2]];
  // Any direction that is not nearly vertical makes a basis of the plane.
  const flattest = up.map(Math.abs).indexOf(Math.min(...up.map(Math.abs)));
  const first = unitVector(cross(up, [0, 1, 2].map((axis) => (axis === flattest ? 1 : 0)) as unknown as Vector3));
  const second = cross(up, first);
  const metresPerSecond = (direction: Vector3) => {
    const along = alongAxis(drive.acceleration, direction);
    return integralOf(
      curveOf(
        drive.ts,
        along.map((value) => (value * G) / 1000),
      ),
    );
  };
  const horizontal = [metresPerSecond(first), metresPerSecond(second)] as const;
  const speed = speedCurve(drive);
  let best: Fit | null = null;
  for (let lagMs = 0; lagMs <= MOST_LAG_MS; lagMs += LAG_STEP_MS) {
    const fit = fitAtLag(speed, horizontal, lagMs);
    if (fit && (!best || fit.r2 > best.r2)) best = fit;
  }
  if (!best) {
    throw new NumericalError(
      `the axes cannot be told: fewer than ${LEAST_STRETCHES} changes of speed with acceleration beside them; give a longer drive`,
    );
  }
  if (best.r2 < LEAST_R2) {
    throw new NumericalError(
      `the axes cannot be told: acceleration explains ${(100 * best.r2).toFixed(0)} % of the changes of speed (at least ${100 * LEAST_R2} % are needed); give a drive with more braking, and check that the sensor is fixed`,
      { r2: best.r2 },
    );
  }
  const [a, b] = best.slopes;
  const length = Math.sqrt(a * a + b * b);
  const forward = unitVector(first.map((value, i) => value * a + second[i] * b) as unknown as Vector3);
  const [aa, ab, bb] = best.covariance;
  const across = (b * b * aa - 2 * a * b * ab + a * a * bb) / (length * length);
  return {
    forward,
    left: cross(up, forward),
    up,
    lagMs: best.lagMs,
    r2: best.r2,
    scale: length,
    errorDegrees: (Math.atan2(Math.sqrt(across), length) * 180) / Math.PI,
    stretches: best.stretches,
  };
}
