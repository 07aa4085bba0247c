import { dayAndMonth } from "../capacity-plan/words.js";

const HOUR_MS = 3_600_000;

/** `week 4 (22 to 28 June)`: the first and the last day (UTC) of a week. */
export function weekWords({ week, start, end }: { week: number; start: string; end: string }): string {
  const from = dayAndMonth(start.slice(0, 10));
  const to = dayAndMonth(new Date(Date.parse(end) - HOUR_MS).toISOString().slice(0, 10));
  const [day, month] = from.split(" ");
  return `week ${week} (${to.endsWith(` ${month}`) ? day : from} to ${to})`;
}
