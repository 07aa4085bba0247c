import { type Demand, TOTAL } from "../../src/forecast/index.js";
import { barChart, type Cell } from "../../src/report/index.js";
import { shareValue } from "../capacity-plan/estimates.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, listed, percent } from "../capacity-plan/words.js";
import { leftOutWords, MOST_ROWS } from "../row-limit.js";
import { BASELINE, type DemandRow, unitName } from "./levels.js";

/** Bars of the chart. */
const MOST_BARS = 30;

/** A queue, or a sum of queues, over the weeks of the baseline. */
interface QueueFigures {
  queue: string;
  rows: readonly DemandRow[];
  /** In the unit of the result; of `gpu` the mean over the weeks. */
  demand: number;
  capacity: number | null;
  /** Null where the capacity is not known for all weeks. */
  shortfall: number | null;
  /** Highest share of futures in which some hour of a week asks for more than there is. */
  over: number | null;
  peak: Demand["peak"] | null;
}

/** All queues and sums but the total, what is most short first, then the largest. */
function queueFigures({ weeks, peaks, unit }: Demand): QueueFigures[] {
  const byQueue = new Map<string, DemandRow[]>();
  for (const row of weeks) {
    if (row.scenario !== BASELINE || row.queue === TOTAL) continue;
    byQueue.set(row.queue, [...(byQueue.get(row.queue) ?? []), row]);
  }
  const figures = [...byQueue].map(([queue, rows]): QueueFigures => {
    const per = unit === "gpu" ? rows.length : 1;
    const known = rows.every(({ capacity }) => capacity !== undefined);
    const sum = (of: (row: DemandRow) => number | undefined) =>
      rows.reduce((total, row) => total + (of(row) ?? 0), 0) / per;
    return {
      queue,
      rows,
      demand: sum(({ mean }) => mean),
      capacity: known ? sum(({ capacity }) => capacity) : null,
      shortfall: known ? sum(({ shortfall_mean }) => shortfall_mean) : null,
      over: known ? Math.max(...rows.map(({ p_over_capacity }) => p_over_capacity ?? 0)) : null,
      peak: peaks.find((peak) => peak.queue === queue && peak.scenario === BASELINE) ?? null,
    };
  });
  return figures.sort(
    (a, b) => (b.shortfall ?? -1) - (a.shortfall ?? -1) || b.demand - a.demand || (a.queue < b.queue ? -1 : 1),
  );
}

/** Queues for which a shortfall of at least half a unit is expected, the largest first; sums are left out. */
export function shortQueues(result: Demand): { queue: string; shortfall: number }[] {
  return queueFigures(result).flatMap(({ queue, shortfall }) =>
    shortfall !== null && shortfall >= 0.5 && !result.sums.includes(queue) ? [{ queue, shortfall }] : [],
  );
}

/** Demand of the largest queues, split into what finds a GPU and what does not. */
function chart(result: Demand, figures: readonly QueueFigures[]): Cell[] {
  const queues = figures.filter(({ queue }) => !result.sums.includes(queue));
  if (queues.length < 2) return [];
  const shown = [...queues].sort((a, b) => b.demand - a.demand).slice(0, MOST_BARS);
  const unit = unitName(result);
  const words = shown
    .slice(0, 4)
    .map(
      ({ queue, demand, shortfall }) =>
        `${queue} ${figure(demand)}${shortfall === null ? "" : `, short ${figure(shortfall)}`}`,
    );
  const known = shown.some(({ shortfall }) => shortfall !== null);
  const left = queues.length - shown.length;
  return [
    {
      kind: "chart",
      id: "queues-demand",
      alt: `Demand by queue in ${unit}: ${words.join("; ")}${shown.length > 4 ? "; the others want less" : ""}.`,
      caption:
        (known ? "What finds a GPU in the queue, and what is expected to find none." : "Mean demand.") +
        (left > 0 ? ` ${counted(left, "queue")} that ${left === 1 ? "wants" : "want"} less are not drawn.` : ""),
      spec: barChart({
        title: "Demand by queue",
        categories: shown.map(({ queue }) => queue),
        categoryTitle: "Queue",
        series: [
          {
            name: known ? "finds a GPU" : "demand",
            value: shown.map(({ demand, shortfall }) => demand - (shortfall ?? 0)),
          },
          ...(known ? [{ name: "shortfall", value: shown.map(({ shortfall }) => shortfall ?? 0) }] : []),
        ],
        stacked: true,
        horizontal: true,
        yTitle: "Demand",
        unit,
      }),
    },
  ];
}

function conclusion(result: Demand, figures: readonly QueueFigures[]): string {
  const queues = figures.filter(({ queue }) => !result.sums.includes(queue));
  const largest = [...queues].sort((a, b) => b.demand - a.demand)[0];
  const total = queues.reduce((sum, { demand }) => sum + demand, 0);
  const short = shortQueues(result).map(({ queue }) => queue);
  const known = queues.some(({ shortfall }) => shortfall !== null);
  const most = `${largest.queue} wants most, ${figure(largest.demand)} ${unitName(result)}${total > 0 ? ` (${percent(largest.demand / total)} of all)` : ""}.`;
  if (!known) return most;
  if (short.length === 0) return `${most} No queue is expected to fall short.`;
  const names = short.length <= 5 ? listed(short) : `${listed(short.slice(0, 5))} and ${short.length - 5} more`;
  return `${most} Expected to fall short: ${names}.`;
}

/** Demand, capacity and shortfall by queue. */
export function queuesSection(result: Demand): Cell[] {
  const figures = queueFigures(result);
  if (figures.length === 0) return [];
  const unit = unitName(result);
  const known = figures.some(({ capacity }) => capacity !== null);
  const span = result.unit === "gpu" ? "mean of the weeks" : "all weeks together";
  return [
    heading("queues", "Which queues?", conclusion(result, figures)),
    ...chart(result, figures),
    {
      kind: "table",
      id: "queues-table",
      caption:
        `By queue, ${span}, without planned work. ${known ? "Too small: highest share of the futures in which some hour of a week wants more than there is." : ""}`.trim() +
        (result.sums.length > 0 ? " Sums of the hierarchy stand among their queues." : "") +
        leftOutWords(figures.length),
      columns: [
        { name: "queue", label: "Queue", format: "text" },
        { name: "demand", label: "Demand, mean", unit, format: "integer" },
        ...(known
          ? [
              { name: "capacity", label: "Capacity", unit, format: "integer" },
              { name: "short", label: "Shortfall, mean", unit, format: "integer" },
              { name: "over", label: "Too small", format: "percent" },
            ]
          : []),
        { name: "peak", label: "Peak", unit: "week", format: "integer" },
        { name: "sure", label: "P(peak then)", format: "percent" },
      ],
      rows: figures.slice(0, MOST_ROWS).map(({ queue, demand, capacity, shortfall, over, peak }) => ({
        queue,
        demand,
        capacity,
        short: shortfall,
        over: shareValue(over),
        peak: peak?.week ?? null,
        sure: shareValue(peak?.probability ?? null),
      })),
    },
  ];
}
