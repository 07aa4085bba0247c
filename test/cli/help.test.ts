import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CliResultSchema } from "../../src/cli/result-schema.js";
import { fleetlens } from "./program.js";

const commands = readdirSync("src/cli/commands").map((file) => file.replace(/\.ts$/, ""));

describe("fleetlens --help", () => {
  const { code, stdout, stderr } = fleetlens(["--help"]);

  it("names every command and the exit codes, on stdout", () => {
    expect([code, stderr]).toEqual([0, ""]);
    for (const name of commands) expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, "m"));
    expect(stdout).toContain("Exit codes:");
  });

  it("is the answer to no command at all, with exit code 2", () => {
    const bare = fleetlens([]);
    expect(bare.code).toBe(2);
    expect(bare.stdout).toBe("");
    expect(bare.stderr).toContain("Usage: fleetlens");
  });

  it("ends without a word when its reader has seen enough", async () => {
    const child = spawn(process.execPath, ["dist/src/cli/main.js", "--help"], { stdio: ["ignore", "pipe", "pipe"] });
    // No one reads: writing ends in EPIPE.
    child.stdout.destroy();
    let told = "";
    child.stderr.on("data", (text) => {
      told += text;
    });
    const ended = await new Promise((done) => child.on("close", done));
    expect([ended, told]).toEqual([0, ""]);
  });

  it("loads no heavy package", () => {
    const heavy = [
      "@duckdb/node-api",
      "vega",
      "vega-lite",
      "@resvg/resvg-js",
      "markdown-it",
      "zod",
      "@uwdata/flechette",
    ];
    expect(fleetlens(["--help"], { without: heavy })).toEqual({ code, stdout, stderr });
  });
});

describe.each(commands)("fleetlens %s --help", (name) => {
  // A command of commands shows its examples one level down.
  const own = fleetlens([name, "--help"]);
  const children = [...own.stdout.matchAll(/^ {2}([a-z]+)(?: \[options\])?(?: <| {2})/gm)]
    .map(([, child]) => child)
    .filter((child) => own.stdout.includes("Commands:") && child !== "help");

  it("says what it does and gives an example that starts with its own name", () => {
    expect([own.code, own.stderr]).toEqual([0, ""]);
    expect(own.stdout).toMatch(new RegExp(`^Usage: fleetlens ${name} `));
    for (const path of children.length ? children.map((child) => [name, child]) : [[name]]) {
      const { stdout } = fleetlens([...path, "--help"]);
      expect(stdout, path.join(" ")).toMatch(new RegExp(`Examples?:\\n.*fleetlens ${path.join(" ")}\\b`));
      expect(stdout, path.join(" ")).toContain("--json");
      expect(stdout.endsWith("\n")).toBe(true);
    }
  });
});

describe("usage mistakes", () => {
  it.each([
    [["plann"], /^E_USAGE: unknown command 'plann' \(Did you mean plan\?\)\n$/],
    [["doctor", "--requires", "png"], /^E_USAGE: unknown option '--requires' \(Did you mean --require\?\)\n$/],
    [["forecast"], /^E_USAGE: /],
    [["nonsense"], /^E_USAGE: unknown command 'nonsense'/],
  ])("%j end with 2, one line on stderr and nothing on stdout", (args, message) => {
    const { code, stdout, stderr } = fleetlens(args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
    expect(stderr.match(/\n/g)).toHaveLength(1);
  });

  it("are one JSON object on stdout under --json", () => {
    const { code, stdout } = fleetlens(["forecast", "--nope", "--json"]);
    expect(code).toBe(2);
    expect(CliResultSchema.parse(JSON.parse(stdout))).toMatchObject({
      ok: false,
      exitCode: 2,
      error: { code: "E_USAGE" },
    });
  });
});
