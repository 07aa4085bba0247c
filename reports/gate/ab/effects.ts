import type { AbFile } from "../../../src/experiment/index.js";
import type { Cell } from "../../../src/report/index.js";
import { heading } from "../../capacity-plan/section.js";
import { counted, figure } from "../../capacity-plan/words.js";
import { cell, estimateWords } from "../../estimate-words.js";
import { distinctNames } from "../../gc/distinct-names.js";
import { intervalChart } from "../../interval-chart.js";
import { leftOutWords, MOST_ROWS } from "../../row-limit.js";
import { effectOf, metricsOf } from "./metrics.js";

/** Metrics drawn; more rows cannot be read. */
const MOST_DRAWN = 40;

/** Effects of all metrics at their last look. */
export function effectsSection({ experiments }: AbFile): Cell[] {
  const metrics = experiments.flatMap((experiment) =>
    metricsOf(experiment).map((metric) => ({ ...metric, experiment })),
  );
  if (metrics.length === 0) return [];
  const drawn = metrics.filter(({ last: { z, bound } }) => z !== null && bound !== null).slice(0, MOST_DRAWN);
  const names = distinctNames(
    drawn.map(({ name, last }) => (last.role === "guardrail" ? `${name} (guardrail)` : name)),
  );
  const beyond = drawn.filter(({ last: { z, bound } }) => Math.abs(z!) >= bound!).length;
  const fewer = metrics.length > drawn.length ? ` ${figure(drawn.length)} of ${figure(metrics.length)} metrics.` : "";
  return [
    heading(
      "effects",
      "Which arms differ?",
      `${figure(beyond)} of ${counted(metrics.length, "metric")} ${beyond === 1 ? "lies" : "lie"} beyond the bound at the last look.`,
    ),
    ...(drawn.length === 0
      ? []
      : [
          {
            kind: "chart" as const,
            id: "effects-intervals",
            alt: `Effects of ${counted(drawn.length, "metric")} at the last look: ${drawn[0].name} ${estimateWords(effectOf(drawn[0].last))}.`,
            caption: `Each effect in half-widths of its own interval, so that metrics of any unit share an axis: an interval clear of 0 is one beyond its bound.${fewer}`,
            spec: intervalChart({
              title: "Effect by metric",
              rows: drawn.map(({ last: { z, bound } }, i) => ({
                name: names[i],
                value: z! / bound!,
                lower: z! / bound! - 1,
                upper: z! / bound! + 1,
              })),
              rules: [{ value: 0, label: "no difference" }],
              xTitle: "b \u2212 a, in half-widths",
            }),
          },
        ]),
    {
      kind: "table",
      id: "effects-table",
      caption: `Last looks. Effect: mean of b less that of a, with an interval that holds at all looks of the design.${leftOutWords(metrics.length)}`,
      columns: [
        { name: "experiment", label: "Experiment", format: "text" },
        { name: "metric", label: "Metric", format: "text" },
        { name: "role", label: "Role", format: "text" },
        { name: "look", label: "Look", format: "integer" },
        { name: "information", label: "Information", format: "percent" },
        { name: "n_a", label: "Rows of a", format: "integer" },
        { name: "n_b", label: "Rows of b", format: "integer" },
        { name: "effect", label: "Effect" },
        { name: "lower", label: "From" },
        { name: "upper", label: "To" },
        { name: "z", label: "z" },
        { name: "bound", label: "Bound" },
        { name: "cuped", label: "Variance saved", format: "percent" },
      ],
      rows: metrics.slice(0, MOST_ROWS).map(({ experiment: { experiment }, metric, last }) => ({
        experiment,
        metric,
        role: last.role,
        look: last.look,
        information: cell(last.information),
        ...{ n_a: last.n_a, n_b: last.n_b },
        effect: cell(last.effect),
        lower: cell(last.lower),
        upper: cell(last.upper),
        z: cell(last.z),
        bound: cell(last.bound),
        cuped: cell(last.cuped?.variance_reduction ?? null),
      })),
    },
  ];
}
