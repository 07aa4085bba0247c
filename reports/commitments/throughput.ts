import type { CapacityEconomics } from "../../src/capacity/index.js";
import { type Cell, escapeMarkdown } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, listed, perCent, percent } from "../capacity-plan/words.js";
import { dotPlot } from "../forecast-quality/dot-plot.js";
import { leftOutWords, MOST_ROWS } from "../row-limit.js";

type Pool = NonNullable<CapacityEconomics["throughput"]>["rows"][number];

/** Dots of the chart, and pools named in a sentence. */
const MOST_DOTS = 30;
const NAMED = 3;

/** Pools that have slowed down in a sentence; nothing without any. */
export function slowerWords({ throughput }: CapacityEconomics): string {
  const slower = bySlowest(throughput?.rows ?? []).filter(({ regression }) => regression);
  if (!throughput || slower.length === 0) return "";
  const named = slower.slice(0, NAMED).map(({ pool, change }) => `${pool} by ${percent(-(change ?? 0))}`);
  const more = slower.length - named.length;
  return `${counted(slower.length, "pool")} ${slower.length === 1 ? "has" : "have"} slowed down in the last ${counted(throughput.window_hours, "hour")}: ${listed(more > 0 ? [...named, `${more} more`] : named)}. As many jobs then need more GPU-hours than the demand says.`;
}

/** The largest drop first; pools without a change last. */
function bySlowest(rows: readonly Pool[]): Pool[] {
  const drop = ({ change }: Pool) => change ?? Number.POSITIVE_INFINITY;
  return [...rows].sort((a, b) => Number(drop(a) > drop(b)) - Number(drop(a) < drop(b)) || (a.pool < b.pool ? -1 : 1));
}

function chart(rows: readonly Pool[], drop: number): Cell[] {
  const known = rows.filter(({ change }) => change !== null);
  if (known.length < 2) return [];
  const shown = known.slice(0, MOST_DOTS);
  const perCentOf = ({ change }: Pool) => Math.round(1000 * (change ?? 0)) / 10;
  return [
    {
      kind: "chart",
      id: "throughput-change",
      alt: `Change of the median throughput by pool, from ${figure(perCentOf(shown[0]))} % in ${shown[0].pool} to ${figure(perCentOf(shown[shown.length - 1]))} % in ${shown[shown.length - 1].pool}.`,
      caption: `Median of the last hours against that of all before. Left of the dashed line the drop is large enough to count, if it is also beyond chance.${known.length > shown.length ? " Pools with smaller drops are not drawn." : ""}`,
      spec: dotPlot({
        title: "Change of throughput",
        names: shown.map(({ pool }) => pool),
        nameTitle: "Pool",
        value: shown.map(perCentOf),
        valueTitle: "Change (%)",
        rules: [{ value: -100 * drop, label: perCent(figure(Math.round(-100 * drop))) }],
      }),
    },
  ];
}

/** Whether a pool has slowed down in its last hours. */
export function throughputSection(result: CapacityEconomics): Cell[] {
  const { throughput } = result;
  if (!throughput || throughput.rows.length === 0) return [];
  const { rows, window_hours, alpha, drop } = throughput;
  const sorted = bySlowest(rows);
  const untested = rows.filter(({ p_value }) => p_value === null).length;
  const last = counted(window_hours, "hour");
  const none = `No pool has slowed down in its last ${last} beyond chance.`;
  return [
    heading(
      "throughput",
      "Has a pool slowed down?",
      `${slowerWords(result) || none}${untested > 0 ? ` ${counted(untested, "pool")} ${untested === 1 ? "has" : "have"} too short a history to tell.` : ""}`,
    ),
    ...chart(sorted, drop),
    {
      kind: "table",
      id: "throughput-table",
      caption: `The last ${last} of each pool against all hours before.${leftOutWords(rows.length)}`,
      columns: [
        { name: "pool", label: "Pool", format: "text" },
        { name: "before", label: "Median before" },
        { name: "after", label: "Median now" },
        { name: "change", label: "Change", format: "percent" },
        { name: "p", label: "P-value, adjusted" },
        { name: "hours", label: "Hours before", format: "integer" },
        { name: "slower", label: "Slowed down" },
      ],
      rows: sorted.slice(0, MOST_ROWS).map((row) => ({
        pool: row.pool,
        before: row.median_before,
        after: row.median_after,
        change: row.change === null ? null : Math.round(1000 * row.change) / 1000,
        p: row.p_adjusted === null ? null : Math.round(1e4 * row.p_adjusted) / 1e4,
        hours: row.hours_before,
        slower: row.p_value === null ? null : row.regression,
      })),
    },
    {
      kind: "prose",
      id: "throughput-note",
      markdown: escapeMarkdown(
        `A pool counts as slower when its median drops by at least ${percent(drop)} and the rank sum of its last ${last} is lower than at nearly every circular shift of its history (adjusted for the number of pools by Holm, ${percent(alpha)}). It says whether the last hours are slower, and not when that began.`,
      ),
    },
  ];
}
