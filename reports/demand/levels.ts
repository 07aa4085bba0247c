import { type Demand, TOTAL } from "../../src/forecast/index.js";
import { figure, perCent } from "../capacity-plan/words.js";

export type DemandRow = Demand["weeks"][number];

/** Scenario without planned work. */
export const BASELINE = "baseline";

/** Interval levels of the result in per cent, the narrowest first. */
export function levelsOf({ weeks }: Demand): number[] {
  return Object.keys(weeks[0])
    .flatMap((key) => /^lo_(.+)$/.exec(key)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/** Weeks of one queue in one scenario. */
export function weeksOf({ weeks }: Demand, queue = TOTAL, scenario = BASELINE): DemandRow[] {
  return weeks.filter((row) => row.queue === queue && row.scenario === scenario);
}

/** Names of scenarios in the order of the result, the baseline first. */
export function scenarioNames({ weeks }: Demand): string[] {
  return [...new Set(weeks.map(({ scenario }) => scenario))];
}

/** `GPU-hours` or `GPUs`. */
export function unitName({ unit }: Demand): string {
  return unit === "gpu" ? "GPUs" : "GPU-hours";
}

/** `_total` as people say it. */
export function queueName(queue: string): string {
  return queue === TOTAL ? "all queues" : queue;
}

/** `122,913 GPU-hours (80 % interval 90,537 to 155,743)`, by the narrowest level. */
export function demandWords(
  result: Demand,
  row: { mean: number; [bound: string]: string | number | undefined },
): string {
  const [level] = levelsOf(result);
  const mean = `${figure(row.mean)} ${unitName(result)}`;
  if (level === undefined) return mean;
  return `${mean} (${perCent(level)} interval ${figure(Number(row[`lo_${level}`]))} to ${figure(Number(row[`hi_${level}`]))})`;
}
