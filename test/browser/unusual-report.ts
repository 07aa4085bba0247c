import { defineReport } from "../../src/report/index.js";

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const number = (field: string) => ({ field, type: "quantitative" });

/** Charts that the builders do not make: side by side, on a map, by a transform of the bigger runtime, with 20,000 points. */
export const unusualReport = defineReport({
  schemaVersion: "1.0",
  id: "unusual",
  title: "Unusual charts",
  generatedAt: "2020-06-01T00:00:00Z",
  cells: [
    {
      kind: "chart",
      id: "facets",
      alt: "Four small charts side by side.",
      spec: {
        title: "By queue",
        data: { values: range(40).map((i) => ({ x: i % 10, y: (i * 7) % 11, queue: `q${Math.floor(i / 10)}` })) },
        facet: { column: { field: "queue", type: "nominal" } },
        spec: {
          width: 220,
          height: 160,
          mark: { type: "line", color: "#444" },
          encoding: { x: number("x"), y: number("y") },
        },
      },
    },
    {
      kind: "chart",
      id: "map",
      alt: "A square on a map.",
      spec: {
        data: {
          values: [
            {
              type: "Feature",
              properties: {},
              geometry: {
                type: "Polygon",
                coordinates: [
                  [
                    [0, 0],
                    [0, 10],
                    [10, 10],
                    [10, 0],
                    [0, 0],
                  ],
                ],
              },
            },
          ],
        },
        projection: { type: "mercator" },
        layer: [
          { mark: { type: "geoshape", fill: "#d9dee4", stroke: "#444444" } },
          { data: { values: [{ t: "depot" }] }, mark: { type: "text" }, encoding: { text: { field: "t" } } },
          { data: { values: [{}] }, mark: { type: "rule" }, encoding: { y: { value: 250 } } },
        ],
      },
    },
    {
      kind: "chart",
      id: "crowd",
      alt: "A noisy line with one peak.",
      caption: "Load by second.",
      spec: {
        data: { values: range(20_000).map((i) => ({ x: i, y: i === 9000 ? 40 : Math.sin(i) })) },
        mark: { type: "line", color: "#444" },
        encoding: { x: number("x"), y: number("y") },
      },
    },
  ],
});
