import type { SloFile } from "../src/incident/index.js";
import { type Report, UNDATED } from "../src/report/index.js";
import { originOf } from "./origin.js";
import { durationWords } from "./queues/duration.js";
import { alertsSection } from "./slo/alerts.js";
import { budgetSection } from "./slo/budget.js";
import { burnSection } from "./slo/burn.js";
import { incidentsSection } from "./slo/incidents.js";
import { methodSection } from "./slo/method.js";
import { verdictSection } from "./slo/verdict.js";
import { targetWords } from "./slo/words.js";

/** Sections from the first glance to the fine print. */
const SECTIONS = Object.freeze([
  verdictSection,
  budgetSection,
  burnSection,
  alertsSection,
  incidentsSection,
  methodSection,
]);

/**
 * A result of `fleetlens slo` as a report that answers how much error budget is left and how long it lasts: the budget and
 * the burn rates over time, every alert, and the mean times of incidents where the result has them. It is dated with the
 * last row.
 *
 * @example const html = await renderHtml(sloReport(result));
 */
export function sloReport(result: SloFile): Report {
  const { target, windowSeconds, bucketSeconds, to } = result;
  return {
    schemaVersion: "1.0",
    id: "slo",
    title: "Error budget",
    generatedAt: to ?? UNDATED,
    ...originOf(result, [
      { name: "Target", value: targetWords(target) },
      { name: "Window", value: durationWords(windowSeconds) },
      ...(bucketSeconds === null ? [] : [{ name: "Bucket", value: durationWords(bucketSeconds) }]),
    ]),
    cells: SECTIONS.flatMap((section) => section(result)),
  };
}
