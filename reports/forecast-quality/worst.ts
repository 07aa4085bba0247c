import type { ForecastBacktest, ShownSeries } from "../../src/forecast/index.js";
import { type Cell, escapeMarkdown, lineChart } from "../../src/report/index.js";
import { heading, paragraph } from "../capacity-plan/section.js";
import { capital, counted, figure, percent } from "../capacity-plan/words.js";
import { findingWords } from "./finding-words.js";
import { stepName, timeWords } from "./steps.js";
import { blockMeans, blockPositions, thinningWords } from "./thin-steps.js";
import { tuneAxes } from "./tune-axes.js";

/** Findings told of each series; they come in order of weight. */
const MOST_FINDINGS = 3;
/** Most points of history and horizon together. */
const MOST_POINTS = 500;
const HEIGHT = 180;
/** Findings that put an error into proportion and do not explain it. */
const NO_CAUSES: ReadonlySet<string> = new Set(["small_error", "naive_better"]);

/** What explains the forecast's error, in words. */
function diagnosis(result: ForecastBacktest, { findings }: ShownSeries): string {
  if (findings.length === 0) {
    return "Nothing stands out: no missing data, idle spell, change of level, new peak or burst explains the error.";
  }
  return findings
    .slice(0, MOST_FINDINGS)
    .map((finding) => findingWords(result, finding))
    .join(" ");
}

function scoreWords(result: ForecastBacktest, { mase, baseline_mase, mae, error_share }: ShownSeries): string {
  const naive = baseline_mase === null ? "" : ` (seasonal naive ${figure(baseline_mase)})`;
  const share = error_share === null ? "" : `, ${percent(error_share)} of the error of all series`;
  return `MASE ${figure(mase)}${naive}; mean error of ${result.value} ${figure(mae)}${share}.`;
}

function chart(result: ForecastBacktest, shown: ShownSeries, number: number): Cell {
  const [{ model }] = result.models;
  const past = shown.history.length;
  const length = past + result.horizon;
  const size = Math.ceil(length / MOST_POINTS);
  const name = stepName(result);
  // Blocks start at the origin, so that no point mixes what was seen with what came.
  const join = (history: readonly (number | null)[], future: readonly (number | null)[]) => [
    ...blockMeans([...history].reverse(), size).reverse(),
    ...blockMeans(future, size),
  ];
  const nothing = new Array<null>(past).fill(null);
  const x = [
    ...blockPositions(past, size, 0)
      .map((v) => -v)
      .reverse(),
    ...blockPositions(result.horizon, size, 1),
  ];
  const inside = shown.actual.filter((v, h) => v !== null && v >= shown.lo_80[h] && v <= shown.hi_80[h]).length;
  const known = shown.actual.filter((v) => v !== null).length;
  return {
    kind: "chart",
    id: `worst-${number}-chart`,
    alt:
      `${shown.id}: what came and what ${model} said from ${timeWords(shown.origin)}; ${inside} of ${known} values lie inside its ` +
      `80\u00a0% interval. ${diagnosis(result, shown)}`,
    caption: `From ${timeWords(shown.origin)}. Dashed: the origin, where the forecast starts. Band: its 80\u00a0% interval.${thinningWords(size, name)}`,
    spec: tuneAxes(
      lineChart({
        title: `What came, and what ${model} said`,
        x,
        xTitle: `${capital(name)}s from the origin`,
        yTitle: result.value,
        series: [
          { name: "Observed", value: join(shown.history, shown.actual) },
          {
            name: model,
            value: join(nothing, shown.forecast),
            lo: join(nothing, shown.lo_80),
            hi: join(nothing, shown.hi_80),
          },
          // A curve that is already drawn would only be drawn over.
          ...(model === "seasonal_naive"
            ? []
            : [{ name: "seasonal_naive", value: join(nothing, shown.seasonal_naive) }]),
        ],
        xRules: [{ value: 0.5, label: "" }],
        height: HEIGHT,
      }),
    ),
  };
}

/** The worst forecasts of the best model, each with what explains it. */
export function worstSection(result: ForecastBacktest): Cell[] {
  const [{ model }] = result.models;
  if (result.shown.length === 0) {
    return [heading("worst", "The worst forecasts", "No forecast from the last origin could be scored by MASE.")];
  }
  const explained = result.shown.filter(({ findings }) => findings.some(({ kind }) => !NO_CAUSES.has(kind))).length;
  const conclusion =
    `The ${counted(result.shown.length, "forecast")} of ${model} from the last origin with the largest errors; ` +
    `${explained === result.shown.length ? "each has" : `${explained} of them ${explained === 1 ? "has" : "have"}`} a cause that the numbers show.`;
  return [
    heading("worst", "The worst forecasts", conclusion),
    ...result.shown.flatMap((shown, i): Cell[] => [
      { kind: "prose", id: `worst-${i + 1}`, markdown: `## ${escapeMarkdown(shown.id)}` },
      paragraph(`worst-${i + 1}-words`, `${scoreWords(result, shown)} ${diagnosis(result, shown)}`),
      chart(result, shown, i + 1),
    ]),
  ];
}
