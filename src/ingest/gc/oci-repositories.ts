import { posix } from "node:path";
import { z } from "zod";
import { fileError, filesBelow, readJson, readText, type SourceRoot } from "./source-files.js";

/** A repository of images. */
export interface Repository {
  name: string;
  tags: { tag: string; digest: string }[];
  /** Digests of manifests without a tag. */
  untagged: string[];
  /** Where a blob lies, relative to the root. */
  blobFile(digest: string): string;
}

/** Repositories below a folder and every blob there. */
export interface Repositories {
  repositories: Repository[];
  blobs: { digest: string; file: string }[];
}

export const Digest = z
  .string()
  .regex(/^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/, "expected a digest, sha256:… or sha512:…");

const TAG = "org.opencontainers.image.ref.name";
const Layout = z.object({ imageLayoutVersion: z.string().regex(/^1\./, "expected image layout version 1") });
const Index = z.object({
  manifests: z.array(z.object({ digest: Digest, annotations: z.record(z.string(), z.string()).nullish() })),
});

const LAYOUT_BLOB = /^(?:(.*)\/)?blobs\/(sha256|sha512)\/([0-9a-f]{64,})$/;

/** An image layout: the folder is the repository, `index.json` names its images. */
async function layoutRepository(root: SourceRoot, file: string): Promise<Repository> {
  const folder = posix.dirname(file);
  await readJson(root, file, Layout);
  const { manifests } = await readJson(root, posix.join(folder, "index.json"), Index);
  const tagOf = (index: number) => manifests[index].annotations?.[TAG];
  return {
    name: folder === "." ? posix.basename(root.path) : folder,
    tags: manifests.flatMap(({ digest }, i) => (tagOf(i) ? [{ tag: tagOf(i) as string, digest }] : [])),
    untagged: manifests.filter((_, i) => !tagOf(i)).map(({ digest }) => digest),
    blobFile: (digest) => posix.join(folder, "blobs", ...digest.split(":")),
  };
}

const REGISTRY = /^((?:.*\/)?docker\/registry\/v2)\/(blobs|repositories)\//;
const REGISTRY_BLOB = /\/blobs\/(sha256|sha512)\/[0-9a-f]{2}\/([0-9a-f]{64,})\/data$/;
const TAG_LINK = /\/repositories\/(.+)\/_manifests\/tags\/([^/]+)\/current\/link$/;
const REVISION_LINK = /\/repositories\/(.+)\/_manifests\/revisions\/(sha256|sha512)\/([0-9a-f]{64,})\/link$/;

/** The storage of a Docker registry (distribution): links of tags and revisions, blobs of all repositories. */
async function registryRepositories(root: SourceRoot, files: readonly string[]): Promise<Repository[]> {
  const byName = new Map<string, Repository>();
  const repository = (storage: string, name: string): Repository => {
    const found = byName.get(`${storage}/${name}`);
    if (found) return found;
    const blobFile = (digest: string) => {
      const [algorithm, hex] = digest.split(":");
      return `${storage}/blobs/${algorithm}/${hex.slice(0, 2)}/${hex}/data`;
    };
    const created: Repository = { name, tags: [], untagged: [], blobFile };
    byName.set(`${storage}/${name}`, created);
    return created;
  };
  for (const file of files) {
    const storage = REGISTRY.exec(file)?.[1];
    if (storage === undefined) continue;
    const [, tagged, tag] = TAG_LINK.exec(file) ?? [];
    const [, name, algorithm, hex] = REVISION_LINK.exec(file) ?? [];
    if (name !== undefined) repository(storage, name).untagged.push(`${algorithm}:${hex}`);
    if (tagged === undefined) continue;
    const digest = (await readText(root, file)).trim();
    if (!Digest.safeParse(digest).success) throw fileError(root, file, "is no link to a digest; copy it again");
    repository(storage, tagged).tags.push({ tag, digest });
  }
  return [...byName.values()];
}

/** @throws InputError when neither layouts nor a registry's storage is there */
export async function findRepositories(root: SourceRoot): Promise<Repositories> {
  const files = await filesBelow(root, () => true);
  const repositories: Repository[] = [];
  for (const file of files) {
    if (posix.basename(file) === "oci-layout") repositories.push(await layoutRepository(root, file));
  }
  repositories.push(...(await registryRepositories(root, files)));
  if (repositories.length === 0) {
    throw fileError(
      root,
      "",
      "holds neither an oci-layout file nor docker/registry/v2/repositories; export images first",
    );
  }
  const blobs = files.flatMap((file) => {
    const [, algorithm, hex] = REGISTRY_BLOB.exec(file) ?? LAYOUT_BLOB.exec(file)?.slice(1) ?? [];
    return hex === undefined ? [] : [{ digest: `${algorithm}:${hex}`, file }];
  });
  return { repositories, blobs };
}
