import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { createRandom } from "../../../../src/core/random.js";
import { explainGc, whatIfGc } from "../../../../src/ingest/gc/plan/index.js";
import { isErased, judge, type Scenario, strongEdges } from "../../gc-reachability/oracle.js";
import { makeScenario } from "../../gc-reachability/scenario.js";
import { temporaryFolder } from "../files.js";
import { type Case, hashes, planCase, type Row, sha256 } from "./plan-case.js";

const at = temporaryFolder();
const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

/** A scenario as files; spelled as s3a here and there, and some rows listed twice. */
function files(s: Scenario, seed: number): Case {
  const random = createRandom(seed).child("files");
  const spelled = (id: string) => (random.int(4) === 0 ? id.replace("s3:", "s3a:") : id);
  const target = ({ id, prefix }: { id?: string; prefix?: string }): Row => ({ id, prefix });
  const objects = s.things.map(
    (t): Row => ({
      ...{ id: spelled(t.id), kind: t.kind, class: t.class, size_bytes: t.size, storage_class: t.storage },
      ...{ created_at: iso(t.created), last_access_at: iso(t.accessed), storage_class_since: iso(t.since) },
      ...{ group: t.group, metric: t.metric },
    }),
  );
  return {
    objects: [...objects, ...objects.filter(() => random.int(5) === 0)],
    edges: s.edges.map(({ src, dst, rel }) => [spelled(src), spelled(dst), rel ?? undefined] as const),
    policy: stringify(s.policy),
    protections: s.protections.map((p) => ({ ...target(p), type: p.type, name: p.name, expires_at: iso(p.expires) })),
    holds: s.holds.map((h) => ({
      ...target(h),
      hold_id: h.hold,
      issued_at: iso(h.issued),
      released_at: iso(h.released),
    })),
    erasures: s.erasures.map((e) => ({ ...target(e), request_id: e.request, completed_at: iso(e.completed) })),
  };
}

/** What a plan's files must hold by the oracle. */
function expected(s: Scenario) {
  const verdicts = [...judge(s)].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const goes = verdicts.filter(([, { action }]) => action !== "keep");
  const action = new Map(verdicts.map(([id, verdict]) => [id, verdict.action]));
  const strong = strongEdges({ ...s, erasures: [] });
  const tainted = strong.filter(({ src, dst }) => action.get(src) !== "delete" && isErased(s, dst));
  const dangling = s.edges.filter(({ src, dst }) => action.has(src) && !action.has(dst));
  const sorted = (texts: string[]) =>
    [...new Set(texts)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return {
    candidates: goes.map(([id, v]) => [id, v.action, v.reason]),
    kept: verdicts
      .filter(([, v]) => v.action === "keep")
      .map(([id, v]) => [id, v.reason, v.rule, v.depth, v.root, v.parent]),
    tainted: sorted(tainted.map(({ src }) => src)),
    dangling: sorted(dangling.map(({ src, dst }) => `${src} ${dst}`)),
    unlisted: s.edges.filter(({ src }) => !action.has(src)).length,
    digest: sha256(
      goes
        .map(([id, { action: what, reason }]) => {
          const phase = reason === "erasure" ? "purge" : what === "delete" ? "quarantine" : "transition";
          return `${id}\t${what}\t${phase}\t${s.things.find((t) => t.id === id)?.size}\n`;
        })
        .join(""),
    ),
  };
}

type Planned = Awaited<ReturnType<typeof planCase>>;

function found({ candidates, kept, integrity, report }: Planned): ReturnType<typeof expected> {
  return {
    candidates: candidates.map((row) => [row["id"], row["action"], row["reason"]] as [string, "delete", string]),
    kept: kept.map((row) => ["id", "reason", "rule", "depth", "root", "parent"].map((name) => row[name])),
    tainted: integrity.tainted,
    dangling: integrity.dangling.map(({ src, dst }) => `${src} ${dst}`),
    unlisted: integrity.unlisted_src_count,
    digest: report.plan_digest,
  };
}

/** Dropping each protection or hold, all rows of one name at once, against the oracle without them. */
async function checkDrops(s: Scenario, { options, roots }: Planned) {
  const names = roots.map(({ name }) => String(name));
  const before = judge(s);
  for (const name of new Set(names)) {
    const without = {
      ...s,
      protections: s.protections.filter((p) => p.name !== name),
      holds: s.holds.filter((h) => h.hold !== name),
    };
    const freed = [...judge(without)].filter(([id, v]) => v.action === "delete" && before.get(id)?.action !== "delete");
    const bytes = freed.reduce((sum, [id]) => sum + Number(s.things.find((t) => t.id === id)?.size), 0);
    const answer = await whatIfGc({ plan: options.out, drop: [name] });
    expect([name, answer.freed]).toEqual([name, { objects: freed.length, bytes }]);
    if (names.filter((other) => other === name).length > 1) continue;
    const row = roots.find((root) => root["name"] === name);
    expect([name, row?.["exclusive_objects"], row?.["exclusive_bytes"]]).toEqual([name, freed.length, bytes]);
  }
}

/** Ways of `explain` go by edges from each object to its root. */
async function checkWays(s: Scenario, { options, kept }: Planned) {
  const strong = new Set(strongEdges(s).map(({ src, dst }) => `${src} ${dst}`));
  for (const row of kept.slice(0, 3)) {
    const { path } = await explainGc(options.out, String(row["id"]));
    expect([path.length - 1, path[0], path.at(-1)]).toEqual([row["depth"], row["id"], row["root"]]);
    for (let i = 1; i < path.length; i++) expect(strong.has(`${path[i]} ${path[i - 1]}`)).toBe(true);
  }
}

describe("random lineages as files", () => {
  it.each(Array.from({ length: 40 }, (_, i) => i))("are judged as the oracle judges them (%i)", async (seed) => {
    const s = makeScenario(createRandom(77_000 + seed), 16);
    const more = { asOfMs: s.asOf, snapshotAtMs: s.snapshotAt, allowUnmatched: true, allowNoEdges: true };
    const inMemory = await planCase(at(`memory-${seed}`), files(s, seed), more);
    expect(found(inMemory)).toEqual(expected(s));
    if (seed % 4 === 0) {
      const onDisk = await planCase(at(`disk-${seed}`), files(s, seed), { ...more, maxMemory: "150MB" });
      expect(onDisk.report.method).toBe("disk");
      expect(await hashes(onDisk.options.out)).toEqual(await hashes(inMemory.options.out));
    }
    if (seed % 8 === 1) await checkDrops(s, inMemory);
    if (seed % 8 === 3) await checkWays(s, inMemory);
  });
});
