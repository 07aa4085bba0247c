import type { OtaFile } from "../src/experiment/index.js";
import type { Report } from "../src/report/index.js";
import { shareWords } from "./estimate-words.js";
import { gateReport } from "./gate/gate-report.js";
import { methodSection } from "./gate/ota/method.js";
import { soakSection } from "./gate/ota/soak.js";
import { testSection } from "./gate/ota/test.js";
import { verdictSection } from "./gate/ota/verdict.js";
import { wavesSection } from "./gate/ota/waves.js";

/** Sections from the first glance to the fine print. */
const SECTIONS = Object.freeze([verdictSection, wavesSection, testSection, soakSection, methodSection]);

/**
 * A result of `fleetlens gate ota` as a report: whether the rollout goes on, failure rates by wave and region, how near each
 * region's test is to a decision, and the survival of the soak.
 *
 * @example const html = await renderHtml(otaReport(result));
 */
export function otaReport(result: OtaFile): Report {
  const { p0, p1 } = result.sprt;
  return gateReport(result, "ota", "Rollout over the air", SECTIONS, [
    { name: "Good rate", value: shareWords(p0) },
    { name: "Bad rate", value: shareWords(p1) },
  ]);
}
