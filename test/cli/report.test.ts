import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderJson } from "../../src/report/index.js";
import { hasChromium } from "../browser/chromium.js";
import { sampleReport } from "../unit/report/sample-report.js";
import { fleetlens } from "./program.js";

const two = {
  ...sampleReport,
  cells: sampleReport.cells.filter(({ kind, id }) => kind !== "chart" || id === "demand-fan" || id === "costs"),
};

describe("fleetlens report", () => {
  let folder: string;
  const at = (name: string) => join(folder, name);
  const put = (name: string, text: string) => {
    writeFileSync(at(name), text);
    return at(name);
  };
  const render = (input: string, to: string, out: string, ...more: string[]) =>
    fleetlens(["report", "render", input, "--to", to, "--out", at(out), ...more]);

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "fleetlens-report-"));
    put("two.json", renderJson(two));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("writes six formats under the report's id and prints their names", () => {
    const { code, stdout, stderr } = render(at("two.json"), "html,md,json,svg,png,ipynb", "six");
    expect(stderr).toBe("");
    expect(code).toBe(0);
    const names = [
      "sample.html",
      "sample.md",
      "sample.json",
      "sample.demand-fan.svg",
      "sample.demand-fan.png",
      "sample.costs.svg",
      "sample.costs.png",
      "sample.ipynb",
    ];
    expect(stdout.trimEnd().split("\n")).toEqual(names.map((name) => join(at("six"), name)));
    expect(readdirSync(at("six")).sort()).toEqual([...names].sort());
    expect(readFileSync(join(at("six"), "sample.json"), "utf8")).toBe(renderJson(two));
    expect(readFileSync(join(at("six"), "sample.md"), "utf8")).toContain("](sample.demand-fan.svg)");
  });

  it("gives the same bytes in another process and another time zone", () => {
    const formats = "html,md,json,svg,png,ipynb,qmd";
    render(at("two.json"), formats, "again-a");
    fleetlens(["report", "render", at("two.json"), "--to", formats, "--out", at("again-b")], {
      env: { TZ: "America/St_Johns", LANG: "de_DE.UTF-8" },
    });
    const names = readdirSync(at("again-a"));
    expect(names).toHaveLength(9);
    for (const name of names) {
      const [a, b] = ["again-a", "again-b"].map((out) => readFileSync(join(at(out), name)));
      expect(Buffer.compare(a, b), name).toBe(0);
    }
  });

  it("takes a name, a theme and no interactivity", () => {
    const { code } = render(
      at("two.json"),
      "html,svg",
      "named",
      "--name",
      "plan 1",
      "--theme",
      "dark",
      "--interactive",
      "none",
    );
    expect(code).toBe(0);
    const html = readFileSync(join(at("named"), "plan 1.html"), "utf8");
    expect(html).not.toContain("<script");
    expect(html).toContain('content="dark"');
    expect(readFileSync(join(at("named"), "plan 1.costs.svg"), "utf8")).toContain("#15181c");
  });

  it.each([
    ["text that is not JSON", "{", "E_REPORT_PARSE"],
    ["a report with a fault", JSON.stringify({ ...two, title: "" }), "E_REPORT_INVALID: $.title: "],
    [
      "a chart that cannot be drawn",
      JSON.stringify({ ...two, cells: [{ kind: "chart", id: "c", alt: "x", spec: { mark: "sparkle" } }] }),
      "E_REPORT_INVALID: $.cells[0].spec: ",
    ],
    ["a result of a kind without a notebook", '{"schema":"fleetlens.nothing/1"}', "E_REPORT_INVALID: $.schema: "],
    [
      "a result named like a property of every object",
      '{"schema":"fleetlens.constructor/1"}',
      "E_REPORT_INVALID: $.schema: ",
    ],
    ["a report whose id is a path", JSON.stringify({ ...two, id: "../x" }), "E_INPUT: the report's id"],
  ])("refuses %s with exit 2 and writes nothing", (_, text, message) => {
    const { code, stdout, stderr } = render(put("bad.json", text), "json,html", "bad");
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr.startsWith(message)).toBe(true);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(existsSync(at("bad"))).toBe(false);
  });

  it.each(["a/b", "..", ".hidden", "a\\b", ""])("refuses the name %j", (name) => {
    const { code, stderr } = render(at("two.json"), "json", "bad-name", "--name", name);
    expect(code).toBe(2);
    expect(stderr).toContain("E_INPUT: --name");
    expect(existsSync(at("bad-name"))).toBe(false);
  });

  it("refuses formats it does not know and files that are not there", () => {
    expect(render(at("two.json"), "html,docx", "x")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('got "docx"'),
    });
    expect(render(at("none.json"), "html", "x")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("no such file"),
    });
    expect(render(folder, "html", "x")).toMatchObject({ code: 2, stderr: expect.stringContaining("not a file") });
  });

  it("ends with 3 where a renderer is missing, and writes nothing", () => {
    const { code, stderr } = fleetlens(
      ["report", "render", at("two.json"), "--to", "json,pdf", "--out", at("no-pdf")],
      {
        env: { CHROMIUM_PATH: at("no-browser") },
      },
    );
    expect(code).toBe(3);
    expect(stderr).toContain("E_RENDERER_UNAVAILABLE: PDF needs an installed Chromium");
    const png = fleetlens(["report", "render", at("two.json"), "--to", "json,png", "--out", at("no-pdf")], {
      without: ["@resvg/resvg-js"],
    });
    expect(png.code).toBe(3);
    expect(png.stderr).toContain("E_RENDERER_UNAVAILABLE: PNG needs the optional package");
    expect(existsSync(at("no-pdf"))).toBe(false);
  });

  it.skipIf(!hasChromium)("prints a PDF, the same bytes twice (skipped without Chromium)", () => {
    const pdf = (out: string) => {
      expect(render(at("two.json"), "pdf", out)).toMatchObject({ code: 0 });
      return readFileSync(join(at(out), "sample.pdf"));
    };
    const [one, two] = [pdf("pdf-a"), pdf("pdf-b")];
    expect(one.subarray(0, 5).toString()).toBe("%PDF-");
    expect(Buffer.compare(one, two)).toBe(0);
    expect(one.toString("latin1")).toContain("/CreationDate (D:20200601000000+00'00')");
  });

  it("validates", () => {
    expect(fleetlens(["report", "validate", at("two.json")])).toEqual({ code: 0, stdout: "ok\n", stderr: "" });
    const bad = put("bad.json", JSON.stringify({ ...two, cells: [{ kind: "video", id: "v" }] }));
    expect(fleetlens(["report", "validate", bad])).toMatchObject({
      code: 2,
      stderr:
        'E_REPORT_INVALID: $.cells[0].kind: got "video", expected one of prose, metrics, table, chart, code, warning\n',
    });
  });

  it("prints the schema that is published", () => {
    expect(fleetlens(["report", "schema"]).stdout).toBe(readFileSync("schemas/report-1.0.schema.json", "utf8"));
  });
});
