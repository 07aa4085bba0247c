import type { JoinTest } from "../../forecast/index.js";
import type { SeriesForecast } from "../../ingest/index.js";
import type { ForecastMeta, NeuralFacts } from "./forecast-meta-schema.js";

/** What the batches that these forecasts are of say of the neural model. */
export function joinTests(series: readonly SeriesForecast[]): JoinTest[] {
  return [...new Set(series.flatMap(({ forecast }) => forecast.joins?.["neural"] ?? []))];
}

/** Gain over all batches, each counting by its series; null where none compared anything. */
function meanGain(joins: readonly JoinTest[]): number | null {
  const known = joins.flatMap(({ gain, series }) => (gain === null ? [] : [{ gain, series }]));
  const all = known.reduce((sum, { series }) => sum + series, 0);
  return all > 0 ? known.reduce((sum, { gain, series }) => sum + gain * series, 0) / all : null;
}

const percent = (share: number): string => `${(100 * Math.abs(share)).toFixed(1)} %`;

/** What a person reads of a neural model that joined. */
export function joinWords(joins: readonly JoinTest[]): string {
  const joined = joins.filter((test) => test.joined);
  if (joined.length === 0) return "";
  const where = joins.length > 1 ? ` in ${joined.length} of ${joins.length} batches` : "";
  return `; the neural model joined${where} (errors at the origins ${percent(meanGain(joined) ?? 0)} lower)`;
}

/** Says where a neural model that was asked for has no part in the forecast. */
export function leftOutWarnings(joins: readonly JoinTest[]): string[] {
  const left = joins.filter((test) => !test.joined);
  if (left.length === 0) return [];
  const where = joins.length > 1 ? ` in ${left.length} of ${joins.length} batches` : "";
  const gain = meanGain(left);
  const why =
    gain === null
      ? "no origin inside the histories could judge it"
      : gain > 0
        ? `it lowers the errors at the origins by no more than chance would (${percent(gain)})`
        : `it raises the errors at the origins (${percent(gain)})`;
  return [`the neural model is left out${where}: ${why}`];
}

/** What the metadata say of the neural model. */
export function neuralMeta(facts: NeuralFacts, joins: readonly JoinTest[]): ForecastMeta["neural"] {
  if (typeof facts === "string") return facts;
  const joined = joins.length > 0 ? joins.some((test) => test.joined) : null;
  return { ...facts, joined, gain: meanGain(joins), batches: [...joins] };
}
