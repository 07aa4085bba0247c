import type { RcaFile } from "../../src/incident/index.js";
import { barChart, type Cell, type Metric } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, listed, perCent, percent } from "../capacity-plan/words.js";
import { durationIn, durationWords } from "../queues/duration.js";

/** Dimensions that get a chart, values of each, and places that are named. */
const MOST = Object.freeze({ charts: 4, values: 8, places: 3 });

/** How much harm was done, in one sentence. */
export function blastWords({ blastRadius, kpi }: RcaFile): string {
  const { badSeconds, excessBad, excessBadLow, excessBadHigh, requests } = blastRadius;
  const duration = durationWords(badSeconds);
  if (!kpi.ratio || requests === null) {
    return `The KPI was bad for ${duration}; above what was expected it adds up to ${figure(excessBad)} (interval ${figure(excessBadLow)} to ${figure(excessBadHigh)}).`;
  }
  return `In ${duration} about ${counted(Math.round(excessBad), "request")} went bad beyond what was expected (interval ${figure(Math.round(excessBadLow))} to ${figure(Math.round(excessBadHigh))}), of ${figure(requests)} in all.`;
}

/** What it burnt of the error budget; empty without an objective. */
export function budgetWords({ blastRadius: { slo } }: RcaFile): string {
  if (slo === null) return "";
  return `That is ${percent(slo.budgetBurnt)} of the error budget of ${counted(slo.windowDays, "day")} at an objective of ${perCent(figure(100 * slo.target))}.`;
}

/** Places that bear it, the first of them. */
function geoWords({ blastRadius: { geos } }: RcaFile): string {
  const shown = geos
    .slice(0, MOST.places)
    .map(({ dimension, value, share }) => `${dimension} ${value} (${percent(share)})`);
  return shown.length > 0 ? `Places that bear most of it: ${listed(shown)}.` : "";
}

/** Shares by dimension, the largest first. */
function dimensionsOf({ blastRadius: { byDimension } }: RcaFile) {
  return Object.entries(byDimension).map(([name, shares]) => ({
    name,
    values: Object.entries(shares).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)),
  }));
}

function charts(rca: RcaFile): Cell[] {
  return dimensionsOf(rca)
    .filter(({ values }) => values.length > 1)
    .slice(0, MOST.charts)
    .map(({ name, values }, i) => {
      const shown = values.slice(0, MOST.values);
      return {
        kind: "chart" as const,
        id: `blast-${i + 1}`,
        alt: `Excess bad by ${name}: ${shown.map(([value, share]) => `${value} ${percent(Math.min(1, Math.max(0, share)))}`).join(", ")}.`,
        ...(values.length > shown.length ? { caption: `The ${shown.length} largest of ${values.length}.` } : {}),
        spec: barChart({
          title: `Excess bad by ${name}`,
          categories: shown.map(([value]) => value),
          categoryTitle: name,
          series: [{ name: "Share", value: shown.map(([, share]) => 100 * share) }],
          horizontal: true,
          yTitle: "Share of the excess",
          unit: "%",
        }),
      };
    });
}

function tiles({ blastRadius, kpi }: RcaFile): Metric[] {
  const { badSeconds, excessBad, cost, requests } = blastRadius;
  return [
    { label: "Bad for", ...durationIn(badSeconds) },
    {
      label: kpi.ratio ? "Excess bad requests" : "Excess over the expected",
      value: kpi.ratio ? Math.round(excessBad) : excessBad,
    },
    ...(requests === null ? [] : [{ label: "Requests meanwhile", value: Math.round(requests) }]),
    ...(cost === null ? [] : [{ label: "Cost", value: cost }]),
  ];
}

/** How far it reached. */
export function blastSection(rca: RcaFile): Cell[] {
  if (rca.firstBad === null) return [];
  return [
    heading("blast", "Blast radius", blastWords(rca)),
    { kind: "metrics", id: "blast-figures", items: tiles(rca) },
    ...bullets("blast-words", [budgetWords(rca), geoWords(rca)]),
    ...charts(rca),
  ];
}
