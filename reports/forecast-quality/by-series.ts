import { quantileSorted } from "../../src/core/index.js";
import type { BacktestModel, ForecastBacktest } from "../../src/forecast/index.js";
import { barChart, type Cell, histogramPair } from "../../src/report/index.js";
import { shareValue } from "../capacity-plan/estimates.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, listed, perCent, percent } from "../capacity-plan/words.js";
import { baselineOf } from "./verdict.js";

/** From so many series on the distribution is drawn instead of each series. */
const MANY = 20;
const BINS = 24;
/** Values beyond so many times the 90 % quantile of the best model go into the last bin: a few would squeeze the rest. */
const CAP = { quantile: 0.9, times: 2 };

function conclusion(result: ForecastBacktest): string {
  const [{ model, series_mase: mase }] = result.models;
  if (mase.length === 0) return "No series has a MASE: all histories are constant.";
  const below = mase.filter((v) => v < 1).length / mase.length;
  const typical = quantileSorted(mase, 0.5);
  const spread =
    mase.length > 1
      ? `, with the middle half from ${figure(quantileSorted(mase, 0.25))} to ${figure(quantileSorted(mase, 0.75))}`
      : "";
  return `A typical series has a MASE of ${figure(typical)} under ${model}${spread}; ${percent(below)} of the series are below 1.`;
}

/** The best model and what it is compared with: the baseline, else the next model. */
function pair(result: ForecastBacktest) {
  const [best, second] = result.models;
  const base = baselineOf(result);
  return { best, other: base && base !== best ? base : second };
}

function distributionChart(result: ForecastBacktest): Cell[] {
  const { best, other } = pair(result);
  if (!other || best.series_mase.length === 0 || other.series_mase.length === 0) return [];
  const cap = CAP.times * quantileSorted(best.series_mase, CAP.quantile);
  const capped = (values: readonly number[]) => values.map((v) => Math.min(v, cap));
  const beyond = (m: BacktestModel) => m.series_mase.filter((v) => v > cap).length / m.series_mase.length;
  const last = [best, other].filter((m) => beyond(m) > 0).map((m) => `${percent(beyond(m))} of ${m.model}`);
  const median = (values: readonly number[]) => figure(quantileSorted(values, 0.5));
  return [
    {
      kind: "chart",
      id: "series-distribution",
      alt: `Distribution of the MASE over series: median ${median(best.series_mase)} for ${best.model}, ${median(other.series_mase)} for ${other.model}.`,
      caption:
        `Share of the series by mean MASE; further left is better.` +
        (last.length > 0 ? ` The last bin also holds what lies beyond ${figure(cap)}: ${listed(last)}.` : ""),
      spec: histogramPair({
        title: "MASE over series",
        reference: { name: best.model, values: capped(best.series_mase) },
        current: { name: other.model, values: capped(other.series_mase) },
        bins: BINS,
        xTitle: "MASE (naive forecast = 1)",
        yTitle: "Share of the series (%)",
      }),
    },
  ];
}

function barsChart(result: ForecastBacktest): Cell[] {
  const [best] = result.models;
  const rows = result.series.filter(({ mase }) => mase !== null);
  if (rows.length === 0) return [];
  const compared = rows.some(({ baseline_mase }) => baseline_mase !== null) && result.baseline !== best.model;
  const names = uniqueNames(rows.map(({ id }) => id));
  return [
    {
      kind: "chart",
      id: "series-bars",
      alt: `MASE of each series under ${best.model}: from ${figure(rows.at(-1)?.mase ?? 0)} to ${figure(rows[0].mase ?? 0)}, largest in ${rows[0].id}.`,
      caption: "Mean over the origins; shorter is better.",
      spec: barChart({
        title: "MASE of each series",
        categories: names,
        categoryTitle: "Series",
        series: [
          { name: best.model, value: rows.map(({ mase }) => mase) },
          ...(compared
            ? [{ name: String(result.baseline), value: rows.map(({ baseline_mase }) => baseline_mase) }]
            : []),
        ],
        horizontal: true,
        yTitle: "MASE",
        unit: "naive forecast = 1",
      }),
    },
  ];
}

/** Longest name beside a bar. */
const NAME_LENGTH = 60;

/** Names cut to fit; those that would then be alike get a number. */
function uniqueNames(ids: readonly string[]): string[] {
  const seen = new Set<string>();
  return ids.map((id, i) => {
    const short = id.length > NAME_LENGTH ? `${id.slice(0, NAME_LENGTH - 1)}…` : id;
    const name = seen.has(short) ? `${short} (${i + 1})` : short;
    seen.add(name);
    return name;
  });
}

function seriesTable({ series, models, baseline, quality }: ForecastBacktest): Cell {
  const left = quality.scored - series.length;
  const [{ model }] = models;
  const compared = baseline !== null && baseline !== model;
  return {
    kind: "table",
    id: "series-scores",
    caption: `${model} by series, largest error first.${left > 0 ? ` ${counted(left, "series", "series")} with smaller errors are not listed.` : ""}`,
    columns: [
      { name: "id", label: "Series", format: "text" },
      { name: "mase", label: "MASE" },
      ...(compared ? [{ name: "baseline", label: `MASE of ${baseline}` }] : []),
      { name: "held_80", label: `Held by ${perCent(80)}`, format: "percent" },
      { name: "held_95", label: `Held by ${perCent(95)}`, format: "percent" },
    ],
    rows: series.map((s) => ({
      id: s.id,
      mase: s.mase,
      baseline: s.baseline_mase,
      held_80: shareValue(s.coverage_80),
      held_95: shareValue(s.coverage_95),
    })),
  };
}

/** How the error spreads over series. */
export function bySeriesSection(result: ForecastBacktest): Cell[] {
  const many = result.models[0].series_mase.length >= MANY;
  return [
    heading("series", "Which series?", conclusion(result)),
    ...(many ? distributionChart(result) : barsChart(result)),
    seriesTable(result),
  ];
}

/** Where seasonal naive would have been the better choice. */
export function lossesSection({ losses, baseline, models }: ForecastBacktest): Cell[] {
  if (!losses || baseline === null) return [];
  const [{ model }] = models;
  const title = `Where ${baseline} is better`;
  if (losses.count === 0)
    return [heading("losses", title, `Nowhere: ${model} has the smaller error on every one of ${losses.of} series.`)];
  const left = losses.count - losses.series.length;
  const share = percent(losses.count / losses.of);
  return [
    heading(
      "losses",
      title,
      `On ${losses.count} of ${counted(losses.of, "series", "series")} (${share}): there, use ${baseline} or look at the data.`,
    ),
    {
      kind: "table",
      id: "losses-series",
      caption: `Mean over the origins, largest difference first.${left > 0 ? ` ${left} more with smaller differences are not listed.` : ""}`,
      columns: [
        { name: "id", label: "Series", format: "text" },
        { name: "mase", label: `MASE of ${model}` },
        { name: "baseline", label: `MASE of ${baseline}` },
        { name: "more", label: "Difference" },
      ],
      rows: losses.series.map((s) => ({
        id: s.id,
        mase: s.mase,
        baseline: s.baseline_mase,
        more: s.mase - s.baseline_mase,
      })),
    },
  ];
}
