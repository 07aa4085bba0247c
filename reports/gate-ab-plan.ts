import type { AbPlanFile } from "../src/experiment/index.js";
import type { Report } from "../src/report/index.js";
import { designWords } from "./gate/ab/design-words.js";
import { looksSection } from "./gate/ab-plan/looks.js";
import { methodSection } from "./gate/ab-plan/method.js";
import { verdictSection } from "./gate/ab-plan/verdict.js";
import { gateReport } from "./gate/gate-report.js";

/** Sections from the first glance to the fine print. */
const SECTIONS = Object.freeze([verdictSection, looksSection, methodSection]);

/**
 * A result of `fleetlens gate ab --plan` as a report: how many rows the experiment needs, when to look and what decides then.
 *
 * @example const html = await renderHtml(abPlanReport(result));
 */
export function abPlanReport(result: AbPlanFile): Report {
  const { design, alpha, power } = result;
  return gateReport(result, "ab-plan", "Rows of an A/B experiment", SECTIONS, [
    { name: "Design", value: designWords(design).name },
    { name: "Alpha", value: alpha },
    { name: "Power", value: power },
  ]);
}
