import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isoUtc } from "../../../core/time.js";
import { VERSION } from "../../../core/version.js";
import { addExact, emptySum, exactTotal, wholeNumber } from "../../../gc-reachability/exact-sum.js";
import { type GcReport, type IntegrityCheck, type RootRow, tallies } from "../../../gc-reachability/index.js";
import { sha256File } from "../../sha256-file.js";
import { writeActions } from "../actions/index.js";
import { checkFuse } from "./check-fuse.js";
import type { GcInputs } from "./gc-inputs.js";
import { listIds } from "./object-ids.js";
import { commitPlan, filesBelow, stagingFolder, writeRefusal } from "./plan-folder.js";
import { createPlanTables } from "./plan-tables.js";
import { type Decided, withDecision } from "./with-decision.js";
import { writeCandidates, writeIntegrity, writeKept, writeRoots } from "./write-plan-files.js";

/** Inputs of a plan, and the folder that it is written to. */
export interface PlanOptions extends GcInputs {
  out: string;
}

export interface PlannedGc {
  report: GcReport;
  /** Files written. */
  outputs: string[];
  warnings: string[];
}

const LISTED = { roots: 20, conflicts: 10_000, unmatched: 10_000 };
const NOTHING = { objects: 0, bytes: 0, monthly_usd: null, early_deletion_usd: null };

function topRoots(roots: readonly RootRow[]): GcReport["top_roots"] {
  const order = [...roots.keys()].sort(
    (a, b) =>
      Number(roots[b].exclusiveBytes > roots[a].exclusiveBytes) -
        Number(roots[b].exclusiveBytes < roots[a].exclusiveBytes) || a - b,
  );
  return order.slice(0, LISTED.roots).map((i) => ({
    name: roots[i].name,
    type: roots[i].type,
    objects: roots[i].objects,
    reachable_objects: roots[i].reachableObjects,
    reachable_bytes: wholeNumber(roots[i].reachableBytes),
    exclusive_objects: roots[i].exclusiveObjects,
    exclusive_bytes: wholeNumber(roots[i].exclusiveBytes),
  }));
}

async function conflictsOf({ table, columns, decision }: Decided): Promise<GcReport["conflicts"]> {
  const listed = decision.conflicts.slice(0, LISTED.conflicts);
  const ids = await listIds(
    table.engine,
    Int32Array.from(listed, ({ object }) => object),
  );
  return listed.map(({ hold, erasure }, i) => ({
    id: ids[i],
    hold: columns.holds[hold].holdId,
    request: columns.erasures[erasure].requestId,
  }));
}

function totalBytes({ columns }: Decided): number | string {
  const sum = emptySum();
  for (const size of columns.sizeBytes) addExact(sum, size);
  return wholeNumber(exactTotal(sum));
}

/** The settings that a plan can be made again by. */
function settings(options: PlanOptions): Record<string, unknown> {
  const { objects, edges, policy, protections, holds, erasures, allowNoEdges, allowUnmatched } = options;
  return {
    ...{ objects, edges: edges ?? null, policy, protections: protections ?? null, holds: holds ?? null },
    ...{ erasures: erasures ?? null, allow_no_edges: allowNoEdges ?? false, allow_unmatched: allowUnmatched ?? false },
  };
}

interface Written {
  roots: RootRow[];
  check: IntegrityCheck;
  drill: number;
  digest: string;
}

async function makeReport(decided: Decided, options: PlanOptions, written: Written, files: string[], staged: string) {
  const { columns, decision, policy, asOfMs, snapshotAtMs, objects, edges, unmatched } = decided;
  const inputs = await decided.inputs();
  const fuse = checkFuse(decided);
  const sums = tallies(columns, decision, policy, asOfMs);
  const sha256 = [];
  for (const path of files) sha256.push({ path, sha256: await sha256File(join(staged, path)) });
  const report: GcReport = {
    schema: "fleetlens.gc-plan/1",
    version: VERSION,
    createdFrom: { inputs, options: settings(options), seed: null },
    schema_version: 1,
    status: fuse.length > 0 ? "fused" : "ok",
    fuse,
    as_of: isoUtc(asOfMs),
    snapshot_at: isoUtc(snapshotAtMs),
    inputs: inputs.map(({ name, rows, sha256: hash }) => ({ path: name, rows, sha256: hash })),
    method: decided.graph.method,
    objects: {
      rows: objects.rows,
      duplicates: objects.duplicates,
      distinct: objects.n,
      normalised_ids: objects.respelled + edges.respelled,
      bytes: totalBytes(decided),
    },
    edges: { rows: edges.rows, strong: edges.strong, weak: edges.weak },
    ...sums,
    ...(fuse.length > 0 && { candidates: NOTHING, saved_monthly_usd: null }),
    top_roots: topRoots(written.roots),
    conflicts: await conflictsOf(decided),
    conflict_count: decision.conflictCount,
    approvals_needed: decision.conflictCount > 0 ? 2 : 1,
    unmatched_selectors: unmatched.slice(0, LISTED.unmatched),
    unmatched_count: unmatched.length,
    integrity: {
      dangling: edges.dangling,
      unlisted_src: edges.unlistedSources,
      tainted: written.check.tainted.length,
      kept_to_deleted: written.check.keptToDeleted.length,
    },
    restore_drill_objects: written.drill,
    plan_digest: written.digest,
    files: sha256,
  };
  return report;
}

/** Objects (1) that some objects need, themselves included. */
function neededBy({ graph }: Decided): (from: Int32Array) => Promise<Uint8Array> {
  return async (from) => Uint8Array.from(await graph.depths(from), (depth) => Number(depth >= 0));
}

async function writeFiles(decided: Decided, options: PlanOptions, staged: string): Promise<Written> {
  const { signal, onProgress = () => {} } = options;
  const { columns, graph, policy, decision, asOfMs, snapshotAtMs, table } = decided;
  const at = (name: string): string => join(staged, name);
  onProgress(0, 0, "weighing protections");
  const roots = await graph.roots(columns, decision);
  await writeRoots(roots, at("roots.parquet"), signal);
  const dangling = async (): Promise<string> => at("dangling.parquet");
  const check = await writeIntegrity(decided, { integrity: at("integrity.json"), dangling }, signal);
  const isFused = checkFuse(decided).length > 0;
  onProgress(0, 0, "writing");
  await createPlanTables(decided, signal);
  const digest = await writeCandidates(decided, at("candidates.parquet"), { none: isFused, signal });
  await writeKept(decided, at("kept.parquet"), signal);
  if (isFused) return { roots, check, drill: 0, digest };
  await mkdir(at("actions"));
  const files = await writeActions(table.engine, {
    ...{ policy, asOfMs, snapshotAtMs, signal },
    reserve: async (name) => at(`actions/${name}`),
    reach: neededBy(decided),
  });
  return { roots, check, drill: files.find(({ name }) => name === "restore_drill.csv")?.rows ?? 0, digest };
}

/**
 * Decides from a lineage graph what may go and writes the plan: nothing is deleted. All files appear in `out`, the report
 * last; when anything is refused only `error.json` does.
 *
 * @throws InputError, PolicyError for whatever cannot be trusted
 */
export async function planGc(options: PlanOptions): Promise<PlannedGc> {
  const { out } = options;
  const staging = await stagingFolder(out);
  try {
    return await withDecision(options, { tempDirectory: staging }, async (decided) => {
      // Within the SQL engine's own folder, which statements may write to.
      const staged = join(decided.table.engine.scratch, "plan");
      await mkdir(staged);
      const written = await writeFiles(decided, options, staged);
      const report = await makeReport(decided, options, written, await filesBelow(staged), staged);
      const outputs = await commitPlan(staged, out, report);
      return { report, outputs, warnings: decided.warnings };
    });
  } catch (error) {
    await writeRefusal(out, error);
    throw error;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}
