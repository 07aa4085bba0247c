import type { ActionContext } from "./action-context.js";

/** Where an action is carried out; what no backend can do on exactly one object is `other`. */
export type Backend = "s3" | "s3_multipart" | "iceberg" | "wandb" | "ecr" | "opensearch" | "logs" | "other";

/** Text that an S3 id ends with after its key. A key may hold such text too; the last one counts. */
const SUFFIX = `CASE WHEN NOT contains(id, '?') THEN ''
  WHEN kind = 's3_multipart' THEN regexp_extract(id, '\\?uploadId=[^?]+$')
  ELSE regexp_extract(id, '\\?versionId=[^?]+$') END`;

const NAMES = "['place', 'name', 'version']";

/** A name that is no pattern and no list, as OpenSearch has it for its own: a request with it means this one alone. */
const PLAIN = `[^\\\\/*?"<>| ,#:_+\\-\\x00-\\x20][^\\\\/*?"<>| ,#:\\x00-\\x20]*`;

/** Takes ids apart; parts that the id does not have are empty. */
const PARTS = `CASE
  WHEN starts_with(kind, 'iceberg_') THEN
    {'place': coalesce(location, ''), 'name': '', 'version': regexp_extract(id, '[0-9]+$')}
  WHEN starts_with(kind, 'wandb_') THEN regexp_extract(id, '(?s)^wandb[a-z-]*://([^/]+/[^/]+)/(.+)()$', ${NAMES})
  WHEN starts_with(kind, 'oci_') THEN
    regexp_extract(id, '^oci://(?:([^/@]*[.:][^/@]*|localhost)/)?([^@:]+)@([a-z0-9]+:[0-9a-f]{32,})$', ${NAMES})
  WHEN starts_with(kind, 'opensearch_') THEN
    regexp_extract(id, '^opensearch://([^/]+)/(?:_snapshot/(${PLAIN})/)?(${PLAIN})$', ['place', 'version', 'name'])
  WHEN starts_with(id, 's3://') THEN {'place': split_part(id, '/', 3),
    'name': substr(id, 7 + length(split_part(id, '/', 3)),
      greatest(0, length(id) - 6 - length(split_part(id, '/', 3)) - length(suffix))),
    'version': substr(suffix, strpos(suffix, '=') + 1)}
END`;

/** Kinds of systems that would break if the S3 objects they keep were touched behind their back. */
const OWNED = ["iceberg_", "wandb_", "oci_", "opensearch_"].map((kind) => `starts_with(kind, '${kind}')`).join(" OR ");

const MARKER = "(kind = 's3_delete_marker' OR is_delete_marker = true)";

/**
 * Holds of most candidates: a plain S3 object, which is taken apart and given to its backend without trying all rules.
 * {@link RULES} and {@link PARTS} say the same of it.
 */
const IS_PLAIN = `starts_with(id, 's3://') AND NOT contains(id, '?') AND is_latest IS DISTINCT FROM false
  AND is_delete_marker IS DISTINCT FROM true AND NOT regexp_matches(coalesce(kind, ''), '^(s3_|log|iceberg_|wandb_|oci_|opensearch_)')`;

/** What tells the backend, first match wins. */
const RULES: readonly (readonly [when: string, backend: Backend])[] = [
  ["starts_with(kind, 'iceberg_') AND action = 'delete' AND place <> ''", "iceberg"],
  ["starts_with(kind, 'wandb_') AND action = 'delete' AND name <> ''", "wandb"],
  ["kind IN ('oci_index', 'oci_manifest') AND action = 'delete' AND version <> ''", "ecr"],
  // A dot in a path would lead to what lies above.
  ["starts_with(kind, 'opensearch_') AND (name IN ('', '.', '..') OR version IN ('.', '..'))", "other"],
  ["kind = 'opensearch_index' AND version = ''", "opensearch"],
  ["kind = 'opensearch_snapshot' AND action = 'delete' AND version <> ''", "opensearch"],
  [OWNED, "other"],
  ["starts_with(kind, 'log') AND action = 'delete'", "logs"],
  ["NOT starts_with(id, 's3://') OR place = '' OR name = ''", "other"],
  // A log partition may be a folder, which is no object.
  ["starts_with(kind, 'log') AND ends_with(id, '/')", "other"],
  ["kind = 's3_multipart' AND action = 'delete' AND version <> ''", "s3_multipart"],
  // Without its version a request would hit the current version, which may be one that stays.
  [`kind = 's3_multipart' OR (kind = 's3_noncurrent' OR is_latest = false OR ${MARKER}) AND version = ''`, "other"],
  [`${MARKER} AND action = 'transition'`, "other"],
  ["true", "s3"],
];
const BACKEND = `CASE WHEN is_plain AND place <> '' AND name <> '' THEN 's3' ${RULES.map(([when, backend]) => `WHEN ${when} THEN '${backend}'`).join(" ")} END`;

/**
 * Creates the view `gc_actions`: the candidates of `gc_planned` with their `backend` and the parts of their ids: `place`
 * (bucket, registry, cluster, Iceberg table), `name` (key, repository, index, snapshot of indices) and `version` (of an S3
 * object; upload, digest, Iceberg snapshot, repository of snapshots); a part that is not there is empty.
 *
 * @param locations the table `gc_iceberg` tells the tables of Iceberg's objects
 */
export async function createPlannedActions({ engine }: ActionContext, locations: boolean): Promise<void> {
  const location = locations ? "LEFT JOIN gc_iceberg USING (idx)" : ", (SELECT NULL::VARCHAR AS location)";
  await engine.run(`CREATE OR REPLACE VIEW gc_actions AS
    SELECT *, ${BACKEND} AS backend FROM (
      SELECT * EXCLUDE (parts, bucket), CASE WHEN is_plain THEN bucket ELSE coalesce(parts.place, '') END AS place,
        CASE WHEN is_plain THEN substr(id, 7 + length(bucket)) ELSE coalesce(parts.name, '') END AS name,
        CASE WHEN is_plain THEN '' ELSE coalesce(parts.version, '') END AS version
      FROM (SELECT * EXCLUDE (suffix), CASE WHEN is_plain THEN split_part(id, '/', 3) END AS bucket,
          CASE WHEN NOT is_plain THEN ${PARTS} END AS parts
        FROM (SELECT *, CASE WHEN NOT is_plain THEN ${SUFFIX} END AS suffix
          FROM (SELECT * REPLACE (coalesce(kind, '') AS kind), ${IS_PLAIN} AS is_plain
            FROM gc_planned ${location} WHERE action <> 'keep'))))`);
}

/** What holds of every candidate of a backend, and is quicker told than the backend. */
const ABOUT: Partial<Record<Backend, string>> = {
  s3_multipart: "kind = 's3_multipart'",
  iceberg: "starts_with(kind, 'iceberg_')",
  wandb: "starts_with(kind, 'wandb_')",
  ecr: "starts_with(kind, 'oci_')",
  opensearch: "starts_with(kind, 'opensearch_')",
  logs: "starts_with(kind, 'log')",
};

/** SQL condition on `gc_actions` for the candidates of a backend. */
export function ofBackend(backend: Backend): string {
  return `${ABOUT[backend] ?? "true"} AND backend = '${backend}'`;
}

/** Candidates that go to one file. */
export interface ActionGroup {
  backend: Backend;
  phase: "purge" | "quarantine" | "transition";
  /** Storage class of transitions. */
  target: string | null;
  versioned: boolean;
}

/** The groups of candidates that there are. */
export async function actionGroups({ engine, signal }: ActionContext): Promise<ActionGroup[]> {
  const rows = await engine.rows(
    {
      sql: `SELECT DISTINCT backend, phase, target_storage_class AS target, (version <> '')::INTEGER AS versioned
        FROM gc_actions ORDER BY ALL`,
    },
    { signal },
  );
  return rows.map((row) => ({ ...row, versioned: Boolean(row["versioned"]) }) as ActionGroup);
}
