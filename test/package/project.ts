import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What `npm pack --json` says of a tarball. */
export interface Tarball {
  filename: string;
  size: number;
  unpackedSize: number;
  integrity: string;
  files: { path: string; size: number }[];
}

function npm(args: string[], cwd: string): string {
  return execFileSync("npm", [...args, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
}

/** Packs the repository into a folder. */
export function pack(repository: string, folder: string): Tarball {
  return JSON.parse(npm(["pack", "--json", "--pack-destination", folder], repository))[0];
}

/**
 * Makes an empty project and installs the tarball into it: the runtime packages in the very versions of the
 * repository's lock, which npm takes from its cache where it can.
 */
export function installInto(project: string, repository: string, tarball: Tarball): void {
  const manifest = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
  const lock = JSON.parse(readFileSync(join(repository, "package-lock.json"), "utf8"));
  const root = {
    name: "consumer",
    version: "1.0.0",
    private: true,
    dependencies: { fleetlens: `file:${tarball.filename}` },
  };
  const runtime = Object.entries<{ dev?: boolean }>(lock.packages).filter(([path, entry]) => path !== "" && !entry.dev);
  const { version, license, bin, engines, dependencies, optionalDependencies } = manifest;
  const { peerDependencies, peerDependenciesMeta } = manifest;
  const packages = {
    "": root,
    ...Object.fromEntries(runtime),
    "node_modules/fleetlens": {
      ...{ version, license, bin, engines, dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta },
      resolved: `file:${tarball.filename}`,
      integrity: tarball.integrity,
    },
  };
  const write = (file: string, value: unknown) => writeFileSync(join(project, file), JSON.stringify(value, null, 2));
  write("package.json", { ...root, type: "module" });
  write("package-lock.json", { name: root.name, version: root.version, lockfileVersion: 3, requires: true, packages });
  npm(["ci", "--prefer-offline"], project);
}
