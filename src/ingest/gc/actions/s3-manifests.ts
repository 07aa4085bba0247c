import type { ActionContext, ActionFile } from "./action-context.js";
import { copyCsv } from "./copy-csv.js";
import { fileNameParts } from "./file-names.js";
import { type ActionGroup, ofBackend } from "./planned-actions.js";

/**
 * As S3 Batch Operations reads keys: UTF-8, percent-encoded but for unreserved characters and the slash. Most keys need
 * none of it, which is quicker told than done.
 */
const KEY = `CASE WHEN regexp_matches(name, '[^A-Za-z0-9._~/-]') THEN replace(url_encode(name), '%2F', '/') ELSE name END`;

/** Storage classes that a plan may move objects to: each gets its file, be it empty. */
function transitionTargets({ policy }: ActionContext, groups: readonly ActionGroup[]): string[] {
  const classes = Object.values(policy.classes).map(({ transition_to }) => transition_to ?? null);
  const planned = groups.filter(({ phase }) => phase === "transition").map(({ target }) => target);
  return [...new Set([...classes, ...planned])].filter((target) => target !== null).sort();
}

/**
 * Writes one set of objects as a manifest. Either all rows of a manifest name a version or none does: of a set that has
 * both, those with a version go to a file of their own, `s3_versioned_….csv`.
 */
async function writeManifest(
  context: ActionContext,
  stem: string,
  where: string,
  groups: readonly ActionGroup[],
): Promise<ActionFile[]> {
  const versioned = groups.some((group) => group.versioned);
  const mixed = versioned && groups.some((group) => !group.versioned);
  const copy = (name: string, columns: string, and: string) =>
    copyCsv(context, `${name}.csv`, `SELECT ${columns} FROM gc_actions WHERE ${where} ${and}`, false);
  if (!mixed) return [await copy(stem, `place, ${KEY}${versioned ? ", version" : ""}`, "")];
  return [
    await copy(stem, `place, ${KEY}`, "AND version = ''"),
    await copy(stem.replace("s3_", "s3_versioned_"), `place, ${KEY}, version`, "AND version <> ''"),
  ];
}

/**
 * Writes the manifests for S3 Batch Operations: `s3_batch_delete.csv`, `s3_abort_multipart.csv` and
 * `s3_transition_<CLASS>.csv` for each class, empty where nothing is to do, and for erasures, which do not wait for a
 * quarantine, `s3_batch_purge.csv` and `s3_abort_multipart_purge.csv`.
 */
export async function writeS3Manifests(context: ActionContext, groups: readonly ActionGroup[]): Promise<ActionFile[]> {
  const { literal } = context.engine.dialect;
  const files: ActionFile[] = [];
  const add = async (stem: string, group: Omit<ActionGroup, "versioned">, always: boolean) => {
    const { backend, phase, target } = group;
    const own = groups.filter((g) => g.backend === backend && g.phase === phase && g.target === target);
    const equal = target === null ? "IS NULL" : `= ${literal(target)}`;
    // What there is nothing of is not looked for.
    const where =
      own.length === 0 ? "false" : `${ofBackend(backend)} AND phase = '${phase}' AND target_storage_class ${equal}`;
    if (always || own.length > 0) files.push(...(await writeManifest(context, stem, where, own)));
  };
  await add("s3_batch_delete", { backend: "s3", phase: "quarantine", target: null }, true);
  await add("s3_batch_purge", { backend: "s3", phase: "purge", target: null }, false);
  await add("s3_abort_multipart", { backend: "s3_multipart", phase: "quarantine", target: null }, true);
  await add("s3_abort_multipart_purge", { backend: "s3_multipart", phase: "purge", target: null }, false);
  const targets = transitionTargets(context, groups);
  const parts = fileNameParts(new Map(targets.map((target) => [target, target])));
  for (const target of targets) {
    await add(`s3_transition_${parts.get(target)}`, { backend: "s3", phase: "transition", target }, true);
  }
  return files;
}
