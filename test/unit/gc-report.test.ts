import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FIXTURE_SEED } from "../../fixtures/generate.js";
import { LINEAGE_AS_OF, lineage } from "../../fixtures/lineage.js";
import { actionBars } from "../../reports/gc/action-bars.js";
import { bytesWords, commonUnit, exactWords, unitFor } from "../../reports/gc/bytes.js";
import { bytesMap, MAP } from "../../reports/gc/map-cells.js";
import { byRule, reasonWords } from "../../reports/gc/reasons.js";
import { type Box, squarify } from "../../reports/gc/treemap.js";
import { gcReport, notebooks } from "../../reports/index.js";
import { createRandom, ReportError } from "../../src/core/index.js";
import { type GcReport, GcReportSchema, REASONS } from "../../src/gc-reachability/index.js";
import { planGc } from "../../src/ingest/gc/plan/plan-gc.js";
import { defineReport, type Report, renderHtml, renderMarkdown } from "../../src/report/index.js";
import { fusedGcResult, type GcGroup, gcFleet, gcPlanResult } from "../gc-plan-result.js";
import { cellOf, chartsOf, figuresOf, proseOf, rowCounts, tableOf } from "./notebook-cells.js";

const result = gcPlanResult();
const report = gcReport(result);

const TIB = 2 ** 40;
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const whole = (value: unknown) => BigInt(String(value));
const total = (values: readonly unknown[]) => values.map(whole).reduce((a, b) => a + b, 0n);

const group = (change: Partial<GcGroup> = {}): GcGroup => ({
  kind: "dataset",
  class: "Bronze",
  storageClass: "STANDARD",
  reason: "young",
  action: "keep",
  objects: 3,
  bytes: 3n * 2n ** 30n,
  ...change,
});

/** A plan without anything to settle. */
const quiet = (groups: readonly GcGroup[], change: Partial<GcReport> = {}) =>
  gcPlanResult(groups, {
    conflicts: [],
    conflict_count: 0,
    approvals_needed: 1,
    unmatched_selectors: [],
    unmatched_count: 0,
    top_roots: [],
    integrity: { dangling: 0, unlisted_src: 0, tainted: 0, kept_to_deleted: 0 },
    ...change,
  });

describe("a plan of gc as a report", () => {
  it("is a valid report, dated with as_of, with its inputs", () => {
    expect(defineReport(report)).toEqual(report);
    expect(report).toMatchObject({ id: "gc", generatedAt: "2026-06-01T00:00:00Z" });
    expect(report.provenance?.inputs.map(({ name, rows }) => [name, rows])).toEqual(
      result.inputs.filter(({ rows }) => rows !== null).map(({ path, rows }) => [path, rows]),
    );
    expect(report.parameters).toContainEqual({ name: "SHA-256 of retention_policy.yaml", value: "3".repeat(64) });
  });

  it("is the same for the same result, and leaves it as it was", () => {
    const before = JSON.stringify(result);
    expect(JSON.stringify(gcReport(structuredClone(result)))).toBe(JSON.stringify(report));
    expect(JSON.stringify(result)).toBe(before);
  });

  it("has every section in order, each opening with a sentence", () => {
    const heads = ["verdict", "before", "why", "map", "shares", "roots", "next", "method"];
    for (const id of heads) expect(proseOf(report, id)).toMatch(/^# [A-Z][^\n]+\n\n\S[^\n]+[.:]$/);
    const order = heads.map((id) => report.cells.findIndex((cell) => cell.id === id));
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it("repeats the result's figures, every byte of them", () => {
    const of = (action: string) => result.by_reason.filter((row) => row.action === action);
    const bytes = (action: string) => Number(total(of(action).map((row) => row.bytes)));
    const [deletes, moves, keeps, saved] = figuresOf(report, "verdict-figures").items;
    expect(deletes).toMatchObject({ value: bytes("delete") / TIB, unit: "TiB" });
    expect(deletes.label).toContain(sum(of("delete").map(({ objects }) => objects)).toLocaleString("en-US"));
    expect(moves).toMatchObject({ value: bytes("transition") / TIB, unit: "TiB" });
    expect(keeps).toMatchObject({ value: bytes("keep") / 2 ** 50, unit: "PiB" });
    expect(saved).toMatchObject({ value: result.saved_monthly_usd, unit: "USD" });
    expect(total(of("delete").map((row) => row.bytes)) + total(of("transition").map((row) => row.bytes))).toBe(
      whole(result.candidates.bytes),
    );

    const reasons = tableOf(report, "why-table").rows;
    expect(reasons.map((row) => [row["reason"], row["action"], row["objects"], row["bytes"], row["usd"]])).toEqual(
      [...result.by_reason]
        .sort(byRule)
        .map((row) => [row.reason, row.action, row.objects, row.bytes, row.monthly_usd]),
    );
    for (const [id, key, name] of [
      ["shares-class", "by_class", "class"],
      ["shares-kind", "by_kind", "kind"],
      ["shares-storage", "by_storage_class", "storage_class"],
    ] as const) {
      const rows = tableOf(report, id).rows;
      const groups = result[key] as (Record<string, unknown> & GcReport["by_class"][number])[];
      for (const one of groups) {
        for (const action of ["delete", "transition", "keep"] as const) {
          const row = rows.find((r) => r["group"] === (one[name] ?? "no class") && r["action"] === action);
          expect(row?.["bytes"] ?? 0).toBe(one[action].bytes);
          expect(row?.["objects"] ?? 0).toBe(one[action].objects);
          if (row) expect(row["usd"]).toBe(one[action].monthly_usd);
        }
      }
      expect(total(rows.map((row) => row["bytes"]))).toBe(whole(result.objects.bytes));
    }
    const breakdown = tableOf(report, "map-table").rows;
    expect(breakdown.map((row) => [row["kind"], row["reason"], row["objects"], row["bytes"]])).toEqual(
      result.breakdown.map((row) => [row.kind, row.reason, row.objects, row.bytes]),
    );
    expect(
      tableOf(report, "roots-table").rows.map((row) => [row["name"], row["freedBytes"], row["reachableBytes"]]),
    ).toEqual(result.top_roots.map((root) => [root.name, root.exclusive_bytes, root.reachable_bytes]));
  });

  it("says in words what a steward acts on", () => {
    expect(proseOf(report, "verdict")).toMatch(
      /TiB in [\d,]+ objects \(\d+\u00a0%\) may be deleted, .* may move to colder storage \(transition\) and .* stay\.$/,
    );
    const words = proseOf(report, "verdict-words");
    expect(words).toMatch(/It saves [\d,]+\u00a0USD a month\. Leaving a storage class early costs .* once/);
    expect(words).toContain("for erasure requests, without quarantine");
    expect(words).toContain("A second person must approve: 2 objects are both under a legal hold and to be erased.");
    expect(words).toContain("The largest group to be deleted is checkpoint, Bronze:");
    expect(proseOf(report, "roots")).toContain(
      "prod/llama-finetune (registry channel) alone keeps 74\u00a0TiB in 9,804 objects",
    );
  });

  it("tells what is to be settled, with its rows", () => {
    expect(proseOf(report, "before")).toContain("5 points to settle first.");
    expect(tableOf(report, "before-conflicts").rows).toEqual(result.conflicts);
    expect(tableOf(report, "before-selectors").rows).toEqual([
      { table: "protections", name: "golden/radar-2023", by: "prefix", selector: "s3://lake/golden/radar-23/" },
    ]);
    expect(cellOf(report, "before-unpriced")).toMatchObject({
      message: expect.stringContaining(`${result.unpriced.objects.toLocaleString("en-US")} of`),
    });
    expect(cellOf(report, "before-unpriced")).toMatchObject({ message: expect.stringContaining("(FSX_LUSTRE)") });
    expect(cellOf(report, "before-dangling")).toMatchObject({ severity: "info" });
    const many = gcReport(
      gcPlanResult(undefined, { integrity: { dangling: 5_000_000, unlisted_src: 0, tainted: 0, kept_to_deleted: 4 } }),
    );
    expect(cellOf(many, "before-dangling")).toMatchObject({ severity: "warning" });
    expect(cellOf(many, "before-broken")).toMatchObject({
      severity: "error",
      message: expect.stringContaining("do not run"),
    });
  });

  it("lists no more than 200 conflicts and says how many there are", () => {
    const conflicts = Array.from({ length: 900 }, (_, i) => ({ id: `s3://b/${i}`, hold: "h", request: "r" }));
    const many = gcReport(gcPlanResult(undefined, { conflicts, conflict_count: 12_345 }));
    expect(tableOf(many, "before-conflicts").rows).toHaveLength(200);
    expect(tableOf(many, "before-conflicts").caption).toContain("12,145 more rows in report.json");
    expect(proseOf(many, "verdict-words")).toContain("12,345 objects");
  });

  it("says what to do next, phase by phase, with the commands", () => {
    const steps = proseOf(report, "next-steps");
    for (const word of [
      "two people",
      "verify",
      "Purge",
      "Quarantine",
      "grace period",
      "Transition",
      "1,312 objects",
      "Reconcile",
    ]) {
      expect(steps).toContain(word);
    }
    const commands = (cellOf(report, "next-commands") as { source: string }).source;
    for (const verb of ["verify", "explain", "what-if", "reconcile"])
      expect(commands).toContain(`fleetlens gc ${verb} `);
    expect(commands.split("\n").every((line) => line.length <= 80)).toBe(true);
    expect(proseOf(gcReport(gcPlanResult(undefined, { restore_drill_objects: 0 })), "next-steps")).toContain(
      "no object was drawn",
    );
    expect(tableOf(report, "next-files").rows).toEqual([
      { file: "logs_purge.csv", use: "log partitions to delete" },
      { file: "restore_drill.csv", use: "objects to restore for the drill" },
      { file: "s3_batch_delete.csv", use: "S3 Batch Operations manifest: quarantine" },
    ]);
  });

  it("writes the inputs of the plan into the commands, as a shell reads them", () => {
    const commands = (plan: GcReport) => (cellOf(gcReport(plan), "next-commands") as { source: string }).source;
    expect(commands(result)).toContain(
      "--objects 'inventory/objects-*.parquet' \\\n  --edges 'inventory/edges-*.parquet' \\\n  --policy retention_policy.yaml \\\n  --protections protections.csv \\\n  --allow-unmatched\n",
    );
    expect(commands(result)).toContain("--drop prod/llama-finetune\n");
    const options = { ...result.createdFrom.options, policy: "it's; rm -rf $HOME", holds: "a\u202eb\nc" };
    const hostile = commands({ ...result, createdFrom: { ...result.createdFrom, options } });
    expect(hostile).toContain("--policy 'it'\\''s; rm -rf $HOME' ");
    expect(hostile).toContain("--holds HOLDS");
    const [root] = result.top_roots;
    expect(commands({ ...result, top_roots: [{ ...root, name: "a,b" }] })).toContain("--drop NAME\n");
  });

  it("gives every chart a title, an alternative text with figures of its own, and a table beside it", () => {
    const charts = chartsOf(report);
    expect(charts.map(({ id }) => id)).toEqual([
      "why-reasons",
      "map-bytes",
      "shares-class-chart",
      "shares-kind-chart",
      "shares-storage-chart",
      "roots-exclusive",
    ]);
    expect(new Set(charts.map(({ alt }) => alt)).size).toBe(charts.length);
    for (const { alt, spec } of charts) {
      expect(alt).toMatch(/\d/);
      expect(String(spec["title"])).toMatch(/^[A-Z]/);
      expect(Math.max(...rowCounts(spec))).toBeLessThanOrEqual(5000);
    }
  });

  it("has words of its own for every reason", () => {
    const labels = REASONS.map((reason) => reasonWords(reason, "keep"));
    expect(new Set(labels.map(({ label }) => label)).size).toBe(REASONS.length);
    for (const { rule } of labels) expect(rule).toMatch(/^[A-Z].*\.$/);
    expect(reasonWords("unreached", "delete").label).not.toBe(reasonWords("unreached", "transition").label);
    const order = [...result.by_reason].sort(byRule).map(({ reason, action }) => `${reason} ${action}`);
    expect(order.slice(-3)).toEqual(["uneconomic keep", "unreached transition", "unreached delete"]);
    expect(order[0]).toBe("erasure delete");
  });
});

describe("the plan of the fixture lineage", () => {
  it("is told as it was decided", async () => {
    const out = await mkdtemp(join(tmpdir(), "fleetlens-gc-"));
    try {
      const file = (name: string) => `fixtures/gc/${name}`;
      const { report: plan } = await planGc({
        ...{ objects: file("objects.csv"), edges: file("edges.csv"), policy: file("retention_policy.yaml"), out },
        ...{ protections: file("protections.csv"), holds: file("holds.csv"), erasures: file("erasures.csv") },
        asOfMs: Date.parse(LINEAGE_AS_OF),
      });
      const made = notebooks["gc-plan"](JSON.parse(await readFile(join(out, "report.json"), "utf8")));
      expect(made).toEqual(gcReport(plan));
      expect(defineReport(made)).toEqual(made);
      const rows = tableOf(made, "why-table").rows;
      expect(sum(rows.map((row) => Number(row["objects"])))).toBe(lineage(FIXTURE_SEED).objects.length);
      expect(rows.map((row) => row["reason"])).toEqual([...REASONS, "unreached"]);
      const files = tableOf(made, "next-files").rows;
      expect(files.map((row) => row["file"])).toContain("s3_transition_GLACIER.csv");
      expect(files.every((row) => row["use"] !== null)).toBe(true);
      expect(proseOf(made, "before")).toContain("3 points to settle first.");
      expect(renderMarkdown(made)).not.toMatch(/NaN|undefined|Infinity|null/);
    } finally {
      await rm(out, { recursive: true, force: true });
    }
  });
});

describe("a plan that a limit stopped", () => {
  const fused = fusedGcResult();
  const made = gcReport(fused);

  it("opens with the red light, the limits and by how much they were exceeded", () => {
    expect(defineReport(made)).toEqual(made);
    expect(made.cells[0]).toMatchObject({ kind: "warning", severity: "error" });
    expect((made.cells[0] as { message: string }).message).toMatch(/^Nothing may be deleted/);
    const over = whole(fused.fuse[0].planned) - 500n * 2n ** 40n;
    expect(proseOf(made, "verdict")).toContain(`(${over.toLocaleString("en-US")} bytes) too much`);
    expect(proseOf(made, "verdict")).toContain(
      "max_delete_fraction of the policy allows 20\u00a0%: 3.84 percentage points too much",
    );
    expect(figuresOf(made, "verdict-figures").items).toHaveLength(4);
    expect(proseOf(made, "verdict-words")).toContain("raise limits.max_delete_bytes and limits.max_delete_fraction");
    expect(made.parameters).toContainEqual({ name: "Status", value: "stopped by a limit" });
  });

  it("has no commands to carry it out", () => {
    const ids = made.cells.map(({ id }) => id);
    expect(ids).not.toContain("next-commands");
    expect(ids).not.toContain("next");
    expect(renderMarkdown(made)).not.toContain("may be deleted,");
  });

  it("tells amounts apart that differ little", () => {
    const close = gcReport({
      ...fused,
      fuse: [
        { limit: "max_delete_fraction", allowed: 0.5, planned: 0.500001 },
        { limit: "max_delete_bytes", allowed: 2 ** 50, planned: 2 ** 50 + 1 },
      ],
    });
    const words = proseOf(close, "verdict");
    expect(words).toContain("would delete 50.0001\u00a0% of all bytes");
    expect(words).toContain("allows 50\u00a0%: 0.0001 percentage points too much");
    expect(words).toContain("1\u00a0B (1 byte) too much");
    const huge = gcReport({ ...fused, fuse: [{ limit: "max_delete_bytes", allowed: 1, planned: "9007199254740995" }] });
    expect(proseOf(huge, "verdict")).toContain("(9,007,199,254,740,994 bytes) too much");
  });
});

describe("small, huge and hostile plans", () => {
  const cases: [string, GcReport, RegExp][] = [
    ["no objects", quiet([], { saved_monthly_usd: 0 }), /Nothing may go: all 0 B in 0 objects stay/],
    ["one object that stays", quiet([group({ objects: 1, bytes: 5n })]), /Nothing may go: all 5 B in 1 object stay/],
    ["nothing to settle", quiet([group()]), /Nothing needs settling/],
    ["no bytes at all", quiet([group({ bytes: 0n, objects: 9 })]), /No object has any bytes/],
    [
      "one class, all of it deleted",
      quiet([group({ reason: "unreached", action: "delete" })]),
      /3 GiB in 3 objects \(100 %\) may be deleted and nothing stays/,
    ],
    [
      "no price",
      quiet([group({ storageClass: "TAPE", reason: "unreached", action: "delete" })]),
      /What it saves is unknown/,
    ],
    ["no class and no kind", quiet([group({ class: null, kind: null, reason: "unknown" })]), /no kind 3 GiB/],
  ];
  it.each(cases)("makes a valid report of %s", async (_, plan, said) => {
    const made = gcReport(plan);
    expect(defineReport(made)).toEqual(made);
    const words = renderMarkdown(made).replaceAll("\u00a0", " ");
    expect(words).not.toMatch(/NaN|undefined|Infinity|null/);
    expect(words).toMatch(said);
    await renderHtml(made, { interactive: "none" });
  });

  it("says that there is nothing to do where nothing goes", () => {
    expect(proseOf(gcReport(quiet([group()])), "next")).toContain("there is nothing to delete or move");
  });

  it("keeps every digit of bytes beyond 2^53", () => {
    const bytes = 2n ** 53n + 1n;
    const plan = quiet([
      group({ reason: "unreached", action: "delete", bytes }),
      group({ class: "Gold", reason: "class_keep", bytes: 7n * bytes }),
    ]);
    expect(plan.by_class.map((row) => [row.class, row.delete.bytes])).toContainEqual(["Bronze", bytes.toString()]);
    const made = gcReport(plan);
    for (const id of ["why-table", "map-table", "shares-class", "shares-kind", "shares-storage"]) {
      const exact = tableOf(made, id).rows.map((row) => row["bytes"]);
      expect(exact).toContain(bytes.toString());
      expect(exact).toContain((7n * bytes).toString());
    }
    expect(renderMarkdown(made)).toContain("9,007,199,254,740,993");
    expect(proseOf(made, "verdict")).toContain("8\u00a0PiB in 3 objects");
    expect(proseOf(made, "verdict")).toContain("56\u00a0PiB in 3 objects");
  });

  it("names the sum of groups that are too many to list", () => {
    const plan = quiet(gcFleet());
    const tally = { objects: 12, bytes: 34, monthly_usd: null };
    const none = { objects: 0, bytes: 0, monthly_usd: null };
    const rest = { rest: true, delete: tally, transition: none, keep: none };
    const made = gcReport({
      ...plan,
      by_class: [...plan.by_class, { class: null, ...rest }],
      by_kind: [...plan.by_kind, { kind: null, ...rest }],
      by_storage_class: [...plan.by_storage_class, { storage_class: null, ...rest }],
      breakdown: [
        ...plan.breakdown,
        { kind: null, class: null, rest: true, reason: "unreached", action: "delete", ...tally },
      ],
    });
    for (const [id, name] of [
      ["class", "other classes"],
      ["kind", "other kinds"],
      ["storage", "other storage classes"],
    ]) {
      expect(tableOf(made, `shares-${id}`).rows.at(-1)).toMatchObject({ group: name, bytes: 34 });
    }
    expect(tableOf(made, "map-table").rows.at(-1)).toMatchObject({ kind: "other kinds", class: "other classes" });
  });

  it("draws 20 bars and lists 100 groups of many kinds, and loses no byte", () => {
    const kinds = Array.from({ length: 1000 }, (_, i) =>
      group({ kind: `kind-${i}`, bytes: BigInt(1000 - i) * 2n ** 30n }),
    );
    const plan = quiet(kinds);
    const made = gcReport(plan);
    const chart = chartsOf(made).find(({ id }) => id === "shares-kind-chart");
    expect(rowCounts(chart?.spec)).toEqual([60]);
    expect(JSON.stringify(chart?.spec)).toContain("981 other kinds");
    expect(tableOf(made, "shares-kind").rows).toHaveLength(100);
    expect(tableOf(made, "shares-kind").caption).toContain("900 smaller kinds");
    expect(tableOf(made, "map-table").rows).toHaveLength(200);
    const map = bytesMap(plan.breakdown);
    expect(map.cells).toHaveLength(400);
    expect(total([...map.cells.map(({ row }) => row), ...map.left].map(({ bytes }) => bytes))).toBe(
      whole(plan.objects.bytes),
    );
    expect(chartsOf(made).find(({ id }) => id === "map-bytes")?.caption).toContain("Not drawn: 600 groups");
  });

  it("keeps hostile names text", () => {
    const hostile = [
      "<img src=x onerror=alert(1)>",
      "# x\n\n- [a](javascript:alert(1))",
      "_a_ *b* `c` | d",
      "__proto__",
    ];
    const plan = gcPlanResult(
      hostile.flatMap((name, i) => [
        group({ kind: name, class: hostile[(i + 1) % 4], storageClass: name, reason: "unreached", action: "delete" }),
        group({ kind: name, class: name, storageClass: hostile[1] }),
      ]),
      {
        conflicts: [{ id: hostile[0], hold: hostile[1], request: hostile[2] }],
        conflict_count: 1,
        unmatched_selectors: [{ table: "holds", name: hostile[1], id: hostile[0], prefix: null }],
        top_roots: hostile.map((name) => ({ ...result.top_roots[0], name, type: name })),
        inputs: [{ path: hostile[0], rows: null, sha256: "5".repeat(64) }],
      },
    );
    const made: Report = gcReport(plan);
    expect(defineReport(made)).toEqual(made);
    for (const cell of made.cells) {
      if (cell.kind !== "prose") continue;
      expect(cell.markdown).not.toContain("<img");
      expect(cell.markdown).not.toMatch(/(?<!\\)\]\(/);
    }
    expect(new Set(tableOf(made, "shares-kind").rows.map((row) => row["group"]))).toEqual(new Set(hostile));
  });
});

describe("bytes in words", () => {
  it.each([
    [0, "0\u00a0B"],
    [1, "1\u00a0B"],
    [1023, "1,023\u00a0B"],
    [1024, "1\u00a0KiB"],
    [1536, "1.5\u00a0KiB"],
    [2 ** 20 - 1, "1\u00a0MiB"],
    [572.25 * TIB, "572.3\u00a0TiB"],
    ["9007199254740993", "8\u00a0PiB"],
    [(2n ** 70n).toString(), "1,024\u00a0EiB"],
  ])("%s bytes are %s", (bytes, words) => {
    expect(bytesWords(bytes)).toBe(words);
  });

  it("chooses one unit for a column, and writes all digits where asked", () => {
    expect(commonUnit([5n, 3n * 2n ** 40n, 7n])).toEqual({ name: "TiB", bytes: TIB });
    expect(commonUnit([]).name).toBe("B");
    expect(unitFor(2n ** 53n).name).toBe("PiB");
    expect(exactWords(1)).toBe("1 byte");
    expect(exactWords("9007199254740993")).toBe("9,007,199,254,740,993 bytes");
  });
});

describe("bars by what happens", () => {
  it("keeps the order of its bars, gives names that come twice bars of their own, and draws no border around nothing", () => {
    const bytes = { delete: 0n, transition: 0n, keep: 5n };
    const spec = actionBars(
      [
        { name: "a", bytes },
        { name: "a", bytes },
      ],
      "T",
      "Kind",
    );
    const [bars] = spec["layer"] as { encoding: Record<string, { condition?: { test: string } }> }[];
    const { values } = spec["data"] as { values: { category: string; value: number }[] };
    expect([...new Set(values.map(({ category }) => category))]).toEqual(["a", "a *"]);
    expect(values.every(({ value }) => value !== null)).toBe(true);
    expect(bars.encoding["strokeWidth"].condition?.test).toBe("datum.value > 0");
  });
});

describe("the map of the bytes", () => {
  const area = ({ width, height }: Box) => width * height;
  const overlap = (a: Box, b: Box) =>
    Math.max(0, Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)) *
    Math.max(0, Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y));

  it("is the worked example of Bruls, Huizing and van Wijk", () => {
    const cells = squarify([6, 6, 4, 3, 2, 2, 1], { x: 0, y: 0, width: 6, height: 4 });
    const round = (value: number) => Math.round(100 * value) / 100;
    expect(cells.map(({ x, y, width, height }) => [x, y, width, height].map(round))).toEqual([
      [0, 0, 3, 2],
      [0, 2, 3, 2],
      [3, 0, 1.71, 2.33],
      [4.71, 0, 1.29, 2.33],
      [3, 2.33, 1.2, 1.67],
      [4.2, 2.33, 1.2, 1.67],
      [5.4, 2.33, 0.6, 1.67],
    ]);
  });

  it("fills its box by weight, without overlaps, for any weights", () => {
    const random = createRandom(5);
    for (let round = 0; round < 40; round++) {
      const weights = Array.from({ length: 1 + random.int(30) }, () => random.uniform() ** 4 + 1e-6).sort(
        (a, b) => b - a,
      );
      const box = { x: random.uniform(), y: 3, width: 1 + 900 * random.uniform(), height: 1 + 400 * random.uniform() };
      const cells = squarify(weights, box);
      cells.forEach((cell, i) => {
        expect(area(cell) / area(box)).toBeCloseTo(weights[i] / sum(weights), 9);
        expect(cell.x).toBeGreaterThanOrEqual(box.x - 1e-9);
        expect(cell.y + cell.height).toBeLessThanOrEqual(box.y + box.height + 1e-6);
        for (const other of cells.slice(i + 1)) expect(overlap(cell, other)).toBeLessThan(1e-6);
      });
    }
  });

  it("gives kinds areas by their bytes and puts their cells inside", () => {
    const { kinds, cells, left } = bytesMap(result.breakdown);
    const all = Number(whole(result.objects.bytes));
    expect(left.every(({ bytes }) => whole(bytes) === 0n)).toBe(true);
    for (const { kind, bytes, box } of kinds) {
      expect(area(box) / (MAP.width * MAP.height)).toBeCloseTo(Number(bytes) / all, 6);
      for (const cell of cells.filter((one) => one.kind === kind)) {
        expect(overlap(cell.box, box)).toBeCloseTo(area(cell.box), 6);
      }
    }
  });
});

describe("the notebook of the kind gc-plan", () => {
  it("makes the report of a result read from JSON", () => {
    expect(GcReportSchema.parse(result)).toEqual(result);
    expect(notebooks["gc-plan"](JSON.parse(JSON.stringify(result)))).toEqual(report);
  });

  it("refuses what is none and says where", () => {
    expect(() => notebooks["gc-plan"]({ ...result, status: "fine" })).toThrow(/^not a plan of gc at \$\.status: /);
    expect(() => notebooks["gc-plan"](null)).toThrow(ReportError);
  });
});
