// `npm test`: sets everything up, then checks the whole house. Every check counts as one, every vitest test as one;
// the last line is `N passed, N failed`, the exit code 1 when anything failed.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { build, checkNode, ensureInstalled, node, quietNode } from "./setup.mjs";

try {
  checkNode();
  process.chdir(resolve(import.meta.dirname, ".."));
  ensureInstalled();
} catch (error) {
  console.error(`${error.message}\n0 passed, 1 failed`);
  process.exit(1);
}

const total = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
const skips = [];
const timings = [];

/** Runs one step under a heading and its stop-watch. */
function step(name, run) {
  console.log(`\n── ${name}`);
  const started = performance.now();
  const result = run();
  timings.push({ name, seconds: (performance.now() - started) / 1000 });
  return result;
}

/** A step that is right when its program ends with 0. */
function check(name, run) {
  if (step(name, run) === 0) total.passed++;
  else {
    total.failed++;
    failures.push(name);
  }
}

/** Adds up vitest's JSON: tests, files that could not be loaded, and errors outside any test. */
function countVitest(file, exitCode) {
  const failedBefore = total.failed;
  let results = [];
  try {
    results = JSON.parse(readFileSync(file, "utf8")).testResults;
  } catch (error) {
    failures.push(`vitest wrote no results: ${error.message}`);
    total.failed++;
  }
  for (const suite of results) {
    const path = suite.name.replace(`${process.cwd()}/`, "");
    if (suite.status === "failed" && suite.assertionResults.every(({ status }) => status !== "failed")) {
      failures.push(`${path}: ${(suite.message || "did not load").split("\n")[0]}`);
      total.failed++;
    }
    for (const test of suite.assertionResults) {
      if (test.status === "passed") total.passed++;
      else if (test.status === "failed") {
        total.failed++;
        failures.push(`${path}: ${test.fullName}\n      ${(test.failureMessages[0] ?? "").split("\n")[0]}`);
      } else {
        total.skipped++;
        skips.push(`${path}: ${test.fullName}`);
      }
    }
  }
  if (exitCode !== 0 && total.failed === failedBefore) {
    total.failed++;
    failures.push("vitest: an error outside any test; its message stands above");
  }
}

check("format and lint (biome)", () => node("node_modules/@biomejs/biome/bin/biome", "ci", "."));
check("types (tsc)", () => node("node_modules/typescript/bin/tsc", "-p", "tsconfig.json", "--noEmit"));
check("import rules (dependency-cruiser)", () =>
  node(
    "node_modules/dependency-cruiser/bin/dependency-cruise.mjs",
    "--config",
    ".dependency-cruiser.cjs",
    "src",
    "reports",
  ),
);
check("build", build);
check("schemas are current", () => node("scripts/schemas.mjs", "--check"));

const scratch = mkdtempSync(join(tmpdir(), "fleetlens-test-"));
const resultFile = join(scratch, "vitest.json");
const vitestCode = step("tests (vitest)", () =>
  node(
    "node_modules/vitest/vitest.mjs",
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${resultFile}`,
  ),
);
countVitest(resultFile, vitestCode);
rmSync(scratch, { recursive: true, force: true });

check("package shape (publint)", () => node("node_modules/publint/src/cli.js", "--strict"));
check("package types (attw)", () =>
  quietNode(
    "node_modules/@arethetypeswrong/cli/dist/index.js",
    "--pack",
    ".",
    "--profile",
    "esm-only",
    "--no-definitely-typed",
    "--format",
    "ascii",
  ),
);

console.log("\n── times");
for (const { name, seconds } of timings) console.log(`${seconds.toFixed(1).padStart(7)} s  ${name}`);
if (skips.length) console.log(`\n── skipped\n${skips.map((name) => `  ${name}`).join("\n")}`);
if (failures.length) console.log(`\n── failed\n${failures.map((name) => `  ✗ ${name}`).join("\n")}`);
console.log(`\n${total.passed} passed, ${total.failed} failed${total.skipped ? `, ${total.skipped} skipped` : ""}`);
process.exit(total.failed ? 1 : 0);
