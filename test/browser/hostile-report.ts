import {
  barChart,
  defineReport,
  fanChart,
  heatmap,
  histogramPair,
  lineChart,
  type Report,
  stepChart,
  topologyMap,
} from "../../src/report/index.js";

/** Text that runs, loads or breaks out wherever it is not escaped. */
export const HOSTILE = [
  `<img src=x onerror="globalThis.hacked=1">`,
  `</script><script>globalThis.hacked=1</script>`,
  `"'><svg onload=globalThis.hacked=1>`,
  "javascript:globalThis.hacked=1",
  "]]>--></style></title><iframe src=//e.test>",
  `back\\slash \\" ends`,
  "a\u2028b\u2029c\u0000d\ud800e",
  "| pipe ` tick ``` fence\n# not a heading",
  "[x](javascript:globalThis.hacked=1) ![y](http://e.test/p.png) {{< include /etc/passwd >}}",
].join(" ");

/** A name without a place to break. */
export const LONG = "x".repeat(300);

const numbers = [1, 2, 3, 4, 5];
const time = numbers.map((n) => Date.UTC(2020, 5, n));

/** A report with `text` in every field that takes text, and charts that try to link, load and bind. */
export function reportOf(text: string): Report {
  const words = { title: text, xTitle: text, yTitle: text, unit: text };
  const chart = (id: string, spec: Record<string, unknown>) => ({ kind: "chart", id, spec, alt: text, caption: text });
  return defineReport({
    schemaVersion: "1.0",
    id: text,
    title: text,
    generatedAt: "2020-06-01T00:00:00Z",
    parameters: [{ name: text, value: text, unit: text }],
    provenance: { tool: text, version: text, seed: 1, inputs: [{ name: text, sha256: text, rows: 1 }] },
    cells: [
      { kind: "warning", id: "warning", severity: "error", message: text },
      {
        kind: "metrics",
        id: "metrics",
        items: [
          { label: text, value: text, unit: text, delta: 1 },
          { label: text, value: 5, unit: text, delta: -1 },
        ],
      },
      {
        kind: "prose",
        id: "prose",
        markdown: `# ${text}\n\n${text}\n\n- ${text}\n\n[${text}](javascript:globalThis.hacked=1)`,
      },
      {
        kind: "table",
        id: "table",
        caption: text,
        columns: [
          { name: text, label: text, unit: text, format: text },
          { name: "n", label: text },
        ],
        rows: [
          { [text]: text, n: 2 },
          { [text]: "b", n: 1 },
          { [text]: null, n: null },
        ],
      },
      { kind: "table", id: "again", caption: text, columns: [{ name: "n" }], rows: [] },
      { kind: "code", id: "code", language: text, source: text },
      chart("fan", fanChart({ ...words, time, median: numbers, bands: [{ level: 80, lo: numbers, hi: numbers }] })),
      chart(
        "steps",
        stepChart({ ...words, time, series: [1, 2].map((n) => ({ name: `${text}${n}`, value: numbers })) }),
      ),
      chart(
        "heat",
        heatmap({
          ...words,
          columns: [text, "b"],
          rows: [text, "d"],
          values: [
            [1, 2],
            [3, 4],
          ],
          valueTitle: text,
        }),
      ),
      chart(
        "pair",
        histogramPair({
          ...words,
          reference: { name: text, values: numbers },
          current: { name: "b", values: numbers },
        }),
      ),
      chart(
        "bars",
        barChart({
          ...words,
          categories: [text, "b"],
          series: [
            { name: text, value: [1, 2] },
            { name: "b", value: [1, 2] },
          ],
          horizontal: true,
          rules: [{ value: 1, label: text }],
        }),
      ),
      chart(
        "lines",
        lineChart({
          ...words,
          x: numbers,
          series: [
            { name: text, value: numbers },
            { name: "b", value: [2, 2, 2, 2, 2] },
          ],
          xRules: [{ value: 3, label: text }],
        }),
      ),
      chart(
        "map",
        topologyMap({ ...words, nodes: numbers.map((n) => ({ name: text, group: text, state: `${text}${n % 2}` })) }),
      ),
      chart("links", {
        title: text,
        data: { values: [{ a: text, b: 3, link: "javascript:globalThis.hacked=1", picture: "http://e.test/p.png" }] },
        params: [{ name: "p", bind: { input: "text", onfocus: "globalThis.hacked=1", autofocus: "1", name: text } }],
        layer: [
          {
            mark: { type: "bar", href: "javascript:globalThis.hacked=1" },
            encoding: {
              y: { field: "a", type: "nominal", title: text },
              x: { field: "b", type: "quantitative", title: text },
              href: { field: "link", type: "nominal" },
              tooltip: { field: "a", type: "nominal", title: text },
            },
          },
          {
            mark: "image",
            encoding: { x: { field: "b", type: "quantitative" }, url: { field: "picture", type: "nominal" } },
          },
        ],
      }),
    ],
  });
}
