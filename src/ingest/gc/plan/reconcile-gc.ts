import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../../../core/errors.js";
import { isoUtc } from "../../../core/time.js";
import { wholeNumber } from "../../../gc-reachability/exact-sum.js";
import { readTable } from "../../read-table.js";
import { withFileName } from "../../sql-table.js";
import { DEFAULT_MAX_MEMORY, engineMemory } from "./gc-inputs.js";
import { loadObjects } from "./load-objects.js";
import { readPlan } from "./plan-folder.js";
import type { GcReconciliation } from "./reconciliation-schema.js";

/** A plan that was carried out, and the objects that there are now. */
export interface ReconcileOptions {
  plan: string;
  objects: string | readonly string[];
  /** Epoch ms of the new list. */
  asOfMs: number;
  maxMemory?: string;
  threads?: number;
  signal?: AbortSignal;
}

const LISTED = 10_000;
const STATES = ["planned_and_gone", "planned_but_present", "gone_but_not_planned", "new"] as const;

/** One row an object of before or after, with its state. */
function comparison(literal: (text: string) => string, plan: { candidates: string; kept: string }): string {
  return `CREATE TABLE gc_compared AS SELECT coalesce(b.id, a.id) AS id, coalesce(b.class, CAST(a.class AS VARCHAR)) AS class,
    b.size_bytes AS before, CAST(a.size_bytes AS BIGINT) AS after, CASE
      WHEN b.id IS NULL THEN 'new'
      WHEN a.id IS NULL THEN CASE b.action WHEN 'delete' THEN 'planned_and_gone' ELSE 'gone_but_not_planned' END
      WHEN b.action = 'delete' THEN 'planned_but_present'
      WHEN b.action = 'transition' THEN CASE WHEN CAST(a.storage_class AS VARCHAR) IS NOT DISTINCT FROM b.target THEN 'planned_and_gone' ELSE 'planned_but_present' END
    END AS state
    FROM (SELECT id, class, size_bytes, action, target_storage_class AS target FROM read_parquet(${literal(plan.candidates)})
      UNION ALL SELECT id, class, size_bytes, 'keep', NULL FROM read_parquet(${literal(plan.kept)})) b
    FULL JOIN gc_objects a ON a.id = b.id`;
}

/**
 * Compares a plan with the objects that there are after it was carried out.
 *
 * @throws InputError when the plan is not whole, or the new list is older than the plan
 */
export async function reconcileGc(options: ReconcileOptions): Promise<GcReconciliation> {
  const { plan, objects, asOfMs, signal, threads } = options;
  const report = await readPlan(plan);
  if (report.status === "fused") {
    throw new InputError(`${plan}: the plan exceeded a limit of its policy; there was nothing to carry out`, {
      file: plan,
    });
  }
  if (asOfMs < Date.parse(report.as_of)) {
    throw new InputError(
      `as-of ${isoUtc(asOfMs)} is earlier than the plan's, ${report.as_of}: give the list made after it`,
      {
        file: plan,
      },
    );
  }
  const paths = {
    candidates: await realpath(join(plan, "candidates.parquet")),
    kept: await realpath(join(plan, "kept.parquet")),
  };
  const memory = engineMemory(options.maxMemory ?? DEFAULT_MAX_MEMORY);
  const table = await readTable(objects, { signal, threads, memory, writes: Object.values(paths) });
  const { engine } = table;
  try {
    await loadObjects(table, { signal });
    await engine.run(comparison(engine.dialect.literal, paths), { signal });
    const groups = {} as Pick<GcReconciliation, (typeof STATES)[number]>;
    for (const state of STATES) {
      const where = `FROM gc_compared WHERE state = '${state}'`;
      const [sum] = await engine.rows({
        sql: `SELECT count(*) AS objects, CAST(coalesce(sum(coalesce(before, after)), 0) AS VARCHAR) AS bytes ${where}`,
      });
      const ids = await engine.rows({ sql: `SELECT id ${where} ORDER BY id LIMIT ${LISTED}` });
      groups[state] = {
        objects: Number(sum["objects"]),
        bytes: wholeNumber(BigInt(String(sum["bytes"]))),
        ids: ids.map(({ id }) => String(id)),
      };
    }
    const classes = await engine.rows({
      sql: "SELECT class, CAST(coalesce(sum(before), 0) AS VARCHAR) AS before, CAST(coalesce(sum(after), 0) AS VARCHAR) AS after FROM gc_compared GROUP BY class ORDER BY class NULLS FIRST",
    });
    return {
      ok: groups.gone_but_not_planned.objects === 0,
      plan_digest: report.plan_digest,
      ...groups,
      by_class: classes.map((row) => ({
        class: row["class"] === null ? null : String(row["class"]),
        before_bytes: wholeNumber(BigInt(String(row["before"]))),
        after_bytes: wholeNumber(BigInt(String(row["after"]))),
      })),
    };
  } catch (error) {
    throw withFileName(error, table.files);
  } finally {
    await table.close();
  }
}
