import type { SloFile, SloResult } from "../../incident/index.js";
import { durationText } from "../duration-text.js";
import { meanTimesText } from "./mean-times-text.js";

const percent = (share: number): string => `${Number((100 * share).toPrecision(4))} %`;

function exhaustionText({ outlook, windowSeconds }: SloResult): string[] {
  if (!outlook) return [];
  const { remaining, exhaustedSince, paces } = outlook;
  const left = `${percent(remaining)} of the error budget of ${durationText(windowSeconds)} is left`;
  if (exhaustedSince) return [`${left}: used up since ${exhaustedSince}`];
  const at = Object.entries(paces).map(([name, { seconds, at }]) => {
    const when =
      seconds === null ? "never" : at === null ? "not within a window" : `in ${durationText(seconds)}, ${at}`;
    return `  at the pace of the last ${name}: used up ${when}`;
  });
  return [left, ...at];
}

/** What a person reads of burn rates on the terminal. */
export function sloText(result: SloResult & Pick<SloFile, "incidents">, out: string): string {
  const { alerts, errorBudget, rules, burn, target, incidents } = result;
  const count = rules.map(({ rule }) => `${alerts.filter((alert) => alert.rule === rule).length} ${rule}`).join(", ");
  const last = Object.entries(burn).map(([name, one]) => `${name} ${Number(one.last.toPrecision(3))}`);
  return [
    `${percent(errorBudget.consumed)} of the error budget of all rows is consumed (target ${percent(target)})`,
    ...exhaustionText(result),
    `burn rates at the end: ${last.join(", ")}`,
    `alerts: ${count}`,
    ...(incidents ? meanTimesText(incidents) : []),
    `-> ${out}`,
  ].join("\n");
}
