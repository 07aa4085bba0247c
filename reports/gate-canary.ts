import type { CanaryFile } from "../src/experiment/index.js";
import type { Report } from "../src/report/index.js";
import { perCent } from "./capacity-plan/words.js";
import { pointWords } from "./estimate-words.js";
import { classesSection } from "./gate/canary/classes.js";
import { failuresSection } from "./gate/canary/failures.js";
import { latencySection } from "./gate/canary/latency.js";
import { methodSection } from "./gate/canary/method.js";
import { slicesSection } from "./gate/canary/slices.js";
import { verdictSection } from "./gate/canary/verdict.js";
import { gateReport } from "./gate/gate-report.js";
import { numberOption } from "./gate/words.js";

/** Sections from the first glance to the fine print. */
const SECTIONS = Object.freeze([
  verdictSection,
  classesSection,
  slicesSection,
  failuresSection,
  latencySection,
  methodSection,
]);

/**
 * A result of `fleetlens gate canary` as a report: whether the canary gets more of the traffic, and every class, slice and
 * quantile of latency against its limit.
 *
 * @example const html = await renderHtml(canaryReport(result));
 */
export function canaryReport(result: CanaryFile): Report {
  const [margin, step] = ["maxRegression", "step"].map((name) => numberOption(result, name));
  return gateReport(result, "canary", "Canary gate", SECTIONS, [
    { name: "Mode", value: result.mode },
    ...(margin === null ? [] : [{ name: "Largest regression", value: pointWords(margin) }]),
    ...(step === null ? [] : [{ name: "Share of the traffic", value: perCent(step) }]),
  ]);
}
