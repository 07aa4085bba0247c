import { describe, expect, it } from "vitest";
import { defineReport, type NotebookCell, notebookText, renderNotebook } from "../../../src/report/index.js";
import { HOSTILE, reportOf } from "../../browser/hostile-report.js";
import { sampleReport } from "./sample-report.js";

/** The rules of nbformat 4.5's JSON Schema for what these notebooks hold. */
function faults(text: string): string[] {
  const notebook = JSON.parse(text);
  const found: string[] = [];
  const rule = (holds: boolean, what: string) => {
    if (!holds) found.push(what);
  };
  const only = (value: object, keys: string[], what: string) =>
    rule(Object.keys(value).sort().join() === [...keys].sort().join(), `${what}: ${Object.keys(value)}`);
  only(notebook, ["nbformat", "nbformat_minor", "metadata", "cells"], "notebook");
  rule(notebook.nbformat === 4 && notebook.nbformat_minor === 5, "version");
  rule(typeof notebook.metadata.kernelspec.name === "string", "kernelspec.name");
  rule(typeof notebook.metadata.kernelspec.display_name === "string", "kernelspec.display_name");
  rule(typeof notebook.metadata.language_info.name === "string", "language_info.name");
  const ids = new Set<string>();
  for (const cell of notebook.cells) {
    rule(/^[a-zA-Z0-9-_]{1,64}$/.test(cell.id), `id ${cell.id}`);
    rule(!ids.has(cell.id), `id ${cell.id} twice`);
    ids.add(cell.id);
    rule(typeof cell.source === "string", `source of ${cell.id}`);
    rule(typeof cell.metadata === "object", `metadata of ${cell.id}`);
    if (cell.cell_type === "markdown") only(cell, ["id", "cell_type", "metadata", "source"], cell.id);
    else {
      rule(cell.cell_type === "code", `type of ${cell.id}`);
      only(cell, ["id", "cell_type", "metadata", "source", "outputs", "execution_count"], cell.id);
      rule(cell.execution_count === null, `execution_count of ${cell.id}`);
      for (const output of cell.outputs) {
        only(output, ["output_type", "data", "metadata"], `output of ${cell.id}`);
        rule(output.output_type === "display_data", `output of ${cell.id}`);
        for (const [type, data] of Object.entries(output.data)) {
          rule(type.endsWith("+json") ? typeof data === "object" : typeof data === "string", `${type} of ${cell.id}`);
        }
      }
    }
  }
  return found;
}

const outputsOf = (cells: NotebookCell[]) => cells.flatMap((cell) => (cell.cell_type === "code" ? cell.outputs : []));

describe("renderNotebook", () => {
  it("follows nbformat 4.5 for every kind of cell, and for hostile text", async () => {
    expect(faults(notebookText(await renderNotebook(sampleReport)))).toEqual([]);
    expect(faults(notebookText(await renderNotebook(reportOf(HOSTILE))))).toEqual([]);
  });

  it("holds each chart as Vega-Lite 5, as a picture and as words", async () => {
    const { cells } = await renderNotebook(sampleReport);
    const outputs = outputsOf(cells);
    expect(outputs).toHaveLength(sampleReport.cells.filter(({ kind }) => kind === "chart").length);
    for (const { data } of outputs) {
      expect(Object.keys(data)).toEqual(["application/vnd.vegalite.v5+json", "image/svg+xml", "text/plain"]);
      expect(data["application/vnd.vegalite.v5+json"]).toMatchObject({
        $schema: "https://vega.github.io/schema/vega-lite/v5.json",
        background: "#ffffff",
      });
      expect(data["image/svg+xml"]).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
    }
  });

  it("gives long ids that agree in their first 64 letters an id each, and never takes a cell's id for its own", async () => {
    const long = "a".repeat(80);
    const ids = [`${long}b`, `${long}c`, "title", "origin"];
    const cells = ids.map((id) => ({ kind: "prose", id, markdown: id }));
    const notebook = await renderNotebook(defineReport({ ...sampleReport, cells }));
    expect(faults(notebookText(notebook))).toEqual([]);
    expect(notebook.cells.map(({ id }) => id)).toEqual([
      "title-2",
      "a".repeat(64),
      `${"a".repeat(62)}-2`,
      "title",
      "origin",
      "origin-2",
    ]);
  });

  it("shows code in other languages than the kernel's and leaves Python to the reader", async () => {
    const code = (id: string, language: string) => ({ kind: "code", id, language, source: "1 + 1" });
    const report = defineReport({ ...sampleReport, cells: [code("a", "sql"), code("b", "Python")] });
    const types = (await renderNotebook(report)).cells.map(({ id, cell_type }) => `${id} ${cell_type}`);
    expect(types).toContain("a markdown");
    expect(types).toContain("b code");
  });
});
