import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { notebookText, renderNotebook } from "../../../src/report/index.js";
import { reportOf } from "../../browser/hostile-report.js";
import { sampleReport } from "./sample-report.js";

const python = process.env["FLEETLENS_PYTHON"];
const peer = python !== undefined && spawnSync(python, ["-c", "import nbformat, nbconvert"]).status === 0;

describe.skipIf(!peer)("Jupyter's own nbformat and nbconvert (skipped without FLEETLENS_PYTHON that has them)", () => {
  it.each([
    ["a plain report", sampleReport],
    ["a report of hostile text", reportOf("</script><script>alert(1)</script> | `\n\u2028")],
  ])("accept and render %s", async (_, report) => {
    const notebook = await renderNotebook(report);
    const script = resolve(import.meta.dirname, "../../golden/notebook.py");
    const run = spawnSync(python as string, [script], { input: notebookText(notebook), encoding: "utf8" });
    expect(run.stderr).toBe("");
    const [cells, html] = run.stdout.split(" ").map(Number);
    expect(cells).toBe(notebook.cells.length);
    expect(html).toBeGreaterThan(10_000);
  });
});
