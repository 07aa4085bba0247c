import { spawnSync } from "node:child_process";
import { resolve } from "node:path";

const REPOSITORY = resolve(import.meta.dirname, "../..");

/** How a run of the built program ended. */
export interface Run {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the built `fleetlens` from the repository root; `without` names packages that shall seem not installed. */
export function fleetlens(args: string[], options: { env?: Record<string, string>; without?: string[] } = {}): Run {
  const hook = options.without ? ["--import", "./test/cli/without-package.mjs"] : [];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...hook, "dist/src/cli/main.js", ...args], {
    cwd: REPOSITORY,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1", WITHOUT: options.without?.join(",") ?? "", ...options.env },
  });
  return { code: status, stdout, stderr };
}
