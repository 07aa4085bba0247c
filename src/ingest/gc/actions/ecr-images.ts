import { writeFile } from "node:fs/promises";
import { isoUtc } from "../../../core/time.js";
import type { ActionContext, ActionFile } from "./action-context.js";
import { fileNameParts } from "./file-names.js";
import { ofBackend } from "./planned-actions.js";
import { textRows } from "./text-rows.js";

/** Most images of one BatchDeleteImage request. */
const MOST_IMAGES = 100;

type Phase = "quarantine" | "purge";

interface Repository {
  registry: string;
  name: string;
  /** Digests by phase, then indexes before the images that they hold in place. */
  digests: Record<Phase, Record<"index" | "manifest", string[]>>;
}

/** Repositories with images that go, one at a time. */
async function* repositories(context: ActionContext): AsyncGenerator<Repository> {
  const sql = `SELECT place, name, phase, CASE kind WHEN 'oci_index' THEN 'index' ELSE 'manifest' END AS level, version
    FROM gc_actions WHERE ${ofBackend("ecr")} ORDER BY place, name, idx`;
  let open: Repository[] = [];
  for await (const rows of textRows(context, sql)) {
    for (const [registry, name, phase, level, digest] of rows) {
      if (open[0]?.registry !== registry || open[0].name !== name) {
        yield* open;
        const none = () => ({ index: [], manifest: [] });
        open = [{ registry, name, digests: { quarantine: none(), purge: none() } }];
      }
      open[0].digests[phase as Phase][level as "index"].push(digest);
    }
  }
  yield* open;
}

/** Bodies of BatchDeleteImage, a line each. */
function requests({ registry, name, digests }: Repository, phase: Phase): string[] {
  const [, registryId] = /^(\d{12})\.dkr\.ecr\./.exec(registry) ?? [];
  const lines: string[] = [];
  for (const list of Object.values(digests[phase])) {
    for (let from = 0; from < list.length; from += MOST_IMAGES) {
      const imageIds = list.slice(from, from + MOST_IMAGES).map((imageDigest) => ({ imageDigest }));
      lines.push(`${JSON.stringify({ registryId, repositoryName: name, imageIds })}\n`);
    }
  }
  return lines;
}

/**
 * A lifecycle policy that expires what bears a tag of this plan, and nothing else. ECR's rules know tags, counts and
 * ages but no digests, and they go on choosing when the plan is long past: any other rule could hit an image that stays.
 */
function lifecyclePolicy(asOfMs: number): object {
  const asOf = isoUtc(asOfMs);
  return {
    rules: [
      {
        rulePriority: 1,
        description: `Images that fleetlens gc planned to delete as of ${asOf} and that were tagged so`,
        selection: {
          tagStatus: "tagged",
          tagPatternList: [`fleetlens-gc-${asOf.replace(/[-:]/g, "")}-*`],
          countType: "sinceImagePushed",
          countUnit: "days",
          countNumber: 1,
        },
        action: { type: "expire" },
      },
    ],
  };
}

/**
 * Writes, for each repository with images that go, `ecr_lifecycle_<repo>.json`, a policy for images that quarantine has
 * tagged, `ecr_delete_<repo>.jsonl`, the exact images as BatchDeleteImage requests, and for erasures
 * `ecr_purge_<repo>.jsonl`.
 */
export async function writeEcr(context: ActionContext): Promise<ActionFile[]> {
  const labels = new Map<string, string>();
  const key = (registry: string, name: string) => `${registry}/${name}`;
  const all = `SELECT DISTINCT place, name FROM gc_actions WHERE ${ofBackend("ecr")} ORDER BY ALL`;
  for await (const rows of textRows(context, all)) {
    for (const [registry, name] of rows) labels.set(key(registry, name), name);
  }
  const parts = fileNameParts(labels);
  const policy = `${JSON.stringify(lifecyclePolicy(context.asOfMs), null, 2)}\n`;
  const files: ActionFile[] = [];
  const add = async (name: string, text: string, rows: number) => {
    await writeFile(await context.reserve(name), text);
    files.push({ name, rows });
  };
  for await (const repository of repositories(context)) {
    const part = parts.get(key(repository.registry, repository.name));
    await add(`ecr_lifecycle_${part}.json`, policy, 1);
    for (const [phase, stem] of [
      ["quarantine", "ecr_delete"],
      ["purge", "ecr_purge"],
    ] as const) {
      const { index, manifest } = repository.digests[phase];
      const rows = index.length + manifest.length;
      if (rows > 0) await add(`${stem}_${part}.jsonl`, requests(repository, phase).join(""), rows);
    }
  }
  return files;
}
