import { createHash } from "node:crypto";
import { posix } from "node:path";
import { z } from "zod";
import type { LineageGraph } from "./lineage-graph.js";
import { decodeText, fileError, fileStat, parseJson, readBytes, type SourceRoot } from "./source-files.js";

/** Copies of stores below the root: files named by the MD5 of their content. */
export interface StoreCopies {
  /** Files of each copy by its folder: the place in the store and the path relative to the root. */
  folders: Map<string, { place: string; file: string }[]>;
  /** Names of all files: hashes, those of lists with `.dir`. */
  hashes: Set<string>;
  /** A file with the list of a tracked folder, by the hash of the list. */
  lists: Map<string, string>;
}

const IN_STORE = /^(?:(.*?)\/)?((?:files\/md5\/)?([0-9a-f]{2})\/([0-9a-f]{30})(\.dir)?)$/;

export function isInStore(file: string): boolean {
  return IN_STORE.test(file);
}

export function findStoreCopies(files: readonly string[]): StoreCopies {
  const copies: StoreCopies = { folders: new Map(), hashes: new Set(), lists: new Map() };
  for (const file of files) {
    const [, folder = "", place, head, tail, dir = ""] = IN_STORE.exec(file) ?? [];
    if (place === undefined) continue;
    const inFolder = copies.folders.get(folder) ?? [];
    inFolder.push({ place, file });
    copies.folders.set(folder, inFolder);
    copies.hashes.add(`${head}${tail}${dir}`);
    if (dir) copies.lists.set(`${head}${tail}`, file);
  }
  return copies;
}

const FolderList = z.array(z.object({ md5: z.string().regex(/^[0-9a-f]{32}$/), relpath: z.string() }));

/** Hashes of the files of a tracked folder, or null where no copy of its list is there. */
export async function readFolderList(root: SourceRoot, copies: StoreCopies, hash: string): Promise<string[] | null> {
  const file = copies.lists.get(hash);
  if (file === undefined) return null;
  const bytes = await readBytes(root, file);
  if (createHash("md5").update(bytes).digest("hex") !== hash) {
    throw fileError(root, file, "its MD5 is not the one in its name; fetch it again with dvc fetch");
  }
  return parseJson(root, file, FolderList, decodeText(root, file, bytes)).map(({ md5 }) => md5);
}

/** The store that a copy is of: the one at that place, else the one that ends in the folder's name, else the only one. */
function storeOf(folder: string, stores: readonly string[], base: string): string | undefined {
  const own = `${base}/${folder}`.replace(/\/+$/, "");
  const named = stores.filter((store) => posix.basename(store) === posix.basename(own));
  if (stores.includes(own)) return own;
  if (named.length === 1) return named[0];
  return stores.length === 1 ? stores[0] : undefined;
}

/** Adds every file of every copy under the URI that it has in its store; a project's own cache counts only as a store. */
export async function addStoreFiles(
  root: SourceRoot,
  graph: LineageGraph,
  copies: StoreCopies,
  stores: readonly string[],
  base: string,
): Promise<void> {
  for (const [folder, files] of copies.folders) {
    const isCache = /(^|\/)\.dvc\/cache$/.test(folder);
    if (isCache && !stores.includes(`${base}/${folder}`)) continue;
    const store = storeOf(folder, stores, base);
    if (store === undefined) {
      const names = stores.map((name) => `"${name}"`).join(", ");
      throw fileError(root, folder, `is a copy of which remote: ${names}? name the folder as the url ends`);
    }
    for (const { place, file } of files) {
      const { size, modifiedMs } = await fileStat(root, file);
      const kind = place.endsWith(".dir") ? "dvc_dir" : "dvc_file";
      await graph.object({
        id: `${store}/${place}`,
        kind,
        sizeBytes: size,
        createdAt: modifiedMs,
      });
    }
  }
}
