import { copyTo } from "../files.js";

/**
 * Writes a listing of S3 objects as an earlier ingest would have.
 *
 * @param rows SQL rows of id, kind, class, size, storage class, creation, and whether it is the latest and a marker
 */
export async function listing(path: string, rows: readonly string[]): Promise<string> {
  const columns = "id, kind, class, size_bytes, storage_class, created_at, is_latest, is_delete_marker";
  const rest = `NULL::TIMESTAMP AS last_access_at, NULL::TIMESTAMP AS storage_class_since, NULL::VARCHAR AS "group",
    NULL::DOUBLE AS metric, false AS is_multipart_upload, TIMESTAMP '2026-06-01' AS inventory_at`;
  return copyTo(path, `SELECT *, ${rest} FROM (VALUES ${rows.join(", ")}) r(${columns})`);
}
