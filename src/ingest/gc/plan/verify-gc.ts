import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../../../core/errors.js";
import type { DuckDbEngine } from "../../../engine/duckdb.js";
import type { GcReport } from "../../../gc-reachability/gc-report.js";
import type { GcInputs } from "./gc-inputs.js";
import { planDigest } from "./plan-digest.js";
import { damages, readReport } from "./plan-folder.js";
import { createPlanTables } from "./plan-tables.js";
import type { GcVerification } from "./verification-schema.js";
import { withDecision } from "./with-decision.js";

/** A plan's folder, and the inputs as they are now. */
export interface VerifyOptions extends GcInputs {
  plan: string;
}

async function revokedRows(engine: DuckDbEngine, candidates: string): Promise<GcVerification["revoked"]> {
  const sql = `SELECT p.id, CASE WHEN f.idx IS NULL THEN 'gone' WHEN f.action = 'keep' THEN f.reason
      WHEN f.action <> p.action OR f.target_storage_class IS DISTINCT FROM p.target_storage_class THEN 'now_' || f.action
      ELSE 'now_quarantine' END AS reason
    FROM read_parquet(${engine.dialect.literal(candidates)}) p LEFT JOIN gc_planned f ON f.id = p.id
    WHERE f.idx IS NULL OR f.action <> p.action OR f.target_storage_class IS DISTINCT FROM p.target_storage_class
      OR (p.phase = 'purge' AND f.phase <> 'purge') ORDER BY p.id`;
  const rows = await engine.rows({ sql });
  return rows.map((row) => ({ id: String(row["id"]), reason: String(row["reason"]) }));
}

async function checkDigest(engine: DuckDbEngine, candidates: string, { plan_digest: planned }: GcReport) {
  const found = await planDigest(engine, `read_parquet(${engine.dialect.literal(candidates)}) ORDER BY id`);
  return found === planned ? [] : ["candidates.parquet does not match plan_digest"];
}

/**
 * Decides again from fresh inputs and compares: each row of the plan must still be a candidate for the same action.
 * Meant to run right before each phase. What is a candidate only now is not added.
 *
 * @throws InputError, PolicyError when there is no plan, when its fuse had blown, or when an input is refused
 */
export async function verifyGc(options: VerifyOptions): Promise<GcVerification> {
  const { plan, signal } = options;
  const report = await readReport(plan);
  if (report.status === "fused") {
    throw new InputError(`${plan}: the plan exceeded a limit of its policy and has no candidates; nothing may go`, {
      file: plan,
    });
  }
  const { plan_digest } = report;
  const damaged = await damages(plan, report);
  if (damaged.length > 0) return { ok: false, plan_digest, revoked: [], problems: damaged };
  const candidates = await realpath(join(plan, "candidates.parquet"));
  return withDecision(options, { files: [candidates] }, async (decided) => {
    const { engine } = decided.table;
    const problems = await checkDigest(engine, candidates, report);
    await createPlanTables(decided, signal);
    const revoked = await revokedRows(engine, candidates);
    return { ok: problems.length === 0 && revoked.length === 0, plan_digest, revoked, problems };
  });
}
