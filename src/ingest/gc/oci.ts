import { createHash } from "node:crypto";
import { z } from "zod";
import type { LineageGraph } from "./lineage-graph.js";
import type { LineageReader } from "./lineage-reader.js";
import { Digest, findRepositories, type Repository } from "./oci-repositories.js";
import { RETENTION_CLASS } from "./retention-class.js";
import { decodeText, fileError, fileSize, parseJson, pathBelow, readBytes, type SourceRoot } from "./source-files.js";

const Annotations = z.record(z.string(), z.string()).nullish();
const Descriptor = z.object({
  digest: Digest,
  size: z.int().nonnegative(),
  mediaType: z.string().optional(),
  /** Layers that are fetched from elsewhere. */
  urls: z.array(z.string()).optional(),
});
/** An image manifest has a config and layers, an index has manifests. */
const Manifest = z.object({
  mediaType: z.string().optional(),
  config: Descriptor.optional(),
  layers: z.array(Descriptor).default([]),
  /** Layers of the artifact manifest that OCI 1.1 had for a while. */
  blobs: z.array(Descriptor).default([]),
  manifests: z.array(Descriptor).optional(),
  subject: Descriptor.nullish(),
  annotations: Annotations,
});
const Config = z.object({ created: z.string().nullish() });
type Descriptor = z.infer<typeof Descriptor>;
type Manifest = z.infer<typeof Manifest>;

/** Blobs are the same in all repositories. */
const blobUri = (digest: string) => `oci://@${digest}`;
const manifestUri = (repository: Repository, digest: string) => `oci://${repository.name}@${digest}`;

/** A manifest or config, whose bytes must be what their digest says. */
async function readVerified<T>(root: SourceRoot, file: string, digest: string, schema: z.ZodType<T>): Promise<T> {
  const bytes = await readBytes(root, file);
  const [algorithm, hex] = digest.split(":");
  if (createHash(algorithm).update(bytes).digest("hex") !== hex) {
    throw fileError(root, file, `its ${algorithm} is not ${digest}; copy it again`);
  }
  return parseJson(root, file, schema, decodeText(root, file, bytes));
}

/** Reproducible builds set their clock to zero; no image is older than Docker. */
const FIRST_IMAGE = Date.UTC(2013, 0, 1);

function instant(text: string | null | undefined): number | null {
  const ms = Date.parse(text ?? "");
  return ms >= FIRST_IMAGE ? ms : null;
}

async function createdAt(root: SourceRoot, repository: Repository, manifest: Manifest): Promise<number | null> {
  const { config, annotations } = manifest;
  const annotated = instant(annotations?.["org.opencontainers.image.created"]);
  if (annotated !== null || !config || !/\+json$|^application\/json$/.test(config.mediaType ?? "")) return annotated;
  const file = repository.blobFile(config.digest);
  if ((await pathBelow(root, file)) === null) return null;
  return instant((await readVerified(root, file, config.digest, Config)).created);
}

/** What a tag and the blobs of an image take over from its manifest. */
interface About {
  createdAt: number | null;
  class: string | null;
}

/** What is being read. */
interface Reading {
  root: SourceRoot;
  graph: LineageGraph;
  /** Manifests of each repository that have been added. */
  manifests: Map<string, About>;
  /** Digests of blobs that something refers to, manifests too. */
  used: Set<string>;
}

/** Adds a config or layer if its blob is there; OCI allows a blob to be elsewhere. */
async function addBlob(
  reading: Reading,
  repository: Repository,
  { digest, size }: Descriptor,
  kind: string,
  about: About,
) {
  const { root, graph, used } = reading;
  used.add(digest);
  const file = repository.blobFile(digest);
  if ((await pathBelow(root, file)) === null) return;
  const found = await fileSize(root, file);
  if (found !== size) throw fileError(root, file, `has ${found} bytes, its manifest says ${size}; copy it again`);
  await graph.object({ id: blobUri(digest), kind, sizeBytes: size, ...about });
}

/** Adds a manifest or index and all that it needs; `from` is what refers to it, for errors. */
async function addManifest(reading: Reading, repository: Repository, digest: string, from: string): Promise<About> {
  const { root, graph, manifests: added, used } = reading;
  const uri = manifestUri(repository, digest);
  const before = added.get(uri);
  if (before) return before;
  used.add(digest);
  const file = repository.blobFile(digest);
  if ((await pathBelow(root, file)) === null) {
    throw fileError(root, file, `no such file, but ${from} refers to this manifest; export it with all platforms`);
  }
  const manifest = await readVerified(root, file, digest, Manifest);
  const { config, layers, blobs, manifests, subject, annotations } = manifest;
  if (config === undefined && manifests === undefined && blobs.length === 0) {
    throw fileError(root, file, "is neither an OCI or Docker (schema 2) image manifest nor an index");
  }
  const about = {
    createdAt: await createdAt(root, repository, manifest),
    class: annotations?.[RETENTION_CLASS] ?? null,
  };
  added.set(uri, about);
  const kind = manifests ? "oci_index" : "oci_manifest";
  await graph.object({ id: uri, kind, sizeBytes: await fileSize(root, file), group: repository.name, ...about });
  // Signatures and the like belong to the image they are about.
  if (subject) await graph.edge(manifestUri(repository, subject.digest), uri, "referrer");
  if (config) {
    await addBlob(reading, repository, config, "oci_config", about);
    await graph.edge(uri, blobUri(config.digest), "config");
  }
  for (const layer of [...layers, ...blobs]) {
    await addBlob(reading, repository, layer, "oci_layer", about);
    await graph.edge(uri, blobUri(layer.digest), "layer");
  }
  for (const child of manifests ?? []) {
    await graph.edge(uri, manifestUri(repository, child.digest), "manifest");
    await addManifest(reading, repository, child.digest, uri);
  }
  return about;
}

/** Cosign keeps signatures under tags named after the image. */
const SIGNATURE_TAG = /^(sha256)-([0-9a-f]{64})\.(sig|att|sbom)$/;

async function addRepository(reading: Reading, repository: Repository): Promise<void> {
  const { graph } = reading;
  for (const { tag, digest } of repository.tags) {
    const uri = `oci://${repository.name}:${tag}`;
    const about = await addManifest(reading, repository, digest, `tag "${tag}" of "${repository.name}"`);
    await graph.object({ id: uri, kind: "oci_tag", sizeBytes: 0, group: repository.name, ...about });
    await graph.edge(uri, manifestUri(repository, digest), "manifest");
    const [, algorithm, hex] = SIGNATURE_TAG.exec(tag) ?? [];
    if (hex) await graph.edge(manifestUri(repository, `${algorithm}:${hex}`), uri, "referrer");
  }
  for (const digest of repository.untagged) {
    await addManifest(reading, repository, digest, `repository "${repository.name}"`);
  }
}

/**
 * Container images, by OCI image layouts (a folder each) or the storage folder of a Docker registry: tag -> manifest or
 * index -> manifests -> config and layers. A layer that several repositories share is one artifact.
 */
export const readOci: LineageReader = async (root, graph, { signal }) => {
  const { repositories, blobs } = await findRepositories(root);
  const reading: Reading = { root, graph, manifests: new Map(), used: new Set() };
  for (const repository of repositories) {
    signal?.throwIfAborted();
    await addRepository(reading, repository);
  }
  // What nothing refers to is there all the same.
  for (const { digest, file } of blobs) {
    if (reading.used.has(digest)) continue;
    await graph.object({ id: blobUri(digest), kind: "oci_blob", sizeBytes: await fileSize(root, file) });
  }
  return [];
};
