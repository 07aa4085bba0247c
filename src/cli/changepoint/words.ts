import type { ChangesFileSeries } from "../../changepoint/index.js";

/** Changes that are told one by one. */
const SHOWN = 20;

const figure = (value: number | null): string => (value === null ? "?" : String(Number(value.toPrecision(4))));

function changeLine({ id, value }: ChangesFileSeries, change: ChangesFileSeries["changes"][number]): string {
  const { time, timeLow, timeHigh, kind, before, after, probability } = change;
  const name = [id, value].filter((part) => part).join(" ");
  const statistic = kind === "slope" ? "slope" : kind === "variance" ? "sd" : "mean";
  const interval = timeLow === timeHigh ? "" : ` (${timeLow} to ${timeHigh})`;
  const moved = `${statistic} ${figure(before[statistic])} -> ${figure(after[statistic])}`;
  return `  ${name ? `${name}: ` : ""}${time}${interval}, ${moved}, probability ${probability.toFixed(2)}`;
}

/** What was found, in a few lines. */
export function changesText(series: readonly ChangesFileSeries[], out: string): string {
  const lines = series.flatMap((one) => one.changes.map((change) => changeLine(one, change)));
  const changed = series.filter(({ changes }) => changes.length > 0).length;
  const count = (n: number, noun: string) => `${n} ${noun}${n === 1 ? "" : "s"}`;
  return [
    `${count(lines.length, "change")} in ${changed} of ${series.length} series -> ${out}`,
    ...lines.slice(0, SHOWN),
    ...(lines.length > SHOWN ? [`  and ${lines.length - SHOWN} more`] : []),
  ].join("\n");
}
