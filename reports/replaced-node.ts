import type { ReplacedFile } from "../src/binpack/index.js";
import { type Report, UNDATED } from "../src/report/index.js";
import { originOf } from "./origin.js";
import { methodSection } from "./replaced-node/method.js";
import { podsSection } from "./replaced-node/pods.js";
import { verdictSection } from "./replaced-node/verdict.js";

/** Sections from the first glance to the fine print. */
const SECTIONS = Object.freeze([verdictSection, podsSection, methodSection]);

/**
 * The failure of a node as a report that answers whether the others take its pods: which go where, how near, and which
 * find no place and why. Nodes and pods bear no time, so the report has no date.
 *
 * @example const html = await renderHtml(replacedNodeReport(result));
 */
export function replacedNodeReport(result: ReplacedFile): Report {
  const { policy } = result.createdFrom.options;
  const { zone, block, rack } = result;
  const stands = [zone, block, rack].filter((name) => name !== "").join("/");
  return {
    schemaVersion: "1.0",
    id: "replaced-node",
    title: "Failure of a node",
    generatedAt: UNDATED,
    ...originOf(result, [
      { name: "Node", value: result.node },
      { name: "GPUs", value: result.gpus },
      ...(result.model === "" ? [] : [{ name: "Model", value: result.model }]),
      ...(stands === "" ? [] : [{ name: "Where it stands", value: stands }]),
      ...(typeof policy === "string" ? [{ name: "Policy", value: policy }] : []),
    ]),
    cells: SECTIONS.flatMap((section) => section(result)),
  };
}
