import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { interiorsIntersect } from "../../../src/backtest/policy/geometry/interiors-intersect.js";
import { ringFault } from "../../../src/backtest/policy/geometry/ring-fault.js";
import type { Point, Ring } from "../../../src/backtest/policy/geometry/types.js";

const golden: {
  rings: { ring: Ring; valid: boolean }[];
  pairs: { a: Ring; b: Ring; intersect: boolean }[];
} = JSON.parse(readFileSync(join(import.meta.dirname, "../../golden/policy-polygons.golden.json"), "utf8"));

const box = (x: number, y: number, size: number): Point[] => [
  [x, y],
  [x + size, y],
  [x + size, y + size],
  [x, y + size],
  [x, y],
];

describe("rings", () => {
  it("are refused where shapely calls them invalid, and only there", () => {
    const wrong = golden.rings.filter(({ ring, valid }) => (ringFault(ring) === null) !== valid);
    expect(wrong).toEqual([]);
  });

  it.each<[string, Ring, RegExp]>([
    ["open", box(0, 0, 1).slice(0, 4), /not closed/],
    [
      "wide",
      [
        [-91, 0],
        [90, 0],
        [0, 1],
        [-91, 0],
      ],
      /181 degrees wide/,
    ],
    [
      "a bow",
      [
        [0, 0],
        [1, 1],
        [1, 0],
        [0, 1],
        [0, 0],
      ],
      /from \[0, 0\] to \[1, 1\] crosses or touches the one from \[1, 0\]/,
    ],
    [
      "flat",
      [
        [0, 0],
        [2, 0],
        [1, 0],
        [0, 0],
      ],
      /meets itself/,
    ],
    [
      "a spike",
      [
        [0, 0],
        [4, 0],
        [4, 4],
        [4, 2],
        [0, 2],
        [0, 0],
      ],
      /meets itself/,
    ],
    [
      "a corner on an edge",
      [
        [0, 0],
        [4, 0],
        [4, 4],
        [2, 0],
        [0, 4],
        [0, 0],
      ],
      /meets itself/,
    ],
    [
      "one point",
      [
        [1, 1],
        [1, 1],
        [1, 1],
        [1, 1],
      ],
      /fewer than three/,
    ],
  ])("that are %s say so", (_, ring, message) => {
    expect(ringFault(ring)).toMatch(message);
  });

  it("may be exactly 180 degrees wide", () => {
    expect(
      ringFault([
        [-90, 0],
        [90, 0],
        [0, 1],
        [-90, 0],
      ]),
    ).toBeNull();
  });

  it("of thousands of corners take no time that matters", () => {
    const n = 9000;
    const circle = Array.from(
      { length: n },
      (_, i): Point => [Math.cos((2 * Math.PI * i) / n), Math.sin((2 * Math.PI * i) / n)],
    );
    const ring = [...circle, circle[0]];
    expect(ringFault(ring)).toBeNull();
    expect(
      interiorsIntersect(
        ring,
        ring.map(([x, y]): Point => [x + 1, y]),
      ),
    ).toBe(true);
  });
});

describe("interiors of two polygons", () => {
  it("intersect where shapely's relate says so, and only there, whichever comes first", () => {
    const wrong = golden.pairs.filter(
      ({ a, b, intersect }) => interiorsIntersect(a, b) !== intersect || interiorsIntersect(b, a) !== intersect,
    );
    expect(wrong).toEqual([]);
    expect(golden.pairs.filter(({ intersect }) => intersect).length).toBeGreaterThan(200);
  });

  const notch: Ring = [
    [0, 0],
    [4, 0],
    [4, 4],
    [2, 1],
    [0, 4],
    [0, 0],
  ];
  it.each<[string, Ring, Ring, boolean]>([
    ["nested", box(0, 0, 4), box(1, 1, 1), true],
    ["nested with a common corner", box(0, 0, 4), box(0, 0, 1), true],
    ["overlapping", box(0, 0, 2), box(1, 1, 2), true],
    ["the same", box(0, 0, 2), box(0, 0, 2), true],
    ["the same the other way round", box(0, 0, 2), box(0, 0, 2).reverse(), true],
    ["touching along an edge", box(0, 0, 2), box(2, 0, 2), false],
    ["touching along a part of an edge", box(0, 0, 2), box(2, 1, 4), false],
    ["touching in a corner", box(0, 0, 2), box(2, 2, 2), false],
    [
      "a corner on an edge",
      box(0, 0, 2),
      [
        [2, 1],
        [4, 0],
        [4, 2],
        [2, 1],
      ],
      false,
    ],
    [
      "in a notch",
      notch,
      [
        [2, 1],
        [3, 4],
        [1, 4],
        [2, 1],
      ],
      false,
    ],
    [
      "filling a notch",
      notch,
      [
        [0, 4],
        [2, 1],
        [4, 4],
        [0, 4],
      ],
      false,
    ],
    [
      "over a notch",
      notch,
      [
        [2, 0.5],
        [3, 4],
        [1, 4],
        [2, 0.5],
      ],
      true,
    ],
    ["far apart", box(0, 0, 1), box(5, 5, 1), false],
    // 0.1 + 0.2 is not 0.3: these overlap by one unit in the last place, which a tolerance would hide.
    ["apart by less than any tolerance", box(0, 0, 0.3), box(0.1 + 0.2, 0, 1), false],
    ["overlapping by less than any tolerance", box(0, 0, 0.1 + 0.2), box(0.3, 0, 1), true],
  ])("%s", (_, a, b, expected) => {
    expect([interiorsIntersect(a, b), interiorsIntersect(b, a)]).toEqual([expected, expected]);
  });
});
