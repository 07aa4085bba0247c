import type { BacktestModel, ForecastBacktest } from "../../src/forecast/index.js";
import { type Cell, lineChart } from "../../src/report/index.js";
import { shareValue } from "../capacity-plan/estimates.js";
import { heading } from "../capacity-plan/section.js";
import { listed, perCent, percent } from "../capacity-plan/words.js";
import { coverageBand } from "./coverage-band.js";
import { judgeInterval } from "./judge-interval.js";
import { aheadTitle, stepName, stepWords } from "./steps.js";
import { blockMeans, blockPositions, stepsPerPoint, thinningWords } from "./thin-steps.js";
import { tuneAxes } from "./tune-axes.js";

const LEVELS = [80, 95] as const;
type Level = (typeof LEVELS)[number];

/** Coverage of a level by step with the range of chance around the nominal one. */
function byStep({ steps, ...model }: BacktestModel, level: Level) {
  const bands = steps.n.map((n) => coverageBand(level / 100, n, model[`design_effect_${level}`]));
  return { held: steps[`coverage_${level}`], lo: bands.map((b) => b?.lo ?? null), hi: bands.map((b) => b?.hi ?? null) };
}

/** Shares of the scored steps whose coverage lies below and above the range of chance. */
function outside(model: BacktestModel, level: Level): { below: number; above: number; scored: number } {
  const { held, lo, hi } = byStep(model, level);
  const count = (test: (v: number, h: number) => boolean) => held.filter((v, h) => v !== null && test(v, h)).length;
  return {
    below: count((v, h) => v < (lo[h] ?? 0)),
    above: count((v, h) => v > (hi[h] ?? 1)),
    scored: held.filter((v) => v !== null).length,
  };
}

const VERDICTS = {
  honest: "holds what it says",
  narrow: "is too narrow",
  wide: "is wider than it says",
  plausible: "is as honest as the sample can tell",
  unknown: "cannot be judged by one sample",
} as const;

function conclusion(result: ForecastBacktest, model: BacktestModel): string {
  const words = LEVELS.map(
    (level) => `the ${perCent(level)} interval ${VERDICTS[judgeInterval(model, level).verdict]}`,
  );
  const { below, above, scored } = outside(model, 80);
  const where =
    below + above === 0
      ? `At no ${stepName(result)} ahead does its ${perCent(80)} interval stray further than chance allows.`
      : `At ${below + above} of ${stepWords(result, scored)} ahead its ${perCent(80)} interval strays further than chance allows (${below} too low, ${above} too high; ${percent(0.05)} are to be expected).`;
  return `Of ${model.model}, ${listed(words)}. ${where}`;
}

function coverageChart(result: ForecastBacktest, model: BacktestModel): Cell {
  const size = stepsPerPoint(result.horizon);
  const series = LEVELS.map((level) => {
    const { held, lo, hi } = byStep(model, level);
    return {
      name: `${level} % interval`,
      value: blockMeans(held, size),
      lo: blockMeans(lo, size),
      hi: blockMeans(hi, size),
    };
  });
  const range = ({ value }: (typeof series)[number]) => {
    const known = value.filter((v) => v !== null);
    return known.length ? `${percent(Math.min(...known))} to ${percent(Math.max(...known))}` : "nothing";
  };
  return {
    kind: "chart",
    id: "intervals-coverage",
    alt:
      `Share of the values held by the intervals of ${model.model} at each ${stepName(result)} ahead: the ${perCent(80)} interval holds ` +
      `${range(series[0])}, the ${perCent(95)} interval ${range(series[1])}.`,
    caption:
      "Lines: share of the values inside the interval. Bands: where an honest interval would stay by chance in 95 of 100 cases, " +
      "given how many series there are and how alike their origins are. Dashed: what the intervals promise." +
      thinningWords(size, stepName(result)),
    spec: tuneAxes(
      lineChart({
        title: `Held by the intervals of ${model.model}`,
        x: blockPositions(result.horizon, size, 1),
        xTitle: aheadTitle(result),
        yTitle: "Values inside the interval",
        unit: "%",
        series,
        yRules: LEVELS.map((level) => ({ value: level / 100, label: perCent(level) })),
        percent: true,
      }),
      { zero: false },
    ),
  };
}

/** Models drawn beside each other; more lines cannot be told apart. */
const MOST_LINES = 5;

function reliabilityChart(result: ForecastBacktest): Cell {
  const models = result.models.slice(0, MOST_LINES);
  const [best] = models;
  const p = best.reliability.map(({ probability }) => probability);
  const middle = (m: BacktestModel) =>
    m.reliability.map(({ below, at_or_below }) =>
      below === null || at_or_below === null ? null : (below + at_or_below) / 2,
    );
  const own = middle(best);
  const around = (side: -1 | 1) =>
    own.map((v, i) => {
      const { se } = best.reliability[i];
      return v === null || se === null ? null : Math.min(1, Math.max(0, v + side * 1.96 * se));
    });
  const words = [0, 4, 8].map(
    (i) =>
      `${own[i] === null ? "an unknown share" : percent(own[i])} below the ${perCent(Math.round(p[i] * 100))} quantile`,
  );
  return {
    kind: "chart",
    id: "intervals-reliability",
    alt: `Reliability of the quantiles: of the values came out, for ${best.model}, ${listed(words)}.`,
    caption:
      `Share of the values that came out below each quantile forecast; values equal to it count half. Honest quantiles lie on the diagonal; ` +
      `above it they are too high, below it too low. The band is the 95\u00a0% range of ${best.model}, by series.`,
    spec: lineChart({
      title: "Reliability of the quantiles",
      x: p.map((v) => Math.round(v * 100)),
      xTitle: "Quantile forecast (%)",
      yTitle: "Values below it",
      unit: "%",
      series: [
        { name: best.model, value: own, lo: around(-1), hi: around(1) },
        ...models.slice(1).map((m) => ({ name: m.model, value: middle(m) })),
        { name: "honest", value: p },
      ],
      percent: true,
    }),
  };
}

function reliabilityTable({ models }: ForecastBacktest): Cell {
  const [best] = models;
  return {
    kind: "table",
    id: "intervals-quantiles",
    caption:
      `Quantiles of ${best.model}: the share of values below each, and below or equal. An honest quantile lies between both, ` +
      "give or take two standard errors; they differ where values repeat, as the zeros of an idle series do.",
    columns: [
      { name: "quantile", label: "Quantile", format: "percent" },
      { name: "below", label: "Values below it", format: "percent" },
      { name: "at_or_below", label: "Below or equal", format: "percent" },
      { name: "se", label: "Standard error", format: "percent" },
    ],
    rows: best.reliability.map(({ probability, below, at_or_below, se }) => ({
      quantile: probability,
      below: shareValue(below),
      at_or_below: shareValue(at_or_below),
      se: shareValue(se),
    })),
  };
}

/** Whether intervals and quantiles keep their promise. */
export function intervalsSection(result: ForecastBacktest): Cell[] {
  const [best] = result.models;
  return [
    heading("intervals", "Are the intervals honest?", conclusion(result, best)),
    coverageChart(result, best),
    reliabilityChart(result),
    reliabilityTable(result),
  ];
}
