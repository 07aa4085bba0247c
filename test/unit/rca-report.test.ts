import { beforeAll, describe, expect, it } from "vitest";
import { rcaCase } from "../../fixtures/rca.js";
import { fixtureRca, rcaInput } from "../../fixtures/rca-result.js";
import { figure, percent } from "../../reports/capacity-plan/words.js";
import { incidentRcaReport, notebooks } from "../../reports/index.js";
import { durationWords } from "../../reports/queues/duration.js";
import { ReportError } from "../../src/core/index.js";
import { type RcaFile, RcaFileSchema } from "../../src/incident/index.js";
import { defineReport, formatInstant, formatNumber, type Report, renderMarkdown } from "../../src/report/index.js";
import { chartsOf, figuresOf, proseOf, rowCounts, tableOf } from "./notebook-cells.js";

let result: RcaFile;
let report: Report;
let markdown: string;
beforeAll(() => {
  result = fixtureRca();
  report = incidentRcaReport(result);
  markdown = renderMarkdown(report);
});

const NUMBER = /\d[\d,]*(?:\.\d+)?(?:×10|E-?\d+)?/g;

/** Everything that a number of the result may be written as. */
function writings(value: number): string[] {
  const size = Math.abs(value);
  const share = Math.min(1, size);
  return [
    ...[figure(size), figure(Math.round(size)), formatNumber(size), formatNumber(Math.round(size)), String(value)],
    ...[formatNumber(size, "percent"), formatNumber(Math.round(1e4 * size) / 1e4, "percent"), percent(share)],
    ...[percent(size), figure(Number((100 * size).toPrecision(3))), figure(100 * size), String(Math.round(100 * size))],
    durationWords(size),
  ];
}

/** All numbers and texts of a value. */
function leaves(value: unknown): (number | string)[] {
  if (typeof value === "number" || typeof value === "string") return [value];
  if (Array.isArray(value)) return [value.length, ...value.flatMap(leaves)];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [key, ...leaves(item)]);
}

/** Instants as the document writes them: whole, without seconds, or the time of day alone. */
function instants(text: string): string[] {
  if (!/^\d{4}-\d\d-\d\dT/.test(text)) return [];
  const plain = text.replace("T", " ").replace("Z", "");
  const short = plain.replace(/:00$/, "");
  return [formatInstant(text), plain, short, short.slice(11), plain.slice(0, 10)];
}

/** Numbers of a document that the result does not hold. */
function foreignNumbers(file: RcaFile, document: string): string[] {
  const found = leaves(JSON.parse(JSON.stringify(file)));
  const texts = [...new Set(found.filter((leaf) => typeof leaf === "string"))];
  const known = new Set<string>();
  const kinds = new Map<string, number>();
  for (const { kind } of file.events) {
    const branch = kind === "flag" ? "config" : kind;
    kinds.set(branch, (kinds.get(branch) ?? 0) + 1);
  }
  for (const leaf of [...found, ...kinds.values()]) {
    if (typeof leaf === "number")
      for (const one of writings(leaf)) for (const n of one.match(NUMBER) ?? []) known.add(n);
  }
  // Names of things that happen to have digits.
  let rest = document
    .replace(/SHA-256|95th percentile/g, "")
    .replaceAll("\\", "")
    .replaceAll("&lt;", "<")
    .replace(/^\d+\. /gm, "");
  const names = [...texts, ...texts.flatMap(instants)].filter((text) => /\d/.test(text));
  for (const name of names.sort((a, b) => b.length - a.length)) {
    const literal = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    rest = rest.replace(new RegExp(`(?<![\\w.])${literal}(?![\\w])`, "g"), "");
  }
  return (rest.match(NUMBER) ?? []).filter((number) => !known.has(number));
}

/** Words that would put an incident on someone. */
const BLAME =
  /\b(blam(?!eless)\w*|fault(?!s? line)\w*|guilt\w*|careless\w*|negligen\w*|incompeten\w*|sloppy|stupid|mistake\w*|human error|operator error|should have known|failed to|forgot\w*|culprit\w*|offend\w*|responsible for)\b/i;

describe("an analysis of an incident as a document", () => {
  it("is a valid report of a valid result, dated with the KPI's last row", () => {
    expect(RcaFileSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(JSON.parse(JSON.stringify(result)));
    expect(defineReport(report)).toEqual(report);
    expect(report.generatedAt).toBe(result.kpi.to);
    expect(report.id).toBe("rca");
  });

  it("is the same for the same result, and leaves it as it was", () => {
    const before = JSON.stringify(result);
    expect(JSON.stringify(incidentRcaReport(structuredClone(result)))).toBe(JSON.stringify(report));
    expect(JSON.stringify(result)).toBe(before);
  });

  it("has every section in order, each opening with a sentence", () => {
    const heads = [
      ...["summary", "severity", "timeline", "causes", "slices", "blast", "probes", "calibration", "replay"],
      ...["gaps", "class", "whys", "fishbone", "capa", "method"],
    ];
    for (const id of heads) expect(proseOf(report, id)).toMatch(/^# [A-Z][^\n]+\n\n\S[^\n]+[.:]$/);
    const order = heads.map((id) => report.cells.findIndex((cell) => cell.id === id));
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it("tells when, what, where and how much", () => {
    const { firstBad, events, slices, blastRadius } = result;
    const when = `${firstBad?.time.slice(0, 10)} ${firstBad?.time.slice(11, 16)} UTC`;
    expect(proseOf(report, "summary")).toContain(`The KPI rose at ${when}`);
    expect(proseOf(report, "summary-words")).toContain(`${events[0].target} (${events[0].eventId})`);
    for (const [dimension, value] of Object.entries(slices[0].where)) {
      expect(proseOf(report, "slices")).toContain(`${dimension}=${value}`);
    }
    const tiles = figuresOf(report, "summary-figures").items;
    expect(tiles[0].value).toBe(result.severity?.level);
    expect(tiles[2].value).toBe(Math.round(blastRadius.excessBad));
    expect(tableOf(report, "causes-events").rows.map((row) => row["event"])).toEqual(
      events.map(({ eventId }) => eventId),
    );
    const times = tableOf(report, "timeline-table").rows.map((row) => String(row["time"]));
    expect(times).toEqual([...times].sort());
    expect(proseOf(report, "replay")).toContain("fixed");
  });

  it("has owners and dates to fill in, five whys and a fishbone", () => {
    const capa = tableOf(report, "capa-table");
    expect(capa.columns.map(({ name }) => name)).toEqual(["type", "action", "owner", "due"]);
    expect(new Set(capa.rows.map(({ owner, due }) => `${owner}, ${due}`))).toEqual(new Set(["to be named, to be set"]));
    expect(capa.rows.map(({ type }) => type)).toEqual(
      expect.arrayContaining(["corrective", "preventive", "detection"]),
    );
    expect(proseOf(report, "whys-list").match(/^\d\. \*\*Why|^\d\. \*\*W/gm)).toHaveLength(5);
    expect(tableOf(report, "fishbone-table").rows).toHaveLength(6);
  });

  it("gives every chart a title and an alternative text, and few points", () => {
    const alts = chartsOf(report).map(({ alt }) => alt);
    expect(new Set(alts).size).toBe(alts.length);
    expect(chartsOf(report).map(({ id }) => id)).toEqual(
      expect.arrayContaining(["kpi", "causes-posterior", "blast-1", "calibration-curve"]),
    );
    for (const { alt, spec } of chartsOf(report)) {
      expect(alt).toMatch(/\d/);
      expect(String(spec["title"])).toMatch(/^[A-Za-z]/);
      expect(Math.max(...rowCounts(spec))).toBeLessThanOrEqual(5000);
    }
  });

  it("refuses what is no result, with the place", () => {
    expect(() => notebooks["rca"]({ ...result, rootCauseClass: "people" })).toThrow(ReportError);
    expect(notebooks["rca"](JSON.parse(JSON.stringify(result)))).toEqual(report);
  });
});

describe("every number of the document stands in the result", () => {
  it("finds a number that does not", () => {
    expect(foreignNumbers(result, markdown)).toEqual([]);
    expect(foreignNumbers(result, `${markdown}\n\nIt cost 123,456 USD in 77.7 h.`)).toEqual(["123,456", "77.7"]);
  });

  it.each([
    ["a shift of traffic", { seed: 3, case: { root: "mix" as const } }],
    ["a ramp", { seed: 4, case: { incident: "ramp" as const, recovers: false } }],
    ["a success rate", { seed: 6, case: { kpi: "successes" as const } }],
    ["an unlisted cause", { seed: 8, case: { listed: false } }],
    ["three dimensions", { seed: 9, case: { rootDimensions: 3 as const } }],
    ["no incident", { seed: 2, case: { incident: "none" as const } }],
  ])("for %s", (_what, change) => {
    const file = fixtureRca(change);
    const made = incidentRcaReport(file);
    expect(defineReport(made)).toEqual(made);
    expect(RcaFileSchema.safeParse(JSON.parse(JSON.stringify(file))).error).toBeUndefined();
    expect(foreignNumbers(file, renderMarkdown(made))).toEqual([]);
    expect(renderMarkdown(made)).not.toMatch(BLAME);
  });

  it("for an amount without requests, slices, samples and replay, of which it says what is missing", () => {
    const { kpi } = rcaCase(1, { kpi: "latency", incident: "step", effect: 8 });
    const input = {
      kpi: { times: kpi.times, values: kpi.values },
      slices: undefined,
      samples: undefined,
      replay: undefined,
    };
    const file = fixtureRca({ input, options: { costPerBad: undefined, sloTarget: undefined } });
    const made = incidentRcaReport(file);
    expect(file).toMatchObject({
      sliceVerdict: null,
      probes: null,
      replay: null,
      slices: [],
      blastRadius: { cost: null },
    });
    expect(foreignNumbers(file, renderMarkdown(made))).toEqual([]);
    expect(proseOf(made, "gaps-words")).toMatch(/No slices were given[\s\S]*No labelled samples[\s\S]*No replay/);
    expect(made.cells.some(({ id }) => ["slices", "probes", "replay", "blast-1"].includes(id))).toBe(false);
  });
});

describe("blameless wording", () => {
  it("has no word of blame in any class of causes", () => {
    expect(markdown).not.toMatch(BLAME);
    for (const rootCauseClass of ["code", "model", "config", "data", "infra", "map", "unknown"] as const) {
      expect(renderMarkdown(incidentRcaReport({ ...result, rootCauseClass }))).not.toMatch(BLAME);
    }
    expect("Bob forgot the flag").toMatch(BLAME);
    expect("a blameless review").not.toMatch(BLAME);
  });

  it("leaves what the log says of people out of the document", () => {
    const { events } = rcaInput(rcaCase(1, {}));
    const named = result.events.map((event) => ({
      ...event,
      description: "pushed by Alice Example, who forgot the tests",
    }));
    expect(events.length).toBeGreaterThan(0);
    const told = renderMarkdown(incidentRcaReport({ ...result, events: named }));
    expect(told).not.toMatch(/Alice|forgot/);
    expect(told).toBe(markdown);
  });
});

describe("a log of changes that came too late", () => {
  it("has no event that fits best", () => {
    const events = result.events.map((event) => ({ ...event, posterior: 0 }));
    const text = renderMarkdown(incidentRcaReport({ ...result, events, noListedEventPosterior: 1 }));
    expect(text).toContain("No listed event can have set it off");
    expect(text).not.toContain("fits best");
  });
});

describe("a quiet KPI", () => {
  it("is said in a sentence, without sections that would speak of an incident", () => {
    const file = fixtureRca({ seed: 2, case: { incident: "none" }, input: { replay: undefined } });
    const made = incidentRcaReport(file);
    expect(file).toMatchObject({
      firstBad: null,
      recovered: null,
      events: [],
      noListedEventPosterior: 1,
      severity: null,
    });
    expect(proseOf(made, "summary")).toContain("No incident: from 2026-03-02 00:00 UTC");
    expect(made.cells.map(({ id }) => id)).toEqual(["summary", "kpi", "method", "method-notes"]);
  });

  it("without a row is no incident either", () => {
    const kpi = { times: new Float64Array(0), values: new Float64Array(0) };
    const file = fixtureRca({ input: { kpi, replay: undefined } });
    const made = incidentRcaReport(file);
    expect(defineReport(made)).toEqual(made);
    expect(proseOf(made, "summary")).toContain("The KPI has no rows");
  });
});
