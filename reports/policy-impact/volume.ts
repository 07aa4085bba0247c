import type { Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted } from "../capacity-plan/words.js";
import { cell, rateValue } from "../estimate-words.js";
import type { Impact } from "./impact.js";
import { intervalTable } from "./interval-table.js";
import { drivenWords, type MetricName, rateEstimate, withAll } from "./words.js";

/** Figures of the table; the first need labels. */
const LABELLED: readonly MetricName[] = Object.freeze([
  ...(["nuisance_per_1000km", "nuisance_per_vehicle_day", "miss_per_1000km", "miss_per_vehicle_day"] as const),
]);
const VOLUME: readonly MetricName[] = Object.freeze(["alerts_per_1000km", "alerts_per_vehicle_day"]);

/** What of a policy's promises was kept. */
function expectations({ result }: Impact): Cell[] {
  const { alerts_per_day, coverage_gain } = result.policy.expected_impact;
  const rows = [
    { name: "Alerts per day", one: alerts_per_day, number: cell },
    { name: "Gain of recall (points)", one: coverage_gain, number: rateValue },
  ].flatMap(({ name, one, number }) => {
    if (!one) return [];
    const holds = one.holds === null ? `not known: ${one.reason}` : one.holds ? "yes" : "no";
    return {
      ...{ name, expected: number(one.expected), measured: number(one.measured) },
      ...{ lower: number(one.lower), upper: number(one.upper), holds },
    };
  });
  if (rows.length === 0) return [];
  return [
    {
      kind: "table",
      id: "expected-table",
      caption: "What the policy expects of itself; it holds where it lies within the interval.",
      columns: [
        { name: "name", label: "Figure", format: "text" },
        { name: "expected", label: "Expected" },
        { name: "measured", label: "Measured" },
        { name: "lower", label: "From" },
        { name: "upper", label: "To" },
        { name: "holds", label: "Holds", format: "text" },
      ],
      rows,
    },
  ];
}

/** How often drivers and operators will hear of it. */
export function volumeSection(impact: Impact): Cell[] {
  const { overall, exposure } = impact.result;
  const metrics = overall.labels === null ? VOLUME : [...VOLUME, ...LABELLED];
  const lines = withAll(impact.result).flatMap(([trigger, score]) =>
    metrics.map((metric) => ({ trigger, metric, value: score[metric], interval: score.intervals[metric] })),
  );
  return [
    heading(
      "volume",
      "How many alerts will there be?",
      `${overall.alerts_per_1000km === null ? "" : `${rateEstimate(overall, "alerts_per_1000km")} per 1000 km and `}${rateEstimate(overall, "alerts_per_vehicle_day")} per vehicle-day, from ${drivenWords(exposure.km)} of ${counted(exposure.vehicles, "vehicle")} in ${counted(exposure.days, "day")}.`,
    ),
    intervalTable({ id: "volume-table", caption: "Rates with their intervals of 95 %." }, lines),
    ...expectations(impact),
  ];
}
