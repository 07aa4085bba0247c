import { LEVELS, type Level, type PodTable } from "../types.js";

/** Pods that are placed together or not at all: a gang, or one pod. */
export interface Unit {
  pods: readonly number[];
  /** Level at which they must share a domain: the narrowest that any of them requires; `""` for none. */
  level: Level | "";
}

/** The units of these pods, which are in ascending order. */
export function unitsOf(table: PodTable, pods: readonly number[]): Unit[] {
  const units: { pods: number[]; level: Level | "" }[] = [];
  let [last, previous] = ["", -2];
  for (const pod of pods) {
    const group = table.group?.[pod] ?? "";
    if (group !== "" && group === last && pod === previous + 1) units[units.length - 1].pods.push(pod);
    else units.push({ pods: [pod], level: "" });
    [last, previous] = [group, pod];
  }
  for (const unit of units) {
    const depth = Math.max(...unit.pods.map((pod) => LEVELS.indexOf(table.requiredLevel?.[pod] as Level)));
    if (depth >= 0) unit.level = LEVELS[depth];
  }
  return units;
}

/** Whether the unit is one pod that no level ties: it may be moved by itself. */
export const isLoose = ({ pods, level }: Unit): boolean => pods.length === 1 && level !== "nvlink";
