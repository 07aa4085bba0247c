import { createHash } from "node:crypto";
import { afterEach, describe, expect, it, vi } from "vitest";
import { embedJson, escapeHtml } from "../../../src/report/html/escape-html.js";
import {
  defineReport,
  notebookText,
  type Report,
  renderHtml,
  renderMarkdown,
  renderNotebook,
} from "../../../src/report/index.js";
import { HOSTILE, reportOf } from "../../browser/hostile-report.js";
import { sampleReport } from "./sample-report.js";

const withCharts = (...ids: string[]): Report => ({
  ...sampleReport,
  cells: sampleReport.cells.filter(({ kind, id }) => kind !== "chart" || ids.includes(id)),
});

/** Renders under two clocks and two sequences of chance; true when the bytes agree. */
async function isDeterministic(render: () => string | Promise<string>): Promise<boolean> {
  const bytes: string[] = [];
  for (const [time, chance] of [
    [Date.UTC(2020, 0, 1), 0.1],
    [Date.UTC(2031, 6, 1), 0.9],
  ]) {
    vi.useFakeTimers({ now: time, toFake: ["Date"] });
    const random = vi.spyOn(Math, "random").mockReturnValue(chance);
    bytes.push(await render());
    random.mockRestore();
    vi.useRealTimers();
  }
  return bytes[0] === bytes[1];
}

afterEach(() => {
  vi.useRealTimers();
});

describe("renderHtml", () => {
  it("breaks names in key figures at their underscores, and still escapes them", async () => {
    const items = [{ label: "Model", value: "seasonal_naive<b>" }];
    const html = await renderHtml({ ...sampleReport, cells: [{ kind: "metrics", id: "m", items }] });
    expect(html).toContain("<span>seasonal_<wbr>naive&lt;b&gt;</span>");
  });

  it("gives the same bytes at another time and with other chances, as do the notebook and Markdown", async () => {
    expect(await isDeterministic(() => renderHtml(sampleReport))).toBe(true);
    expect(await isDeterministic(() => renderMarkdown(sampleReport))).toBe(true);
    expect(await isDeterministic(async () => notebookText(await renderNotebook(sampleReport)))).toBe(true);
  });

  it("the check of the bytes catches a clock or chance in the output", async () => {
    const page = await renderHtml(withCharts(), { interactive: "none" });
    expect(await isDeterministic(() => page.replace("</main>", `${new Date().toISOString()}</main>`))).toBe(false);
    expect(await isDeterministic(() => page.replace("</main>", `${Math.random()}</main>`))).toBe(false);
  });

  it("of two charts has at most 700 KB, and without charts next to nothing", async () => {
    const two = await renderHtml(withCharts("demand-fan", "demand-heat"));
    expect(Buffer.byteLength(two)).toBeLessThanOrEqual(700_000);
    expect(Buffer.byteLength(await renderHtml(withCharts()))).toBeLessThan(40_000);
  });

  it("allows its own script and style by their hashes and nothing else", async () => {
    const page = await renderHtml(withCharts("risk"));
    const hash = (tag: string) => {
      const text = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(page)?.[1] ?? "";
      return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    };
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1];
    expect(policy).toBe(
      `default-src 'none'; script-src ${hash("script")}; style-src ${hash("style")}; img-src data:; base-uri 'none'; form-action 'none'`,
    );
    expect(page).not.toMatch(/ style="/);
  });

  it("takes the bigger runtime only for what the smaller lacks", async () => {
    const report = (spec: object) =>
      defineReport({ ...sampleReport, cells: [{ kind: "chart", id: "c", alt: "x", spec }] });
    const values = [1, 2, 3].map((x) => ({ x, y: x * x }));
    const encoding = { x: { field: "x", type: "quantitative" }, y: { field: "y", type: "quantitative" } };
    const small = await renderHtml(report({ data: { values }, mark: "line", encoding }));
    const transform = [{ regression: "y", on: "x" }];
    const big = await renderHtml(report({ data: { values }, transform, mark: "line", encoding }));
    expect(big.length - small.length).toBeGreaterThan(50_000);
  });

  it("names the cell whose chart cannot be drawn", async () => {
    const cells = [{ kind: "chart", id: "c", alt: "x", spec: { mark: "sparkle" } }];
    await expect(renderHtml(defineReport({ ...sampleReport, cells }))).rejects.toThrow(/^\$\.cells\[0\]\.spec: /);
  });

  it("writes hostile text as text", async () => {
    const page = await renderHtml(reportOf(HOSTILE));
    const body = page.slice(page.indexOf("</style>"));
    expect(body.match(/<script/g)).toHaveLength(2);
    expect(body).not.toMatch(/<(?:img|iframe)|<svg onload/);
    const data = /id="fleetlens-charts">([\s\S]*?)<\/script>/.exec(body)?.[1] ?? "";
    expect(data).not.toMatch(/[<>&\u2028\u2029]/);
    expect(JSON.parse(data).charts).toHaveLength(8);
  });

  it("of an empty report is a page", async () => {
    const page = await renderHtml(
      defineReport({ ...sampleReport, parameters: undefined, provenance: undefined, cells: [] }),
    );
    expect(page).toContain("<main>\n</main>");
    expect(page).not.toContain("<footer>");
  });
});

describe("escaping", () => {
  it("covers text, attributes and scripts", () => {
    expect(escapeHtml(`<a href="x" title='y'>&\u0000\ud800`)).toBe(
      "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;\ufffd\ufffd",
    );
    const value = { a: "</script>&\u2028\u2029" };
    expect(embedJson(value)).toBe('{"a":"\\u003c/script\\u003e\\u0026\\u2028\\u2029"}');
    expect(JSON.parse(embedJson(value))).toEqual(value);
  });
});
