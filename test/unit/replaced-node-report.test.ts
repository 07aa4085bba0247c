import { describe, expect, it } from "vitest";
import { fixtureReplaced, placementTables, podTable } from "../../fixtures/placement-plans.js";
import { notebooks, replacedNodeReport } from "../../reports/index.js";
import { type ReplacedFile, ReplacedFileSchema } from "../../src/binpack/index.js";
import { UNDATED } from "../../src/report/index.js";
import { chartsOf, expectInert, expectSound, figuresOf, HOSTILE, proseOf, tableOf } from "./notebook-cells.js";

const result = ReplacedFileSchema.parse(fixtureReplaced());
const report = replacedNodeReport(result);

/** The result with other pods. */
const withPods = (pods: ReplacedFile["pods"]) => replacedNodeReport({ ...result, pods });
const lost = { pod: "a", gpu_milli: 4000, to: null, within: null, reason: "no_fit" };
const kept = { pod: "b", gpu_milli: 500, to: { node: "node-2", gpu_ids: "3" }, within: "rack" as const, reason: null };

describe("the failure of a node as a report", () => {
  it("is sound, bears no date, and says where the node stood", () => {
    expectSound(report, ["verdict", "pods", "method"]);
    expect(report).toMatchObject({ id: "replaced-node", generatedAt: UNDATED });
    expect(report.parameters).toContainEqual({ name: "Where it stands", value: "zone-0/block-0/rack-0" });
  });

  it("repeats the result's figures", () => {
    const { pods } = result;
    expect(pods.length).toBeGreaterThan(1);
    expect(pods.every(({ to }) => to !== null)).toBe(true);
    expect(proseOf(report, "verdict")).toContain(
      `If node-0 (8 A100 GPUs) fails, all ${pods.length} of its pods (${pods.length} GPUs) find another place.`,
    );
    expect(figuresOf(report, "verdict-figures").items.map(({ value }) => value)).toEqual([
      pods.length,
      pods.length,
      0,
      0,
    ]);
    const rows = tableOf(report, "pods-list").rows;
    expect(rows.map((row) => [row["pod"], row["node"]])).toEqual(pods.map(({ pod, to }) => [pod, to?.node]));
    const near = pods.filter(({ within }) => within === "rack").length;
    expect(near).toBeGreaterThan(0);
    expect(rows.filter((row) => row["near"] === "same rack")).toHaveLength(near);
  });

  it("says what finds no place, and why", () => {
    const some = withPods([lost, kept]);
    expectSound(some, ["verdict", "pods", "method"]);
    expect(proseOf(some, "verdict")).toContain("1 of its 2 pods finds another place; 1 with 4 GPUs does not.");
    expect(proseOf(some, "verdict-words")).toContain("Of the pods without a place, 1 found no node with room.");
    expect(proseOf(some, "verdict-words")).toContain("Of the pods with a new place, 1 in the same rack.");
    expect(proseOf(some, "pods")).toContain("Same rack: 1 pod (0.5 GPUs); no place: 1 pod (4 GPUs).");
    expect(chartsOf(some)).toHaveLength(1);
  });

  it.each([
    [[], ["verdict", "method"], "node-0 (8 A100 GPUs) has no pod: its failure stops nothing."],
    [[lost], ["verdict", "pods", "method"], "fails, its only pod (4 GPUs) finds no other place."],
    [[kept], ["verdict", "pods", "method"], "fails, its only pod (0.5 GPUs) finds another place."],
    [[lost, { ...lost, pod: "c" }], ["verdict", "pods", "method"], "none of its 2 pods (8 GPUs) finds another place."],
  ] as const)("is told of %j", (pods, heads, words) => {
    const made = withPods([...pods]);
    expectSound(made, heads);
    expect(proseOf(made, "verdict")).toContain(words);
    expect(chartsOf(made)).toEqual([]);
  });

  it("speaks of other nodes where no racks are known", () => {
    const made = replacedNodeReport({
      ...result,
      zone: "",
      block: "",
      rack: "",
      pods: [{ ...kept, within: null }, lost],
    });
    expectSound(made, ["verdict", "pods", "method"]);
    expect(proseOf(made, "pods")).toContain("Another node: 1 pod");
    expect(proseOf(made, "verdict-words")).not.toContain("rack");
  });

  it("keeps hostile names text", () => {
    const tables = placementTables();
    tables.nodes.name = [...HOSTILE];
    tables.nodes.model.fill(HOSTILE[1]);
    tables.pods = podTable("pod", new Array(20).fill(1));
    tables.pods.name = tables.pods.name.map((name, i) => HOSTILE[i % 4] + name);
    expectInert(replacedNodeReport(fixtureReplaced(tables)));
  });
});

describe("the notebook of the kind replaced-node", () => {
  it("makes the report of a result read from JSON, and refuses what is none", () => {
    expect(notebooks["replaced-node"](JSON.parse(JSON.stringify(result)))).toEqual(report);
    expect(() => notebooks["replaced-node"]({ ...result, pods: 3 })).toThrow(
      /^not a replacement of a node at \$\.pods: /,
    );
  });
});
