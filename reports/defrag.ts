import type { DefragFile } from "../src/binpack/index.js";
import { type Report, UNDATED } from "../src/report/index.js";
import { methodSection } from "./defrag/method.js";
import { movesSection } from "./defrag/moves.js";
import { outcomeSection } from "./defrag/outcome.js";
import { pendingSection } from "./defrag/pending.js";
import { verdictSection } from "./defrag/verdict.js";
import { originOf } from "./origin.js";

/** Sections from the first glance to the fine print. */
const SECTIONS = Object.freeze([verdictSection, outcomeSection, movesSection, pendingSection, methodSection]);

const GOALS = Object.freeze({
  pending: "room for pending pods",
  "empty-nodes": "nodes without pods",
  "empty-racks": "racks without pods",
});

/**
 * A plan of migrations as a report that answers whether to move pods: what it gains, which pods move where in which order,
 * and what still waits and why. Nodes and pods bear no time, so the report has no date.
 *
 * @example const html = await renderHtml(defragReport(result));
 */
export function defragReport(result: DefragFile): Report {
  const { policy, migrations } = result.createdFrom.options;
  return {
    schemaVersion: "1.0",
    id: "defrag",
    title: "Defragmentation of the cluster",
    generatedAt: UNDATED,
    ...originOf(result, [
      { name: "Goal", value: GOALS[result.goal] },
      { name: "At most", value: typeof migrations === "number" ? migrations : 0, unit: "moves" },
      ...(typeof policy === "string" ? [{ name: "Policy that placed the pods", value: policy }] : []),
    ]),
    cells: SECTIONS.flatMap((section) => section(result)),
  };
}
