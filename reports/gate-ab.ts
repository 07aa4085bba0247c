import type { AbFile } from "../src/experiment/index.js";
import type { Report } from "../src/report/index.js";
import { designWords } from "./gate/ab/design-words.js";
import { effectsSection } from "./gate/ab/effects.js";
import { looksSection } from "./gate/ab/looks.js";
import { methodSection } from "./gate/ab/method.js";
import { splitSection } from "./gate/ab/split.js";
import { verdictSection } from "./gate/ab/verdict.js";
import { gateReport } from "./gate/gate-report.js";
import { numberOption } from "./gate/words.js";

/** Sections from the first glance to the fine print. */
const SECTIONS = Object.freeze([verdictSection, effectsSection, looksSection, splitSection, methodSection]);

/**
 * A result of `fleetlens gate ab` as a report: what each experiment comes to and what to do next, effects with intervals that
 * hold at all looks, z against the stopping bounds, and whether the rows split as planned.
 *
 * @example const html = await renderHtml(abReport(result));
 */
export function abReport(result: AbFile): Report {
  const alpha = numberOption(result, "alpha");
  return gateReport(result, "ab", "A/B experiments", SECTIONS, [
    { name: "Design", value: designWords(result.createdFrom.options["design"]).name },
    ...(alpha === null ? [] : [{ name: "Alpha", value: alpha }]),
  ]);
}
