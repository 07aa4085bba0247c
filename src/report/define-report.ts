import type { z } from "zod";
import { ReportError } from "../core/errors.js";
import { jsonPath } from "./json-path.js";
import { findJsonFault } from "./json-value.js";
import { CELL_KINDS, NOT_EMPTY, reportSchema, SCHEMA_VERSION } from "./model.js";
import type { Report, VegaLiteSpec } from "./types.js";

type Path = readonly PropertyKey[];

function refuse(path: Path, problem: string): never {
  const at = jsonPath(path);
  throw new ReportError("E_REPORT_INVALID", `${at}: ${problem}`, { path: at });
}

function at(input: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], input);
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** What would have been right, in words. */
function wanted(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_format" && issue.format === "datetime") {
    return "expected ISO 8601 in UTC such as 2020-06-01T00:00:00Z";
  }
  if (issue.code === "invalid_format" && issue.format === "regex" && issue.pattern === String(NOT_EMPTY)) {
    return "expected text that is not empty";
  }
  if (issue.code === "invalid_union") return "expected a string, a number, true, false or null";
  return issue.message.replace(/^Invalid [a-z ]+: /, "").replace(/, received .*$/, "");
}

function refuseIssue(input: unknown, issue: z.core.$ZodIssue): never {
  const kind = at(input, [...issue.path.slice(0, 2), "kind"]);
  const inCell = issue.path[0] === "cells" && (issue.path.length === 2 || issue.path.length === 3);
  if (inCell && !CELL_KINDS.includes(String(kind))) {
    refuse([...issue.path.slice(0, 2), "kind"], `got ${shown(kind)}, expected one of ${CELL_KINDS.join(", ")}`);
  }
  if (issue.code === "unrecognized_keys") {
    refuse([...issue.path, issue.keys[0]], `unknown field in schemaVersion ${SCHEMA_VERSION}; remove or rename it`);
  }
  refuse(issue.path, `got ${shown(at(input, issue.path))}, ${wanted(issue)}`);
}

/** A copy without the fields that a newer minor version added. */
function withoutUnknown(input: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
  const copy = structuredClone(input);
  for (const issue of issues) {
    if (issue.code !== "unrecognized_keys") continue;
    const holder = at(copy, issue.path) as Record<string, unknown>;
    for (const key of issue.keys) delete holder[key];
  }
  return copy;
}

/** Reads the version: 1.x is read as 1.0, any other major is refused. Returns the input as 1.0 and whether it was newer. */
function asKnownVersion(input: unknown): { input: unknown; newer: boolean } {
  const version = at(input, ["schemaVersion"]);
  if (version === SCHEMA_VERSION || typeof version !== "string") return { input, newer: false };
  if (!/^1\.\d+$/.test(version)) {
    refuse(
      ["schemaVersion"],
      `got ${shown(version)}, expected "${SCHEMA_VERSION}" (this program reads version 1 only)`,
    );
  }
  return { input: { ...(input as object), schemaVersion: SCHEMA_VERSION }, newer: true };
}

/** Finds `data: { url }` anywhere in a spec outside its rows: a report holds its data, and nothing is ever loaded. */
function findRemoteData(spec: unknown, path: PropertyKey[]): PropertyKey[] | null {
  if (typeof spec !== "object" || spec === null) return null;
  for (const [key, child] of Object.entries(spec)) {
    if (key === "values" || key === "datasets") continue;
    const here = [...path, Array.isArray(spec) ? Number(key) : key];
    if (key === "data" && typeof child === "object" && child !== null && "url" in child) return [...here, "url"];
    const found = findRemoteData(child, here);
    if (found) return found;
  }
  return null;
}

function assertCells(report: Report): void {
  const seen = new Map<string, number>();
  for (const [i, cell] of report.cells.entries()) {
    const before = seen.get(cell.id);
    if (before !== undefined) {
      refuse(["cells", i, "id"], `"${cell.id}" is also the id of cells[${before}]; ids must be unique`);
    }
    seen.set(cell.id, i);
    if (cell.kind !== "chart") continue;
    const remote = findRemoteData(cell.spec satisfies VegaLiteSpec, ["cells", i, "spec"]);
    if (remote) refuse(remote, "data from outside is refused; put the rows into data.values");
  }
}

/**
 * Checks a report and returns a plain copy of it with its fields in the model's order.
 *
 * Reads every 1.x: fields that a newer minor version added are left out.
 *
 * @throws ReportError `E_REPORT_INVALID`, whose message starts with the JSON path of the first fault
 * @example defineReport({ schemaVersion: "1.0", id: "r", title: "R", generatedAt: "2020-06-01T00:00:00Z", cells: [] })
 */
export function defineReport(input: unknown): Report {
  const fault = findJsonFault(input);
  if (fault) refuse(fault.path, `got ${fault.got}, which JSON cannot hold; use null for a missing value`);
  const known = asKnownVersion(input);
  let parsed = reportSchema.safeParse(known.input);
  if (!parsed.success && known.newer) {
    parsed = reportSchema.safeParse(withoutUnknown(known.input, parsed.error.issues));
  }
  if (!parsed.success) refuseIssue(known.input, parsed.error.issues[0]);
  assertCells(parsed.data);
  return parsed.data;
}
