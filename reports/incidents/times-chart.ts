import { chartSpec } from "../../src/report/charts/chart-input.js";
import type { VegaLiteSpec } from "../../src/report/index.js";
import { LIGHT } from "../../src/report/palette.js";
import { durationWords } from "../queues/duration.js";
import { drawnWait, waitAxis } from "../queues/wait-axis.js";
import type { NamedGroup } from "./groups.js";

const TIMES = [
  { key: "mttdSeconds", name: "detected", shape: "circle" },
  { key: "mttaSeconds", name: "acknowledged", shape: "square" },
  { key: "mttrSeconds", name: "repaired", shape: "diamond" },
] as const;

const ROW = 26;

/** Mean times to detect, acknowledge and repair by name, on a logarithmic axis: they differ by orders of magnitude. */
export function timesChart(title: string, what: string, groups: readonly NamedGroup[]): VegaLiteSpec {
  const values = groups.flatMap(({ name, group }) =>
    TIMES.flatMap(({ key, name: time }) => {
      const seconds = group[key];
      return seconds === null
        ? []
        : [{ name, time, seconds: drawnWait(seconds), words: durationWords(seconds), incidents: group.n }];
    }),
  );
  const times = values.map(({ seconds }) => seconds);
  const x = waitAxis(times, []).channel("seconds");
  const [, to] = (x["scale"] as { domain: number[] }).domain;
  const from = times.reduce((least, time) => Math.min(least, time), to) / 2;
  const domain = TIMES.map(({ name }) => name);
  const legend = { title: null, symbolStrokeWidth: 0, symbolSize: 90 };
  return chartSpec(
    { title, height: ROW * Math.max(groups.length, 2) },
    {
      data: { values },
      mark: { type: "point", filled: true, size: 90, opacity: 1 },
      encoding: {
        y: {
          field: "name",
          type: "nominal",
          sort: null,
          axis: { title: null, grid: true, ticks: false, labelPadding: 10 },
          scale: { domain: groups.map(({ name }) => name), padding: 0.5 },
        },
        x: {
          ...x,
          scale: { ...(x["scale"] as object), domain: [from, to] },
          axis: { ...(x["axis"] as object), title: "Mean time" },
        },
        color: {
          field: "time",
          type: "nominal",
          scale: { domain, range: domain.map((_, i) => LIGHT.category[i]) },
          legend,
        },
        shape: { field: "time", type: "nominal", scale: { domain, range: TIMES.map(({ shape }) => shape) }, legend },
        tooltip: [
          { field: "name", type: "nominal", title: what },
          { field: "time", type: "nominal", title: "Mean time to be" },
          { field: "words", type: "nominal", title: "After" },
          { field: "incidents", type: "quantitative", title: "Incidents", format: "," },
        ],
      },
    },
  );
}
