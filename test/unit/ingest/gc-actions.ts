import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DuckDbEngine, openDuckDb } from "../../../src/engine/duckdb.js";
import { type ActionContext, type ActionFile, writeActions } from "../../../src/ingest/gc/actions/index.js";

/** A row of `gc_planned`; what is left out is null. */
export interface PlannedObject {
  id: string;
  kind: string | null;
  action: "keep" | "transition" | "delete";
  phase?: "purge" | "quarantine" | "transition" | null;
  target_storage_class?: string | null;
  size_bytes?: number | string;
  created_at?: string | null;
  group?: string | null;
  metric?: number | null;
  is_latest?: boolean | null;
  is_delete_marker?: boolean | null;
  is_multipart_upload?: boolean | null;
}

const COLUMNS: Record<string, string> = {
  id: "VARCHAR",
  kind: "VARCHAR",
  class: "VARCHAR",
  size_bytes: "BIGINT",
  storage_class: "VARCHAR",
  created_at: "TIMESTAMP",
  last_access_at: "TIMESTAMP",
  group: "VARCHAR",
  metric: "DOUBLE",
  is_latest: "BOOLEAN",
  is_delete_marker: "BOOLEAN",
  is_multipart_upload: "BOOLEAN",
  reason: "VARCHAR",
  action: "VARCHAR",
  phase: "VARCHAR",
  target_storage_class: "VARCHAR",
  rule: "VARCHAR",
};

async function createPlanned({ run, dialect }: DuckDbEngine, objects: readonly PlannedObject[]): Promise<void> {
  const columns = Object.entries(COLUMNS).map(([name, type]) => `${dialect.ident(name)} ${type}`);
  await run(`CREATE TABLE planned (${columns.join(", ")})`);
  const cell = (value: unknown) => (value === undefined || value === null ? "NULL" : dialect.literal(String(value)));
  for (let from = 0; from < objects.length; from += 500) {
    const rows = objects.slice(from, from + 500).map((object) => {
      const row: Record<string, unknown> = { size_bytes: 1, ...object };
      return `(${Object.keys(COLUMNS).map((name) => cell(row[name]))})`;
    });
    await run(`INSERT INTO planned VALUES ${rows.join(", ")}`);
  }
  await run(
    "CREATE TABLE gc_planned AS SELECT (row_number() OVER (ORDER BY id) - 1)::INTEGER AS idx, * FROM planned ORDER BY idx",
  );
}

export type ActionOptions = Partial<Omit<ActionContext, "engine" | "reserve">>;

/** Writes the actions of a plan; gives the bytes of the files by name, and what was returned. */
export async function actionsOf(
  objects: readonly PlannedObject[],
  options: ActionOptions = {},
): Promise<{ files: Map<string, string>; listed: ActionFile[] }> {
  const folder = await mkdtemp(join(tmpdir(), "fleetlens-test-"));
  const engine = await openDuckDb({ allowedDirectories: [folder], threads: 2 });
  try {
    await createPlanned(engine, objects);
    const listed = await writeActions(engine, {
      policy: { classes: {}, grace_hours: 24, restore_drill: { fraction: 0, seed: "" } },
      asOfMs: Date.UTC(2026, 5, 1),
      snapshotAtMs: Date.UTC(2026, 5, 1),
      reserve: async (name) => {
        if (/[/\\]|^\.\.?$/.test(name)) throw new Error(`"${name}" leaves the folder`);
        return join(folder, name);
      },
      ...options,
    });
    const names = await readdir(folder);
    const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
    return { files: new Map(names.map((name, i) => [name, texts[i]])), listed };
  } finally {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** What objects need, by the ids of edges; indices are ranks by UTF-8 bytes. */
export function reachOver(objects: readonly PlannedObject[], edges: readonly (readonly [string, string])[]) {
  const bytes = (id: string) => Buffer.from(id);
  const ids = objects.map(({ id }) => id).sort((a, b) => Buffer.compare(bytes(a), bytes(b)));
  const rank = new Map(ids.map((id, idx) => [id, idx]));
  return (from: Int32Array): Uint8Array => {
    const reached = new Uint8Array(ids.length);
    const open = [...from];
    for (let idx = open.pop(); idx !== undefined; idx = open.pop()) {
      if (reached[idx]) continue;
      reached[idx] = 1;
      for (const [src, dst] of edges) if (src === ids[idx]) open.push(rank.get(dst) as number);
    }
    return reached;
  };
}
