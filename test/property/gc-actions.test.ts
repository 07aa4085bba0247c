import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quotedForComment, sparkComment, sparkLiteral, sparkName } from "../../src/ingest/gc/actions/spark-sql.js";
import { actionsOf, type PlannedObject, reachOver } from "../unit/ingest/gc-actions.js";

/** Rows of CSV by RFC 4180. */
function csv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n)/g)) {
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

const json = (text: string) =>
  text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));

interface Entry {
  id: string;
  phase: string;
}

/** The candidates of one file; null for a file that only accompanies others. */
function entriesOf(name: string, text: string): Entry[] | null {
  const manifest = /^s3_(versioned_)?(batch_delete|batch_purge|abort_multipart_purge|abort_multipart|transition)/.exec(
    name,
  );
  if (manifest) {
    const rows = csv(text);
    expect(new Set(rows.map((row) => row.length)).size, name).toBeLessThanOrEqual(1);
    const phase =
      { batch_delete: "quarantine", abort_multipart: "quarantine", transition: "transition" }[manifest[2]] ?? "purge";
    const parameter = name.includes("multipart") ? "uploadId" : "versionId";
    return rows.map(([bucket, key, version]) => {
      expect(key).toMatch(/^(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+$/);
      const suffix = version === undefined ? "" : `?${parameter}=${version}`;
      return { id: `s3://${bucket}/${decodeURIComponent(key)}${suffix}`, phase };
    });
  }
  if (name === "wandb_keep.json") return JSON.parse(text).delete;
  if (name === "opensearch_steps.jsonl") {
    // The first step of each object tells; a deletion that waits comes after a quarantine.
    const first = new Map(
      json(text)
        .reverse()
        .map((step) => [step.id, step]),
    );
    return [...first.values()].map(({ id, phase, after_grace }) => ({ id, phase: after_grace ? "quarantine" : phase }));
  }
  const ecr = /^ecr_(delete|purge)_(.+)\.jsonl$/.exec(name);
  if (ecr) {
    const phase = ecr[1] === "delete" ? "quarantine" : "purge";
    return json(text).flatMap(({ repositoryName, imageIds }) =>
      imageIds.map(({ imageDigest }: { imageDigest: string }) => ({
        id: `oci://${repositoryName}@${imageDigest}`,
        phase,
      })),
    );
  }
  if (!/^(iceberg_.*|logs_purge|other)\.csv$/.test(name)) return null;
  const [header, ...rows] = csv(text);
  return rows.map((row) => ({ id: row[header.indexOf("id")], phase: row[header.indexOf("phase")] }));
}

const text = fc.oneof(
  fc.string({ minLength: 1, maxLength: 6, unit: "binary" }).map((s) => s.replaceAll("\0", "")),
  fc.constantFrom(
    "a b",
    "%41",
    "+",
    "\n",
    "\r\n",
    '"',
    ",",
    "..",
    "é",
    "?versionId=1",
    "?uploadId=",
    "*",
    "/",
    ";--",
    "'",
  ),
);
const name = fc.array(text, { maxLength: 4 }).map((parts) => parts.join(""));
const bucket = fc.constantFrom("b", "b", "my-bucket", "", 'o"d,d');
const suffix = fc.constantFrom("", "?versionId=v1", "?versionId=null", "?uploadId=u~1", "?versionId=");
const index = fc.tuple(
  fc.constantFrom("", "_snapshot/r/", "_snapshot/"),
  fc.constantFrom("a", "a-2026", "B%", ".x", "é"),
  name,
);
const hex = fc.nat(9).map((i) => `sha256:${String(i).repeat(64)}`);

/** Ids of each system and the kinds that go with them. */
const FAMILIES: [fc.Arbitrary<string>, (string | null)[]][] = [
  [
    fc.tuple(bucket, name, suffix).map(([b, key, end]) => `s3://${b}/${key}${end}`),
    ["dataset", null, "s3_object", "s3_noncurrent", "s3_delete_marker", "s3_multipart", "s3_multipart"],
  ],
  [
    fc
      .tuple(fc.constantFrom("db/t", "d b/t'", "/t"), fc.nat(9), name)
      .map(([t, n, file]) => `s3://lake/${t}#snapshot=${n}${file}`),
    ["iceberg_snapshot"],
  ],
  [
    fc.tuple(fc.constantFrom("db/t", "d b/t'"), name).map(([t, file]) => `s3://lake/${t}/${file}`),
    ["iceberg_data", "iceberg_manifest", "iceberg_table"],
  ],
  [
    fc.tuple(fc.constantFrom("wandb", "wandb-artifact"), name).map(([w, n]) => `${w}://e/p/${n}`),
    ["wandb_run", "wandb_model"],
  ],
  [
    fc.tuple(fc.constantFrom("app", "team/app", "App"), hex).map(([r, d]) => `oci://${r}@${d}`),
    ["oci_manifest", "oci_index"],
  ],
  [
    index.map(([start, plain, odd]) => `opensearch://c/${start}${plain}${odd}`),
    ["opensearch_index", "opensearch_snapshot"],
  ],
  [name.map((n) => `log://${n}`), ["log_partition"]],
  [name.map((n) => `x${n}`), ["dataset"]],
];
const kinds = FAMILIES.flatMap(([, own]) => own);
const identity = fc.oneof(
  ...FAMILIES.map(([id, own]) =>
    fc.tuple(id, fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...own) }, fc.constantFrom(...kinds))),
  ),
);
const PHASES = {
  keep: [null, null],
  transition: ["transition", "transition"],
  delete: ["quarantine", "purge"],
} as const;
const object = fc
  .tuple(
    identity,
    fc.constantFrom("keep", "transition", "delete", "delete"),
    fc.nat(1),
    fc.constantFrom("G", "g", "A/../B"),
  )
  .chain(([[id, kind], action, p, target]) =>
    fc.record({
      id: fc.constant(id),
      kind: fc.constant(kind),
      action: fc.constant(action as PlannedObject["action"]),
      phase: fc.constant(PHASES[action as "keep"][p] as PlannedObject["phase"]),
      target_storage_class: fc.constant(action === "transition" ? target : null),
      group: fc.constantFrom(null, "t"),
      is_latest: fc.constantFrom(null, true, false),
      created_at: fc.constantFrom(null, "2026-01-01", "2026-02-01"),
    }),
  );

const STEMS = [
  "ecr_delete",
  "ecr_purge",
  "iceberg",
  "logs",
  "opensearch",
  "other.csv",
  "s3_abort",
  "s3_abort_multipart",
  "s3_batch",
  "s3_transition",
  "s3_versioned_batch",
  "s3_versioned_transition",
  "wandb",
];

describe("the files of actions/", () => {
  it("hold every candidate exactly once, with its phase, and nothing that is kept", async () => {
    const stems = new Set<string>();
    const plans = fc.uniqueArray(object, { selector: (o) => o.id, minLength: 80, maxLength: 160 });
    await fc.assert(
      fc.asyncProperty(plans, async (objects) => {
        const { files } = await actionsOf(objects);
        const found = [...files].map(
          ([name, content]) => [name.replace(/_[^_]*$/, ""), entriesOf(name, content) ?? []] as const,
        );
        const entries = found.flatMap(([, own]) => own);
        for (const [stem, own] of found) if (own.length > 0) stems.add(stem);
        const line = ({ id, phase }: { id: string; phase?: string | null }) => JSON.stringify([id, phase]);
        const candidates = objects.filter(({ action }) => action !== "keep");
        expect(entries.map(line).sort()).toEqual(candidates.map(line).sort());
      }),
      { seed: 20260601, numRuns: 15, endOnFailure: true },
    );
    // The plans did have candidates for every kind of file.
    expect([...stems]).toEqual(expect.arrayContaining(STEMS));
  }, 60_000);

  it("never expire an Iceberg snapshot that stays, nor one whose files are needed otherwise", async () => {
    const times = fc.constantFrom(null, "2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04");
    const plan = fc.array(fc.tuple(fc.boolean(), times), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(plan, async (snapshots) => {
        const objects = snapshots.map(([kept, created_at], i): PlannedObject => {
          const [action, phase] = kept ? (["keep", null] as const) : (["delete", "quarantine"] as const);
          return {
            id: `s3://lake/db/t#snapshot=${i + 1}`,
            kind: "iceberg_snapshot",
            action,
            phase,
            created_at,
            group: "t",
          };
        });
        const sql = (await actionsOf(objects, { reach: reachOver(objects, []) })).files.get("iceberg_db.t.sql") ?? "";
        const before = Date.parse(
          /older_than => TIMESTAMP '([^']+)',\n {2}retain/.exec(sql)?.[1] ?? "1970-01-01T00:00Z",
        );
        const named = (/ARRAY\(([^)]*)\)/.exec(sql)?.[1] ?? "").split(", ").filter(Boolean).map(Number.parseFloat);
        const goes = (i: number) => {
          const at = snapshots[i][1];
          return named.includes(i + 1) || (at !== null && Date.parse(at) < before);
        };
        expect(snapshots.map((_, i) => goes(i))).toEqual(snapshots.map(([kept]) => !kept));
      }),
      { seed: 20260602, numRuns: 20 },
    );
  }, 60_000);
});

describe("text in Spark SQL", () => {
  const hostile = fc.string({ maxLength: 30, unit: "binary" });
  const UNESCAPED: Record<string, string> = { "'": "'", "\\": "\\" };

  it("comes back from a literal that holds no quote, line end or hidden character of its own", () => {
    fc.assert(
      fc.property(hostile, (value) => {
        const literal = sparkLiteral(value);
        expect(literal).toMatch(/^'(?:[^'\\]|\\u[0-9a-f]{4}|\\['\\])*'$/);
        expect(literal).not.toMatch(/[\n\r\u2028\u2029\u202e]/);
        const back = literal
          .slice(1, -1)
          .replace(/\\(?:u([0-9a-f]{4})|(.))/g, (_, code, c) =>
            code ? String.fromCharCode(Number.parseInt(code, 16)) : UNESCAPED[c],
          );
        expect(back).toBe(value);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  it("stays within its comment and its part of a name", () => {
    fc.assert(
      fc.property(hostile, (value) => {
        expect(sparkComment(quotedForComment(value)).split(/[\n\r\u2028\u2029]/)).toHaveLength(1);
        const parts = [...sparkName(["db", value]).matchAll(/`((?:[^`]|``)*)`|(\w+)/g)];
        expect(parts.map(([, quoted, plain]) => plain ?? quoted.replaceAll("``", "`"))).toEqual(["db", value]);
      }),
      { seed: 2, numRuns: 2000 },
    );
  });
});
