import type { ChangesFile } from "../../src/changepoint/index.js";
import { chartSpec } from "../../src/report/charts/chart-input.js";
import { timeChannel } from "../../src/report/charts/time-axis.js";
import type { VegaLiteSpec } from "../../src/report/index.js";
import { LIGHT } from "../../src/report/palette.js";
import { changeTimes } from "./change-times.js";
import { foundChanges } from "./found.js";

/** Changes drawn; more rows cannot be told apart. */
export const MOST_MARKS = 60;
const ROW = 22;

/** One line a series, a dot and an interval for each of its changes. */
export function locationPlot(result: ChangesFile): VegaLiteSpec {
  const times = changeTimes(result);
  const found = foundChanges(result).slice(0, MOST_MARKS);
  const values = found.map(({ name, change }) => ({
    // A chart needs a name where the series has none.
    name: name || String(result.options["value"] ?? "series"),
    t: times.position(change.time),
    lo: times.position(change.timeLow),
    hi: times.position(change.timeHigh),
    when: times.words(change.time),
  }));
  const names = [...new Set(values.map(({ name }) => name))];
  const ends = result.series.flatMap(({ from, to }) =>
    [from, to].flatMap((time) => (time === null ? [] : times.position(time))),
  );
  const known = ends.filter((end) => !Number.isNaN(end));
  const base = times.dated
    ? timeChannel({})
    : { field: "t", type: "quantitative", scale: {}, axis: { title: "Time", grid: false, labelOverlap: true } };
  const range = [known.reduce((a, b) => Math.min(a, b)), known.reduce((a, b) => Math.max(a, b))];
  const x = { ...base, scale: { ...(base["scale"] as object), domain: range, nice: false, zero: false } };
  const y = { field: "name", type: "nominal", sort: names, axis: { title: null, grid: true, ticks: false } };
  return chartSpec(
    { title: "Changes over time", height: Math.max(ROW * names.length, 3 * ROW) },
    {
      data: { values },
      layer: [
        {
          mark: { type: "rule", color: LIGHT.ink, strokeWidth: 2 },
          encoding: { y, x: { ...x, field: "lo" }, x2: { field: "hi" } },
        },
        {
          mark: { type: "point", filled: true, size: 70, opacity: 1, color: LIGHT.category[0] },
          encoding: {
            y,
            x,
            tooltip: [
              { field: "name", type: "nominal", title: "Series" },
              { field: "when", type: "nominal", title: "Changed" },
            ],
          },
        },
      ],
    },
  );
}
