import type { ForecastBacktest } from "../src/forecast/index.js";
import type { Report } from "../src/report/index.js";
import { bySeriesSection, lossesSection } from "./forecast-quality/by-series.js";
import { dataQualitySection } from "./forecast-quality/data-quality.js";
import { horizonSection } from "./forecast-quality/horizon.js";
import { intervalsSection } from "./forecast-quality/intervals.js";
import { leaderboardSection } from "./forecast-quality/leaderboard.js";
import { methodSection } from "./forecast-quality/method.js";
import { neuralSection } from "./forecast-quality/neural.js";
import { stepWords } from "./forecast-quality/steps.js";
import { verdictSection } from "./forecast-quality/verdict.js";
import { worstSection } from "./forecast-quality/worst.js";

/** Sections from the first glance to the fine print. */
const SECTIONS = Object.freeze([
  verdictSection,
  leaderboardSection,
  neuralSection,
  intervalsSection,
  horizonSection,
  bySeriesSection,
  worstSection,
  lossesSection,
  dataQualitySection,
  methodSection,
]);

/**
 * The backtest as a report that answers whether a forecast may be believed: which model, how honest its intervals are,
 * how far ahead, on which series, and where it fails. The report is dated with the result's `as_of`.
 *
 * @example const html = await renderHtml(forecastQualityReport(result));
 */
export function forecastQualityReport(result: ForecastBacktest): Report {
  const { createdFrom, season, step, origins, models } = result;
  return {
    schemaVersion: "1.0",
    id: "forecast_quality",
    title: `Forecast quality: ${result.value}`,
    generatedAt: result.as_of,
    parameters: [
      { name: "Horizon", value: stepWords(result, result.horizon) },
      { name: "Origins", value: origins.length > 1 ? `${origins.length}, ${stepWords(result, step)} apart` : "1" },
      { name: "Seasons", value: season.length ? season.map((s) => stepWords(result, s)).join(", ") : "none" },
      { name: "Models", value: models.map(({ model }) => model).join(", ") },
    ],
    provenance: {
      tool: "fleetlens",
      version: result.version,
      inputs: createdFrom.inputs,
      seed: createdFrom.seed,
    },
    cells: SECTIONS.flatMap((section) => section(result)),
  };
}
