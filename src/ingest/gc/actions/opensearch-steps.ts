import { writeFile } from "node:fs/promises";
import { withTextFile } from "../../text-file.js";
import type { ActionContext, ActionFile } from "./action-context.js";
import { textRows } from "./text-rows.js";

const POLICY_ID = "fleetlens-gc";
const SHRUNK = "-shrunk";

/**
 * An Index State Management policy that no index gets by itself, as it has no template, and whose first state deletes
 * nothing: an index must be told to go on to `quarantine` or `delete`.
 */
const POLICY = {
  policy: {
    description: "fleetlens gc: merges and shrinks; closes or deletes only indices that are sent to these states",
    default_state: "shrink",
    states: [
      {
        name: "shrink",
        actions: [
          { force_merge: { max_num_segments: 1 } },
          { shrink: { num_new_shards: 1, target_index_name_template: { source: `{{ctx.index}}${SHRUNK}` } } },
        ],
        transitions: [],
      },
      { name: "quarantine", actions: [{ close: {} }], transitions: [] },
      { name: "delete", actions: [{ delete: {} }], transitions: [] },
    ],
  },
};

interface Step {
  /** In which phase the step is run. */
  phase: string;
  /** True: only when the grace time after the step before is over and the plan was verified again. */
  after_grace: boolean;
  step: "shrink" | "forcemerge" | "close" | "delete";
  method: "POST" | "DELETE";
  path: string;
  body?: object;
}

function stepsOf(path: string, phase: string, snapshot: boolean): Step[] {
  const remove = { step: "delete", method: "DELETE", path } as const;
  if (phase === "purge") return [{ phase, after_grace: false, ...remove }];
  if (phase === "quarantine") {
    const close: Step = { phase, after_grace: false, step: "close", method: "POST", path: `${path}/_close` };
    // A snapshot can only be there or not.
    return [...(snapshot ? [] : [close]), { phase: "purge", after_grace: true, ...remove }];
  }
  const attach = { path: `/_plugins/_ism/add${path}`, body: { policy_id: POLICY_ID } };
  const merge = { path: `${path}${SHRUNK}/_forcemerge?max_num_segments=1` };
  return [
    { phase, after_grace: false, step: "shrink", method: "POST", ...attach },
    { phase, after_grace: false, step: "forcemerge", method: "POST", ...merge },
  ];
}

function linesOf([id, cluster, name, repository, phase]: string[]): string[] {
  const path = (repository ? ["_snapshot", repository, name] : [name]).map((part) => `/${encodeURIComponent(part)}`);
  return stepsOf(path.join(""), phase, repository !== "").map(
    (step) => `${JSON.stringify({ id, cluster, ...step })}\n`,
  );
}

/**
 * Writes `opensearch_ism.json`, the body of an Index State Management policy `fleetlens-gc`, and
 * `opensearch_steps.jsonl`: the requests for each index or snapshot, in their order.
 *
 * @param where SQL condition on `gc_actions` for the candidates
 */
export async function writeOpenSearch(context: ActionContext, where: string): Promise<ActionFile[]> {
  const [ism, steps] = ["opensearch_ism.json", "opensearch_steps.jsonl"];
  await writeFile(await context.reserve(ism), `${JSON.stringify(POLICY, null, 2)}\n`);
  const sql = `SELECT id, place, name, version, phase FROM gc_actions WHERE ${where} ORDER BY idx`;
  let rows = 0;
  await withTextFile(await context.reserve(steps), { signal: context.signal }, async (append) => {
    for await (const batch of textRows(context, sql)) {
      const lines = batch.flatMap(linesOf);
      await append(lines);
      rows += lines.length;
    }
  });
  return [
    { name: ism, rows: 1 },
    { name: steps, rows },
  ];
}
