import { LIGHT } from "../palette.js";
import type { VegaLiteSpec } from "../types.js";
import { axisTitle, chartNumber, chartSpec, type Numbers, type TimeText } from "./chart-input.js";
import { commonStep, type HoverField, hoverLayer } from "./hover-layer.js";
import { legendColour } from "./legend.js";
import { TIME_LABEL, timeChannel, wallClock } from "./time-axis.js";

/** Input of {@link fanChart}. All times are epoch ms; NaN and null are missing and leave a gap. */
export interface FanChartInput extends TimeText {
  history?: { time: Numbers; value: Numbers };
  /** Forecast steps. */
  time: Numbers;
  /** Median at each step. */
  median: Numbers;
  /** Intervals by level in per cent, bounds at each step. */
  bands: readonly { level: number; lo: Numbers; hi: Numbers }[];
  /** What exists: one number for the whole chart, or values that hold from their time on. */
  capacity?: number | { time: Numbers; value: Numbers };
}

type Row = Record<string, number | null>;

/** Rows by time, so that the columns of one instant share a row and a tooltip. */
class RowsByTime {
  readonly #rows = new Map<number, Row>();

  constructor(readonly wall: (instant: number) => number) {}

  add(time: Numbers, field: string, values: Numbers): void {
    for (let i = 0; i < time.length; i += 1) {
      const instant = time[i];
      if (instant == null || !Number.isFinite(instant)) continue;
      const t = this.wall(instant);
      const row = this.#rows.get(t) ?? { t };
      row[field] = chartNumber(values[i]);
      this.#rows.set(t, row);
    }
  }

  sorted(): Row[] {
    return [...this.#rows.values()].sort((a, b) => (a["t"] as number) - (b["t"] as number));
  }
}

const NAMES = { history: "Observed", median: "Forecast", capacity: "Capacity" } as const;

/**
 * What was observed, the median forecast and its intervals, and what exists, over time.
 *
 * @example fanChart({ time, median: f.mean, bands: [{ level: 80, lo: f.lo[80], hi: f.hi[80] }], unit: "GPU" })
 */
export function fanChart(input: FanChartInput): VegaLiteSpec {
  const rows = new RowsByTime(wallClock(input.timeZone ?? "UTC"));
  const bands = [...input.bands].sort((a, b) => a.level - b.level);
  if (input.history) rows.add(input.history.time, "history", input.history.value);
  rows.add(input.time, "median", input.median);
  for (const [i, { lo, hi }] of bands.entries()) {
    rows.add(input.time, `lo${i}`, lo);
    rows.add(input.time, `hi${i}`, hi);
  }
  const { capacity } = input;
  if (typeof capacity === "object") rows.add(capacity.time, "capacity", capacity.value);

  const tint = (i: number) => LIGHT.band[Math.min(i + (bands.length > 2 ? 0 : 1), LIGHT.band.length - 1)];
  const bandName = (level: number) => `${level} % interval`;
  const entries: [string, string][] = [
    ...(input.history ? [[NAMES.history, LIGHT.ink] as [string, string]] : []),
    [NAMES.median, LIGHT.category[0]],
    ...bands.map(({ level }, i) => [bandName(level), tint(i)] as [string, string]),
    ...(capacity === undefined ? [] : [[NAMES.capacity, LIGHT.category[1]] as [string, string]]),
  ];
  const x = timeChannel(input);
  const title = axisTitle(input.yTitle, input.unit);
  const y = (field: string) => ({ field, type: "quantitative", title, axis: { title } });
  const present = (field: string) => [{ filter: `isValid(datum.${field})` }];

  const layer: VegaLiteSpec[] = bands
    .map((band, i) => ({
      transform: present(`lo${i}`),
      mark: { type: "area", opacity: 1 },
      encoding: { x, y: y(`lo${i}`), y2: { field: `hi${i}` }, color: legendColour(bandName(band.level), entries) },
    }))
    .reverse();
  if (capacity !== undefined) {
    const color = legendColour(NAMES.capacity, entries);
    layer.push(
      typeof capacity === "number"
        ? {
            // A row of its own: the chart's rows would each draw the rule again.
            data: { values: [{}] },
            mark: { type: "rule", strokeWidth: 2, strokeDash: [6, 4] },
            encoding: { y: { datum: capacity, type: "quantitative", title }, color },
          }
        : {
            transform: present("capacity"),
            mark: { type: "line", interpolate: "step-after", strokeWidth: 2, strokeDash: [6, 4] },
            encoding: { x, y: y("capacity"), color },
          },
    );
  }
  const line = (field: string, name: string, strokeWidth: number): VegaLiteSpec => ({
    // Only the rows of its own time grid, so that the other column's times do not break the line.
    transform: [{ filter: `isDefined(datum.${field})` }],
    mark: { type: "line", strokeWidth },
    encoding: { x, y: y(field), color: legendColour(name, entries) },
  });
  if (input.history) layer.push(line("history", NAMES.history, 1.5));
  layer.push(line("median", NAMES.median, 2));

  const values = rows.sorted();
  const fields: HoverField[] = [
    ...(input.history ? [{ field: "history", title: NAMES.history }] : []),
    { field: "median", title: NAMES.median },
    ...bands.flatMap(({ level }, i) => [
      { field: `lo${i}`, title: `${level} % from` },
      { field: `hi${i}`, title: `${level} % to` },
    ]),
    ...(typeof capacity === "object" ? [{ field: "capacity", title: NAMES.capacity }] : []),
  ];
  const step = commonStep(values.map((row) => row["t"] as number));
  layer.push(hoverLayer(x, step, { title: "Time", expression: TIME_LABEL }, fields));
  return chartSpec(input, { data: { values }, layer });
}
