// Runs a contender in a process of its own and measures it; the contender tells CPU time and memory by usage.mjs.
import { spawn } from "node:child_process";
import { resolve } from "node:path";

/** The repository's folder. */
export const root = resolve(import.meta.dirname, "..");

/** How to start the built command line with its usage told. */
export const fleetlens = [process.execPath, "--import", "./bench/usage.mjs", "dist/src/cli/main.js"];

/** Runs a program; gives wall seconds, CPU seconds and peak memory in MiB (what it tells on file descriptor 3). */
export function measure([program, ...args]) {
  return new Promise((done, fail) => {
    const started = performance.now();
    const child = spawn(program, args, { cwd: root, stdio: ["ignore", "ignore", "inherit", "pipe"] });
    let told = "";
    child.stdio[3].on("data", (part) => {
      told += part;
    });
    child.on("error", fail);
    child.on("close", (code) => {
      if (code !== 0) fail(new Error(`${program} ended with code ${code}`));
      else done({ wall: (performance.now() - started) / 1000, ...JSON.parse(told) });
    });
  });
}

export const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
