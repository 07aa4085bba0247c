import type { ForecastBacktest, ShownSeries } from "../../src/forecast/index.js";
import { counted, figure, percent } from "../capacity-plan/words.js";
import { stepName, stepWords } from "./steps.js";

type Finding = ShownSeries["findings"][number];

/** A finding as a sentence; every figure in it was computed from the series. */
export function findingWords(result: ForecastBacktest, { kind, figures: f }: Finding): string {
  const steps = (count: number) => stepWords(result, count);
  const { models, horizon } = result;
  const [{ model }] = models;
  switch (kind) {
    case "missing_values":
      return `Data are missing: ${f["missing"]} of ${steps(f["steps"])} have no value to compare with.`;
    case "missing_history":
      return `The history has holes: ${f["missing"]} of the last ${steps(f["steps"])} before the origin are missing.`;
    case "short_history":
      return `The history is short: ${steps(f["steps"])}, less than two seasons of ${f["season"]}.`;
    case "idle":
      return `The series fell idle: ${steps(f["steps"])} in a row at 0, where ${model} expected ${figure(f["expected"])} on average.`;
    case "woke_up":
      return `The series woke up: it stood at 0 for the last ${steps(f["steps"])} before the origin, then averaged ${figure(f["after"])}.`;
    case "level_shift":
      return (
        `The level shifted after the origin: the mean went from ${figure(f["before"])} to ${figure(f["after"])}, ` +
        `while ${counted(f["changes"], "earlier change")} between like stretches of the history ${f["changes"] === 1 ? "was" : "were"} at most ${figure(f["largest_before"])}.`
      );
    case "left_range": {
      const stretch = f["width"] === 1 ? `every ${stepName(result)}` : `every mean of ${steps(f["width"])}`;
      const range = f["least"] === f["most"] ? figure(f["most"]) : `${figure(f["least"])} to ${figure(f["most"])}`;
      const [side, bound] = f["above"] === 1 ? ["above", "highest"] : ["below", "lowest"];
      return `From ${stepName(result)} ${f["from"]} on ${stretch} was ${range}: ${side} all ${f["stretches"]} such stretches before the origin (${bound} ${figure(f["bound"])}).`;
    }
    case "new_peak":
      return `A new peak: ${figure(f["peak"])}, where the history never went above ${figure(f["before"])}.`;
    case "new_low":
      return `A new low: ${figure(f["low"])}, where the history never went below ${figure(f["before"])}.`;
    case "one_sided":
      return `The forecast lay too ${f["above"] === 1 ? "low" : "high"} at ${percent(f["share"])} of the ${stepName(result)}s.`;
    case "bursts":
      return `Short bursts were missed: ${steps(f["steps"])} of ${horizon} hold ${percent(f["share"])} of the error.`;
    case "small_error":
      return `Against the level the error is small: ${percent(f["relative"])} of it; inside the history the naive forecast errs by ${percent(f["naive"])}.`;
    case "naive_better":
      return `Seasonal naive did better here: MASE ${figure(f["seasonal_naive"])} against ${figure(f["mase"])}.`;
  }
}
