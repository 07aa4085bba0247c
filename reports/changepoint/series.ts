import type { ChangesFile } from "../../src/changepoint/index.js";
import type { Cell } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { counted, sentence } from "../capacity-plan/words.js";
import { leftOutWords, MOST_ROWS } from "../row-limit.js";
import { seriesName } from "./found.js";

/** Warnings told one by one. */
const TOLD = 8;

const STATUS = Object.freeze({
  ok: "searched",
  "too-short": "too short",
  constant: "constant",
  "all-missing": "no values",
});

/** Every series: how it was modelled, how noisy it is, and what is doubtful about it. */
export function seriesSection(result: ChangesFile): Cell[] {
  const { series } = result;
  if (series.length === 0) return [];
  const quiet = series.filter(({ status, changes }) => status === "ok" && changes.length === 0).length;
  const warnings = series.flatMap((one) =>
    one.warnings.map((text) => (seriesName(one) ? `${seriesName(one)}: ${text}.` : sentence(text))),
  );
  const more = warnings.length - TOLD;
  return [
    heading(
      "series",
      "The series",
      `${counted(quiet, "series", "series")} of ${series.length} ${quiet === 1 ? "was" : "were"} searched and held no change.`,
    ),
    {
      kind: "table",
      id: "series-table",
      caption: `Model, noise and season of each series.${leftOutWords(series.length)}`,
      columns: [
        { name: "name", label: "Series", format: "text" },
        { name: "n", label: "Observations", format: "integer" },
        { name: "status", label: "Status", format: "text" },
        { name: "changes", label: "Changes", format: "integer" },
        { name: "model", label: "Model", format: "text" },
        { name: "sigma", label: "Noise (sd)" },
        { name: "phi", label: "Autocorrelation" },
        { name: "period", label: "Season", format: "integer" },
        { name: "outliers", label: "Spikes", format: "integer" },
      ],
      rows: series.slice(0, MOST_ROWS).map((one) => ({
        name: seriesName(one),
        n: one.n,
        status: STATUS[one.status],
        changes: one.changes.length,
        model: one.model,
        sigma: one.noise.sigma,
        phi: one.noise.phi,
        period: one.noise.period,
        outliers: one.outliers.length,
      })),
    },
    ...bullets("series-warnings", [
      ...warnings.slice(0, TOLD),
      more > 0 ? `${counted(more, "more warning")} ${more === 1 ? "stands" : "stand"} in the result's file.` : "",
    ]),
  ];
}
