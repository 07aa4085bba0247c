import { describe, expect, it } from "vitest";
import { defineReport, renderHtml } from "../../../src/report/index.js";
import { downsample, MAX_POINTS } from "../../../src/report/vega/downsample.js";

type Row = Record<string, number | string | null>;
const line = (values: Row[], more: object = {}) => ({
  data: { values },
  mark: "line",
  encoding: { x: { field: "x", type: "quantitative" }, y: { field: "y", type: "quantitative" }, ...more },
});
const rowsOf = (spec: Record<string, unknown>) => (spec["data"] as { values: Row[] }).values;
const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const spiky = (n: number): Row[] =>
  range(n).map((i) => ({ x: i, y: i === 12_345 ? 1e6 : i === 777 ? -1e6 : Math.sin(i) }));

describe("downsample", () => {
  it("leaves charts with few points alone", () => {
    const spec = line(spiky(MAX_POINTS));
    expect(downsample(spec)).toEqual({ spec, note: null });
    expect(downsample(spec).spec).toBe(spec);
  });

  it("keeps the extremes, the ends and the order, and says what it did", () => {
    const { spec, note } = downsample(line(spiky(20_000)));
    const rows = rowsOf(spec);
    expect(rows.length).toBeLessThanOrEqual(MAX_POINTS);
    const ys = rows.map(({ y }) => y);
    expect(Math.max(...(ys as number[]))).toBe(1e6);
    expect(Math.min(...(ys as number[]))).toBe(-1e6);
    expect([rows[0].x, rows.at(-1)?.x]).toEqual([0, 19_999]);
    expect(rows.map(({ x }) => x)).toEqual(rows.map(({ x }) => x as number).sort((a, b) => a - b));
    expect(note).toBe(
      `Thinned from 20,000 to ${rows.length.toLocaleString("en-US")} points: each pixel column keeps its lowest and highest value.`,
    );
  });

  it("keeps each pixel column's lowest and highest value", () => {
    const values = spiky(20_000);
    const kept = rowsOf(downsample(line(values)).spec);
    for (let column = 0; column < 720; column += 1) {
      const inside = (rows: Row[]) =>
        rows
          .filter(({ x }) => Math.min(Math.floor(((x as number) / 19_999) * 720), 719) === column)
          .map(({ y }) => y as number);
      expect(Math.max(...inside(kept))).toBe(Math.max(...inside(values)));
      expect(Math.min(...inside(kept))).toBe(Math.min(...inside(values)));
    }
  });

  it("keeps the limit with many series, missing values, one instant and times as text", () => {
    const series = range(30_000).map((i) => ({ x: i % 1000, y: i % 7 ? i : null, s: `s${i % 30}` }));
    const color = { color: { field: "s", type: "nominal" } };
    const many = rowsOf(downsample(line(series, color)).spec);
    expect(many.length).toBeLessThanOrEqual(MAX_POINTS);
    expect(new Set(many.map(({ s }) => s)).size).toBe(30);
    const instant = rowsOf(downsample(line(range(6000).map((i) => ({ x: 5, y: i })))).spec);
    expect(instant.map(({ y }) => y)).toEqual([0, 5999]);
    const texts = range(6000).map((i) => ({ x: new Date(i * 60_000).toISOString(), y: i }));
    const temporal = {
      ...line(texts),
      encoding: { x: { field: "x", type: "temporal" }, y: { field: "y", type: "quantitative" } },
    };
    expect(rowsOf(downsample(temporal).spec).length).toBeGreaterThan(700);
  });

  it("thins rows that several layers share once, for all their fields", () => {
    const values = range(8000).map((i) => ({ x: i, lo: i === 100 ? -999 : -1, hi: i === 200 ? 999 : 1 }));
    const layer = ["lo", "hi"].map((field) => ({
      mark: "line",
      encoding: { x: { field: "x", type: "quantitative" }, y: { field, type: "quantitative" } },
    }));
    const rows = rowsOf(downsample({ data: { values }, layer }).spec);
    expect(rows.length).toBeLessThanOrEqual(MAX_POINTS);
    expect(rows.some(({ lo }) => lo === -999)).toBe(true);
    expect(rows.some(({ hi }) => hi === 999)).toBe(true);
  });

  it("bins the columns of a grid by means", () => {
    const values = range(100).flatMap((y) => range(100).map((x) => ({ x: `c${x}`, y: `r${y}`, v: x })));
    const grid = {
      data: { values },
      mark: "rect",
      encoding: {
        x: { field: "x", type: "ordinal" },
        y: { field: "y", type: "ordinal" },
        color: { field: "v", type: "quantitative" },
      },
    };
    const { spec, note } = downsample(grid);
    expect(rowsOf(spec)).toHaveLength(5000);
    expect(rowsOf(spec)[0]).toEqual({ x: "c0", y: "r0", v: 0.5 });
    expect(note).toBe("Each column is the mean of 2 neighbours, of 10,000 cells in all.");
  });

  it("leaves summaries alone: their marks are few", () => {
    const spec = {
      data: { values: spiky(20_000) },
      mark: "bar",
      encoding: { x: { field: "y", type: "quantitative", bin: true }, y: { aggregate: "count" } },
    };
    expect(downsample(spec).spec).toBe(spec);
  });

  it("finds named datasets", () => {
    const spec = { ...line([]), data: { name: "d" }, datasets: { d: spiky(20_000) } };
    const thinned = downsample(spec).spec["datasets"] as { d: Row[] };
    expect(thinned.d.length).toBeLessThanOrEqual(MAX_POINTS);
  });

  it("is told in the caption of the page", async () => {
    const cells = [{ kind: "chart", id: "c", alt: "x", caption: "Load.", spec: line(spiky(20_000)) }];
    const report = defineReport({
      schemaVersion: "1.0",
      id: "r",
      title: "R",
      generatedAt: "2020-06-01T00:00:00Z",
      cells,
    });
    expect(await renderHtml(report, { interactive: "none" })).toMatch(
      /<figcaption>Load\. Thinned from 20,000 to [\d,]+ points/,
    );
  });
});
