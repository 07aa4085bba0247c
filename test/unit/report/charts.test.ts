import { describe, expect, it } from "vitest";
import {
  barChart,
  fanChart,
  heatmap,
  histogramPair,
  lineChart,
  renderPng,
  renderSvg,
  stepChart,
  topologyMap,
} from "../../../src/report/index.js";
import { CHARTS } from "./sample-report.js";

const NAN = Number.NaN;
const rowsOf = (spec: Record<string, unknown>) => (spec["data"] as { values: Record<string, unknown>[] }).values;
const texts = (svg: string) => Array.from(svg.matchAll(/<text[^>]*>([^<]*)/g), ([, text]) => text);

describe("chart builders", () => {
  it.each(Object.entries(CHARTS))(
    "%s draws, is plain JSON and gives the same bytes twice, also side by side",
    async (_, spec) => {
      expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
      const [one, two, dark] = await Promise.all([
        renderSvg(spec),
        renderSvg(spec),
        renderSvg(spec, { theme: "dark" }),
      ]);
      expect(one).toBe(two);
      expect(dark).not.toBe(one);
      expect(one).toMatch(/^<svg role="img"/);
      expect(one).not.toMatch(/NaN|undefined|Infinity/);
    },
  );

  it.each([
    ["fanChart", fanChart({ time: [], median: [], bands: [] })],
    [
      "fanChart, one point",
      fanChart({ time: [0], median: [1], bands: [{ level: 80, lo: [0], hi: [2] }], capacity: 5 }),
    ],
    [
      "fanChart, all missing",
      fanChart({
        time: [0, 1, 2],
        median: [NAN, null, NAN],
        bands: [{ level: 80, lo: [NAN, NAN, NAN], hi: [NAN, NAN, NAN] }],
      }),
    ],
    ["stepChart", stepChart({ time: [], series: [] })],
    ["stepChart, constant", stepChart({ time: [0, 1], series: [{ name: "a", value: [1, 1] }] })],
    ["lineChart", lineChart({ x: [], series: [{ name: "a", value: [] }] })],
    ["lineChart, ties", lineChart({ x: [1, 1, 2], series: [{ name: "a", value: [1, 2, NAN] }] })],
    ["heatmap", heatmap({ columns: [], rows: [], values: [], valueTitle: "v" })],
    ["heatmap, constant", heatmap({ columns: ["a"], rows: ["b"], values: [[3]], valueTitle: "v" })],
    ["histogramPair", histogramPair({ reference: { name: "a", values: [] }, current: { name: "b", values: [] } })],
    [
      "histogramPair, constant",
      histogramPair({ reference: { name: "a", values: [2, 2] }, current: { name: "b", values: [2] } }),
    ],
    ["barChart", barChart({ categories: [], series: [] })],
    ["barChart, missing", barChart({ categories: ["a", "b"], series: [{ name: "s", value: [NAN, -1] }] })],
    ["topologyMap", topologyMap({ nodes: [] })],
  ])("%s survives little data", async (_, spec) => {
    expect(await renderSvg(spec)).not.toMatch(/NaN|undefined|Infinity/);
  });

  it("a fan chart shares a row between the columns of one instant and sorts its rows", () => {
    const rows = rowsOf(
      fanChart({
        history: { time: [2, 1], value: [20, 10] },
        time: [2, 3],
        median: [21, 30],
        bands: [{ level: 80, lo: [19, 28], hi: [22, 33] }],
      }),
    );
    expect(rows).toEqual([
      { t: 1, history: 10 },
      { t: 2, history: 20, median: 21, lo0: 19, hi0: 22 },
      { t: 3, median: 30, lo0: 28, hi0: 33 },
    ]);
  });

  it("a fan chart shows the wall clock of its zone, across a clock change", () => {
    // Berlin left summer time on 2020-10-25 at 01:00 UTC.
    const time = [0, 1, 2].map((h) => Date.UTC(2020, 9, 25, h));
    const rows = rowsOf(fanChart({ time, median: [1, 2, 3], bands: [], timeZone: "Europe/Berlin" }));
    expect(rows.map(({ t }) => new Date(t as number).toISOString().slice(11, 16))).toEqual(["02:00", "03:00"]);
    const shanghai = rowsOf(fanChart({ time, median: [1, 2, 3], bands: [], timeZone: "Asia/Shanghai" }));
    expect(shanghai.map(({ t }) => new Date(t as number).getUTCHours())).toEqual([8, 9, 10]);
    expect(() => fanChart({ time, median: [1], bands: [], timeZone: "Mars/Base" })).toThrow(
      /unknown time zone "Mars\/Base"/,
    );
  });

  it("bands are drawn widest first, whatever the order given", () => {
    const band = (level: number) => ({ level, lo: [0], hi: [1] });
    const layers = (spec: Record<string, unknown>) =>
      (spec["layer"] as { encoding: { color?: { datum?: string } } }[]).map(({ encoding }) => encoding.color?.datum);
    expect(layers(fanChart({ time: [0], median: [0], bands: [band(80), band(95)] })).slice(0, 2)).toEqual(
      layers(fanChart({ time: [0], median: [0], bands: [band(95), band(80)] })).slice(0, 2),
    );
  });

  it("histograms are shares of each sample in common bins", () => {
    const spec = histogramPair({
      reference: { name: "a", values: [0, 0, 1, NAN] },
      current: { name: "b", values: [4] },
      bins: 4,
    });
    expect(rowsOf(spec)).toEqual([
      { from: 0, to: 1, reference: 0.666667, current: 0 },
      { from: 1, to: 2, reference: 0.333333, current: 0 },
      { from: 2, to: 3, reference: 0, current: 0 },
      { from: 3, to: 4, reference: 0, current: 1 },
    ]);
  });

  it("words of horizontal rules stand at the end that is asked for", () => {
    const xOf = (yRuleEnd?: "left" | "right") => {
      const spec = lineChart({
        x: [0, 1],
        series: [{ name: "a", value: [1, 2] }],
        yRules: [{ value: 1, label: "quota" }],
        yRuleEnd,
      });
      const layers = spec["layer"] as { mark: { type: string; align?: string }; encoding: { x?: unknown } }[];
      const words = layers.find(({ mark }) => mark.type === "text");
      return [words?.mark.align, words?.encoding.x];
    };
    expect(xOf()).toEqual(["right", { value: "width" }]);
    expect(xOf("left")).toEqual(["left", { value: 0 }]);
  });

  it("a heatmap refuses names that come twice and lists that do not fit", () => {
    const grid = { columns: ["a", "a"], rows: ["b"], values: [[1, 2]], valueTitle: "v" };
    expect(() => heatmap(grid)).toThrow('column "a" is named twice');
    expect(() => heatmap({ ...grid, columns: ["a", "c"], values: [] })).toThrow("values has 0 rows, expected 1");
  });

  it("names from data never become field names", async () => {
    const name = `a.b["c"]'\\`;
    const svg = await renderSvg(
      stepChart({
        time: [0, 1],
        series: [
          { name, value: [1, 2] },
          { name: "d", value: [3, 4] },
        ],
      }),
    );
    expect(texts(svg).some((text) => text.startsWith("a.b["))).toBe(true);
  });

  it("a topology map goes on in the next line and keeps groups together", () => {
    const nodes = ["x", "y", "x", "x"].map((group, i) => ({ name: `n${i}`, group, used: i, total: 4 }));
    expect(rowsOf(topologyMap({ nodes, columns: 2 })).map(({ line, column }) => `${line} ${column}`)).toEqual([
      "x 0",
      "y 0",
      "x 1",
      "x (3 on) 0",
    ]);
  });
});

describe("renderSvg", () => {
  it("wraps a long title, cuts words that do not fit, and carries the description as its label", async () => {
    const spec = { ...CHARTS.steps, title: `${"word ".repeat(30)}${"y".repeat(120)}`, description: 'say "hi" <b>' };
    const svg = await renderSvg(spec, { width: 320 });
    expect(svg).toContain('aria-label="say &quot;hi&quot; &lt;b&gt;"');
    const title = Array.from(svg.matchAll(/<tspan[^>]*>([^<]*)/g), ([, line]) => line);
    expect(title.length).toBeGreaterThan(5);
    expect(Math.max(...title.map((line) => line.length))).toBeLessThanOrEqual(35);
  });

  it("names what is wrong with a spec", async () => {
    await expect(renderSvg({ mark: "sparkle", data: { values: [] } })).rejects.toMatchObject({
      code: "E_REPORT_INVALID",
    });
    const bad = {
      data: { values: [{ a: 1 }] },
      transform: [{ calculate: "datum.a +", as: "b" }],
      mark: "bar",
      encoding: {},
    };
    await expect(renderSvg(bad)).rejects.toMatchObject({ code: "E_REPORT_INVALID" });
  });

  it("neither links nor loads, also where data holds addresses", async () => {
    const svg = await renderSvg({
      data: {
        values: [{ a: 1, link: "javascript:x", picture: "https://e.test/p.png", paint: "url(https://e.test/p.svg#a)" }],
      },
      layer: [
        {
          mark: { type: "bar", href: "javascript:x" },
          encoding: { x: { field: "a", type: "quantitative" }, href: { field: "link" } },
        },
        { mark: "image", encoding: { x: { field: "a", type: "quantitative" }, url: { field: "picture" } } },
        { mark: "point", encoding: { x: { field: "a", type: "quantitative" }, fill: { field: "paint", scale: null } } },
      ],
    });
    expect(svg).not.toMatch(/javascript|e\.test|<image|<a /);
  });
});

describe("renderPng", () => {
  it("is a PNG of twice the size, the same bytes twice", async () => {
    const svg = await renderSvg(CHARTS.costs, { width: 400 });
    const [one, two] = [await renderPng(svg), await renderPng(svg)];
    expect(Buffer.compare(Buffer.from(one), Buffer.from(two))).toBe(0);
    expect(Buffer.from(one.subarray(1, 4)).toString()).toBe("PNG");
    expect(Buffer.from(one).readUInt32BE(16)).toBe(800);
  });

  it("has letters in it: the fonts are found", async () => {
    const bare = (await renderPng('<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"/>')).length;
    const word =
      '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"><text x="2" y="20" font-family="system-ui">word</text></svg>';
    expect((await renderPng(word)).length).toBeGreaterThan(bare + 200);
  });
});
