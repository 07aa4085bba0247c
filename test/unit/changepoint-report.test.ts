import { describe, expect, it } from "vitest";
import { fixtureChanges } from "../../fixtures/changes-result.js";
import { changeTimes } from "../../reports/changepoint/change-times.js";
import { changepointReport, notebooks } from "../../reports/index.js";
import { ChangesFileSchema } from "../../src/changepoint/index.js";
import { ReportError } from "../../src/core/index.js";
import { defineReport, renderMarkdown, UNDATED } from "../../src/report/index.js";
import { chartsOf, figuresOf, proseOf, tableOf } from "./notebook-cells.js";

const result = fixtureChanges();
const report = changepointReport(result);

describe("changes as a report", () => {
  it("is a valid report of a valid file, dated with the last observation", () => {
    expect(ChangesFileSchema.parse(result)).toEqual(result);
    expect(defineReport(report)).toEqual(report);
    expect(report.generatedAt).toBe("2026-06-13T11:00:00Z");
    expect(notebooks["changepoint"](structuredClone(result))).toEqual(report);
    expect(() => notebooks["changepoint"]({ ...result, clock: "sun" })).toThrow(ReportError);
  });

  it("tells the largest changes first, with interval, size and direction", () => {
    expect(proseOf(report, "verdict")).toContain("4 changes were found in 3 of 6 series.");
    const [first, second] = proseOf(report, "verdict-words").split("\n");
    expect(first).toBe("- checkout: 2026-06-09 18:00 UTC, mean 55 before and 31 after (down 44\u00a0%).");
    expect(second).toContain(
      "(95\u00a0% interval 2026-06-04 06:00 to 10:00 UTC), mean 40 before and 55 after (up 38\u00a0%)",
    );
    expect(proseOf(report, "verdict-words")).toContain("standard deviation 2.1 before and 6.4 after");
    expect(proseOf(report, "verdict-words")).toContain("1 is too short and 1 is constant");
    expect(figuresOf(report, "verdict-figures").items.map(({ value }) => value)).toEqual([6, 3, 4, 1]);
  });

  it("lists every change and every series", () => {
    const rows = tableOf(report, "changes-table").rows;
    expect(rows.map(({ series, index }) => [series, index])).toEqual([
      ["checkout", 80],
      ["checkout", 210],
      ["search", 150],
      ["ranker", 120],
    ]);
    expect(tableOf(report, "series-table").rows.map(({ name, status }) => [name, status])).toEqual([
      ["checkout", "searched"],
      ["search", "searched"],
      ["ranker", "searched"],
      ["gateway", "searched"],
      ["batch", "constant"],
      ["new", "too short"],
    ]);
    expect(proseOf(report, "series-warnings")).toContain("search: 3 missing values");
    expect(chartsOf(report).map(({ id }) => id)).toEqual(["changes-locations", "effects-bars"]);
  });

  it("says so when nothing changed, and when there is nothing", () => {
    const calm = changepointReport(
      fixtureChanges({ series: result.series.filter(({ changes }) => changes.length === 0) }),
    );
    expect(proseOf(calm, "verdict")).toContain("No change was found in 3 series.");
    expect(chartsOf(calm)).toEqual([]);
    const none = changepointReport(fixtureChanges({ series: [] }));
    expect(defineReport(none)).toEqual(none);
    expect(proseOf(none, "verdict")).toContain("The input has no series.");
  });

  it("counts along plain numbers, and then bears no date", () => {
    const plain = fixtureChanges({
      clock: "plain",
      series: result.series.map((one) => ({
        ...one,
        ...{ from: 0, to: one.n - 1 },
        changes: one.changes.map((change) => ({
          ...change,
          ...{ time: change.index, timeLow: change.ciLow, timeHigh: change.ciHigh },
        })),
        outliers: [],
      })),
    });
    const made = changepointReport(plain);
    expect(defineReport(made)).toEqual(made);
    expect(made.generatedAt).toBe(UNDATED);
    expect(renderMarkdown(made)).not.toMatch(/UTC|1970/);
    expect(proseOf(made, "verdict-words")).toContain("checkout: 80 (95\u00a0% interval 78 to 82)");
  });
});

describe("the times of a file of changes", () => {
  it.each([
    ["text", "2026-06-01T02:00:00+02:00", "2026-06-01"],
    ["text", "2026-06-01 00:05:30", "2026-06-01 00:05:30 UTC"],
    ["text", "2026/06/01 14:05:00 UTC", "2026-06-01 14:05 UTC"],
    ["text", "someday", "someday"],
    ["timestamp", "2026-06-01T00:00:00Z", "2026-06-01"],
    ["seconds", 1_780_272_300, "2026-06-01 00:05 UTC"],
    ["milliseconds", 1_780_272_300_000, "2026-06-01 00:05 UTC"],
    ["microseconds", 1_780_272_300_000_000, "2026-06-01 00:05 UTC"],
    ["plain", 12_345.5, "12,346"],
  ] as const)("%s %s", (clock, time, words) => {
    expect(changeTimes({ clock }).words(time)).toBe(words);
  });

  it("say a day once that two of them share", () => {
    const { range } = changeTimes({ clock: "text" });
    expect(range("2026-06-01T10:00:00Z", "2026-06-01T12:00:00Z")).toBe("2026-06-01 10:00 to 12:00 UTC");
    expect(range("2026-06-01T10:00:00Z", "2026-06-02T12:00:00Z")).toBe("2026-06-01 10:00 to 2026-06-02 12:00 UTC");
    expect(range("2026-06-01T10:00:00Z", "2026-06-01T10:00:00Z")).toBe("2026-06-01 10:00 UTC");
    expect(range("2026-06-01", "2026-06-02")).toBe("2026-06-01 to 2026-06-02");
  });
});
