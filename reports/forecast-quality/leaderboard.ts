import type { BacktestModel, ForecastBacktest } from "../../src/forecast/index.js";
import type { Cell } from "../../src/report/index.js";
import { shareValue } from "../capacity-plan/estimates.js";
import { heading, paragraph } from "../capacity-plan/section.js";
import { counted, figure, listed, perCent } from "../capacity-plan/words.js";
import { dotPlot } from "./dot-plot.js";
import { SIGNIFICANT } from "./verdict.js";

function conclusion({ models, sampling }: ForecastBacktest): string {
  const [best, ...others] = models;
  const score = `${best.model} errs least: ${figure(best.mase ?? Number.NaN)} times as much as the naive forecast does inside the history.`;
  if (others.length === 0) return `${score} It was the only model.`;
  const worse = others.filter(({ dm_p_holm }) => dm_p_holm !== null && dm_p_holm < SIGNIFICANT);
  const known = others.filter(({ dm_p_holm }) => dm_p_holm !== null);
  if (known.length === 0)
    return `${score} ${counted(sampling.count, sampling.unit === "series" ? "series" : "origin", sampling.unit)} cannot show whether the others are worse.`;
  if (worse.length === others.length) return `${score} Every other model is worse beyond chance.`;
  if (worse.length === 0) return `${score} No other model is worse beyond chance.`;
  return `${score} Worse beyond chance: ${listed(worse.map(({ model }) => model))}.`;
}

/** A p-value for the table; the best model is not tested against itself. */
function pText(p: number | null, rank: number): string | null {
  if (p === null) return rank === 1 ? "best" : null;
  return p < 0.001 ? "<0.001" : p.toFixed(3);
}

function scoreTable({ models, baseline }: ForecastBacktest): Cell {
  return {
    kind: "table",
    id: "leaderboard-scores",
    caption: "Scores, means over series and origins; lower is better for all errors.",
    columns: [
      { name: "rank", label: "Rank", format: "integer" },
      { name: "model", label: "Model", format: "text" },
      { name: "mase", label: "MASE" },
      { name: "mase_lo", label: "MASE from" },
      { name: "mase_hi", label: "MASE to" },
      ...(baseline === null ? [] : [{ name: "skill", label: `Below ${baseline}`, format: "percent" }]),
      { name: "holm", label: "p, Holm", format: "text" },
      { name: "held_80", label: `Held by ${perCent(80)}`, format: "percent" },
      { name: "held_95", label: `Held by ${perCent(95)}`, format: "percent" },
      { name: "wape", label: "WAPE, pooled", format: "percent" },
      { name: "pooled", label: "wQL, pooled" },
      { name: "wql", label: "wQL" },
      { name: "wql_lo", label: "wQL from" },
      { name: "wql_hi", label: "wQL to" },
      { name: "msis", label: "MSIS" },
      { name: "rmsse", label: "RMSSE" },
      { name: "smape", label: "sMAPE", unit: "%" },
      { name: "p", label: "p, plain", format: "text" },
    ],
    rows: models.map((m) => ({
      rank: m.rank,
      model: m.model,
      mase: m.mase,
      mase_lo: m.mase_lo,
      mase_hi: m.mase_hi,
      skill: shareValue(m.skill),
      holm: pText(m.dm_p_holm, m.rank),
      held_80: shareValue(m.coverage_80),
      held_95: shareValue(m.coverage_95),
      wape: shareValue(m.pooled_wape),
      pooled: m.pooled_wql,
      wql: m.wql,
      wql_lo: m.wql_lo,
      wql_hi: m.wql_hi,
      msis: m.msis_95,
      rmsse: m.rmsse,
      smape: m.smape,
      p: pText(m.dm_p_value, m.rank),
    })),
  };
}

function legend({ sampling }: ForecastBacktest): Cell {
  const drawn = sampling.unit === "series" ? "whole series" : "blocks of origins of the one series";
  const test =
    sampling.unit === "series"
      ? "over the mean errors of the series"
      : "over the origins of the one series, with a variance that allows for origins that depend on each other (Newey and West)";
  return paragraph(
    "leaderboard-legend",
    "MASE and RMSSE are errors in units of the naive forecast's error inside the history; wQL judges the whole " +
      "distribution as a share of each series' own level, MSIS the 95\u00a0% interval: its width and its misses. Pooled scores put all series into one sum, so that large series count by their size. From and to are 95\u00a0% bootstrap intervals that " +
      `draw ${drawn}. p is that of Diebold and Mariano's test against the best model, ${test}: below 0.05 the difference is ` +
      "hardly chance. Holm's is adjusted for the number of models.",
  );
}

interface Score {
  id: string;
  title: string;
  valueTitle: string;
  of(model: BacktestModel): readonly [value: number | null, lo: number | null, hi: number | null];
}

const SCORES: readonly Score[] = Object.freeze([
  {
    id: "leaderboard-mase",
    title: "Error of the point forecast",
    valueTitle: "MASE (naive forecast = 1)",
    of: (m: BacktestModel) => [m.mase, m.mase_lo, m.mase_hi] as const,
  },
  {
    id: "leaderboard-wql",
    title: "Error of the whole distribution",
    valueTitle: "wQL (share of the level)",
    of: (m: BacktestModel) => [m.wql, m.wql_lo, m.wql_hi] as const,
  },
]);

function scoreChart({ models }: ForecastBacktest, { id, title, valueTitle, of }: Score): Cell {
  const words = models.map((m) => {
    const [value, lo, hi] = of(m);
    const range = lo === null || hi === null ? "" : ` (${figure(lo)} to ${figure(hi)})`;
    return `${m.model} ${value === null ? "no score" : figure(value)}${range}`;
  });
  return {
    kind: "chart",
    id,
    alt: `${title} by model, lower is better: ${listed(words)}.`,
    caption: "Mean over series and origins; lines are 95\u00a0% bootstrap intervals. Left is better.",
    spec: dotPlot({
      title,
      names: models.map(({ model }) => model),
      value: models.map((m) => of(m)[0]),
      lo: models.map((m) => of(m)[1]),
      hi: models.map((m) => of(m)[2]),
      valueTitle,
      nameTitle: "Model",
    }),
  };
}

/** All models beside each other. */
export function leaderboardSection(result: ForecastBacktest): Cell[] {
  return [
    heading("leaderboard", "Leaderboard", conclusion(result)),
    ...SCORES.map((score) => scoreChart(result, score)),
    scoreTable(result),
    legend(result),
  ];
}
