import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { VERSION } from "../../../src/index.js";
import { fileNameParts } from "../../../src/ingest/gc/actions/file-names.js";
import { WandbKeepSchema } from "../../../src/ingest/gc/actions/index.js";
import { drawThreshold } from "../../../src/ingest/gc/actions/restore-drill.js";
import { actionsOf, type PlannedObject, reachOver } from "./gc-actions.js";

const GOLDEN = resolve(import.meta.dirname, "../../golden/gc-actions");

async function golden() {
  const plan = JSON.parse(await readFile(join(GOLDEN, "planned.json"), "utf8"));
  const names = await readdir(join(GOLDEN, "expected"));
  const text = async (name: string) =>
    (await readFile(join(GOLDEN, "expected", name), "utf8")).replace('"VERSION"', `"${VERSION}"`);
  const expected = new Map(await Promise.all(names.map(async (name) => [name, await text(name)] as const)));
  return { plan, expected };
}

const deleted = (id: string, kind: string, more: Partial<PlannedObject> = {}): PlannedObject => ({
  id,
  kind,
  action: "delete",
  phase: "quarantine",
  ...more,
});

describe("writeActions", () => {
  it("gives the golden files of every backend, byte for byte, whatever the names", async () => {
    const { plan, expected } = await golden();
    const { files, listed } = await actionsOf(plan.objects, {
      policy: plan.policy,
      reach: reachOver(plan.objects, plan.edges),
    });
    expect([...files.keys()].sort()).toEqual([...expected.keys()].sort());
    for (const [name, text] of expected) expect(files.get(name), name).toBe(text);
    expect(listed.map(({ name }) => name).sort()).toEqual([...expected.keys()].sort());
    expect(WandbKeepSchema.parse(JSON.parse(files.get("wandb_keep.json") as string)).delete).toHaveLength(4);
  });

  it("gives the same bytes for the rows in another order", async () => {
    const { plan } = await golden();
    const { files } = await actionsOf(plan.objects);
    const { files: turned } = await actionsOf([...plan.objects].reverse());
    expect(turned).toEqual(files);
  });

  it("gives empty but valid files without candidates", async () => {
    const kept: PlannedObject[] = [
      { id: "s3://b/k", kind: "dataset", action: "keep" },
      { id: "s3://lake/db/t#snapshot=1", kind: "iceberg_snapshot", action: "keep" },
    ];
    for (const objects of [[], kept]) {
      const { files, listed } = await actionsOf(objects);
      const { "wandb_keep.json": keep, "opensearch_ism.json": ism, ...rest } = Object.fromEntries(files);
      expect(rest).toEqual({
        "logs_purge.csv": "id,created_at,size_bytes,phase\n",
        "opensearch_steps.jsonl": "",
        "restore_drill.csv": "id\n",
        "s3_abort_multipart.csv": "",
        "s3_batch_delete.csv": "",
        "wandb_summary_export.csv": "entity,project,run,group,metric,created_at,size_bytes,phase\n",
      });
      expect(JSON.parse(keep)).toMatchObject({ schema: "fleetlens.wandb-keep/1", keep: [], delete: [] });
      expect(JSON.parse(ism).policy.default_state).toBe("shrink");
      expect(listed.filter(({ rows }) => rows > 0)).toEqual([{ name: "opensearch_ism.json", rows: 1 }]);
    }
  });

  it("puts versions into the one manifest when every object has one", async () => {
    const { files } = await actionsOf([
      deleted("s3://b/x y?versionId=1", "s3_object"),
      deleted("s3://b/z?versionId=null", "d"),
    ]);
    expect(files.get("s3_batch_delete.csv")).toBe("b,x%20y,1\nb,z,null\n");
    expect(files.has("s3_versioned_batch_delete.csv")).toBe(false);
  });

  it("never puts a kept object or one of another phase into a file of deletes", async () => {
    const { plan, expected } = await golden();
    const { files } = await actionsOf(plan.objects);
    const manifest = files.get("s3_batch_delete.csv") as string;
    expect(manifest).toBe(expected.get("s3_batch_delete.csv"));
    expect(manifest).not.toMatch(/^(kept|gdpr|cold),/m);
  });
});

describe("an Iceberg table", () => {
  const T = "s3://lake/db/t";
  const snapshot = (id: number, action: "keep" | "delete", created_at: string | null): PlannedObject => ({
    id: `${T}#snapshot=${id}`,
    kind: "iceberg_snapshot",
    action,
    phase: action === "delete" ? "quarantine" : null,
    created_at,
    group: "t",
  });
  const held: PlannedObject = { id: `${T}/data/1`, kind: "iceberg_data", action: "keep", group: "t" };
  const sqlOf = async (objects: PlannedObject[], edges?: [string, string][]) =>
    (await actionsOf(objects, edges && { reach: reachOver(objects, edges) })).files.get("iceberg_db.t.sql") as string;

  it("expires only by age what is older than every snapshot that stays", async () => {
    const sql = await sqlOf([snapshot(1, "delete", "2026-01-01"), snapshot(2, "keep", "2026-01-02")]);
    expect(sql).toContain("older_than => TIMESTAMP '2026-01-02 00:00:00.000Z',\n  retain_last => 1\n)");
    expect(sql).not.toContain("snapshot_ids");
  });

  it("names the snapshots that age does not tell apart, all of them when a kept one has no time", async () => {
    const tagged = [
      snapshot(1, "keep", "2026-01-01"),
      snapshot(2, "delete", "2026-01-02"),
      snapshot(3, "delete", null),
    ];
    expect(await sqlOf(tagged)).toContain("snapshot_ids => ARRAY(2L, 3L)");
    const undated = await sqlOf([
      snapshot(1, "keep", null),
      snapshot(2, "keep", "2026-01-02"),
      snapshot(3, "delete", "2026-01-01"),
    ]);
    expect(undated).toContain(
      "older_than => TIMESTAMP '1970-01-01 00:00:00.000Z',\n  retain_last => 2,\n  snapshot_ids => ARRAY(3L)",
    );
  });

  it("is held back when a file is kept that no kept snapshot needs, or none is known to", async () => {
    const objects = [snapshot(1, "delete", "2026-01-01"), snapshot(2, "keep", "2026-01-02"), held];
    const active = /^CALL/m;
    expect(await sqlOf(objects, [[`${T}#snapshot=2`, held.id]])).toMatch(active);
    for (const sql of [await sqlOf(objects, [[`${T}#snapshot=1`, held.id]]), await sqlOf(objects)]) {
      expect(sql).not.toMatch(active);
      expect(sql).toMatch(/^(--.*\n)+$/);
    }
  });

  it("is held back when no snapshot tells it from another of its name", async () => {
    const table = deleted(T, "iceberg_table", { group: "t" });
    const odd = deleted(`${T}#snapshot=main`, "iceberg_snapshot", { group: "t" });
    for (const objects of [[table], [table, odd]]) {
      const sql = await sqlOf(objects, []);
      expect(sql).toMatch(/^(--.*\n)+$/);
      expect(sql).toContain("tells this table from another");
    }
  });

  it("is told from another of the same last folder by where its files lie", async () => {
    const U = "s3://lake/other/t";
    const objects = [
      snapshot(1, "delete", "2026-01-01"),
      { ...snapshot(1, "delete", "2026-01-01"), id: `${U}#snapshot=1` },
      deleted(`${U}/data/1`, "iceberg_data", { group: "t" }),
      deleted("s3://elsewhere/data/1", "iceberg_data", { group: "t" }),
    ];
    const { files } = await actionsOf(objects);
    expect(files.get("iceberg_db.t.csv")).toBe(`id,kind,phase\n"${T}#snapshot=1",iceberg_snapshot,quarantine\n`);
    expect(files.get("iceberg_other.t.csv")).toContain(`${U}/data/1,iceberg_data,quarantine\n`);
    expect(files.get("other.csv")).toBe("id,action,phase\ns3://elsewhere/data/1,delete,quarantine\n");
  });
});

describe("fileNameParts", () => {
  it("tells apart names that differ in capitals only or are long, and leaves no folder", () => {
    const long = "é".repeat(100);
    const parts = fileNameParts(
      new Map([
        ["1", "a"],
        ["2", "A"],
        ["3", "b/.."],
        ["4", long],
        ["5", `${long}x`],
        ["6", "~"],
      ]),
    );
    expect(parts.get("3")).toBe("b%2F..");
    expect(parts.get("6")).toBe("%7E");
    expect(parts.get("1")).toMatch(/^a~[0-9a-f]{32}$/);
    const all = [...parts.values()];
    expect(new Set(all.map((part) => part.toLowerCase())).size).toBe(6);
    expect(all.filter((part) => /[/\\\s]/.test(part) || part.length > 200)).toEqual([]);
  });
});

describe("the restore drill", () => {
  it("draws by an exact threshold", () => {
    expect(drawThreshold(0)).toBe("0".repeat(16));
    expect(drawThreshold(0.5)).toBe("8000000000000000");
    expect(drawThreshold(1) > "f".repeat(16)).toBe(true);
    // The largest double below 1, and one so small that only zero is below.
    expect(drawThreshold(1 - 2 ** -53)).toBe("fffffffffffff800");
    expect(drawThreshold(2 ** -80)).toBe("0000000000000001");
    expect(drawThreshold(0.1)).toBe("1999999999999a00");
  });

  it("draws none of fraction 0, all of fraction 1, in the order of ids by bytes", async () => {
    const ids = ["s3://b/é", "s3://b/z", "s3://b/\u{1f600}", "s3://b/\uffff", "s3://b/Z"];
    const objects = ids.map(
      (id): PlannedObject => ({ id, kind: "d", action: "transition", phase: "transition", target_storage_class: "G" }),
    );
    const draw = async (fraction: number) =>
      (
        await actionsOf(objects, { policy: { classes: {}, grace_hours: 0, restore_drill: { fraction, seed: "s" } } })
      ).files.get("restore_drill.csv");
    expect(await draw(0)).toBe("id\n");
    expect(await draw(1)).toBe("id\ns3://b/Z\ns3://b/z\ns3://b/é\ns3://b/\uffff\ns3://b/\u{1f600}\n");
  });
});
