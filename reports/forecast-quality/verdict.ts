import type { BacktestModel, ForecastBacktest } from "../../src/forecast/index.js";
import { type Cell, escapeMarkdown, type Metric } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, listed, percent } from "../capacity-plan/words.js";
import { intervalWords, judgeInterval } from "./judge-interval.js";
import { stepWords } from "./steps.js";

/** Differences with a larger p-value could be chance. */
export const SIGNIFICANT = 0.05;

/** `p < 0.001`, `p = 0.03`. */
export function pWords(p: number): string {
  return p < 0.001 ? "p < 0.001" : `p = ${figure(Number(p.toPrecision(2)))}`;
}

/** The model that seasonal naive or another yardstick stands for, if it was run. */
export function baselineOf(result: ForecastBacktest): BacktestModel | null {
  return result.models.find(({ model }) => model === result.baseline) ?? null;
}

/** How much better the best model is than the baseline, and whether that could be chance. */
function gain(result: ForecastBacktest, best: BacktestModel): string {
  const base = baselineOf(result);
  if (!base) return "How much better it is than seasonal naive is not known: seasonal_naive was not among the models.";
  if (base === best) return `No other model beats ${best.model}: forecast with it, or look for a better model.`;
  const { skill, skill_lo, skill_hi } = best;
  if (skill === null) return "";
  const range =
    skill_lo === null || skill_hi === null ? "" : `95\u00a0% interval ${signed(skill_lo)} to ${signed(skill_hi)}`;
  const p = base.dm_p_holm === null ? "" : pWords(base.dm_p_holm);
  const evidence = [range, p].filter(Boolean).join(", ");
  const sure = base.dm_p_holm !== null && base.dm_p_holm < SIGNIFICANT;
  const chance =
    base.dm_p_holm === null ? "; one sample cannot tell whether that is chance" : sure ? "" : "; that may be chance";
  return `Its error is ${percent(skill)} below that of ${base.model}${evidence ? ` (${evidence})` : ""}${chance}.`;
}

/** A share that may be negative, in whole per cent. */
function signed(value: number): string {
  return `${value < 0 ? "\u2212" : ""}${percent(Math.abs(value))}`;
}

/** Models that the data cannot tell from the best. */
function rivals(result: ForecastBacktest): string {
  const close = result.models.filter(
    ({ dm_p_holm, model }, i) => i > 0 && model !== result.baseline && dm_p_holm !== null && dm_p_holm >= SIGNIFICANT,
  );
  if (close.length === 0) return "";
  const names = close.map(({ model, dm_p_holm }) => `${model} (${pWords(dm_p_holm as number)})`);
  return `The data cannot tell it from ${listed(names)}.`;
}

function tiles(result: ForecastBacktest, best: BacktestModel): Metric[] {
  const asPercent = (share: number | null) => (share === null ? null : Math.round(share * 1000) / 10);
  return [
    { label: "Most accurate model", value: best.model },
    { label: "Its error (MASE; 1 is naive)", value: best.mase },
    ...(best.skill === null
      ? []
      : [{ label: `Below the error of ${result.baseline}`, value: asPercent(best.skill), unit: "%" }]),
    { label: "Held by its 80\u00a0% interval", value: asPercent(best.coverage_80), unit: "%" },
    { label: "Held by its 95\u00a0% interval", value: asPercent(best.coverage_95), unit: "%" },
    { label: "Series scored", value: result.quality.scored },
  ];
}

/** How much stands behind the verdict. */
function basis(result: ForecastBacktest): string {
  const { unit, count } = result.sampling;
  const size = `${counted(result.origins.length, "origin")} of ${counted(result.quality.scored, "series", "series")}`;
  const words = `This rests on ${size}, each forecast ${stepWords(result, result.horizon)} ahead.`;
  if (unit === "series" && count >= FEW) return words;
  return unit === "series"
    ? `${words} That is few series: the intervals above are rough.`
    : `${words} With one series only its origins can be compared, and neighbouring ones are alike: read the figures with care.`;
}

/** Fewer sampled units than these say little. */
const FEW = 8;

/** Which model to use, how far to believe it, and by how much it beats seasonal naive. */
export function verdictSection(result: ForecastBacktest): Cell[] {
  const best = result.models[0];
  const choice = `Use ${best.model}.`;
  const points = [
    intervalWords(judgeInterval(best, 80)),
    intervalWords(judgeInterval(best, 95)),
    rivals(result),
    sizeWords(result),
    dominance(result),
    lossWords(result),
    basis(result),
  ].filter((text) => text !== "");
  return [
    heading("verdict", "Which forecast to use", `${choice} ${gain(result, best)}`.trim()),
    { kind: "metrics", id: "verdict-figures", items: tiles(result, best) },
    { kind: "prose", id: "verdict-words", markdown: points.map((text) => `- ${escapeMarkdown(text)}`).join("\n") },
  ];
}

/** What the errors come to when large series count by their size, and who is best then. */
function sizeWords({ models, value }: ForecastBacktest): string {
  const [best] = models;
  if (best.pooled_wape === null) return "";
  const first = models.reduce(
    (a, b) => ((b.pooled_wape ?? Number.POSITIVE_INFINITY) < (a.pooled_wape ?? 0) ? b : a),
    best,
  );
  const words = `Of the sum of all ${value}, its errors are ${percent(best.pooled_wape)}`;
  if (first === best || first.pooled_wape === null) return `${words}, the least of all models.`;
  return `${words}; ${first.model} errs less by that measure (${percent(first.pooled_wape)}), in which large series count by their size.`;
}

/** A single series that makes up so much of the mean MASE is named. */
const DOMINANT = 1 / 3;

/** The series that makes up most of the mean error, where one does. */
function dominance({ series, models }: ForecastBacktest): string {
  const [{ series_mase: all, mase }] = models;
  const worst = series[0]?.mase ?? null;
  if (worst === null || mase === null || all.length < FEW || all.length > series.length) return "";
  const share = worst / all.reduce((a, b) => a + b, 0);
  if (share < DOMINANT) return "";
  const rest = (all.reduce((a, b) => a + b, 0) - worst) / (all.length - 1);
  return `${series[0].id} alone makes up ${percent(share)} of the MASE, which is ${figure(rest)} on average over the other series.`;
}

function lossWords({ losses, models, baseline }: ForecastBacktest): string {
  if (!losses || baseline === null) return "";
  if (losses.count === 0) return `${models[0].model} is better than ${baseline} on every series.`;
  return `${baseline} is better on ${losses.count} of ${counted(losses.of, "series", "series")}; they are listed below.`;
}
