import type { ActionContext, ActionFile } from "./action-context.js";
import { copyCsv } from "./copy-csv.js";
import { writeEcr } from "./ecr-images.js";
import { writeIceberg } from "./iceberg-sql.js";
import { createIcebergLocations, hasIceberg } from "./iceberg-tables.js";
import { writeOpenSearch } from "./opensearch-steps.js";
import { actionGroups, type Backend, createPlannedActions, ofBackend } from "./planned-actions.js";
import { writeRestoreDrill } from "./restore-drill.js";
import { writeS3Manifests } from "./s3-manifests.js";
import { writeWandb } from "./wandb-lists.js";

const LOGS = "id, strftime(created_at, '%Y-%m-%dT%H:%M:%S.%gZ') AS created_at, size_bytes, phase";
const OTHER = "id, action, phase";

/**
 * Writes the folder `actions/` of a plan: what to tell each system so that the candidates go. Every candidate is in
 * exactly one file, or in `other.csv` where no request means exactly it; docs/gc-actions.md describes the files.
 *
 * `gc_planned` in the engine has, in the order of ids, the columns idx (INTEGER, rank of the id by its UTF-8 bytes), id, kind, size_bytes,
 * created_at, "group", metric, action, phase and target_storage_class. Rows are streamed.
 *
 * @returns the files, with how many candidates or requests each holds
 */
export async function writeActions(
  engine: ActionContext["engine"],
  options: Omit<ActionContext, "engine">,
): Promise<ActionFile[]> {
  const context = { engine, ...options };
  const iceberg = await hasIceberg(context);
  if (iceberg) await createIcebergLocations(context);
  await createPlannedActions(context, iceberg);
  const groups = await actionGroups(context);
  const has = (backend: Backend) => groups.some((group) => group.backend === backend);
  // What there is nothing of is not looked for.
  const those = (backend: Backend) => (has(backend) ? ofBackend(backend) : "false");
  const copy = (name: string, columns: string, backend: Backend) =>
    copyCsv(context, name, `SELECT ${columns} FROM gc_actions WHERE ${those(backend)} ORDER BY idx`, true);
  const files = [
    ...(await writeS3Manifests(context, groups)),
    ...(has("iceberg") ? await writeIceberg(context) : []),
    ...(await writeWandb(context, those("wandb"))),
    ...(has("ecr") ? await writeEcr(context) : []),
    ...(await writeOpenSearch(context, those("opensearch"))),
    await copy("logs_purge.csv", LOGS, "logs"),
    await writeRestoreDrill(context),
    ...(has("other") ? [await copy("other.csv", OTHER, "other")] : []),
  ];
  await engine.run("DROP VIEW gc_actions");
  await engine.run("DROP TABLE gc_backends");
  if (iceberg) await engine.run("DROP TABLE gc_iceberg");
  return files;
}
