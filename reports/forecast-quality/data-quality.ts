import type { ForecastBacktest } from "../../src/forecast/index.js";
import type { Cell } from "../../src/report/index.js";
import { heading, paragraph } from "../capacity-plan/section.js";
import { counted, listed, percent } from "../capacity-plan/words.js";

const seriesWords = (count: number) => counted(count, "series", "series");

function conclusion({ quality }: ForecastBacktest): string {
  const { series, scored, missing_steps, actual_steps, unscaled_count, partly_scored } = quality;
  const parts = [
    scored === series ? `All ${seriesWords(series)} were scored` : `${scored} of ${seriesWords(series)} were scored`,
    partly_scored > 0 ? `, ${partly_scored} of them at some origins only` : "",
    missing_steps > 0
      ? `; ${percent(missing_steps / actual_steps)} of the values to compare with are missing and count nowhere`
      : "; no value to compare with is missing",
    unscaled_count > 0 ? `; ${seriesWords(unscaled_count)} have no MASE at some origin` : "",
  ];
  return `${parts.join("")}.`;
}

function leftOut({ quality }: ForecastBacktest): Cell[] {
  const { left_out, least_history, series, scored } = quality;
  const more = series - scored - left_out.length;
  if (left_out.length === 0) return [];
  return [
    {
      kind: "table",
      id: "quality-left-out",
      caption:
        `Left out: fewer than ${least_history} values before the last origin.` +
        (more > 0 ? ` ${more} more are not listed.` : ""),
      columns: [
        { name: "id", label: "Series", format: "text" },
        { name: "values", label: "Values in all", format: "integer" },
      ],
      rows: left_out.map(({ id, values }) => ({ id, values })),
    },
  ];
}

function unscaled({ quality }: ForecastBacktest): Cell[] {
  if (quality.unscaled_count === 0) return [];
  const more = quality.unscaled_count - quality.unscaled.length;
  const names = [...quality.unscaled, ...(more > 0 ? [`${more} more`] : [])];
  const text = `Without a MASE at some origin, as the history up to it is constant or nothing came to compare with: ${listed(names)}.`;
  return [paragraph("quality-unscaled", text)];
}

function notes({ quality, warnings }: ForecastBacktest): Cell[] {
  const rows = [
    ...warnings.map((note) => ({ note, series: null })),
    ...quality.notes.map(({ note, series }) => ({ note, series })),
  ];
  if (rows.length === 0) return [];
  return [
    {
      kind: "table",
      id: "quality-notes",
      caption: "Remarks on the input, and of the forecasts from the last origin (… stands for their numbers).",
      columns: [
        { name: "note", label: "Remark", format: "text" },
        { name: "series", label: "Series", format: "integer" },
      ],
      rows,
    },
  ];
}

/** What the scores rest on, and what was left out. */
export function dataQualitySection(result: ForecastBacktest): Cell[] {
  return [
    heading("quality", "Data quality", conclusion(result)),
    ...leftOut(result),
    ...unscaled(result),
    ...notes(result),
  ];
}
