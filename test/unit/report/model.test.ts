import { describe, expect, it } from "vitest";
import { ReportError } from "../../../src/core/errors.js";
import { defineReport, renderJson, reportJsonSchema } from "../../../src/report/index.js";
import { sampleReport } from "./sample-report.js";

const base = {
  schemaVersion: "1.0",
  id: "r",
  title: "R",
  generatedAt: "2020-06-01T00:00:00Z",
  cells: [{ kind: "prose", id: "a", markdown: "words" }],
};
const withCell = (cell: unknown) => ({ ...base, cells: [...base.cells, cell] });

/** The error of a report that must be refused. */
function refusal(input: unknown): ReportError {
  try {
    defineReport(input);
  } catch (error) {
    if (error instanceof ReportError) return error;
    throw error;
  }
  throw new Error("accepted");
}

describe("defineReport", () => {
  it("gives a plain copy with the fields in the model's order", () => {
    const { cells, title, id, schemaVersion, generatedAt } = base;
    const shuffled = { cells, title, id, generatedAt, schemaVersion };
    expect(Object.keys(defineReport(shuffled))).toEqual(["schemaVersion", "id", "title", "generatedAt", "cells"]);
    expect(renderJson(defineReport(shuffled))).toBe(renderJson(defineReport(base)));
  });

  it("reads back what it writes", () => {
    expect(defineReport(JSON.parse(renderJson(sampleReport)))).toEqual(sampleReport);
  });

  it.each([
    ["an empty title", { ...base, title: " " }, "$.title"],
    ["another major version", { ...base, schemaVersion: "2.0" }, "$.schemaVersion"],
    ["a version that is a number", { ...base, schemaVersion: 1 }, "$.schemaVersion"],
    ["a field it does not know", { ...base, subtitle: "x" }, "$.subtitle"],
    ["a time in another zone", { ...base, generatedAt: "2020-06-01T00:00:00+02:00" }, "$.generatedAt"],
    ["no cells", { ...base, cells: undefined }, "$.cells"],
    ["an unknown kind of cell", withCell({ kind: "video", id: "v" }), "$.cells[1].kind"],
    ["a cell without a kind", withCell({ id: "v" }), "$.cells[1].kind"],
    ["a cell that is no object", withCell(5), "$.cells[1].kind"],
    ["an id with capitals", withCell({ kind: "prose", id: "A", markdown: "" }), "$.cells[1].id"],
    ["an id that comes twice", withCell({ kind: "prose", id: "a", markdown: "" }), "$.cells[1].id"],
    ["a chart without words", withCell({ kind: "chart", id: "c", spec: {}, alt: " " }), "$.cells[1].alt"],
    ["a chart without a spec", withCell({ kind: "chart", id: "c", alt: "x" }), "$.cells[1].spec"],
    [
      "NaN",
      withCell({ kind: "metrics", id: "m", items: [{ label: "x", value: Number.NaN }] }),
      "$.cells[1].items[0].value",
    ],
    [
      "an infinity deep in a spec",
      withCell({ kind: "chart", id: "c", alt: "x", spec: { data: { values: [{ "a b": Number.POSITIVE_INFINITY }] } } }),
      '$.cells[1].spec.data.values[0]["a b"]',
    ],
    [
      "a bigint",
      withCell({ kind: "metrics", id: "m", items: [{ label: "x", value: 1n }] }),
      "$.cells[1].items[0].value",
    ],
    ["a date object", { ...base, generatedAt: new Date(0) }, "$.generatedAt"],
    [
      "a table cell that is an object",
      withCell({ kind: "table", id: "t", columns: [{ name: "x" }], rows: [{ x: {} }] }),
      "$.cells[1].rows[0].x",
    ],
    [
      "data from outside",
      withCell({ kind: "chart", id: "c", alt: "x", spec: { layer: [{ data: { url: "http://e.test/x.csv" } }] } }),
      "$.cells[1].spec.layer[0].data.url",
    ],
    ["null", null, "$"],
    ["a list", [], "$"],
  ])("refuses %s and names its place", (_, input, path) => {
    const error = refusal(input);
    expect(error.code).toBe("E_REPORT_INVALID");
    expect(error.details["path"]).toBe(path);
    expect(error.message.startsWith(`${path}: `)).toBe(true);
  });

  it("says what it got and what it expected", () => {
    expect(refusal(withCell({ kind: "video", id: "v" })).message).toBe(
      '$.cells[1].kind: got "video", expected one of prose, metrics, table, chart, code, warning',
    );
    expect(refusal({ ...base, generatedAt: "June" }).message).toBe(
      '$.generatedAt: got "June", expected ISO 8601 in UTC such as 2020-06-01T00:00:00Z',
    );
  });

  it("refuses input nested too deeply, and input that holds itself", () => {
    const spec: Record<string, unknown> = {};
    spec["self"] = spec;
    expect(refusal(withCell({ kind: "chart", id: "c", alt: "x", spec })).message).toMatch(/more than 200 levels/);
  });

  it("reads a newer minor version and leaves out what it does not know", () => {
    const newer = { ...base, schemaVersion: "1.7", mood: "calm", cells: [{ ...base.cells[0], author: "x" }] };
    expect(defineReport(newer)).toEqual(defineReport(base));
    expect(refusal({ ...newer, cells: [{ kind: "video", id: "v" }] }).details["path"]).toBe("$.cells[0].kind");
  });
});

describe("the published schema", () => {
  it("is draft 2020-12 and knows exactly the six kinds of cells", () => {
    const schema = reportJsonSchema() as {
      $schema: string;
      properties: {
        cells: { items: { oneOf: { properties: { kind: { const: string } }; additionalProperties: boolean }[] } };
      };
    };
    expect(schema.$schema).toBe("https://json-schema.org/draft/2020-12/schema");
    const { oneOf } = schema.properties.cells.items;
    expect(oneOf.map(({ properties }) => properties.kind.const).sort()).toEqual([
      "chart",
      "code",
      "metrics",
      "prose",
      "table",
      "warning",
    ]);
    expect(oneOf.every(({ additionalProperties }) => additionalProperties === false)).toBe(true);
  });
});
