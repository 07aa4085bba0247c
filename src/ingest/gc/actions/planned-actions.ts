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

const IS_LOG = "starts_with(kind, 'log') AND action = 'delete'";

/**
 * Holds of most candidates: a plain S3 object, which is given to its backend without being taken apart.
 * {@link RULES} and {@link PARTS} say the same of it.
 */
const IS_PLAIN = `id LIKE 's3://_%/_%' AND NOT starts_with(id, 's3:///') AND NOT contains(id, '?') AND NOT ends_with(id, '/')
  AND is_latest IS DISTINCT FROM false AND is_delete_marker IS DISTINCT FROM true
  AND NOT regexp_matches(kind, '^(s3_|iceberg_|wandb_|oci_|opensearch_)')`;

const [PLACE, NAME, VERSION] = ["place", "name", "version"].map((part) => `coalesce(parts.${part}, '')`);

/** What tells the backend, first match wins. */
const RULES: readonly (readonly [when: string, backend: Backend])[] = [
  [`starts_with(kind, 'iceberg_') AND action = 'delete' AND ${PLACE} <> ''`, "iceberg"],
  [`starts_with(kind, 'wandb_') AND action = 'delete' AND ${NAME} <> ''`, "wandb"],
  [`kind IN ('oci_index', 'oci_manifest') AND action = 'delete' AND ${VERSION} <> ''`, "ecr"],
  // A dot in a path would lead to what lies above.
  [`starts_with(kind, 'opensearch_') AND (${NAME} IN ('', '.', '..') OR ${VERSION} IN ('.', '..'))`, "other"],
  [`kind = 'opensearch_index' AND ${VERSION} = ''`, "opensearch"],
  [`kind = 'opensearch_snapshot' AND action = 'delete' AND ${VERSION} <> ''`, "opensearch"],
  [OWNED, "other"],
  [IS_LOG, "logs"],
  [`NOT starts_with(id, 's3://') OR ${PLACE} = '' OR ${NAME} = ''`, "other"],
  // A log partition may be a folder, which is no object.
  ["starts_with(kind, 'log') AND ends_with(id, '/')", "other"],
  [`kind = 's3_multipart' AND action = 'delete' AND ${VERSION} <> ''`, "s3_multipart"],
  // Without its version a request would hit the current version, which may be one that stays.
  [`kind = 's3_multipart' OR (kind = 's3_noncurrent' OR is_latest = false OR ${MARKER}) AND ${VERSION} = ''`, "other"],
  [`${MARKER} AND action = 'transition'`, "other"],
  ["true", "s3"],
];
const BACKEND = `CASE ${RULES.map(([when, backend]) => `WHEN ${when} THEN '${backend}'`).join(" ")} END`;

/** SQL of rows with {@link PARTS}, but for those that `is_whole` says need not be taken apart so. */
function withParts(rows: string): string {
  return `SELECT * EXCLUDE (suffix), CASE WHEN NOT is_whole THEN ${PARTS} END AS parts
    FROM (SELECT *, CASE WHEN NOT is_whole THEN ${SUFFIX} END AS suffix FROM (${rows}))`;
}

/**
 * Creates the view `gc_actions`: the candidates of `gc_planned` with their `backend` and the parts of their ids: `place`
 * (bucket, registry, cluster, Iceberg table), `name` (key, repository, index, snapshot of indices) and `version` (of an S3
 * object; upload, digest, Iceberg snapshot, repository of snapshots); a part that is not there is empty, and those of logs
 * do not count. The backends, which every file asks for, are found once: the table `gc_backends`, a row for each of
 * `gc_planned`, null for what stays.
 *
 * @param locations the table `gc_iceberg` tells the tables of Iceberg's objects
 */
export async function createPlannedActions({ engine, signal }: ActionContext, locations: boolean): Promise<void> {
  const columns = `* REPLACE (coalesce(kind, '') AS kind) ${locations ? "" : ", CAST(NULL AS VARCHAR) AS location"}`;
  const planned = `SELECT ${columns} FROM gc_planned ${locations ? "LEFT JOIN gc_iceberg USING (idx)" : ""}`;
  const rows = `SELECT *, action = 'keep' OR ${IS_LOG} OR ${IS_PLAIN} AS is_whole FROM (${planned})`;
  await engine.run(
    `CREATE TABLE gc_backends AS SELECT CASE WHEN action = 'keep' THEN NULL WHEN ${IS_LOG} THEN 'logs' WHEN is_whole THEN 's3'
      ELSE ${BACKEND} END AS backend, is_whole ${locations ? ", location" : ""}
      FROM (${withParts(rows)}) ${locations ? "ORDER BY idx" : ""}`,
    { signal },
  );
  const candidates = `SELECT ${columns} FROM gc_planned POSITIONAL JOIN gc_backends WHERE backend IS NOT NULL`;
  await engine.run(`CREATE VIEW gc_actions AS SELECT * EXCLUDE (parts, bucket),
    CASE WHEN is_whole THEN bucket ELSE ${PLACE} END AS place,
    CASE WHEN is_whole THEN substr(id, 7 + length(bucket)) ELSE ${NAME} END AS name,
    CASE WHEN is_whole THEN '' ELSE ${VERSION} END AS version
    FROM (SELECT *, CASE WHEN is_whole THEN split_part(id, '/', 3) END AS bucket FROM (${withParts(candidates)}))`);
}

/** SQL condition on `gc_actions` for the candidates of a backend. */
export const ofBackend = (backend: Backend): string => `backend = '${backend}'`;

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
