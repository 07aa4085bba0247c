import { chartSpec } from "../../src/report/charts/chart-input.js";
import type { ChartRule } from "../../src/report/charts/rule-layers.js";
import type { VegaLiteSpec } from "../../src/report/index.js";
import { LIGHT } from "../../src/report/palette.js";
import { WAIT_PROBABILITIES } from "../../src/simulate/index.js";
import { durationWords } from "./duration.js";
import type { Served } from "./targets.js";
import { drawnWait, waitAxis } from "./wait-axis.js";

interface WaitRangesInput {
  title: string;
  /** From top to bottom; each with waits. */
  served: readonly Served[];
  /** What a row is: "Queue", "Team". */
  what: string;
  /** Targets in seconds, ascending. */
  targets: readonly ChartRule[];
}

const ROW = 26;

const at = (quantiles: readonly number[], p: number) => quantiles[WAIT_PROBABILITIES.indexOf(p)];

/** Waits of each queue or team: the middle half of the jobs, the way to p95, and the median, on a logarithmic axis. */
export function waitRanges({ title, served, what, targets }: WaitRangesInput): VegaLiteSpec {
  const values = served.map(({ name, jobs, wait_quantiles_s: q }) => {
    const [p25, p50, p75, p95] = [0.25, 0.5, 0.75, 0.95].map((p) => at(q, p));
    return {
      name,
      jobs,
      ...{ p25: drawnWait(p25), p50: drawnWait(p50), p75: drawnWait(p75), p95: drawnWait(p95) },
      ...{ quarter: durationWords(p25), median: durationWords(p50) },
      ...{ threeQuarters: durationWords(p75), tail: durationWords(p95) },
    };
  });
  const { channel: x, rules } = waitAxis(
    values.map(({ p95 }) => p95),
    targets,
  );
  const y = {
    field: "name",
    type: "nominal",
    sort: null,
    axis: { title: null, grid: true, ticks: false, labelPadding: 10 },
    scale: { padding: 0.5 },
  };
  const text = (field: string, name: string) => ({ field, type: "nominal", title: name });
  const tooltip = [
    text("name", what),
    { field: "jobs", type: "quantitative", title: "Jobs", format: "," },
    text("quarter", "a quarter within"),
    text("median", "half within"),
    text("threeQuarters", "three quarters within"),
    text("tail", "95 % within"),
  ];
  return chartSpec(
    { title, height: ROW * Math.max(served.length, 2) },
    {
      data: { values },
      layer: [
        {
          mark: { type: "rule", color: LIGHT.ink, strokeWidth: 1.5 },
          encoding: { y, x: x("p50"), x2: { field: "p95" }, tooltip },
        },
        {
          mark: { type: "rule", color: LIGHT.category[0], strokeWidth: 7 },
          encoding: { y, x: x("p25"), x2: { field: "p75" }, tooltip },
        },
        { mark: { type: "tick", color: LIGHT.ink, thickness: 2, size: 12 }, encoding: { y, x: x("p95"), tooltip } },
        {
          mark: { type: "point", filled: true, size: 90, opacity: 1, color: LIGHT.ink },
          encoding: { y, x: x("p50"), tooltip },
        },
        ...rules,
      ],
    },
  );
}
