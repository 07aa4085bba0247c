import type { Demand } from "../src/forecast/index.js";
import type { Report } from "../src/report/index.js";
import { levelsOf } from "./demand/levels.js";
import { methodSection } from "./demand/method.js";
import { queuesSection } from "./demand/queues.js";
import { scenariosSection } from "./demand/scenarios.js";
import { verdictSection } from "./demand/verdict.js";
import { weeksSection } from "./demand/weeks.js";
import { originOf } from "./origin.js";

/** Sections from the first glance to the fine print. */
const SECTIONS = Object.freeze([verdictSection, weeksSection, queuesSection, scenariosSection, methodSection]);

/**
 * Weekly demand as a report that answers how many GPUs will be wanted: by week with intervals, against the capacity, by
 * queue, and with planned work. It is dated with the first hour of the forecast.
 *
 * @example const html = await renderHtml(demandReport(result));
 */
export function demandReport(result: Demand): Report {
  const { options } = result.createdFrom;
  const weeks = Math.max(...result.weeks.map(({ week }) => week));
  return {
    schemaVersion: "1.0",
    id: "demand",
    title: "Weekly demand",
    generatedAt: result.weeks[0].start,
    ...originOf(result, [
      { name: "Horizon", value: weeks, unit: weeks === 1 ? "week" : "weeks" },
      {
        name: "Interval levels",
        value: levelsOf(result)
          .map((level) => `${level} %`)
          .join(", "),
      },
      ...(typeof options["value"] === "string" ? [{ name: "Demand is", value: options["value"] }] : []),
      ...(typeof options["tz"] === "string" ? [{ name: "Time zone of the daily profile", value: options["tz"] }] : []),
    ]),
    cells: SECTIONS.flatMap((section) => section(result)),
  };
}
