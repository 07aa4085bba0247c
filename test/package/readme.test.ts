import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { transformSync } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const REPOSITORY = resolve(import.meta.dirname, "../..");
const readme = readFileSync(join(REPOSITORY, "README.md"), "utf8");

/** Fenced blocks of a language, each with the ```text block right after it, if any. */
function blocks(language: string): { source: string; output?: string }[] {
  const fence = new RegExp(
    `^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`\\n(?:\\n\`\`\`text\\n([\\s\\S]*?)^\`\`\`\\n)?`,
    "gm",
  );
  return [...readme.matchAll(fence)].map(([, source, output]) => ({ source, output }));
}

const examples = blocks("ts");
const commands = blocks("sh")
  .flatMap(({ source }) => source.split("\n"))
  .filter((line) => line.startsWith("npx fleetlens "));

describe("README.md", () => {
  let scratch: string;

  beforeAll(() => {
    // Inside the repository, where `fleetlens/…` means the built package itself.
    mkdirSync(join(REPOSITORY, ".tmp"), { recursive: true });
    scratch = mkdtempSync(join(REPOSITORY, ".tmp/readme-"));
  });
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  it("holds exactly two commands for a fresh machine before anything else", () => {
    const [first] = blocks("sh");
    const lines = first.source.trim().split("\n");
    expect(lines.map((line) => line.split("#")[0].trim())).toEqual(["npm start", "npm test"]);
    expect(examples.length).toBeGreaterThanOrEqual(3);
    expect(commands.length).toBeGreaterThanOrEqual(5);
  });

  it.each(examples.map(({ source, output }, i) => [i + 1, source, output] as const))(
    "example %d prints what the page says",
    (i, source, output) => {
      const file = join(scratch, `example-${i}.mjs`);
      writeFileSync(file, transformSync(source, { loader: "ts", format: "esm" }).code);
      expect(execFileSync(process.execPath, [file], { cwd: REPOSITORY, encoding: "utf8" })).toBe(output);
    },
  );

  it("has examples that compile under strict TypeScript", () => {
    examples.forEach(({ source }, i) => {
      writeFileSync(join(scratch, `example-${i + 1}.ts`), `${source}\nexport {};\n`);
    });
    const options = {
      strict: true,
      target: "ES2023",
      module: "NodeNext",
      noEmit: true,
      types: ["node"],
      skipLibCheck: true,
    };
    writeFileSync(join(scratch, "tsconfig.json"), JSON.stringify({ compilerOptions: options, include: ["*.ts"] }));
    const tsc = join(REPOSITORY, "node_modules/typescript/bin/tsc");
    expect(spawnSync(process.execPath, [tsc, "-p", scratch], { encoding: "utf8" }).stdout).toBe("");
  });

  it("has commands that run in the order of the page and write what they name", { timeout: 900_000 }, () => {
    for (const command of commands) {
      const args = command
        .split(" ")
        .slice(2)
        .map((arg) => (/^out(\/|$)/.test(arg) ? join(scratch, arg) : arg));
      const at = args.indexOf("--out");
      const out = at < 0 ? null : args[at + 1];
      if (out) mkdirSync(dirname(out), { recursive: true });
      const program = join(REPOSITORY, "dist/src/cli/main.js");
      const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
        cwd: REPOSITORY,
        encoding: "utf8",
      });
      expect(status, `${command}\n${stderr}`).toBe(0);
      if (out) expect(existsSync(out), command).toBe(true);
      else expect(stdout.length, command).toBeGreaterThan(0);
    }
    expect(readdirSync(join(scratch, "out")).filter((file) => file.startsWith("."))).toEqual([]);
  });

  it("links and pictures that exist", () => {
    const pages = ["README.md", "CONTRIBUTING.md", "docs/README.md", "docs/decisions/README.md"];
    for (const page of pages) {
      const text = readFileSync(join(REPOSITORY, page), "utf8");
      const targets = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target]) => target);
      for (const target of targets) {
        expect(existsSync(join(REPOSITORY, dirname(page), target)), `${page}: ${target}`).toBe(true);
      }
    }
  });
});
