import type { ServiceFile } from "../../../src/experiment/index.js";
import type { Cell } from "../../../src/report/index.js";
import { heading } from "../../capacity-plan/section.js";
import { counted, figure } from "../../capacity-plan/words.js";
import { estimateWords } from "../../estimate-words.js";
import { levelWords } from "../words.js";

const UNITS = Object.freeze({ day: ["day", "days"], row: ["row", "rows"] } as const);

/** Cost per 1,000 inferences. */
export function costSection(result: ServiceFile): Cell[] {
  const { cost } = result;
  if (cost === null) return [];
  const title = "What does an inference cost?";
  if (cost.value === null) return [heading("cost", title, `${figure(cost.cost)} was spent on 0 inferences.`)];
  const [one, many] = UNITS[cost.unit];
  const words = `1,000 inferences cost ${estimateWords(cost, figure)}: ${figure(cost.cost)} for ${figure(cost.inferences)} inferences.`;
  const basis =
    cost.lower === null
      ? `There is no interval: ${counted(cost.units, one, many)} cannot tell the spread.`
      : `The ${levelWords(result)} takes ${counted(cost.units, one, many)} for independent.`;
  return [heading("cost", title, `${words} ${basis}`)];
}
