import type { PackingResult } from "../src/binpack/index.js";
import { type Report, UNDATED } from "../src/report/index.js";
import { fillSection } from "./packing/fill.js";
import { fragmentationSection } from "./packing/fragmentation.js";
import { methodSection } from "./packing/method.js";
import { nodesSection } from "./packing/nodes.js";
import { pendingSection } from "./packing/pending.js";
import { policiesSection } from "./packing/policies.js";
import { verdictSection } from "./packing/verdict.js";

/** Sections from the first glance to the fine print. */
const SECTIONS = Object.freeze([
  verdictSection,
  policiesSection,
  nodesSection,
  fragmentationSection,
  pendingSection,
  fillSection,
  methodSection,
]);

/**
 * Placements as a report that answers how full the cluster gets: how far that is from what is possible, what is lost to
 * fragmentation and why, what is pending, and what other policies would make of it. It is dated with the result's
 * `as_of`; without one it bears no date.
 *
 * @example const html = await renderHtml(packingReport(result));
 */
export function packingReport(result: PackingResult): Report {
  const { createdFrom, version, policy, seed } = result;
  const { order, inflate } = createdFrom.options;
  return {
    schemaVersion: "1.0",
    id: "packing",
    title: "Packing of the cluster",
    generatedAt: result.as_of ?? UNDATED,
    parameters: [
      { name: "Policy", value: policy },
      ...(typeof order === "string" ? [{ name: "Order of arrival", value: order }] : []),
      ...(typeof inflate === "number" ? [{ name: "Requests inflated to", value: 100 * inflate, unit: "%" }] : []),
      { name: "Nodes", value: result.nodes },
      { name: "GPUs", value: result.gpus },
    ],
    provenance: { tool: "fleetlens", version, inputs: createdFrom.inputs, seed },
    cells: SECTIONS.flatMap((section) => section(result)),
  };
}
