import type { BacktestFile } from "../../src/backtest/index.js";
import type { Cell, Metric } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure } from "../capacity-plan/words.js";
import { cell, rateValue } from "../estimate-words.js";
import { concernsOf } from "./concerns.js";
import type { Impact } from "./impact.js";
import { drivenWords, shareEstimate } from "./words.js";

function scoreWords({ overall }: BacktestFile): string {
  if (overall.labels === null) return "";
  return ` Precision is ${shareEstimate(overall, "precision")}, recall ${shareEstimate(overall, "recall")} (${figure(overall.tp ?? 0)} right, ${figure(overall.fp ?? 0)} wrong, ${figure(overall.fn ?? 0)} missed).`;
}

function changeWords({ baseline }: BacktestFile): string {
  if (!baseline) return "";
  const { added, removed, common } = baseline.overall;
  return ` Against policy ${baseline.version}: ${figure(added)} alerts added, ${figure(removed)} removed, ${figure(common)} in both.`;
}

/** The answer first: what the policy does, and what a reviewer has to settle. */
export function verdictSection({ result, sweep }: Impact): Cell[] {
  const { overall, exposure, policy } = result;
  const concerns = concernsOf(result, sweep);
  const stops = concerns.filter(({ weight }) => weight === "stop").length;
  const judged =
    stops > 0
      ? `Not before someone has looked: ${counted(stops, "finding")} ${stops === 1 ? "speaks" : "speak"} against it.`
      : overall.labels === null || overall.intervals.recall.reason !== null
        ? `That cannot be told from these data: ${overall.labels === null ? "there are no labels" : overall.intervals.recall.reason}.`
        : concerns.length > 0
          ? "Nothing found speaks against it; what is not known stands below."
          : "Nothing found speaks against it.";
  const items: Metric[] = [
    { label: "Alerts", value: overall.events },
    { label: "Alerts per 1000 km", value: cell(overall.alerts_per_1000km) },
    { label: "Alerts per day, all vehicles", value: cell(overall.alerts_per_day) },
    ...(overall.labels === null
      ? []
      : [
          { label: "Precision", value: rateValue(overall.precision), unit: "%" },
          { label: "Recall", value: rateValue(overall.recall), unit: "%" },
          { label: "Missed", value: overall.fn },
        ]),
  ];
  return [
    heading(
      "verdict",
      `Can policy ${policy.version} be signed off?`,
      `${judged} It gives ${counted(overall.events, "alert")} on ${drivenWords(exposure.km)} of ${counted(exposure.vehicles, "vehicle")} in ${counted(exposure.vehicle_days, "vehicle-day")}.${scoreWords(result)}${changeWords(result)}`,
    ),
    { kind: "metrics", id: "key-figures", items },
    ...concerns
      .filter(({ weight }) => weight === "stop")
      .map(({ text }, k): Cell => ({ kind: "warning", id: `against-${k + 1}`, severity: "warning", message: text })),
    ...bullets(
      "unknown",
      concerns.filter(({ weight }) => weight === "gap").map(({ text }) => `To be settled: ${text}`),
    ),
    ...bullets("stated", [
      policy.rationale === null ? "" : `Why the policy is as it is: ${policy.rationale}`,
      policy.risk === null ? "" : `Risk that its authors see: ${policy.risk}`,
    ]),
  ];
}
