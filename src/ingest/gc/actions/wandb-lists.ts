import { isoUtc } from "../../../core/time.js";
import { VERSION } from "../../../core/version.js";
import { type TextAppender, withTextFile } from "../../text-file.js";
import type { ActionContext, ActionFile } from "./action-context.js";
import { copyCsv } from "./copy-csv.js";
import { textRows } from "./text-rows.js";

/** Adds an array of objects to a JSON file; returns how many. */
async function appendList(append: TextAppender, batches: AsyncIterable<string[][]>, keys: readonly string[]) {
  let rows = 0;
  await append(["["]);
  for await (const batch of batches) {
    const entry = (row: string[]) => JSON.stringify(Object.fromEntries(keys.map((key, i) => [key, row[i]])));
    await append(batch.map((row) => `${rows++ > 0 ? "," : ""}\n    ${entry(row)}`));
  }
  await append([rows > 0 ? "\n  ]" : "]"]);
  return rows;
}

async function writeKeep(context: ActionContext, where: string): Promise<ActionFile> {
  const name = "wandb_keep.json";
  const head = { schema: "fleetlens.wandb-keep/1", version: VERSION, as_of: isoUtc(context.asOfMs) };
  const kept = "SELECT id, kind FROM gc_planned WHERE starts_with(kind, 'wandb_') AND action <> 'delete' ORDER BY idx";
  const gone = `SELECT id, kind, phase FROM gc_actions WHERE ${where} ORDER BY idx`;
  const rows = await withTextFile(await context.reserve(name), { signal: context.signal }, async (append) => {
    await append([JSON.stringify(head, null, 2).slice(0, -2), ',\n  "keep": ']);
    await appendList(append, textRows(context, kept), ["id", "kind"]);
    await append([',\n  "delete": ']);
    const deleted = await appendList(append, textRows(context, gone), ["id", "kind", "phase"]);
    await append(["\n}\n"]);
    return deleted;
  });
  return { name, rows };
}

/**
 * Writes `wandb_keep.json`, what stays and what goes of Weights & Biases, and `wandb_summary_export.csv`: the runs that
 * go, whose summaries are to be exported first.
 *
 * @param where SQL condition on `gc_actions` for the candidates
 */
export async function writeWandb(context: ActionContext, where: string): Promise<ActionFile[]> {
  const runs = `SELECT split_part(place, '/', 1) AS entity, split_part(place, '/', 2) AS project, name AS run, "group", metric,
      strftime(created_at, '%Y-%m-%dT%H:%M:%S.%gZ') AS created_at, size_bytes, phase
    FROM gc_actions WHERE ${where} AND kind = 'wandb_run' ORDER BY idx`;
  return [await writeKeep(context, where), await copyCsv(context, "wandb_summary_export.csv", runs, true)];
}
