import { describe, expect, it } from "vitest";
import { createGeofenceIndex } from "../../src/backtest/replay/geofence-index.js";
import type { Geofence } from "../../src/backtest/types.js";
import { createRandom, type Random } from "../../src/core/random.js";
import { referenceHolds } from "../reference/replay-reference.js";

type Point = [number, number];

/** The next number away from 0, of numbers that are none. */
const beyond = (x: number): number => x * (1 + 2 ** -52);

function bruteForce(fences: readonly Geofence[], [lon, lat]: Point): number {
  let best = -1;
  for (const [k, fence] of fences.entries()) {
    if (!referenceHolds(fence.polygon, lon, lat)) continue;
    if (best < 0 || fence.priority > fences[best].priority) best = k;
  }
  return best;
}

function polygonAt(random: Random, x: number, y: number, size: number, whole: boolean): Geofence["polygon"] {
  const corners = 3 + random.int(whole ? 5 : 40);
  const ring = Array.from({ length: corners }, (_, i): Point => {
    if (whole) return [Math.round(x) + random.int(5), Math.round(y) + random.int(5)];
    const angle = (2 * Math.PI * i) / corners;
    const radius = size * (0.3 + random.uniform());
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
  });
  return [...ring, ring[0]];
}

/** Corners, points that lie on edges as nearly as numbers can, their neighbours, and any others. */
function pointsOf(random: Random, fences: readonly Geofence[]): Point[] {
  const points: Point[] = [
    [0, 0],
    [-0, -0],
    [179, 89],
    [-1e6, 0],
    [0, 1e9],
  ];
  for (const { polygon } of fences) {
    for (const [i, a] of polygon.slice(1).entries()) {
      const b = polygon[i];
      const at = random.int(9) / 8;
      const on: Point = [a[0] + at * (b[0] - a[0]), a[1] + at * (b[1] - a[1])];
      points.push(
        [a[0], a[1]],
        on,
        [beyond(on[0]), on[1]],
        [on[0], beyond(on[1])],
        [a[0] - 1, a[1]],
        [a[0] + 0.3, a[1]],
      );
    }
  }
  return points;
}

describe("a geofence index", () => {
  it("finds what brute force finds, in whole numbers and in any", () => {
    let inside = 0;
    for (let k = 0; k < 50; k++) {
      const random = createRandom(k).child("fences");
      const whole = k % 2 === 0;
      const fences = Array.from({ length: random.int(14) }, (_, i): Geofence => {
        const size = [1e-7, 0.01, 1, 30][random.int(4)];
        const [x, y] = [random.int(6) - 3 + 0.01 * random.uniform(), random.int(6) - 3 + 0.01 * random.uniform()];
        return { id: String(i), priority: random.int(3), polygon: polygonAt(random, x, y, size, whole) };
      });
      const index = createGeofenceIndex(fences);
      for (const point of pointsOf(random, fences)) {
        const expected = bruteForce(fences, point);
        if (expected >= 0) inside++;
        expect(index.at(...point), `case ${k}, point ${point}`).toBe(expected);
      }
    }
    expect(inside).toBeGreaterThan(1000);
  });

  it("holds no point without a coordinate, and none at all without fences", () => {
    const polygon: Point[] = [
      [0, 0],
      [4, 0],
      [4, 4],
      [0, 4],
      [0, 0],
    ];
    const index = createGeofenceIndex([{ priority: 1, polygon }]);
    expect([index.at(Number.NaN, 1), index.at(1, Number.NaN), index.at(Number.NaN, Number.NaN)]).toEqual([-1, -1, -1]);
    expect([index.at(1, 1), index.at(Number.POSITIVE_INFINITY, 1), index.at(-0, 4)]).toEqual([0, -1, 0]);
    expect(createGeofenceIndex([]).at(0, 0)).toBe(-1);
  });

  it("does not round: a tenth of an edge is on it only where numbers say so", () => {
    const polygon: Point[] = [
      [0, 0],
      [3, 1],
      [0, 1],
      [0, 0],
    ];
    const index = createGeofenceIndex([{ priority: 1, polygon }]);
    expect(index.at(1.5, 0.5)).toBe(0);
    // 0.1 + 0.2 lies above 0.3.
    expect(index.at(0.3, 0.1)).toBe(referenceHolds(polygon, 0.3, 0.1) ? 0 : -1);
    expect(index.at(0.1 + 0.2, 0.1)).toBe(-1);
  });

  it("stays small for polygons that all lie over each other", () => {
    const fences = Array.from({ length: 2000 }, (_, k): Omit<Geofence, "id"> => {
      const r = 1 + k / 1000;
      return {
        priority: -k,
        polygon: [
          [-r, -r],
          [r, -r],
          [r, r],
          [-r, r],
          [-r, -r],
        ],
      };
    });
    const index = createGeofenceIndex(fences);
    expect([index.at(0, 0), index.at(1.5, 0), index.at(0, 2.9995), index.at(3.1, 0)]).toEqual([0, 500, -1, -1]);
  });
});
