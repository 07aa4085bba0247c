import type { DriftFile } from "../../src/drift/index.js";
import { chartNumber, chartSpec, TOOLTIP_NUMBER } from "../../src/report/charts/chart-input.js";
import { legendColour } from "../../src/report/charts/legend.js";
import type { VegaLiteSpec } from "../../src/report/index.js";
import { LIGHT } from "../../src/report/palette.js";

type Calibration = NonNullable<NonNullable<NonNullable<DriftFile["model"]>["calibration"]>["reference"]>;

interface Curve {
  name: string;
  bins: Calibration["equal_mass"]["bins"];
}

/** Observed share against mean score, bin by bin, with intervals and the diagonal on which a calibrated score lies. */
export function reliabilityChart(title: string, curves: readonly Curve[]): VegaLiteSpec {
  const entries = curves.map(({ name }, i) => [name, LIGHT.category[i]] as const);
  const axis = (of: string) => ({ title: of, format: TOOLTIP_NUMBER });
  const scale = { domain: [0, 1], nice: false };
  const x = (field: string) => ({ field, type: "quantitative", scale, axis: axis("Mean score of the bin") });
  const y = (field: string) => ({ field, type: "quantitative", scale, axis: axis("Observed share") });
  const number = (field: string, of: string) => ({ field, type: "quantitative", title: of, format: TOOLTIP_NUMBER });
  const tooltip = [
    number("score", "Mean score"),
    number("observed", "Observed"),
    number("lower", "From"),
    number("upper", "To"),
    number("n", "Rows"),
  ];
  const diagonal = [0, 1].map((score) => ({ score, observed: score }));
  const layers = curves.flatMap(({ name, bins }, i) => {
    const values = bins.map(({ n, mean_score, observed, lower, upper }) => ({
      n,
      score: chartNumber(mean_score),
      observed: chartNumber(observed),
      lower: chartNumber(lower),
      upper: chartNumber(upper),
    }));
    const color = legendColour(name, entries);
    const [, colour] = entries[i];
    return [
      {
        data: { values },
        mark: { type: "rule", strokeWidth: 1.5, color: colour },
        encoding: { x: x("score"), y: y("lower"), y2: { field: "upper" } },
      },
      {
        data: { values },
        mark: { type: "point", filled: true, size: 60, opacity: 1, shape: i === 0 ? "circle" : "square" },
        encoding: { x: x("score"), y: y("observed"), color, tooltip },
      },
    ];
  });
  return chartSpec(
    { title, height: 280 },
    {
      layer: [
        {
          data: { values: diagonal },
          mark: { type: "line", color: LIGHT.ink, strokeWidth: 1.5, strokeDash: [4, 3] },
          encoding: { x: x("score"), y: y("observed") },
        },
        ...layers,
      ],
    },
  );
}
