import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Check } from "./check.js";

/**
 * Version of an installed package as this program would load it, or null when it is not installed.
 *
 * @param entry what to resolve; default the package's main entry point
 */
export function installedVersion(name: string, entry = name): string | null {
  let folder: string;
  try {
    folder = dirname(fileURLToPath(import.meta.resolve(entry)));
  } catch {
    return null;
  }
  // An entry point may lie some folders below its package.json, and nested ones may only say `"type": "module"`.
  for (;;) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest)) {
      const { name: found, version } = JSON.parse(readFileSync(manifest, "utf8")) as {
        name?: string;
        version?: string;
      };
      if (found === name) return version ?? "of unknown version";
    }
    const parent = dirname(folder);
    if (parent === folder) return "of unknown version";
    folder = parent;
  }
}

/** The driver of Spark; a Trino coordinator is spoken to without one. */
export function checkSpark(versionOf: (name: string) => string | null = installedVersion): Check {
  const version = versionOf("hive-driver");
  const base = { part: "spark", required: false } as const;
  const trino = "Trino (trino+https://…) needs no package";
  if (version === null) {
    const detail = `Spark is off: hive-driver is not installed; npm install hive-driver turns on --engine spark://…; ${trino}`;
    return { ...base, status: "missing", detail };
  }
  return { ...base, status: "ok", detail: `hive-driver ${version}: --engine spark://host:port is on; ${trino}` };
}
