import { appendFile, cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../../../../src/core/random.js";
import {
  explainGc,
  type PlanOptions,
  planGc,
  reconcileGc,
  verifyGc,
  whatIfGc,
} from "../../../../src/ingest/gc/plan/index.js";
import { copyTo, temporaryFolder } from "../files.js";
import { AS_OF, type Case, filesOf, object, POLICY, type Row, sha256, writeCase } from "./plan-case.js";

const at = temporaryFolder();
let cases = 0;

const KEEP = "keep";
const base = {
  objects: [
    object(KEEP),
    ...["a", "b", "c", "d"].map((id) => object(id)),
    object("moves", { class: "Silver", size_bytes: 2 ** 40 }),
  ],
  edges: [
    ["a", "b"],
    ["b", "c"],
  ] as (readonly [string, string])[],
  protections: [{ id: KEEP, type: "custom", name: "p" }] as Row[],
  erasures: [{ request_id: "E", id: "d" }] as Row[],
} satisfies Case;

let planned: PlanOptions;
beforeAll(async () => {
  planned = await writeCase(at("base"), base);
  await planGc(planned);
});

/** Verifies the plan of the base case against changed inputs. */
async function verified(change: Partial<Case>, more: Partial<PlanOptions> = {}) {
  const options = await writeCase(at(`fresh-${cases++}`), { ...base, ...change });
  return verifyGc({ ...options, ...more, plan: planned.out });
}
const changed = (id: string, more: Row) => base.objects.map((row) => (row["id"] === id ? { ...row, ...more } : row));

describe("verify", () => {
  it("accepts a plan whose inputs are as they were", async () => {
    const { plan_digest } = JSON.parse(await readFile(join(planned.out, "report.json"), "utf8"));
    expect(await verified({})).toEqual({ ok: true, plan_digest, revoked: [], problems: [] });
  });

  it("accepts what became a candidate since, and does not add it", async () => {
    const found = await verified({ objects: [...base.objects, object("new")] });
    expect([found.ok, found.revoked]).toEqual([true, []]);
  });

  it("revokes all that a new edge from a kept object leads to", async () => {
    const { ok, revoked } = await verified({ edges: [...base.edges, [KEEP, "a"]] });
    expect([ok, revoked]).toEqual([false, ["a", "b", "c"].map((id) => ({ id, reason: "reachable" }))]);
  });

  it("revokes what was used, held, protected or excepted since", async () => {
    const used = await verified({ objects: changed("a", { last_access_at: "2026-05-30T00:00:00Z" }) });
    expect(used.revoked).toEqual([
      { id: "a", reason: "recent_access" },
      { id: "b", reason: "referenced" },
      { id: "c", reason: "referenced" },
    ]);
    const held = await verified({ holds: [{ hold_id: "H", prefix: "b" }] });
    expect(held.revoked).toEqual([
      { id: "b", reason: "legal_hold" },
      { id: "c", reason: "reachable" },
    ]);
    const guarded = await verified({ protections: [...base.protections, { id: "moves", type: "custom", name: "q" }] });
    expect(guarded.revoked).toEqual([{ id: "moves", reason: "protected" }]);
    const excepted = await verified({ policy: `${POLICY}exceptions: [{id: c}]\n` });
    expect(excepted.revoked).toEqual([{ id: "c", reason: "exception" }]);
  });

  it("revokes what is gone, of another class, made anew or older than the time it is judged at", async () => {
    expect((await verified({ objects: base.objects.filter(({ id }) => id !== "c") })).revoked).toEqual([
      { id: "c", reason: "gone" },
    ]);
    expect((await verified({ objects: changed("c", { class: null }) })).revoked).toEqual([
      { id: "c", reason: "unknown" },
    ]);
    expect((await verified({ objects: changed("c", { created_at: "2026-05-31T12:00:00Z" }) })).revoked).toEqual([
      { id: "c", reason: "grace" },
    ]);
    const early = await verified({}, { asOfMs: Date.UTC(2025, 0, 20) });
    expect(early.revoked.map(({ reason }) => reason)).toEqual(["young", "young", "young", "young"]);
  });

  it("revokes a purge that is a mere deletion now, and not the other way round", async () => {
    const done = await verified({ erasures: [{ request_id: "E", id: "d", completed_at: "2026-05-31T00:00:00Z" }] });
    expect(done.revoked).toEqual([{ id: "d", reason: "now_quarantine" }]);
    expect((await verified({ erasures: [...base.erasures, { request_id: "F", id: "a" }] })).revoked).toEqual([]);
  });

  it("revokes a move whose target changed, or that became a deletion", async () => {
    const to = (target: string) =>
      `${POLICY.replace("transition_to: GLACIER", `transition_to: ${target}`)}  ICE: {usd_per_gb_month: 0.001}\n`;
    expect((await verified({ policy: to("ICE") })).revoked).toEqual([{ id: "moves", reason: "now_transition" }]);
    const deletes = POLICY.replace("on_expire: transition, transition_to: GLACIER", "on_expire: delete");
    expect((await verified({ policy: deletes })).revoked).toEqual([{ id: "moves", reason: "now_delete" }]);
    const moves = POLICY.replace("access_days: 14, on_expire: delete", "on_expire: transition, transition_to: GLACIER");
    expect((await verified({ policy: moves, objects: changed("a", { size_bytes: 2 ** 40 }) })).revoked).toContainEqual({
      id: "a",
      reason: "now_transition",
    });
    expect((await verified({ policy: moves })).revoked).toContainEqual({ id: "b", reason: "uneconomic" });
  });

  it("refuses inputs that a plan would refuse, and leaves the plan alone", async () => {
    await expect(verified({ protections: [{ id: "x", type: "custom", name: "p" }] })).rejects.toThrow(
      /none of its 1 rows/,
    );
    await expect(verified({ edges: [] }, { allowNoEdges: false })).rejects.toThrow(/no edges/);
    expect((await verified({})).ok).toBe(true);
  });

  it("refuses a folder without a plan, and one whose fuse has blown", async () => {
    const options = await writeCase(at(`fresh-${cases++}`), {
      ...base,
      policy: `${POLICY}limits: {max_delete_bytes: 0}\n`,
    });
    await expect(verifyGc({ ...options, plan: at("nowhere") })).rejects.toThrow(/no folder/);
    await expect(verifyGc({ ...options, plan: at("base") })).rejects.toThrow(/no report\.json, so no whole plan/);
    await planGc(options);
    await expect(verifyGc({ ...options, plan: options.out })).rejects.toThrow(/exceeded a limit of its policy/);
    await expect(reconcileGc({ ...options, plan: options.out })).rejects.toThrow(/exceeded a limit/);
  });
});

describe("a plan that was tampered with is never ok", () => {
  let copies = 0;
  async function tampered(change: (folder: string) => Promise<unknown>) {
    const plan = at(`copy-${copies++}`);
    await cp(planned.out, plan, { recursive: true });
    await change(plan);
    return { plan, verify: () => verifyGc({ ...planned, plan }) };
  }
  const report =
    (edit: (report: Record<string, unknown> & { files: { path: string; sha256: string }[] }) => void) =>
    (folder: string) =>
      readFile(join(folder, "report.json"), "utf8").then((text) => {
        const value = JSON.parse(text);
        edit(value);
        return writeFile(join(folder, "report.json"), JSON.stringify(value));
      });

  it.each([
    "candidates.parquet",
    "kept.parquet",
    "roots.parquet",
    "integrity.json",
    "actions/s3_batch_delete.csv",
    "actions/restore_drill.csv",
  ])("when %s has another byte or is missing", async (name) => {
    const longer = await tampered((folder) => appendFile(join(folder, name), "\n"));
    expect(await longer.verify()).toMatchObject({
      ok: false,
      revoked: [],
      problems: [`${name} was changed after the plan was made`],
    });
    const missing = await tampered((folder) => rm(join(folder, name)));
    expect(await missing.verify()).toMatchObject({ ok: false, problems: [`${name} is missing`] });
    for (const read of [
      () => explainGc(missing.plan, "a"),
      () => whatIfGc({ plan: missing.plan, drop: ["p"] }),
      () => reconcileGc({ ...planned, plan: missing.plan }),
    ]) {
      await expect(read()).rejects.toThrow(`${name} is missing; plan again`);
    }
  });

  it("when an action was added", async () => {
    const { verify } = await tampered((folder) => writeFile(join(folder, "actions/s3_batch_delete_2.csv"), "b,k\n"));
    expect(await verify()).toMatchObject({ ok: false, problems: ["actions/s3_batch_delete_2.csv is not of the plan"] });
  });

  it("when the report names another digest", async () => {
    const { verify } = await tampered(report((value) => Object.assign(value, { plan_digest: "0".repeat(64) })));
    expect(await verify()).toMatchObject({ ok: false, problems: ["candidates.parquet does not match plan_digest"] });
  });

  it("when other candidates were put in place, and the report was made to agree", async () => {
    const { verify } = await tampered(async (folder) => {
      const path = join(folder, "candidates.parquet");
      await copyTo(
        path,
        `SELECT id, kind, class, size_bytes, storage_class, reason, action, phase, target_storage_class,
        age_days, monthly_usd, early_deletion_usd, break_even_months FROM (SELECT 'keep' AS id, 'file' AS kind, 'Bronze' AS class, 100 AS size_bytes, 'STANDARD' AS storage_class,
        'unreached' AS reason, 'delete' AS action, 'quarantine' AS phase, NULL AS target_storage_class, 1.0 AS age_days, 1.0 AS monthly_usd, 0.0 AS early_deletion_usd, NULL AS break_even_months)`,
      );
      const hash = sha256(await readFile(path));
      await report((value) => {
        for (const file of value.files) if (file.path === "candidates.parquet") file.sha256 = hash;
      })(folder);
    });
    const found = await verify();
    expect(found.problems).toEqual(["candidates.parquet does not match plan_digest"]);
    expect(found.revoked).toEqual([{ id: KEEP, reason: "protected" }]);
    expect(found.ok).toBe(false);
  });

  it("when the report leaves a file out, leads out of the folder, or is none", async () => {
    const less = await tampered(
      report((value) => Object.assign(value, { files: value.files.filter(({ path }) => path !== "kept.parquet") })),
    );
    expect((await less.verify()).problems).toEqual(["kept.parquet is not in the report"]);
    for (const path of ["../base/plan/candidates.parquet", "/etc/passwd", "actions/../../x", "..\\x"]) {
      const out = await tampered(report((value) => value.files.push({ path, sha256: "0".repeat(64) })));
      expect((await out.verify()).problems).toEqual([`${path} is not below the plan's folder`]);
    }
    const broken = await tampered((folder) => writeFile(join(folder, "report.json"), "{"));
    await expect(broken.verify()).rejects.toThrow(/report\.json: not JSON/);
    const other = await tampered((folder) => writeFile(join(folder, "report.json"), "{}"));
    await expect(other.verify()).rejects.toThrow(/not a report of gc plan/);
    const none = await tampered((folder) => rm(join(folder, "report.json")));
    await expect(none.verify()).rejects.toThrow(/no report\.json/);
  });
});

describe("what-if and reconcile", () => {
  it("refuse inputs that changed, and names that there are not", async () => {
    const options = await writeCase(at(`fresh-${cases++}`), base);
    await planGc(options);
    const drop = (...names: string[]) => whatIfGc({ plan: options.out, drop: names });
    expect(await drop("p")).toMatchObject({
      freed: { objects: 1, bytes: 100 },
      by_class: [{ class: "Bronze", objects: 1, bytes: 100 }],
      by_kind: [{ kind: "file", objects: 1, bytes: 100 }],
    });
    await expect(drop("pp")).rejects.toThrow(/no protection, hold or object is named "pp"; the nearest is "p"/);
    await expect(drop()).rejects.toThrow(/name a protection/);
    await appendFile(String(options.edges), `${KEEP},a,\n`);
    await expect(drop("p")).rejects.toThrow(/edges\.csv: changed since the plan was made/);
  });

  it("tell what went, what is still there, and raise the alarm", async () => {
    const compared = (objects: Row[], asOfMs = AS_OF) =>
      writeCase(at(`fresh-${cases++}`), { objects }).then((options) =>
        reconcileGc({ ...options, asOfMs, plan: planned.out }),
      );
    const moved = changed("moves", { storage_class: "GLACIER" }).filter(({ id }) => id !== "a" && id !== "d");
    const found = await compared([...moved, object("new", { size_bytes: 5 })]);
    expect(found).toMatchObject({
      ok: true,
      planned_and_gone: { objects: 3, bytes: 2 ** 40 + 200, ids: ["a", "d", "moves"] },
      planned_but_present: { objects: 2, bytes: 200, ids: ["b", "c"] },
      gone_but_not_planned: { objects: 0, bytes: 0, ids: [] },
      new: { objects: 1, bytes: 5, ids: ["new"] },
      by_class: [
        { class: "Bronze", before_bytes: 500, after_bytes: 305 },
        { class: "Silver", before_bytes: 2 ** 40, after_bytes: 2 ** 40 },
      ],
    });
    const alarm = await compared(base.objects.filter(({ id }) => id !== KEEP && id !== "moves"));
    expect([alarm.ok, alarm.gone_but_not_planned.ids]).toEqual([false, [KEEP, "moves"]]);
    await expect(compared(base.objects, AS_OF - 1)).rejects.toThrow(
      /as-of 2026-05-31T23:59:59.999Z is earlier than the plan's/,
    );
    await expect(compared([])).rejects.toThrow(/objects\.csv/);
  });
});

describe("an edge that is added after the plan", () => {
  it("from a kept object to a candidate revokes the candidate and all that it needs", async () => {
    for (let seed = 0; seed < 8; seed++) {
      const random = createRandom(900 + seed);
      const n = 30;
      const ids = Array.from({ length: n }, (_, i) => `o${String(i).padStart(2, "0")}`);
      const edges = Array.from({ length: n }, () => [ids[random.int(n)], ids[random.int(n)]] as const);
      const protections = [0, 1].map((k) => ({ id: ids[random.int(n)], type: "custom", name: `p${k}` }));
      const given = { objects: ids.map((id) => object(id)), edges, protections };
      const options = await writeCase(at(`random-${seed}`), given);
      await planGc(options);
      const { candidates, kept } = await filesOf(options.out);
      if (candidates.length === 0) continue;
      const gone = new Set(candidates.map(({ id }) => String(id)));
      const from = String(kept[random.int(kept.length)]["id"]);
      const to = String(candidates[random.int(candidates.length)]["id"]);
      const closure = new Set([to]);
      for (let size = 0; size < closure.size; ) {
        size = closure.size;
        for (const [src, dst] of edges) if (closure.has(src) && gone.has(dst)) closure.add(dst);
      }
      const fresh = await writeCase(at(`random-${seed}-fresh`), { ...given, edges: [...edges, [from, to]] });
      for (const maxMemory of ["4GB", "150MB"].slice(seed % 2, 1 + (seed % 2))) {
        const { revoked, ok, problems } = await verifyGc({ ...fresh, plan: options.out, maxMemory });
        expect([ok, problems]).toEqual([false, []]);
        expect(revoked).toEqual([...closure].sort().map((id) => ({ id, reason: "reachable" })));
      }
    }
  });
});
