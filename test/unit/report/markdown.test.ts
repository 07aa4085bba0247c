import { describe, expect, it } from "vitest";
import { defineReport, renderMarkdown, renderQmd } from "../../../src/report/index.js";
import { HOSTILE, reportOf } from "../../browser/hostile-report.js";
import { sampleReport } from "./sample-report.js";

describe("renderMarkdown", () => {
  const markdown = renderMarkdown(sampleReport, { chartPath: (id) => `plan.${id}.svg` });

  it("begins with the title and the time, and ends with the origin", () => {
    expect(markdown.startsWith("# Capacity plan, June 2020\n\nAs of 1 June 2020 at 00:00 UTC\n\n")).toBe(true);
    expect(markdown).toContain("| telemetry.parquet | 714,240 | abab");
  });

  it("shows key figures, tables, charts, warnings and code", () => {
    expect(markdown).toContain("| Nodes needed in the peak week | 34\u00a0nodes | \u002b4\u00a0nodes |");
    expect(markdown).toContain("| Median wait | \u2014 |  |");
    expect(markdown).toContain("| --- | ---: | ---: | ---: | --- |\n| vc0 | 0 | 0\u00a0% | 10,000 | yes |");
    expect(markdown).toContain("![Demand rises to 220 GPU by the end of the week.](plan.demand-fan.svg)");
    expect(markdown).toContain("> **Error.** Capacity file names a queue that does not exist.");
    expect(markdown).toContain("```sql\nSELECT vc,");
    expect(markdown).toContain("## Risk\n\n### Pool a100\n");
  });

  it("tells charts by their words when there are no pictures", () => {
    expect(renderMarkdown(sampleReport)).toContain("Chart: Demand rises to 220 GPU by the end of the week.");
    expect(renderMarkdown(sampleReport)).not.toContain("![");
  });

  it("of hostile text holds no HTML, no link and no row that breaks", () => {
    const hostile = renderMarkdown(reportOf(HOSTILE));
    const outsideCode = hostile.replace(/^(`{3,})[^\n]*\n[\s\S]*?\n\1$/gm, "");
    expect(outsideCode).not.toMatch(/<[a-z/!]/i);
    expect(outsideCode.match(/(^|[^\\])\]\([^)]*/g)?.filter((link) => !link.includes("](http://e.test/"))).toEqual([]);
    expect(outsideCode).not.toMatch(/(^|[^\\])!\[/);
    for (const line of outsideCode.split("\n").filter((line) => line.startsWith("|"))) {
      expect(line.endsWith("|")).toBe(true);
    }
    const columns = (line: string) => line.replaceAll("\\|", "").split("|").length;
    const rows = outsideCode
      .trimEnd()
      .split("\n\n")
      .filter((block) => block.startsWith("|"));
    for (const table of rows) expect(new Set(table.split("\n").map(columns)).size).toBe(1);
  });

  it("of an empty report is its title", () => {
    const empty = defineReport({ ...sampleReport, parameters: undefined, provenance: undefined, cells: [] });
    expect(renderMarkdown(empty)).toBe("# Capacity plan, June 2020\n\nAs of 1 June 2020 at 00:00 UTC\n");
  });
});

describe("renderQmd", () => {
  it("runs nothing: no executable block, no shortcode, a front matter of strings", () => {
    const qmd = renderQmd(reportOf(HOSTILE));
    expect(qmd).not.toMatch(/^`{3,}\s*\{/m);
    expect(qmd).not.toMatch(/(^|[^{])\{\{</);
    const [, head] = qmd.split("---\n");
    expect(JSON.parse(/^title: (.*)$/m.exec(head)?.[1] ?? "")).toContain("&lt;img src=x");
  });
});
