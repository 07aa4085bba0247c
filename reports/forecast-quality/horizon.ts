import type { BacktestModel, ForecastBacktest } from "../../src/forecast/index.js";
import { type Cell, lineChart } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, listed } from "../capacity-plan/words.js";
import { aheadTitle, stepName, stepWords } from "./steps.js";
import { blockMeans, blockPositions, stepsPerPoint, thinningWords } from "./thin-steps.js";
import { baselineOf } from "./verdict.js";

/** Models drawn beside each other; more lines cannot be told apart. */
const MOST_LINES = 6;

const average = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((v) => v !== null);
  return known.length ? known.reduce((a, b) => a + b, 0) / known.length : null;
};

/** Mean error over the first and the last tenth of the horizon. */
function ends({ steps }: BacktestModel): { first: number | null; last: number | null } {
  const tenth = Math.max(1, Math.floor(steps.mase.length / 10));
  return { first: average(steps.mase.slice(0, tenth)), last: average(steps.mase.slice(-tenth)) };
}

/** Steps at which the best model errs more than the baseline. */
function worseSteps(best: BacktestModel, base: BacktestModel): number {
  return best.steps.mase.filter((v, h) => {
    const other = base.steps.mase[h];
    return v !== null && other !== null && v > other;
  }).length;
}

function conclusion(result: ForecastBacktest): string {
  const [best] = result.models;
  const { first, last } = ends(best);
  if (first === null || last === null) return "No series has an error that can be compared over the horizon.";
  const growth =
    result.horizon === 1
      ? `The error is ${figure(first)} naive errors.`
      : `From the start to the end of the horizon the error of ${best.model} goes from ${figure(first)} to ${figure(last)} naive errors.`;
  const base = baselineOf(result);
  if (!base || base === best) return growth;
  const worse = worseSteps(best, base);
  const scored = best.steps.mase.filter((v) => v !== null).length;
  return `${growth} ${worse === 0 ? `It stays below ${base.model} throughout.` : `It is above ${base.model} at ${worse} of ${stepWords(result, scored)} ahead.`}`;
}

/** The best models, and the baseline wherever it stands. */
function drawn(result: ForecastBacktest): BacktestModel[] {
  const base = baselineOf(result);
  const first = result.models.slice(0, MOST_LINES);
  return base && !first.includes(base) ? [...first.slice(0, -1), base] : first;
}

function errorChart(result: ForecastBacktest): Cell {
  const size = stepsPerPoint(result.horizon);
  const models = drawn(result);
  const words = models.flatMap((m) => {
    const { first, last } = ends(m);
    return first === null || last === null
      ? []
      : [`${m.model} ${figure(first)} at the start and ${figure(last)} at the end`];
  });
  const left = result.models.length - models.length;
  return {
    kind: "chart",
    id: "horizon-error",
    alt: `Mean error by ${stepName(result)} ahead in units of the naive error: ${listed(words)}.`,
    caption:
      `Mean absolute error over series and origins; 1 is the error of the naive forecast inside the history.` +
      (left > 0
        ? ` ${counted(left, "less accurate model")} of the leaderboard ${left === 1 ? "is" : "are"} not drawn.`
        : "") +
      thinningWords(size, stepName(result)),
    spec: lineChart({
      title: "Error by distance from the origin",
      x: blockPositions(result.horizon, size, 1),
      xTitle: aheadTitle(result),
      yTitle: "Mean absolute error",
      unit: "naive errors",
      series: models.map(({ model, steps }) => ({ name: model, value: blockMeans(steps.mase, size) })),
    }),
  };
}

function widthChart(result: ForecastBacktest): Cell {
  const [{ model, steps }] = result.models;
  const size = stepsPerPoint(result.horizon);
  const series = [
    { name: "80 % interval", value: blockMeans(steps.width_80, size) },
    { name: "95 % interval", value: blockMeans(steps.width_95, size) },
  ];
  const words = series.map(
    ({ name, value }) =>
      `the ${name} ${figure(value[0] ?? 0)} at the start and ${figure(value.at(-1) ?? 0)} at the end`,
  );
  return {
    kind: "chart",
    id: "horizon-width",
    alt: `Mean width of the intervals of ${model} in naive errors: ${listed(words)}.`,
    caption: `How wide the intervals are: narrower is better only as long as they stay honest.${thinningWords(size, stepName(result))}`,
    spec: lineChart({
      title: `Width of the intervals of ${model}`,
      x: blockPositions(result.horizon, size, 1),
      xTitle: aheadTitle(result),
      yTitle: "Mean width",
      unit: "naive errors",
      series,
    }),
  };
}

/** How error and width grow with the distance from the origin. */
export function horizonSection(result: ForecastBacktest): Cell[] {
  return [heading("horizon", "How far ahead?", conclusion(result)), errorChart(result), widthChart(result)];
}
