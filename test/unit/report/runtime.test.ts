import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readRuntime } from "../../../src/report/html/runtime-assets.js";

describe("the scripts that pages embed", () => {
  it("agree with their types", () => {
    const tsc = ["node_modules/typescript/bin/tsc", "-p", "src/report/html/runtime"];
    expect(execFileSync(process.execPath, tsc, { encoding: "utf8" })).toBe("");
  });

  it.each(["tables", "charts", "geo", "rest"] as const)("%s cannot close its own script element", async (name) => {
    expect(await readRuntime(name)).not.toMatch(/<\/script|<!--/i);
  });

  it("come with the licences of what they bundle", () => {
    const text = readFileSync("dist/assets/THIRD-PARTY-LICENSES.txt", "utf8");
    for (const name of ["vega-view", "vega-interpreter", "d3-scale"]) {
      expect(text).toMatch(new RegExp(`^${name} [\\d.]+ \\([\\w-]+\\)\\n\\n\\S`, "m"));
    }
  });
});
