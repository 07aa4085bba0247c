import type { Cell } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { counted } from "../capacity-plan/words.js";
import type { Impact } from "./impact.js";

/** How the figures were made. */
export function methodSection({ result }: Impact): Cell[] {
  const { input, overall, createdFrom } = result;
  const tolerance = createdFrom.options["tolerance_ms"];
  const { clusters, cluster_unit } = overall.intervals.alerts_per_1000km;
  return [
    heading(
      "method",
      "How it was done",
      `Every row of every vehicle was replayed through the policy, trigger by trigger: ${counted(input.rows, "row")}, of which ${counted(input.duplicates, "row")} of a time that is there twice and ${counted(input.dropped, "row")} without vehicle or time were left out.`,
    ),
    ...bullets("method-list", [
      overall.labels === null
        ? ""
        : `An alert is right where a label of its trigger and vehicle lies within ${tolerance === undefined ? "the tolerance" : `${String(tolerance)} ms`} of it. They are paired one to one: the most pairs, then the least distance.`,
      `Intervals of 95 % are percentiles of 2,000 resamples of ${counted(clusters, cluster_unit === "vehicle" ? "vehicle" : "vehicle-day")}: alerts of one vehicle are alike, so that vehicles are drawn and not alerts. With fewer than five there is none.`,
      "Kilometres are great-circle distances between positions of a vehicle at most the gap apart in time and no faster than 70 m/s.",
      "Alerts count at the place where they begin.",
      createdFrom.seed === null ? "" : `The same files, options and seed (${createdFrom.seed}) give the same bytes.`,
    ]),
  ];
}
