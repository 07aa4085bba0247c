import { chartSpec } from "../../../src/report/charts/chart-input.js";
import { commonStep, hoverLayer } from "../../../src/report/charts/hover-layer.js";
import { addSeries, seriesFields, seriesLayers } from "../../../src/report/charts/series-layers.js";
import type { VegaLiteSpec } from "../../../src/report/index.js";

/** Points drawn; of more steps only some are. */
const MOST_POINTS = 1000;

interface SurvivalChartInput {
  title: string;
  /** Length of the axis. */
  hours: number;
  curve: readonly { hours: number; survival: number; lower: number | null; upper: number | null }[];
}

/** Share of vehicles without a failure over the hours of a soak, in steps, with its band. */
export function survivalChart({ title, hours, curve }: SurvivalChartInput): VegaLiteSpec {
  const every = Math.ceil(curve.length / MOST_POINTS);
  const steps = curve.filter((_, i) => i % every === 0 || i === curve.length - 1);
  const start = { hours: 0, survival: 1, lower: null, upper: null };
  // The last step holds until the end of the soak.
  const points = [...(steps[0]?.hours === 0 ? [] : [start]), ...steps, { ...(steps.at(-1) ?? start), hours }];
  const series = [
    {
      name: "without a failure",
      value: points.map(({ survival }) => survival),
      lo: points.map(({ lower }) => lower),
      hi: points.map(({ upper }) => upper),
    },
  ];
  const values: VegaLiteSpec[] = points.map((point) => ({ x: point.hours }));
  addSeries(
    values,
    points.map((_, i) => i),
    series,
  );
  const x = {
    field: "x",
    type: "quantitative",
    scale: { zero: true, nice: false },
    axis: { title: "Hours since the update", grid: false },
  };
  const layer = seriesLayers(series, x, "Vehicles without a failure", "step-after");
  for (const one of layer) {
    const encoding = one["encoding"] as Record<string, VegaLiteSpec>;
    const y = encoding["y"];
    encoding["y"] = { ...y, scale: { zero: false }, axis: { ...(y["axis"] as object), format: ".4~%" } };
  }
  const label = { title: "Hours", expression: "format(datum.x, ',.4~r')" };
  layer.push(hoverLayer(x, commonStep(points.map((point) => point.hours)), label, seriesFields(series)));
  return chartSpec({ title }, { data: { values }, layer });
}
