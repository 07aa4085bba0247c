import type { Bands, CapacityPlan, QueueDemand } from "../../src/capacity/index.js";
import { HOUR_MS } from "../../src/core/index.js";
import { type Cell, fanChart } from "../../src/report/index.js";
import { hoursPerPoint, thinBands, thinValues } from "./thin.js";
import { figure, perCent, percent } from "./words.js";

interface FanText {
  id: string;
  /** What is drawn, e.g. `Demand of all queues`. */
  subject: string;
  /** Says the subject in the caption, where no heading does. */
  title?: boolean;
  /** Most points of the history and of the forecast. */
  points: number;
  height?: number;
}

/** What the capacity is: known, or only the most that was seen running. */
function existence(queue: QueueDemand): string {
  return queue.capacitySource === "observed_maximum" ? "were seen running at most" : "exist";
}

/** GPUs at the start of the forecast; for the total, those of all queues whose capacity is known. */
function capacityNow({ capacity, history }: QueueDemand): number | null {
  return capacity ?? history.capacity.findLast((value) => value !== null) ?? null;
}

/** One number while the capacity never changes, else its steps: as recorded, then as it is at the start. */
function capacityLine(plan: CapacityPlan, queue: QueueDemand, now: number) {
  const start = Date.parse(queue.history.start);
  const time: number[] = [];
  const value: number[] = [];
  queue.history.capacity.forEach((gpus, hour) => {
    if (gpus === null || gpus === value[value.length - 1]) return;
    time.push(start + hour * HOUR_MS);
    value.push(gpus);
  });
  if (value.length < 2 && (value[0] ?? now) === now) return now;
  return { time: [...time, Date.parse(plan.horizon.end)], value: [...value, now] };
}

function alt(plan: CapacityPlan, queue: QueueDemand, bands: Bands, subject: string): string {
  const level = plan.levels[0];
  const capacity = capacityNow(queue);
  const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const before = queue.history.demand.filter((value): value is number => value !== null);
  const parts = [
    `${subject}: `,
    before.length ? `${figure(average(before))} GPUs on average before the forecast, ` : "",
    `${figure(average(bands.median))} GPUs in the median future`,
    ` (${perCent(level)} interval of an hour ${figure(average(bands[`lo_${level}`]))} to ${figure(average(bands[`hi_${level}`]))} on average)`,
    capacity === null ? "." : `, against ${figure(capacity)} GPUs that ${existence(queue)}.`,
    queue.pOverCapacity === null ? "" : ` Some hour exceeds that in ${percent(queue.pOverCapacity)} of the futures.`,
  ];
  return parts.join("");
}

/** Fan chart of one queue: four weeks of history, the futures, and the capacity. */
export function fanCell(plan: CapacityPlan, queue: QueueDemand, bands: Bands, text: FanText): Cell {
  const { history, forecast } = queue;
  const capacity = capacityNow(queue);
  const step = hoursPerPoint(Math.max(history.demand.length, plan.horizon.hours), text.points);
  const past = thinValues(history.start, history.demand, step);
  const future = thinBands(forecast.start, bands, plan.levels, step);
  const thinned = `One point stands for ${step} hours: means for lines; intervals span the extremes of the ${step} hours.`;
  const caption = [...(text.title ? [`${text.subject}.`] : []), ...(step === 1 ? [] : [thinned])].join(" ");
  return {
    kind: "chart",
    id: text.id,
    alt: alt(plan, queue, bands, text.subject),
    ...(caption ? { caption } : {}),
    spec: fanChart({
      history: past,
      ...future,
      ...(capacity === null ? {} : { capacity: capacityLine(plan, queue, capacity) }),
      timeZone: plan.timeZone,
      yTitle: "Demand",
      unit: "GPUs",
      ...(text.height ? { height: text.height } : {}),
    }),
  };
}
