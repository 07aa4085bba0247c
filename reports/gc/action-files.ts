import type { GcReport } from "../../src/gc-reachability/index.js";
import type { Cell } from "../../src/report/index.js";

/** Rows of the table. */
const MOST = 100;

/** What files in `actions/` are for, by their names. */
const USES: readonly (readonly [name: RegExp, use: string])[] = Object.freeze([
  [/^s3_(versioned_)?batch_delete\.csv$/, "S3 Batch Operations manifest: quarantine"],
  [/^s3_(versioned_)?batch_purge\.csv$/, "S3 Batch Operations manifest: purge for erasure requests"],
  [/^s3_(versioned_)?transition_/, "S3 Batch Operations manifest: move to the storage class in its name"],
  [/^s3_abort_multipart\.csv$/, "uploads to abort"],
  [/^s3_abort_multipart_purge\.csv$/, "uploads to abort for erasure requests"],
  [/^iceberg_.*\.sql$/, "Iceberg: calls to run, the last as a dry run first"],
  [/^iceberg_.*\.csv$/, "Iceberg: what the calls are to remove, to compare"],
  [/^wandb_summary_export\.csv$/, "W&B: runs whose summaries to export first"],
  [/^wandb_keep\.json$/, "W&B: what stays and what goes"],
  [/^ecr_lifecycle_/, "ECR: lifecycle rule for images tagged by the quarantine"],
  [/^ecr_delete_/, "ECR: requests that delete the images"],
  [/^ecr_purge_/, "ECR: requests that delete images for erasure requests"],
  [/^opensearch_ism\.json$/, "OpenSearch: policy of index states"],
  [/^opensearch_steps\.jsonl$/, "OpenSearch: requests in their order"],
  [/^logs_purge\.csv$/, "log partitions to delete"],
  [/^restore_drill\.csv$/, "objects to restore for the drill"],
  [/^other\.csv$/, "what no request covers exactly: by hand"],
]);

/** The files to carry the plan out by. */
export function actionFiles({ files }: GcReport): Cell[] {
  const names = files.flatMap(({ path }) => (path.startsWith("actions/") ? [path.slice("actions/".length)] : []));
  if (names.length === 0) return [];
  const left = names.length - MOST;
  return [
    {
      kind: "table",
      id: "next-files",
      caption: `Files in actions/; a file may be empty.${left > 0 ? ` ${left} more are in the folder.` : ""}`,
      columns: [
        { name: "file", label: "File", format: "text" },
        { name: "use", label: "For", format: "text" },
      ],
      rows: names
        .slice(0, MOST)
        .map((name) => ({ file: name, use: USES.find(([pattern]) => pattern.test(name))?.[1] ?? null })),
    },
  ];
}
