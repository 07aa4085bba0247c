import type { DriftFile } from "../src/drift/index.js";
import { type Report, UNDATED } from "../src/report/index.js";
import { attributionSection } from "./drift/attribution.js";
import { calibrationSection } from "./drift/calibration.js";
import { confusionSection } from "./drift/confusion.js";
import { distributionsSection } from "./drift/distributions.js";
import { featuresSection } from "./drift/features.js";
import { inconclusiveSection } from "./drift/inconclusive.js";
import { methodSection } from "./drift/method.js";
import { modelSection } from "./drift/model.js";
import { multivariateSection } from "./drift/multivariate.js";
import { partsSection } from "./drift/parts.js";
import { textSection } from "./drift/text.js";
import { verdictSection } from "./drift/verdict.js";
import { originOf } from "./origin.js";

/** Sections from the first glance to the fine print. */
const SECTIONS = Object.freeze([
  verdictSection,
  featuresSection,
  distributionsSection,
  partsSection,
  modelSection,
  confusionSection,
  calibrationSection,
  multivariateSection,
  attributionSection,
  textSection,
  inconclusiveSection,
  methodSection,
]);

/**
 * A result of `fleetlens drift` as a report: which features drifted and by how much, what both sides look like, in which
 * slices and windows, and what cannot be told yet. It is dated with the end of the last window; without windows it has no
 * date.
 *
 * @example const html = await renderHtml(driftNotebook(result));
 */
export function driftNotebook(result: DriftFile): Report {
  const ends = result.features.flatMap(({ window }) => window?.end ?? []).sort();
  const { alpha, correction } = result.createdFrom.options;
  return {
    schemaVersion: "1.0",
    id: "drift",
    title: "Drift",
    generatedAt: ends.at(-1) ?? UNDATED,
    ...originOf(result, [
      { name: "Significance level", value: Number(alpha ?? 0.05) },
      { name: "Correction", value: String(correction ?? "bh") },
    ]),
    cells: SECTIONS.flatMap((section) => section(result)),
  };
}
