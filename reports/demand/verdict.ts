import { type Demand, TOTAL } from "../../src/forecast/index.js";
import type { Cell, Metric } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, listed, percent } from "../capacity-plan/words.js";
import { warningCells } from "../warning-cells.js";
import { demandWords, unitName, weeksOf } from "./levels.js";
import { shortQueues } from "./queues.js";
import { scenarioSentences } from "./scenarios.js";
import { weekWords } from "./week-words.js";

/** Queues and scenarios named in a sentence. */
const NAMED = 3;

const WEEK_HOURS = 168;

function conclusion(result: Demand): string {
  const weeks = weeksOf(result);
  const { week, probability } = result.peak;
  const row = weeks.find((one) => one.week === week) ?? weeks[0];
  const gpus = result.unit === "gpu-hours" ? `, ${figure(row.mean / WEEK_HOURS)} GPUs on average` : "";
  const amount = `${demandWords(result, row)}${gpus}`;
  if (weeks.length === 1) return `In ${weekWords(row)} ${amount}, are wanted.`;
  return `Demand is likely to peak in ${weekWords(row)} with ${amount}; it is the largest week in ${percent(probability)} of the futures.`;
}

/** Whether the capacity suffices. */
function capacityWords(result: Demand): string {
  const rows = weeksOf(result).filter(({ capacity }) => capacity !== undefined);
  if (rows.length === 0) return "No capacity is known for all queues, so nothing is said of shortfalls of the total.";
  const worst = rows.reduce((a, b) => ((b.shortfall_mean ?? 0) > (a.shortfall_mean ?? 0) ? b : a));
  const short = worst.shortfall_mean ?? 0;
  if (Math.round(short) === 0) return "In no week is a shortfall worth mentioning expected.";
  const spare = (worst.capacity ?? 0) - worst.mean;
  const sum =
    spare > 0
      ? `although the queues together have ${figure(worst.capacity ?? 0)}, which exceeds what they want: some queues are short while others have room`
      : `as the queues together have ${figure(worst.capacity ?? 0)}`;
  return `In ${weekWords(worst)} ${figure(short)} ${unitName(result)} (${percent(short / worst.mean)} of what is wanted) find no GPUs in their queue, ${sum}.`;
}

function queueWords(result: Demand): string {
  const short = shortQueues(result);
  if (short.length === 0) return "";
  const named = short
    .slice(0, NAMED)
    .map(({ queue, shortfall }) => `${queue} (${figure(shortfall)} ${unitName(result)})`);
  const more = short.length - named.length;
  return `Short over the horizon${more > 0 ? ", most of all" : ""}: ${listed(named)}${more > 0 ? `; ${counted(more, "more queue")} to a lesser degree` : ""}.`;
}

function tiles(result: Demand): Metric[] {
  const weeks = weeksOf(result);
  const perUnit = result.unit === "gpu" ? weeks.length : 1;
  const sum = weeks.reduce((total, { mean }) => total + mean, 0);
  const known = weeks.every(({ shortfall_mean }) => shortfall_mean !== undefined);
  const short = weeks.reduce((total, { shortfall_mean }) => total + (shortfall_mean ?? 0), 0);
  const unit = unitName(result);
  const queues = new Set(
    result.weeks.map(({ queue }) => queue).filter((queue) => queue !== TOTAL && !result.sums.includes(queue)),
  );
  const of = `of ${counted(queues.size, "queue")}`;
  const demand = result.unit === "gpu" ? `Mean demand ${of}` : `Demand ${of} in ${counted(weeks.length, "week")}`;
  return [
    { label: demand, value: sum / perUnit, unit },
    { label: "Expected shortfall", value: known ? short / perUnit : null, unit },
    { label: "Most likely peak", value: `week ${result.peak.week}` },
    { label: "Queues with a shortfall", value: known ? shortQueues(result).length : null },
  ];
}

/** How much is wanted, when most, and whether it suffices. */
export function verdictSection(result: Demand): Cell[] {
  const points = [capacityWords(result), queueWords(result), ...scenarioSentences(result).slice(0, NAMED)];
  return [
    heading("verdict", "How many GPUs will be wanted?", conclusion(result)),
    { kind: "metrics", id: "verdict-figures", items: tiles(result) },
    ...bullets("verdict-words", points),
    ...warningCells(result.warnings),
  ];
}
