import { describe, expect, it } from "vitest";
import { fixtureDefrag, placementTables, podTable } from "../../fixtures/placement-plans.js";
import { defragReport, notebooks } from "../../reports/index.js";
import { DefragFileSchema } from "../../src/binpack/index.js";
import { UNDATED } from "../../src/report/index.js";
import { chartsOf, expectInert, expectSound, figuresOf, HOSTILE, proseOf, tableOf } from "./notebook-cells.js";

const result = DefragFileSchema.parse(fixtureDefrag());
const report = defragReport(result);

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

describe("moves for pending pods as a report", () => {
  it("is sound, bears no date, and is the same for the same result", () => {
    expectSound(report, ["verdict", "outcome", "moves", "pending", "method"]);
    expect(report).toMatchObject({ id: "defrag", generatedAt: UNDATED });
    expect(JSON.stringify(defragReport(structuredClone(result)))).toBe(JSON.stringify(report));
  });

  it("repeats the result's figures", () => {
    const { before, after, total, migrations, placements, pending_pods } = result;
    expect(after).toBeGreaterThan(before);
    expect(total).toBe(24_500);
    expect(proseOf(report, "verdict")).toContain(
      `Move ${migrations.length} pods: the room for pending pods grows from ${before / 1000} to ${after / 1000} GPUs of the 24.5 that they ask for, and ${placements.length} of 4 pending pods can start.`,
    );
    const values = figuresOf(report, "verdict-figures").items.map(({ value }) => value);
    expect(values).toEqual([migrations.length, after / 1000, before / 1000, expect.closeTo((100 * after) / total, 1)]);
    const moves = tableOf(report, "moves-list").rows;
    expect(moves.map((row) => [row["step"], row["pod"], row["from"], row["to"]])).toEqual(
      migrations.map(({ step, pod, from, to }) => [step + 1, pod, from.node, to.node]),
    );
    expect(sum(moves.map((row) => Number(row["gpus"])))).toBe(sum(migrations.map(({ gpu_milli }) => gpu_milli)) / 1000);
    expect(tableOf(report, "outcome-placements").rows.map((row) => row["pod"])).toEqual(
      placements.map(({ pod }) => pod),
    );
    expect(tableOf(report, "pending-pods").rows).toHaveLength(pending_pods - placements.length);
    expect(chartsOf(report)[0].alt).toMatch(/share of a GPU \d of 1 and 8 GPUs \d of 3\./);
  });

  it("says what moves disturb, whether more moves could help, and who waits on", () => {
    const words = proseOf(report, "verdict-words");
    expect(words).toMatch(/The moved pods leave \d nodes?; they hold \d GPUs?\. A pod that moves starts anew/);
    expect(words).toMatch(/All 8 moves that were allowed are used|Of at most 8 moves \d are used/);
    expect(words).toMatch(/pods? stays? pending \([\d.]+ GPUs\)/);
  });

  it("moves nothing where nothing is gained, where none may move, and where nobody waits", () => {
    const full = placementTables(1);
    const none = defragReport(fixtureDefrag({ tables: full, pending: podTable("large", [8]) }));
    expectSound(none, ["verdict", "outcome", "pending", "method"]);
    expect(proseOf(none, "verdict")).toContain(
      "Nothing: no plan of at most 8 moves gains anything. The pending pod has no room as things stand.",
    );
    const forbidden = defragReport(fixtureDefrag({ migrations: 0, pending: podTable("small", [1, 0]) }));
    expectSound(forbidden, ["verdict", "outcome", "method"]);
    expect(proseOf(forbidden, "verdict")).toContain(
      "no moves were asked for (--migrations). 2 of 2 pending pods have room",
    );
    const nobody = defragReport(fixtureDefrag({ pending: podTable("none", []) }));
    expectSound(nobody, ["verdict", "method"]);
    expect(proseOf(nobody, "verdict")).toContain("No pod is pending: nothing to make room for.");
    const cpu = defragReport(fixtureDefrag({ pending: podTable("cpu", [0, 0]) }));
    expectSound(cpu, ["verdict", "outcome", "method"]);
    expect(proseOf(cpu, "outcome")).toContain("2 of 2 pending pods have room; none asks for a GPU.");
  });

  it("keeps hostile names text", () => {
    const tables = placementTables();
    tables.nodes.name = [...HOSTILE];
    tables.pods.name = tables.pods.name.map((name, i) => HOSTILE[i % 4] + name);
    const pending = podTable("waiting", [8, 8, 8, 8]);
    pending.name = HOSTILE.map((name) => `${name}!`);
    const made = defragReport(fixtureDefrag({ tables, pending }));
    expectInert(made);
    expect(tableOf(made, "moves-list").rows.length).toBeGreaterThan(0);
  });
});

describe("moves that free nodes or racks as a report", () => {
  it("names the nodes to be freed, which are those that end without pods", () => {
    const freed = DefragFileSchema.parse(fixtureDefrag({ goal: "empty-nodes", pending: podTable("none", []) }));
    const made = defragReport(freed);
    expectSound(made, ["verdict", "outcome", "moves", "method"]);
    const gained = freed.after - freed.before;
    expect(gained).toBeGreaterThan(0);
    expect(freed.emptied).toHaveLength(gained);
    expect(freed.total).toBe(4);
    expect(proseOf(made, "verdict")).toContain(
      `Move ${freed.migrations.length} pods: ${gained} more nodes are then without pods, ${freed.after} instead of ${freed.before} of 4.`,
    );
    const rows = tableOf(made, "outcome-emptied").rows;
    expect(rows.map((row) => row["name"])).toEqual(freed.emptied);
    for (const { to } of freed.migrations) expect(freed.emptied).not.toContain(to.node);
    for (const row of rows) {
      const leave = freed.migrations.filter(({ from }) => from.node === row["name"]);
      expect(row["pods"]).toBe(leave.length);
      expect(leave.length).toBeGreaterThan(0);
    }
  });

  it("names racks by their path, and says so where none can be freed", () => {
    const freed = fixtureDefrag({ goal: "empty-racks", pending: podTable("none", []) });
    const made = defragReport(freed);
    expect(freed.total).toBe(2);
    if (freed.migrations.length > 0) expect(freed.emptied[0]).toMatch(/^zone-0\/block-0\/rack-[01]$/);
    const full = defragReport(fixtureDefrag({ goal: "empty-racks", migrations: 1, pending: podTable("none", []) }));
    expectSound(full, ["verdict", "method"]);
    expect(proseOf(full, "verdict")).toContain(
      "Nothing: no plan of at most 1 move gains anything; 0 of 2 racks are without pods.",
    );
    expect(made.id).toBe("defrag");
  });
});

describe("the notebook of the kind defrag", () => {
  it("makes the report of a result read from JSON, and refuses what is none", () => {
    expect(notebooks["defrag"](JSON.parse(JSON.stringify(result)))).toEqual(report);
    expect(() => notebooks["defrag"]({ ...result, goal: "x" })).toThrow(/^not a plan of moves at \$\.goal: /);
  });
});
