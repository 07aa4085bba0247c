// The set-up that `npm start` and `npm test` share: right Node, packages as locked, dist/ as the sources say.
// Nothing here may import a package, because on a fresh machine there is none.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

/** The oldest Node that fleetlens runs on; package.json's `engines` says the same. */
const OLDEST_NODE = [20, 19];
const BUILD_STAMP = "dist/.sources";

/** Throws with a mend when Node is too old. */
export function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  throw new Error(`fleetlens needs Node ${OLDEST_NODE.join(".")} or newer, this is ${process.versions.node}`);
}

/** Runs `node SCRIPT ARGS…` with the terminal handed through; returns the exit code. */
export function node(...args) {
  return spawnSync(process.execPath, args, { stdio: "inherit" }).status ?? 1;
}

/** As {@link node}, but prints what the program says only when it fails. */
export function quietNode(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) console.log(`${stdout}${stderr}`);
  return status ?? 1;
}

/** Whether node_modules holds what package-lock.json says, version by version. */
function isInstalled() {
  const installedFile = "node_modules/.package-lock.json";
  if (!existsSync(installedFile)) return false;
  const wanted = JSON.parse(readFileSync("package-lock.json", "utf8")).packages;
  const installed = JSON.parse(readFileSync(installedFile, "utf8")).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "") return true;
    // Optional packages of other platforms are rightly absent.
    return installed[path] ? installed[path].version === entry.version : entry.optional === true;
  });
}

/** Installs the locked packages where they are missing; no package's install script runs. */
export function ensureInstalled() {
  if (isInstalled()) return;
  console.log("installing packages (npm ci --ignore-scripts)");
  const result = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (result.status !== 0) throw new Error("npm ci failed; its message stands above");
}

function* filesUnder(path) {
  if (!existsSync(path)) return;
  if (!statSync(path).isDirectory()) yield path;
  else for (const name of readdirSync(path).sort()) yield* filesUnder(join(path, name));
}

/** SHA-256 over everything that dist/ is made of. */
function sourcesDigest() {
  const hash = createHash("sha256");
  const parts = ["src", "reports", "scripts", "package-lock.json", "tsconfig.json", "tsconfig.build.json"];
  for (const file of parts.flatMap((part) => [...filesUnder(part)])) {
    hash
      .update(`${file.replaceAll("\\", "/")}\0`)
      .update(readFileSync(file))
      .update("\0");
  }
  return hash.digest("hex");
}

/** Builds dist/ anew; returns the exit code. */
export function build() {
  const digest = sourcesDigest();
  rmSync(BUILD_STAMP, { force: true });
  const code = node("scripts/build.mjs");
  if (code === 0) writeFileSync(BUILD_STAMP, `${digest}\n`);
  return code;
}

/** Builds dist/ unless it was built from the very sources that lie here. */
export function ensureBuilt() {
  if (existsSync(BUILD_STAMP) && readFileSync(BUILD_STAMP, "utf8").trim() === sourcesDigest()) return;
  console.log("building dist/");
  if (build() !== 0) throw new Error("the build failed; its message stands above");
}
