import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openDuckDb } from "../../../../src/engine/duckdb.js";
import { explainGc, planGc, whatIfGc } from "../../../../src/ingest/gc/plan/index.js";
import { KEYS } from "../../../../src/ingest/gc/plan/key-sql.js";
import { loadObjects } from "../../../../src/ingest/gc/plan/load-objects.js";
import { matchSelectors, prefixEnd } from "../../../../src/ingest/gc/plan/match-selectors.js";
import { readTable } from "../../../../src/ingest/read-table.js";
import { temporaryFolder } from "../files.js";
import { AS_OF, type Case, csv, digestOf, object, POLICY, planCase, type Row, writeCase } from "./plan-case.js";

const at = temporaryFolder();
let cases = 0;
const plan = (given: Case, more = {}) => planCase(at(`case-${cases++}`), given, more);
const custom = (name: string, target: Row): Row => ({ type: "custom", name, ...target });

const HOSTILE = [
  ...[
    "it's",
    'say "hi"',
    "a,b;c\td",
    "two\nlines",
    "cr\r\nlf",
    "  blanks ",
    "\u00e9",
    "e\u0301",
    "\u{1f680}",
    "\u{10ffff}",
  ],
  ...[
    "__proto__",
    "constructor",
    "toString",
    "NULL",
    "null",
    "NaN",
    "%_%",
    "a%20b",
    "$1",
    "'; DROP TABLE gc_objects; --",
  ],
  ...[
    "\\N",
    "\\",
    "`x`",
    "{{x}}",
    "../../etc/passwd",
    "-",
    "0",
    "007",
    "1e3",
    "true",
    `s3://b/${"k".repeat(5000)}`,
    "\u0001\u007f",
  ],
];

describe("ids of any kind", () => {
  it("come through candidates, kept, integrity and the digest as they are", async () => {
    const objects = HOSTILE.flatMap((id) => [object(id), object(`kept/${id}`)]);
    const edges = HOSTILE.map((id) => [`kept/${id}`, `absent/${id}`] as const);
    const protections = HOSTILE.map((id) => custom(id, { id: `kept/${id}` }));
    const found = await plan({ objects, edges, protections });
    expect(found.gone.sort()).toEqual([...HOSTILE].sort());
    expect(new Map(found.kept.map((row) => [row["id"], row["rule"]]))).toEqual(
      new Map(HOSTILE.map((id) => [`kept/${id}`, id])),
    );
    const byBytes = (a: { src: string }, b: { src: string }) => Buffer.compare(Buffer.from(a.src), Buffer.from(b.src));
    expect(found.integrity.dangling).toEqual(edges.map(([src, dst]) => ({ src, dst })).sort(byBytes));
    expect(found.report.plan_digest).toBe(digestOf(found.candidates));
    expect(found.roots.map(({ name }) => name)).toEqual(HOSTILE);
    for (const id of ["it's", "__proto__", "two\nlines", "$1", "\u{10ffff}"]) {
      expect(await explainGc(found.options.out, id)).toMatchObject({ id, action: "delete", path: [id] });
      expect((await whatIfGc({ plan: found.options.out, drop: [id] })).freed.objects).toBe(1);
    }
  });

  it("come through kinds, classes, storage classes and groups as well", async () => {
    const objects = HOSTILE.map((text, i) =>
      object(`o${i}`, { kind: text, class: text, storage_class: text, group: text, metric: i }),
    );
    const policy = `${POLICY.replace("  Bronze", `  ${JSON.stringify("it's")}: {horizon_days: 0}\n  Bronze`)}`;
    const { gone, kept } = await plan({ objects, policy });
    expect(gone).toEqual(["o0"]);
    const place = (row: Row) => HOSTILE[Number(String(row["id"]).slice(1))];
    for (const row of kept)
      expect([row["kind"], row["class"], row["reason"]]).toEqual([place(row), place(row), "unknown"]);
  });

  it("are written whatever their number", async () => {
    const objects = Array.from({ length: 1100 }, (_, i) => object(`o${i}`, { kind: `kind ${i}` }));
    const { candidates } = await plan({ objects });
    expect(candidates.map(({ id, kind }) => [id, kind])).toEqual(
      objects.map(({ id, kind }) => [id, kind]).sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
    );
  });

  it("are not mixed up when their keys are", async () => {
    const { objects: path } = await writeCase(at(`case-${cases++}`), {
      objects: [object("b"), object("a"), object("c"), object("a")],
    });
    const table = await readTable(path);
    try {
      const same = () => "CAST(8 AS BIGINT)";
      const loaded = await loadObjects(table, { keys: [same, KEYS[1]] });
      expect([loaded.n, loaded.rows, loaded.duplicates, loaded.key]).toEqual([3, 4, 1, KEYS[1]]);
      const [{ keys }] = await table.engine.rows({
        sql: `SELECT count(DISTINCT ${KEYS[1]("id")}) AS keys FROM gc_objects`,
      });
      expect(keys).toBe(3n);
    } finally {
      await table.close();
    }
    const again = await readTable(path);
    try {
      const same = () => "CAST(8 AS BIGINT)";
      await expect(loadObjects(again, { keys: [same, same] })).rejects.toThrow(/two ids share all hash keys/);
    } finally {
      await again.close();
    }
  });
});

describe("rows that are listed twice", () => {
  it("count once when they are the same, and are told", async () => {
    const objects = [
      object("a"),
      object("b", { metric: "NaN" }),
      object("a"),
      object("b", { metric: "nan" }),
      object("a"),
    ];
    const { report, gone } = await plan({ objects });
    expect(report.objects).toMatchObject({ rows: 5, duplicates: 3, distinct: 2, bytes: 200 });
    expect(gone).toEqual(["a", "b"]);
  });

  it("count once when their inventory is of one time, however it is written", async () => {
    const times = ["2026-05-01", "2026-05-01T00:00:00", null, "2026-05-01 00:00", null];
    const objects = times.map((inventory_at, i) =>
      object(i % 2 === 0 && inventory_at === null ? "b" : "a", { inventory_at }),
    );
    expect((await plan({ objects })).report.objects).toMatchObject({ rows: 5, duplicates: 3, distinct: 2 });
  });

  it("count once as edges too", async () => {
    const { integrity, report } = await plan({
      objects: [object("a"), object("b")],
      edges: [
        ["a", "x", "doc_link"],
        ["a", "x"],
        ["a", "w"],
        ["a", "b"],
        ["a", "b"],
        ["u", "a"],
        ["u", "v"],
        ["a", "a"],
      ],
      policy: `${POLICY}weak_relations: [doc_link]\n`,
    });
    expect(integrity.dangling).toEqual([
      { src: "a", dst: "w" },
      { src: "a", dst: "x" },
    ]);
    expect([integrity.dangling_count, integrity.unlisted_src_count]).toEqual([2, 2]);
    expect(report.edges).toEqual({ rows: 8, strong: 3, weak: 1 });
  });
});

describe("s3a and s3n", () => {
  it("are s3 in objects, edges, selectors and the policy, and are counted", async () => {
    const objects = [
      "s3a://b/p",
      "s3n://b/q",
      "s3://b/r",
      "s3a://b/x/1",
      "s3://b/e",
      "s3a://b/h",
      "s3://b/z",
      "S3A-like",
    ].map((id) => object(id));
    const { kept, gone, reasons, report, options } = await plan({
      objects,
      edges: [
        ["s3n://b/p", "s3://b/q"],
        ["s3://b/q", "s3a://b/r"],
      ],
      protections: [custom("p", { id: "s3n://b/p" })],
      holds: [{ hold_id: "h", prefix: "s3a://b/h" }],
      erasures: [{ request_id: "e", id: "s3n://b/e" }],
      policy: `${POLICY}exceptions: [{prefix: "s3n://b/x/"}, {id: "s3a://b/z"}]\n`,
    });
    expect(reasons).toEqual({
      ...{ "s3://b/p": "protected", "s3://b/q": "reachable", "s3://b/r": "reachable", "s3://b/x/1": "exception" },
      ...{ "s3://b/e": "erasure", "s3://b/h": "legal_hold", "s3://b/z": "exception", "S3A-like": "unreached" },
    });
    expect(gone).toEqual(["S3A-like", "s3://b/e"]);
    expect(kept.find(({ id }) => id === "s3://b/r")).toMatchObject({ depth: 2, parent: "s3://b/q", root: "s3://b/p" });
    expect(report.objects.normalised_ids).toBe(4 + 2);
    expect((await whatIfGc({ plan: options.out, drop: ["s3a://b/h"] })).freed.objects).toBe(1);
  });

  it("are s3 in capitals too, as schemes know none", async () => {
    const { kept, gone, report, options } = await plan({
      objects: ["S3A://b/p", "s3N://b/Q", "S3://b/r", "s3b://b/x", "S3a:/b", "S4://b", "WANDB://b"].map((id) =>
        object(id),
      ),
      edges: [
        ["S3n://b/p", "s3a://b/Q"],
        ["s3://b/Q", "s3A://b/r"],
      ],
      protections: [custom("p", { prefix: "S3://b/p" })],
    });
    expect(kept.map(({ id }) => id)).toEqual(["s3://b/Q", "s3://b/p", "s3://b/r"]);
    expect(gone).toEqual(["S3a:/b", "S4://b", "WANDB://b", "s3b://b/x"]);
    expect(report.objects.normalised_ids).toBe(3 + 3);
    expect((await whatIfGc({ plan: options.out, drop: ["S3A://b/Q"] })).freed.objects).toBe(2);
  });
});

describe("prefixes", () => {
  it("end where the next text starts, by bytes", () => {
    expect(prefixEnd("ab")).toBe("ac");
    expect(prefixEnd("a\u{10ffff}")).toBe("b");
    expect(prefixEnd("\u{10ffff}\u{10ffff}")).toBeNull();
    expect(prefixEnd("\ud7ff")).toBe("\ue000");
    expect(prefixEnd("\uffff")).toBe("\u{10000}");
  });

  it("match what starts with them, over blocks of ids, at the ends of the order and where they are ids themselves", async () => {
    const ids = [
      ...[
        "a",
        "a/",
        "a/1",
        "a0",
        "b\ud7ff",
        "b\ud7ffx",
        "b\ue000",
        "b\uffff",
        "b\uffffy",
        "b\u{10000}",
        "b\u{10ffff}",
        "b\u{10ffff}\u{10ffff}z",
        "c",
      ],
      ...[
        "\u{10ffff}",
        "\u{10ffff}\u{10ffff}",
        ...Array.from({ length: 5000 }, (_, i) => `m/${String(i).padStart(5, "0")}`),
      ],
    ];
    const sorted = ids.map((id) => Buffer.from(id)).sort(Buffer.compare);
    const engine = await openDuckDb();
    try {
      await engine.run("CREATE TABLE gc_objects (id VARCHAR)");
      await engine.append("gc_objects", (appender) => {
        for (const id of sorted) {
          appender.appendVarchar(id.toString());
          appender.endRow();
        }
      });
      const prefixes = [
        ...[
          "a",
          "a/",
          "a0",
          "b",
          "b\ud7ff",
          "b\ue000",
          "b\uffff",
          "b\u{10ffff}",
          "\u{10ffff}",
          "\u{10ffff}\u{10ffff}",
          "m/",
          "m/02",
          "m/04999",
          "n",
          "",
          "m/02047",
          "m/02048",
        ],
        ...Array.from(
          { length: 60 },
          (_, i) =>
            `m/${String(i * 83)
              .padStart(5, "0")
              .slice(0, 4)}`,
        ),
      ];
      const { row, from, to } = await matchSelectors(
        engine,
        ids.length,
        prefixes.map((prefix) => ({ id: null, prefix })),
      );
      for (const [k, prefix] of prefixes.entries()) {
        const wanted = sorted.flatMap((id, i) =>
          id.subarray(0, Buffer.byteLength(prefix)).equals(Buffer.from(prefix)) ? [i] : [],
        );
        const mine = [...row.keys()]
          .filter((r) => row[r] === k)
          .flatMap((r) => Array.from({ length: to[r] - from[r] }, (_, i) => from[r] + i));
        expect(mine, JSON.stringify(prefix)).toEqual(wanted);
      }
      const exact = await matchSelectors(engine, ids.length, [
        { id: "m/00000", prefix: null },
        { id: "m/", prefix: null },
        { id: null, prefix: "m/00000" },
        { id: "m/00000", prefix: null },
      ]);
      expect([...exact.row]).toEqual([0, 2, 3]);
      expect(new Set(exact.from).size).toBe(1);
    } finally {
      await engine.close();
    }
  });

  it("may overlap; the first row names the rule, each row its own figures", async () => {
    const objects = ["x/a/1", "x/a/2", "x/b", "y"].map((id) => object(id));
    const { kept, roots, gone } = await plan({
      objects,
      protections: [
        custom("all", { prefix: "x/" }),
        custom("a", { prefix: "x/a/" }),
        custom("one", { id: "x/a/1" }),
        custom("none", { prefix: "x/a/1/" }),
      ],
    });
    expect(kept.map(({ id, rule }) => [id, rule])).toEqual([
      ["x/a/1", "all"],
      ["x/a/2", "all"],
      ["x/b", "all"],
    ]);
    expect(
      roots.map((row) => [
        row["name"],
        row["objects"],
        row["reachable_bytes"],
        row["exclusive_objects"],
        row["exclusive_bytes"],
      ]),
    ).toEqual([
      ["all", 3, 300, 1, 100],
      ["a", 2, 200, 0, 0],
      ["one", 1, 100, 0, 0],
      ["none", 0, 0, 0, 0],
    ]);
    expect(gone).toEqual(["y"]);
  });
});

describe("selectors over time", () => {
  it("count from when they are issued until they end", async () => {
    const [now, before, after] = [0, -1, 1].map((ms) => new Date(AS_OF + ms).toISOString());
    const { reasons } = await plan({
      objects: ["p0", "p1", "p2", "h0", "h1", "h2", "h3", "h4", "e0", "e1", "x0", "x1", "x2"].map((id) => object(id)),
      protections: [
        custom("0", { id: "p0" }),
        custom("1", { id: "p1", expires_at: now }),
        custom("2", { id: "p2", expires_at: after }),
      ],
      holds: [
        { hold_id: "0", id: "h0" },
        { hold_id: "1", id: "h1", issued_at: now },
        { hold_id: "2", id: "h2", issued_at: after },
        { hold_id: "3", id: "h3", issued_at: before, released_at: now },
        { hold_id: "4", id: "h4", released_at: after },
      ],
      erasures: [
        { request_id: "0", id: "e0", requested_at: after },
        { request_id: "1", id: "e1", completed_at: after },
      ],
      policy: `${POLICY}exceptions: [{id: x0}, {id: x1, expires_at: "${now}"}, {id: x2, expires_at: "${after}"}]\n`,
    });
    expect(reasons).toEqual({
      ...{ p0: "protected", p1: "unreached", p2: "protected" },
      ...{ h0: "legal_hold", h1: "legal_hold", h2: "unreached", h3: "unreached", h4: "legal_hold" },
      ...{ e0: "erasure", e1: "unreached", x0: "exception", x1: "unreached", x2: "exception" },
    });
  });

  it("may be lists in YAML and JSON, with what is left out null", async () => {
    const { reasons } = await plan({
      objects: ["p", "h", "e", "z"].map((id) => object(id)),
      protections: {
        file: "p.yaml",
        text: "- {id: p, type: custom, name: p, expires_at: 2026-06-01T02:00:00+01:00}\n",
      },
      holds: { file: "h.json", text: JSON.stringify([{ hold_id: "h", prefix: "h", released_at: null }]) },
      erasures: { file: "e.yml", text: "- request_id: e\n  id: e\n" },
    });
    expect(reasons).toEqual({ p: "protected", h: "legal_hold", e: "erasure", z: "unreached" });
  });

  it("give conflicts of erasures with holds, either way that they end", async () => {
    const given = {
      objects: [object("a"), object("b")],
      edges: [["a", "b"]] as const,
      holds: [{ hold_id: "H", id: "a" }],
      erasures: [{ request_id: "E", prefix: "a" }],
    };
    const erase = await plan(given);
    expect(erase.reasons).toEqual({ a: "erasure", b: "unreached" });
    const hold = await plan({ ...given, policy: `${POLICY}erasure_vs_hold: hold\n` });
    expect(hold.reasons).toEqual({ a: "legal_hold", b: "reachable" });
    for (const { report } of [erase, hold]) {
      expect(report.conflicts).toEqual([{ id: "a", hold: "H", request: "E" }]);
      expect(report.approvals_needed).toBe(2);
    }
  });
});

describe("cells", () => {
  it("may be empty where null is allowed", async () => {
    const { reasons, report, candidates } = await plan({
      objects: [
        object("no-class", { class: null }),
        object("no-created", { created_at: null }),
        object("no-kind", { kind: null }),
        object("no-storage", { storage_class: null }),
        object("no-group", { group: null, metric: null }),
        object("other", { class: "Platinum" }),
      ],
    });
    expect(reasons).toEqual({
      ...{ "no-class": "unknown", "no-created": "unknown", other: "unknown" },
      ...{ "no-kind": "unreached", "no-storage": "unreached", "no-group": "unreached" },
    });
    expect(candidates.find(({ id }) => id === "no-kind")?.["kind"]).toBeNull();
    expect(candidates.find(({ id }) => id === "no-storage")).toMatchObject({ storage_class: null, monthly_usd: null });
    expect(report.unpriced).toEqual({ objects: 1, storage_classes: [null] });
    expect(report.by_kind.map(({ kind }) => kind)).toEqual(["file", null]);
  });

  it("may be empty in whole columns", async () => {
    const objects = ["a", "b"].map((id) =>
      object(id, {
        kind: null,
        class: null,
        storage_class: null,
        created_at: null,
        group: null,
        metric: null,
        is_latest: null,
      }),
    );
    const { reasons } = await plan({ objects });
    expect(reasons).toEqual({ a: "unknown", b: "unknown" });
  });

  it("give times in any zone, and sizes up to 2^53 - 1 exactly", async () => {
    const most = Number.MAX_SAFE_INTEGER;
    const { candidates, report } = await plan({
      objects: [
        object("a", { created_at: "2025-01-01T01:30:00+01:30", size_bytes: most }),
        object("b", { created_at: "2024-12-31T16:00:00-08:00", size_bytes: most }),
        object("c", { created_at: "2025-01-01T00:00:00.000Z", size_bytes: "007" }),
        object("d", { created_at: "2025-01-01T00:00:00Z", size_bytes: 0 }),
      ],
    });
    expect(new Set(candidates.map((row) => row["age_days"]))).toEqual(new Set([516]));
    expect(candidates.map((row) => row["size_bytes"])).toEqual([most, most, 7, 0]);
    expect(report.candidates.bytes).toBe(String(2n * BigInt(most) + 7n));
  });

  it("of extra columns are ignored, and those of flags are read", async () => {
    const flags = ["true", "FALSE", "1", "0", "t", "f", ""];
    const objects = flags.map((flag, i) => object(`o${i}`, { is_latest: flag, is_delete_marker: flag, mood: "good" }));
    const { gone } = await plan({ objects });
    expect(gone.length).toBe(flags.length);
  });
});

describe("plans without much in them", () => {
  it("have empty but valid files with no candidates", async () => {
    const { candidates, kept, options, report } = await plan({ objects: [object("a", { class: "Gold" })] });
    expect([candidates, kept.length, report.candidates.bytes, report.candidates.monthly_usd]).toEqual([[], 1, 0, 0]);
    expect(report.plan_digest).toBe(digestOf([]));
    expect(await readFile(join(options.out, "actions/restore_drill.csv"), "utf8")).toBe("id\n");
    expect(await readFile(join(options.out, "actions/s3_batch_delete.csv"), "utf8")).toBe("");
  });

  it("have an empty list of kept ones when all go", async () => {
    const { candidates, kept, report } = await plan({ objects: [object("a")] });
    expect([candidates.length, kept, report.kept]).toEqual([1, [], { objects: 0, bytes: 0 }]);
  });
});

describe("the fuse", () => {
  const objects = [object("a", { size_bytes: 60 }), object("b", { size_bytes: 40, class: "Gold" })];
  const fused = (limits: string) => plan({ objects, policy: `${POLICY}limits: ${limits}\n` });

  it("stops a plan of too many bytes, or of too large a part of them", async () => {
    for (const [limits, fuse] of [
      ["{max_delete_bytes: 59}", [{ limit: "max_delete_bytes", allowed: 59, planned: 60 }]],
      ["{max_delete_fraction: 0.59}", [{ limit: "max_delete_fraction", allowed: 0.59, planned: 0.6 }]],
      [
        "{max_delete_bytes: 0, max_delete_fraction: 0}",
        [
          { limit: "max_delete_bytes", allowed: 0, planned: 60 },
          { limit: "max_delete_fraction", allowed: 0, planned: 0.6 },
        ],
      ],
    ] as const) {
      const { report, candidates, kept, options } = await fused(limits);
      expect([report.status, report.fuse]).toEqual(["fused", fuse]);
      expect(report.candidates).toEqual({ objects: 0, bytes: 0, monthly_usd: null, early_deletion_usd: null });
      expect([candidates, kept.map(({ id }) => id), report.plan_digest]).toEqual([[], ["b"], digestOf([])]);
      expect(existsSync(join(options.out, "actions"))).toBe(false);
      expect(existsSync(join(options.out, "error.json"))).toBe(false);
      await expect(explainGc(options.out, "a")).rejects.toThrow(
        /no object "a" \(a limit of the policy stopped the plan/,
      );
    }
  });

  it("lets pass what is just at a limit, and everything without limits", async () => {
    for (const limits of [
      "{max_delete_bytes: 60}",
      "{max_delete_fraction: 0.6}",
      "{max_delete_bytes: null, max_delete_fraction: null}",
      "{}",
    ]) {
      expect((await fused(limits)).report.status).toBe("ok");
    }
  });

  it("does not count what only moves", async () => {
    const cold = [object("a", { class: "Silver", size_bytes: 2 ** 40 })];
    const { report } = await plan({ objects: cold, policy: `${POLICY}limits: {max_delete_bytes: 0}\n` });
    expect([report.status, report.candidates.objects]).toEqual(["ok", 1]);
  });

  it("takes away the actions of an earlier plan", async () => {
    const first = await plan({ objects });
    const { options } = await planCase(
      at(`case-${cases++}`),
      { objects, policy: `${POLICY}limits: {max_delete_bytes: 0}\n` },
      { out: first.options.out },
    );
    expect(existsSync(join(options.out, "actions"))).toBe(false);
  });
});

it("a plan removes what killed ones have left a day ago, and nothing else", async () => {
  const options = await writeCase(at(`case-${cases++}`), { objects: [object("a")] });
  const dead = spawnSync(process.execPath, ["--version"]).pid;
  const leave = async (name: string, hours: number) => {
    const path = join(options.out, name);
    await mkdir(join(path, "scratch"), { recursive: true });
    await writeFile(join(path, "scratch/spill"), "x");
    const time = Date.now() / 1000 - hours * 3600;
    await utimes(path, time, time);
  };
  await leave(`.fleetlens-plan-${dead}-abandoned`, 25);
  await leave(`.fleetlens-plan-${process.pid}-before`, 25);
  const stays = [`.fleetlens-plan-${dead}-young`, `.fleetlens-plan-${process.ppid}-running`, ".fleetlens-other"];
  for (const [i, name] of stays.entries()) await leave(name, i === 0 ? 23 : 25);
  await planGc(options);
  expect((await readdir(options.out)).filter((name) => name.startsWith("."))).toEqual([...stays].sort());
});

it("a table as CSV of every odd cell is read as it was written", () => {
  expect(csv([{ a: 'x"y', b: "1,2" }])).toBe('a,b\n"x""y","1,2"\n');
});
