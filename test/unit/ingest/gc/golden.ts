import { cp, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { InputError } from "../../../../src/core/errors.js";
import { ingestLineage, type LineageSource } from "../../../../src/ingest/gc/ingest-lineage.js";
import { readBack } from "../files.js";

/** Golden inputs with the graphs that their makers say they hold. */
export const GOLDEN = resolve(import.meta.dirname, "../../../golden/gc-ingest");

/** Time of every file of a copied input, epoch ms: a checkout keeps none. */
export const COPIED_AT = Date.UTC(2026, 5, 1);

/** Copies a golden input, so that a test may spoil it. */
export async function copyInput(source: string, to: string): Promise<string> {
  await cp(join(GOLDEN, source, "in"), to, { recursive: true });
  for (const entry of await readdir(to, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) await utimes(join(entry.parentPath, entry.name), COPIED_AT / 1000, COPIED_AT / 1000);
  }
  return to;
}

type Row = Record<string, string | number | bigint | null>;

/** A row of objects without what is null: sizes as numbers, times as epoch ms. */
function plain(row: Row): Record<string, unknown> {
  const times = ["created_at", "last_access_at", "storage_class_since", "inventory_at"];
  const value = (name: string, cell: Row[string]) => {
    if (times.includes(name)) return Number(cell) / 1000;
    if (name.startsWith("is_")) return Boolean(Number(cell));
    return typeof cell === "bigint" ? Number(cell) : cell;
  };
  const there = Object.entries(row).filter(([, cell]) => cell !== null);
  return Object.fromEntries(there.map(([name, cell]) => [name, value(name, cell)]));
}

export interface Graph {
  objects: Record<string, unknown>[];
  edges: [string, string, string][];
  warnings: string[];
}

/** Ingests an export and reads both tables back. */
export async function ingest(
  source: LineageSource,
  input: string,
  out: string,
  options: { onto?: string; metric?: string } = {},
): Promise<Graph> {
  const { warnings } = await ingestLineage(source, input, { out, ...options });
  const objects = (await readBack(join(out, "objects.parquet"))) as Row[];
  const edges = (await readBack(join(out, "edges.parquet"))) as Row[];
  return {
    objects: objects.map(plain),
    edges: edges.map(({ src, dst, rel }) => [src, dst, rel] as [string, string, string]),
    warnings,
  };
}

/** The graph that a golden file tells, in the same words: an unknown storage class need not be told. */
export async function goldenGraph(source: string): Promise<Pick<Graph, "objects" | "edges">> {
  const { objects, edges } = JSON.parse(await readFile(join(GOLDEN, source, "golden.json"), "utf8"));
  return {
    objects: objects.map((row: Row) => plain({ storage_class: "UNKNOWN", ...row, ...timesInMicros(row) })),
    edges,
  };
}

function timesInMicros(row: Row): Row {
  const there = Object.entries(row).filter(([name, cell]) => /_at$|_since$/.test(name) && cell !== null);
  return Object.fromEntries(there.map(([name, cell]) => [name, Number(cell) * 1000]));
}

/** Message of the error that an export is refused with; nothing may be left of the attempt. */
export async function refusal(
  source: LineageSource,
  input: string,
  out: string,
  options: { onto?: string; metric?: string } = {},
): Promise<string> {
  const error = await ingestLineage(source, input, { out, ...options }).catch((thrown: unknown) => thrown);
  if (!(error instanceof InputError)) throw new Error(`not refused as bad input: ${String(error)}`, { cause: error });
  expect(await readdir(out).catch(() => [])).toEqual([]);
  return error.message;
}

/** Changes a text file. */
export async function edit(path: string, change: (text: string) => string): Promise<void> {
  const text = await readFile(path, "utf8");
  const changed = change(text);
  expect(changed).not.toBe(text);
  await writeFile(path, changed);
}

/** Cuts the end off a file. */
export async function cut(path: string, bytes: number): Promise<void> {
  await writeFile(path, (await readFile(path)).subarray(0, -bytes));
}

/** Path of the one file below a folder whose path ends as the pattern says. */
export async function only(folder: string, pattern: RegExp): Promise<string> {
  const found = (await readdir(folder, { recursive: true })).filter((name) => pattern.test(name)).sort();
  expect(found.length, `${pattern} in ${folder}`).toBeGreaterThan(0);
  return join(folder, found[0]);
}

/** A test of a spoilt golden input: what is spoilt, how, and what the error says. */
export type Spoilt = [what: string, spoil: (input: string) => Promise<void>, message: RegExp];

/** Copies a golden input for each case, spoils it and checks that it is refused. */
export function itRefuses(source: LineageSource, at: (name: string) => string, cases: readonly Spoilt[]): void {
  it.each(cases)("%s", async (what, spoil, message) => {
    const name = what.replaceAll(/\W/g, "-");
    const input = await copyInput(source, at(name));
    await spoil(input);
    expect(await refusal(source, input, at(`${name}-out`))).toMatch(message);
  });
}
