import { posix } from "node:path";
import { z } from "zod";
import { Instant } from "./instant.js";
import type { LineageGraph } from "./lineage-graph.js";
import { checked, fileError, filesBelow, readJson, type SourceRoot } from "./source-files.js";

const Uploads = z.object({
  IsTruncated: z.boolean().optional(),
  EncodingType: z.string().nullish(),
  Uploads: z
    .array(
      z.object({
        Key: z.string().min(1),
        UploadId: z.string().min(1),
        Initiated: Instant,
        StorageClass: z.string().optional(),
        /** From `list-parts`, where someone took the trouble. */
        Parts: z.array(z.object({ Size: z.int().nonnegative() })).optional(),
      }),
    )
    .default([]),
});
const BucketName = z.string().regex(/^[a-z0-9][a-z0-9.-]+$/, "name the file BUCKET.multipart-uploads.json");
const SUFFIX = ".multipart-uploads.json";

function decodedKey(root: SourceRoot, file: string, key: string): string {
  try {
    return decodeURIComponent(key.replaceAll("+", "%20"));
  } catch (cause) {
    throw fileError(root, file, `the key "${key}" is not well encoded`, cause);
  }
}

/**
 * Incomplete uploads of `BUCKET.multipart-uploads.json` files; null when there is no such file.
 *
 * @returns warnings
 */
export async function readMultipartUploads(root: SourceRoot, graph: LineageGraph): Promise<string[] | null> {
  const files = await filesBelow(root, (file) => file.endsWith(SUFFIX));
  let withoutSize = 0;
  for (const file of files) {
    const bucket = checked(root, file, BucketName, posix.basename(file).slice(0, -SUFFIX.length));
    const { IsTruncated, EncodingType, Uploads: uploads } = await readJson(root, file, Uploads);
    if (IsTruncated) throw fileError(root, file, "the listing is one page of several (IsTruncated); list all of them");
    for (const { Key, UploadId, Initiated, StorageClass, Parts } of uploads) {
      if (!Parts) withoutSize++;
      const key = EncodingType === "url" ? decodedKey(root, file, Key) : Key;
      await graph.object({
        id: `s3://${bucket}/${key}?uploadId=${UploadId}`,
        kind: "s3_multipart",
        sizeBytes: (Parts ?? []).reduce((sum, { Size }) => sum + Size, 0),
        storageClass: StorageClass,
        createdAt: Initiated,
        isMultipartUpload: true,
      });
    }
  }
  if (files.length === 0) return null;
  return withoutSize > 0 ? [`${withoutSize} incomplete uploads have no Parts and count as 0 bytes`] : [];
}
