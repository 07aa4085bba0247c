import { posix } from "node:path";
import { canonicalFolder } from "./canonical-uri.js";
import { fileError, pathBelow, readText, type SourceRoot } from "./source-files.js";

/** Values of a `.dvc/config` by section, e.g. `core` or `remote "storage"`. */
type Config = Map<string, Map<string, string>>;

/** A value without its quotes, or without the comment after it. */
function plainValue(value: string): string {
  const [, , quoted] = /^(["'])(.*?)\1/.exec(value) ?? [];
  return quoted ?? value.replace(/\s*#.*$/, "");
}

function parseConfig(text: string, into: Config): void {
  let section = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const [, name] = /^\s*\[\s*'?(.*?)'?\s*\]\s*$/.exec(line) ?? [];
    const [, key, value] = /^\s*([^#;=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (name !== undefined) {
      section = into.get(name) ?? new Map();
      into.set(name, section);
    } else if (key !== undefined) section.set(key, plainValue(value));
  }
}

/** Where a project keeps what it tracks, by the name of a remote; without a name, by default. */
export type StoreOf = (remote?: string) => string;

/**
 * Reads a project's `.dvc/config` and `config.local`.
 *
 * @param project folder relative to the root
 * @param base what URIs of folders below the root begin with
 * @returns the store as the URI of its remote, or of the project's cache where no remote is set up
 */
export async function readStores(root: SourceRoot, project: string, base: string): Promise<StoreOf> {
  const file = posix.join(project, ".dvc/config");
  const config: Config = new Map();
  parseConfig(await readText(root, file), config);
  const local = `${file}.local`;
  if ((await pathBelow(root, local)) !== null) parseConfig(await readText(root, local), config);
  // Paths are relative to the folder of the configuration.
  const uriOf = (location: string) =>
    /^([a-z][a-z0-9+.-]*:|\/)/i.test(location)
      ? canonicalFolder(location)
      : `${base}/${posix.join(posix.dirname(file), location)}`.replace(/\/+$/, "");
  return (remote = config.get("core")?.get("remote")) => {
    if (remote === undefined) return uriOf(config.get("cache")?.get("dir") ?? "cache");
    const section = config.get(`remote "${remote}"`);
    const url = section?.get("url");
    if (section === undefined || url === undefined) throw fileError(root, file, `remote "${remote}" has no url`);
    if (/^true$/i.test(section.get("version_aware") ?? section.get("worktree") ?? "")) {
      throw fileError(
        root,
        file,
        `remote "${remote}" keeps files under their own names (cloud versioning), which cannot be read`,
      );
    }
    if (url.startsWith("remote://")) {
      throw fileError(root, file, `remote "${remote}" has a url by way of another remote; write the whole url`);
    }
    return uriOf(url);
  };
}
