// Runs a bench by its name: node scripts/bench.mjs NAME [OPTIONS], where bench/NAME.ts or bench/NAME.mjs is the bench.
import { existsSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";

process.chdir(resolve(import.meta.dirname, ".."));
const [name, ...args] = process.argv.slice(2);
const names = (await readdir("bench"))
  .flatMap((file) => /^(.+)\.(?:ts|mjs)$/.exec(file)?.[1] ?? [])
  .filter((bench) => !["m4", "measure", "neural-cases", "philly", "usage"].includes(bench));
if (!name || !names.includes(name)) {
  console.error(`usage: node scripts/bench.mjs NAME [OPTIONS]; there are: ${names.join(", ")}`);
  process.exit(2);
}

/** Bundles a TypeScript bench with the sources it measures; packages stay outside. */
async function bundled(source, target) {
  const { build } = await import("esbuild");
  const options = { bundle: true, write: false, format: "esm", platform: "node", packages: "external" };
  const { outputFiles } = await build({ entryPoints: [source], ...options });
  await mkdir(".tmp", { recursive: true });
  await writeFile(target, outputFiles[0].contents);
}

const source = `bench/${name}.ts`;
// Node resolves packages from the file's folder, so the bundle lives in the repository while it runs.
const target = existsSync(source) ? `.tmp/bench-${name}-${process.pid}.mjs` : `bench/${name}.mjs`;
if (existsSync(source)) await bundled(source, target);
process.argv = [process.argv[0], resolve(target), ...args];
try {
  await import(pathToFileURL(resolve(target)).href);
} finally {
  if (existsSync(source)) await rm(target, { force: true });
}
