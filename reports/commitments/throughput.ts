import type { CapacityEconomics } from "../../src/capacity/index.js";
import { type Cell, escapeMarkdown } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, listedUpTo, perCent, percent } from "../capacity-plan/words.js";
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
  const pools = throughput.regressions.length;
  const words = slower.map(
    ({ pool, change, change_hour }) => `${pool} by ${percent(-(change ?? 0))} since hour ${change_hour}`,
  );
  return `${counted(pools, "pool")} ${pools === 1 ? "has" : "have"} slowed down: ${listedUpTo(words, NAMED)}. As many jobs then need more GPU-hours than the demand says.`;
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
  const nameOf = ({ pool, change_hour }: Pool) => `${pool}, hour ${change_hour}`;
  const perCentOf = ({ change }: Pool) => Math.round(1000 * (change ?? 0)) / 10;
  return [
    {
      kind: "chart",
      id: "throughput-change",
      alt: `Changes of the throughput by pool, from ${figure(perCentOf(shown[0]))} % in ${shown[0].pool} to ${figure(perCentOf(shown[shown.length - 1]))} % in ${shown[shown.length - 1].pool}.`,
      caption: `Level from a change on against that before it. Left of the dashed line the drop is large enough to count, if it is also beyond chance and lasts.${known.length > shown.length ? " Smaller drops are not drawn." : ""}`,
      spec: dotPlot({
        title: "Change of throughput",
        names: shown.map(nameOf),
        nameTitle: "Pool and hour",
        value: shown.map(perCentOf),
        valueTitle: "Change (%)",
        rules: [{ value: -100 * drop, label: perCent(figure(Math.round(-100 * drop))) }],
      }),
    },
  ];
}

/** Whether a pool has slowed down, and since when. */
export function throughputSection(result: CapacityEconomics): Cell[] {
  const { throughput } = result;
  if (!throughput || throughput.rows.length === 0) return [];
  const { rows, alpha, drop } = throughput;
  const sorted = bySlowest(rows);
  const untested = rows.filter(({ status }) => status === "too-short").length;
  const none = "No pool is slower than it was, beyond chance.";
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
      caption: `Changes of the level of each pool, in epoch hours.${leftOutWords(rows.length)}`,
      columns: [
        { name: "pool", label: "Pool", format: "text" },
        { name: "since", label: "Since hour", format: "text" },
        { name: "range", label: "95 % interval", format: "text" },
        { name: "before", label: "Level before" },
        { name: "after", label: "Level after" },
        { name: "change", label: "Change", format: "percent" },
        { name: "p", label: "P-value, adjusted" },
        { name: "hours", label: "Hours", format: "integer" },
        { name: "slower", label: "Slower still" },
      ],
      rows: sorted.slice(0, MOST_ROWS).map((row) => ({
        pool: row.pool,
        since: row.change_hour === null ? null : String(row.change_hour),
        range: row.change_hour === null ? null : `${row.hour_low} to ${row.hour_high}`,
        before: row.level_before,
        after: row.level_after,
        change: row.change === null ? null : Math.round(1000 * row.change) / 1000,
        p: row.p_adjusted === null ? null : Math.round(1e4 * row.p_adjusted) / 1e4,
        hours: row.hours,
        slower: row.status === "too-short" ? null : row.regression,
      })),
    },
    {
      kind: "prose",
      id: "throughput-note",
      markdown: escapeMarkdown(
        `A pool counts as slower when its level drops by at least ${percent(drop)}, beyond chance (p-values allow for hours that depend on their neighbours and are adjusted for the number of changes by Holm, ${percent(alpha)}), and has not come back since. The course of a day is taken off before changes are looked for.`,
      ),
    },
  ];
}
