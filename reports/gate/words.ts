import { perCent } from "../capacity-plan/words.js";
import { brief } from "../estimate-words.js";

interface GateHead {
  createdFrom: { options: Readonly<Record<string, unknown>> };
}

/** A number among the options that a gate was run with; null where it was not given. */
export function numberOption({ createdFrom: { options } }: GateHead, name: string): number | null {
  const value = options[name];
  return typeof value === "number" ? value : null;
}

/** `95 % interval`, from the alpha of a gate. */
export function levelWords(result: GateHead): string {
  const alpha = numberOption(result, "alpha");
  return alpha === null ? "interval" : `${perCent(brief(100 * (1 - alpha)))} interval`;
}
