import { describe, expect, it } from "vitest";
import { mapReport } from "../../../fixtures/map-report.js";
import { readBaseMap } from "../../../src/report/base-map.js";
import { divergingClasses, sequentialClasses } from "../../../src/report/charts/geo-colours.js";
import { hatchOf } from "../../../src/report/charts/geo-hatch.js";
import { type GeoCell, geoHexMap } from "../../../src/report/charts/geo-hex-map.js";
import { shapeOf } from "../../../src/report/charts/geo-shape.js";
import type { GeoArea, GeoRing } from "../../../src/report/charts/geo-types.js";
import { viewOf } from "../../../src/report/charts/geo-view.js";
import { contrast, parseHex, type Rgb } from "../../../src/report/colour.js";
import { renderHtml } from "../../../src/report/html/render-html.js";
import { addOnsOf } from "../../../src/report/html/runtime-assets.js";
import { DARK, LIGHT } from "../../../src/report/palette.js";
import { renderSvg } from "../../../src/report/svg.js";
import { compileSpec } from "../../../src/report/vega/compile-spec.js";
import { prepareSpec } from "../../../src/report/vega/prepare-spec.js";

const square = (west: number, south: number, size = 1): GeoRing => [
  [west, south],
  [west + size, south],
  [west + size, south + size],
  [west, south + size],
  [west, south],
];
const area = (...rings: GeoRing[]): GeoArea => ({ type: "Polygon", coordinates: rings });
const cell = (west: number, south: number, value: number | null, more: Partial<GeoCell> = {}): GeoCell => ({
  area: area(square(west, south, 0.01)),
  label: `${west},${south}`,
  value,
  ...more,
});

/** Middles of the drawn shapes of one fill, from their paths, in px. */
function boxesOf(svg: string, fill: string): { x: number; y: number; width: number }[] {
  const shapes = [...svg.matchAll(new RegExp(`<path[^>]* d="([^"]*)" fill="${fill}"`, "g"))].flatMap(([, d]) =>
    d.split("M").filter(Boolean),
  );
  return shapes.map((d) => {
    const points = [...d.matchAll(/(-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
    const xs = points.map(([x]) => x);
    const ys = points.map(([, y]) => y);
    const middle = (values: number[]) => (Math.min(...values) + Math.max(...values)) / 2;
    return { x: middle(xs), y: middle(ys), width: Math.max(...xs) - Math.min(...xs) };
  });
}

describe("geoHexMap", () => {
  it("puts cells where Mercator has them, and greater values in stronger colours", async () => {
    const cells = [0, 1, 2, 3, 4].map((i) => cell(11 + i * 0.02, 48, 10 * 2 ** i));
    const spec = geoHexMap({ cells, valueTitle: "Alerts" });
    const svg = await renderSvg(spec);
    const { limits, colours } = sequentialClasses(cells.map(({ value }) => value as number));
    expect(limits).toEqual([20, 40, 80]);
    const boxes = colours.flatMap((colour) => boxesOf(svg, colour)).filter(({ width }) => width > 20);
    expect(boxes).toHaveLength(5);
    boxes.sort((a, b) => a.x - b.x);
    for (let i = 1; i < 5; i++) {
      expect(boxes[i].x - boxes[i - 1].x).toBeCloseTo(2 * boxes[0].width, 0);
      expect(boxes[i].y).toBeCloseTo(boxes[0].y, 0);
    }
    expect(svg).toMatch(/>48\.00\d?° N<|>48\.005° N</);
    expect(svg).toMatch(/>\d+ (?:k?m)</);
  });

  it("hatches cells that say little, and those without a value", async () => {
    const cells = [cell(11, 48, 5), cell(11.02, 48, 7, { faint: true }), cell(11.04, 48, null)];
    const { layer } = geoHexMap({ cells, valueTitle: "Alerts", names: { faint: "Under 10 km" } }) as {
      layer: { data: { values: { geometry: { type: string } }[] } }[];
    };
    const hatched = layer.flatMap(({ data }) => data.values.filter((row) => row.geometry?.type === "MultiLineString"));
    expect(hatched).toHaveLength(2);
    expect(await renderSvg(geoHexMap({ cells, valueTitle: "A", names: { faint: "Under 10 km" } }))).toContain(
      "Under 10 km",
    );
  });

  it("draws a map of no cell at all", async () => {
    const land = await readBaseMap();
    expect(await renderSvg(geoHexMap({ cells: [], valueTitle: "Alerts", land }))).toContain("<svg");
  });

  it("is the same twice", async () => {
    const make = async () => renderHtml(await mapReport({ title: "A", detail: "B", fence: "C" }));
    expect(await make()).toBe(await make());
  });

  it("needs the add-on for maps alone, which other charts do not get", async () => {
    const spec = geoHexMap({ cells: [cell(11, 48, 1)], valueTitle: "Alerts" });
    const vega = await compileSpec(prepareSpec(spec, { width: 700, title: false, hover: true }));
    expect([...addOnsOf(vega)]).toEqual(["geo"]);
    const line = { data: { values: [{ x: 1 }] }, mark: "point", encoding: { x: { field: "x", type: "quantitative" } } };
    const plain = await compileSpec(prepareSpec(line, { width: 700, title: false, hover: true }));
    expect([...addOnsOf(plain)]).toEqual([]);
  });

  it("refuses more marks than a page can bear, and details without titles", () => {
    const many = Array.from({ length: 5001 }, (_, i) => cell(i / 100, 1, 1));
    expect(() => geoHexMap({ cells: many, valueTitle: "A" })).toThrow(/5001 cells, at most 5000/);
    expect(() => geoHexMap({ cells: [cell(1, 1, 1, { details: [1] })], valueTitle: "A" })).toThrow(
      /details must have 0/,
    );
  });
});

describe("classes of colour", () => {
  it("are few where values are alike", () => {
    expect(sequentialClasses([5, 5, 5])).toEqual({ limits: [], colours: [LIGHT.heat[1]] });
    expect(sequentialClasses([]).colours).toHaveLength(1);
    expect(sequentialClasses(Array.from({ length: 100 }, (_, i) => i)).colours).toHaveLength(6);
  });
  it("of changes are alike on both sides of 0", () => {
    const { limits, colours } = divergingClasses(Array.from({ length: 100 }, (_, i) => i - 20));
    expect(limits).toEqual([...limits].map((limit) => -limit).reverse());
    expect(colours).toHaveLength(limits.length + 1);
    expect(colours[(colours.length - 1) / 2]).toBe(LIGHT.diverging[3]);
    expect(divergingClasses([0, 0]).colours.length).toBeGreaterThan(0);
  });
  it("keep 3:1 between the ends and the page, and have outlines with 3:1", () => {
    const ratio = (a: string, b: string) => contrast(parseHex(a) as Rgb, parseHex(b) as Rgb);
    for (const { page, diverging, hover } of [LIGHT, DARK]) {
      expect(ratio(hover, page)).toBeGreaterThanOrEqual(3);
      for (const end of [0, 6]) expect(ratio(diverging[end], page)).toBeGreaterThanOrEqual(3);
    }
  });
});

describe("views", () => {
  it("go the short way round", () => {
    const view = viewOf([area(square(178, -17)), area(square(-179, -17))]);
    expect(view).toMatchObject({ type: "mercator", west: 178, east: 182, lon: 180, south: -17, north: -16 });
  });
  it("of the poles or most of the world are Equal Earth", () => {
    expect(viewOf([area(square(0, 80))]).type).toBe("equalEarth");
    expect(viewOf([-170, -90, 0, 90, 170].map((lon) => area(square(lon, 0)))).type).toBe("equalEarth");
    expect(viewOf([]).type).toBe("equalEarth");
  });
});

describe("shapes", () => {
  it("turn as Vega wants them, whichever way they came", () => {
    const ring = square(0, 0, 1);
    const hole = square(0.25, 0.25, 0.25);
    const clockwise = [...ring].reverse().map(([x, y]) => [x, y]);
    for (const outer of [ring, [...ring].reverse()]) {
      for (const inner of [hole, [...hole].reverse()]) {
        const [[first, second]] = shapeOf([[outer, inner]]).coordinates;
        expect(first).toEqual(clockwise);
        expect(second).toEqual(hole.map(([x, y]) => [x, y]));
      }
    }
  });
  it("are hatched inside only", () => {
    const { coordinates } = hatchOf(area(square(0, 0, 3), square(1, 1, 1)), 1);
    expect(coordinates.length).toBeGreaterThanOrEqual(4);
    for (const line of coordinates) {
      const [x, y] = [0, 1].map((axis) => (line[0][axis] + line[1][axis]) / 2);
      expect(x > 0 && x < 3 && y > 0 && y < 3 && !(x > 1 && x < 2 && y > 1 && y < 2)).toBe(true);
    }
  });
});

describe("the base map", () => {
  it("has land where land is", async () => {
    const { land } = await readBaseMap();
    const holds = (lon: number, lat: number) =>
      land.some(([ring]) => {
        let inside = false;
        for (let i = 1; i < ring.length; i++) {
          const [[ax, ay], [bx, by]] = [ring[i - 1], ring[i]];
          if (ay > lat !== by > lat && lon < ax + ((lat - ay) / (by - ay)) * (bx - ax)) inside = !inside;
        }
        return inside;
      });
    expect([holds(11.6 - 360, 48.1), holds(-100, 40), holds(134, -25), holds(0, -85)]).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect([holds(-40, 30), holds(-10, 0)]).toEqual([false, false]);
  });
});
