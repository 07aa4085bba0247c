import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { installInto, pack, type Tarball } from "./project.js";

const repository = resolve(import.meta.dirname, "../..");
const manifest = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
const consumer = join(import.meta.dirname, "consumer");

describe("the packed fleetlens in an empty project", () => {
  let project: string;
  let tarball: Tarball;

  beforeAll(() => {
    project = mkdtempSync(join(tmpdir(), "fleetlens-pack-"));
    tarball = pack(repository, project);
    installInto(project, repository, tarball);
    for (const file of readdirSync(consumer)) copyFileSync(join(consumer, file), join(project, file));
  });
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  it("holds the program, the schemas and the papers, and nothing else", () => {
    const tops = new Set(tarball.files.map(({ path }) => path.split("/").slice(0, 2).join("/")));
    const allowed =
      /^(dist\/(src|reports|assets)|examples\/(slo|[a-z0-9-]+\.(sh|yaml|py|json))|schemas\/.*\.json|README\.md|CHANGELOG\.md|LICENSE|package\.json)$/;
    expect([...tops].filter((top) => !allowed.test(top))).toEqual([]);
    expect(tarball.files.map(({ path }) => path)).toEqual(
      expect.arrayContaining(["README.md", "CHANGELOG.md", "LICENSE", "dist/src/cli/main.js", "dist/src/index.d.ts"]),
    );
    expect(tarball.files.filter(({ path }) => /\.(test|spec|bench)\.|fixtures|\.map$/.test(path))).toEqual([]);
    // Most of it is the charts' runtime; the neural room brought it over 2.3 MB.
    expect(tarball.size, "bytes packed").toBeLessThan(2_400_000);
  });

  it("names no folder of the machine that packed it", () => {
    const folder = join(project, "node_modules/fleetlens");
    const places = [repository, project, homedir()].filter((place) => place.length > 1);
    const telling = tarball.files
      .map(({ path }) => path)
      .filter((path) => {
        const text = readFileSync(join(folder, path), "latin1");
        return places.some((place) => text.includes(`${place}/`));
      });
    expect(telling).toEqual([]);
  });

  it("gives every subpath of its exports, and each works", () => {
    const done = execFileSync(process.execPath, ["exercise.mjs"], { cwd: project, encoding: "utf8" });
    expect(JSON.parse(done).sort()).toEqual(Object.keys(manifest.exports).sort());
  });

  it.each([
    ["NodeNext", "NodeNext"],
    ["ESNext", "Bundler"],
  ])("compiles under strict TypeScript for module %s, resolution %s", (module, moduleResolution) => {
    const options = { strict: true, target: "ES2023", module, moduleResolution, noEmit: true, types: [] };
    const config = { compilerOptions: { ...options, skipLibCheck: false }, files: ["consumer.ts"] };
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify(config));
    const tsc = join(repository, "node_modules/typescript/bin/tsc");
    const { stdout } = spawnSync(process.execPath, [tsc, "-p", project], { cwd: project, encoding: "utf8" });
    expect(stdout).toBe("");
  });

  it("goes into a browser's bundle where no tensor package is installed", async () => {
    const { errors, warnings } = await build({
      stdin: { contents: 'export * from "fleetlens/neural";', resolveDir: project },
      ...{ bundle: true, format: "esm", platform: "browser", write: false, logLevel: "silent" },
    });
    expect([...errors, ...warnings].map(({ text }) => text)).toEqual([]);
  });

  it("runs as a command", () => {
    const npx = (...args: string[]) =>
      execFileSync("npx", ["--no-install", "fleetlens", ...args], {
        cwd: project,
        encoding: "utf8",
        shell: process.platform === "win32",
      });
    expect(npx("--version").trim()).toBe(manifest.version);
    expect(JSON.parse(npx("doctor", "--json"))).toMatchObject({ command: "doctor", ok: true });
  });
});
