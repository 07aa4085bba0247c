import { spawn } from "node:child_process";
import { mkdir, readdir } from "node:fs/promises";
import { resolve } from "node:path";

const REPOSITORY = resolve(import.meta.dirname, "../..");
const MOST_WAIT_MS = 60_000;

/**
 * Runs the built `fleetlens` and presses Ctrl-C once its SQL engine is at work, which its folder in `scratch` shows.
 *
 * @param scratch folder to make for temporary files
 * @returns the exit code
 */
export async function interruptAtWork(args: readonly string[], scratch: string): Promise<number | null> {
  await mkdir(scratch);
  const child = spawn(process.execPath, ["dist/src/cli/main.js", ...args], {
    cwd: REPOSITORY,
    env: { ...process.env, TMPDIR: scratch },
  });
  const deadline = Date.now() + MOST_WAIT_MS;
  while ((await readdir(scratch)).length === 0 && Date.now() < deadline) {
    await new Promise((done) => setTimeout(done, 20));
  }
  child.kill("SIGINT");
  return new Promise((done) => child.on("exit", done));
}
