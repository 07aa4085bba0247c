// Inputs of `gc plan` as files in a folder of their own, and what stands in the folder of a plan.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { FleetlensError } from "../../../../src/core/errors.js";
import { type PlannedGc, type PlanOptions, planGc } from "../../../../src/ingest/gc/plan/index.js";
import { readBack } from "../files.js";

export const AS_OF = Date.UTC(2026, 5, 1);
/** Old enough for every class of {@link POLICY}. */
export const OLD = "2025-01-01T00:00:00Z";

type Cell = string | number | boolean | null | undefined;
export type Row = Record<string, Cell>;

export const POLICY = `schema_version: 1
classes:
  Bronze: {horizon_days: 30, access_days: 14, on_expire: delete}
  Silver: {horizon_days: 90, on_expire: transition, transition_to: GLACIER}
  Gold: {horizon_days: 1, on_expire: keep}
storage_classes:
  STANDARD: {usd_per_gb_month: 0.023}
  GLACIER: {usd_per_gb_month: 0.0036, min_days: 90, overhead_bytes: 32768, overhead_standard_bytes: 8192}
`;

/** A row of objects that may go, unless told otherwise. */
export const object = (id: string, more: Row = {}): Row => ({
  ...{ id, kind: "file", class: "Bronze", size_bytes: 100, storage_class: "STANDARD", created_at: OLD },
  ...{ last_access_at: null, ...more },
});

/** CSV with all columns of any row. */
export function csv(rows: readonly Row[], columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]): string {
  const cell = (value: Cell) => {
    const text = value === null || value === undefined ? "" : String(value);
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [columns, ...rows.map((row) => columns.map((name) => row[name]))]
    .map((cells) => `${cells.map(cell).join(",")}\n`)
    .join("");
}

export const SELECTOR_COLUMNS = {
  protections: ["id", "prefix", "type", "name", "expires_at"],
  holds: ["hold_id", "id", "prefix", "issued_at", "released_at"],
  erasures: ["request_id", "id", "prefix", "requested_at", "completed_at"],
} as const;

/** Tables of a case: rows become CSV, text is written as it stands, under a name of its own if one is given. */
export interface Case {
  objects: readonly Row[] | string;
  edges?: readonly (readonly [src: string, dst: string, rel?: string])[] | string;
  policy?: string;
  protections?: readonly Row[] | { file: string; text: string };
  holds?: readonly Row[] | { file: string; text: string };
  erasures?: readonly Row[] | { file: string; text: string };
}

/** Writes the inputs into a folder; gives the options of a plan from them into its folder `plan`. */
export async function writeCase(folder: string, given: Case, more: Partial<PlanOptions> = {}): Promise<PlanOptions> {
  await mkdir(folder, { recursive: true });
  const put = async (name: string, text: string) => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  const { objects, edges = [], policy = POLICY } = given;
  const edgeText =
    typeof edges === "string"
      ? edges
      : csv(
          edges.map(([src, dst, rel]) => ({ src, dst, rel })),
          ["src", "dst", "rel"],
        );
  const options: PlanOptions = {
    objects: await put("objects.csv", typeof objects === "string" ? objects : csv(objects)),
    edges: await put("edges.csv", edgeText),
    policy: await put("policy.yaml", policy),
    out: join(folder, "plan"),
    asOfMs: AS_OF,
    allowNoEdges: edges.length === 0,
    threads: 2,
  };
  for (const kind of ["protections", "holds", "erasures"] as const) {
    const rows = given[kind];
    if (rows === undefined) continue;
    options[kind] =
      "file" in rows
        ? await put(rows.file, rows.text)
        : await put(`${kind}.csv`, csv(rows as readonly Row[], [...SELECTOR_COLUMNS[kind]]));
  }
  return { ...options, ...more };
}

export interface Files {
  candidates: Record<string, string | number | null>[];
  kept: Record<string, string | number | null>[];
  roots: Record<string, string | number | null>[];
  integrity: {
    dangling: { src: string; dst: string }[];
    dangling_count: number;
    unlisted_src_count: number;
    tainted: string[];
    kept_to_deleted: unknown[];
    self_check: string;
  };
}

export async function filesOf(plan: string): Promise<Files> {
  const table = async (name: string) => {
    const rows = await readBack(join(plan, `${name}.parquet`));
    const plain = ([key, cell]: [string, (typeof rows)[number][string]]) => [
      key,
      typeof cell === "bigint" ? Number(cell) : cell,
    ];
    return rows.map((row) => Object.fromEntries(Object.entries(row).map(plain)) as Files["kept"][number]);
  };
  const [candidates, kept, roots] = await Promise.all(["candidates", "kept", "roots"].map(table));
  return { candidates, kept, roots, integrity: JSON.parse(await readFile(join(plan, "integrity.json"), "utf8")) };
}

/** Plans a case; ids by what happens to them, and all files. */
export async function planCase(folder: string, given: Case, more: Partial<PlanOptions> = {}) {
  const options = await writeCase(folder, given, more);
  const planned: PlannedGc = await planGc(options);
  const files = await filesOf(options.out);
  const reasons = Object.fromEntries([...files.candidates, ...files.kept].map(({ id, reason }) => [id, reason]));
  return { options, ...planned, ...files, reasons, gone: files.candidates.map(({ id }) => id) };
}

export const sha256 = (content: string | Uint8Array): string => createHash("sha256").update(content).digest("hex");

/** The digest of a plan as the contract has it. */
export function digestOf(candidates: Files["candidates"]): string {
  const rows = [...candidates].sort((a, b) =>
    Buffer.compare(Buffer.from(String(a["id"])), Buffer.from(String(b["id"]))),
  );
  return sha256(rows.map((row) => `${row["id"]}\t${row["action"]}\t${row["phase"]}\t${row["size_bytes"]}\n`).join(""));
}

/** SHA-256 of the files of a plan that hold rows. */
export async function hashes(plan: string): Promise<Record<string, string>> {
  const names = ["candidates.parquet", "kept.parquet", "roots.parquet", "integrity.json"];
  const entries = names.map(async (name) => [name, sha256(await readFile(join(plan, name)))] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** Plans what must be refused: the text of the refusal, after a look at the folder. */
export async function refusal(options: PlanOptions): Promise<string> {
  const stood = existsSync(join(options.out, "report.json"));
  const error = await planGc(options).then(
    () => expect.fail("was not refused"),
    (caught: unknown) => caught,
  );
  if (!(error instanceof FleetlensError)) throw error;
  expect(["E_INPUT", "E_POLICY"]).toContain(error.code);
  const written = JSON.parse(await readFile(join(options.out, "error.json"), "utf8"));
  expect(written).toMatchObject({ schema: "fleetlens.gc-error/1", code: error.code, message: error.message });
  if (!stood) expect(await readdir(options.out)).toEqual(["error.json"]);
  return error.message;
}
