import type { RcaFile } from "../../src/incident/index.js";
import { figure, perCent } from "../capacity-plan/words.js";

/** A value of the KPI (or of a slice of it) in words: a rate as per cent at three digits, else the number. */
export function kpiWords({ kpi }: RcaFile, value: number | null): string {
  if (value === null) return "no traffic";
  return kpi.ratio ? perCent(figure(Number((100 * value).toPrecision(3)))) : figure(value);
}

/** `region=eu, model=m2`. */
export function whereWords(where: Readonly<Record<string, string>>): string {
  return Object.entries(where)
    .map(([dimension, value]) => `${dimension}=${value}`)
    .join(", ");
}

/** Kinds of events as people say them. */
export const EVENT_KINDS = Object.freeze({
  code: "code release",
  config: "configuration change",
  model: "model release",
  flag: "flag change",
  data: "data change",
  map: "map or trigger policy change",
  infra: "infrastructure change",
  other: "other change",
});
