import { beforeAll, describe, expect, it } from "vitest";
import { fixturePacking, packingTables } from "../../fixtures/packing-result.js";
import { notebooks, packingReport } from "../../reports/index.js";
import { byModel } from "../../reports/packing/models.js";
import { MAP, nodeCells } from "../../reports/packing/node-cells.js";
import { classOf } from "../../reports/packing/node-strip.js";
import {
  fragmentation,
  type NodeState,
  type NodeTable,
  type PackingResult,
  type PodTable,
} from "../../src/binpack/index.js";
import { ReportError } from "../../src/core/index.js";
import { defineReport, type Report, renderHtml, renderMarkdown, renderQmd, UNDATED } from "../../src/report/index.js";
import { cellOf, chartsOf, figuresOf, proseOf, rowCounts, tableOf } from "./notebook-cells.js";

let result: PackingResult;
let report: Report;
beforeAll(async () => {
  result = await fixturePacking();
  report = packingReport(result);
});

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const unusable = ({ unusable_cpu, unusable_model, unusable_pieces }: NodeState) =>
  unusable_cpu + unusable_model + unusable_pieces;

/** `n` nodes of 8 GPUs and their pods of one GPU each. */
function small(n: number, pods: number, model = "A100"): { nodes: NodeTable; pods: PodTable } {
  const filled = (count: number, value: number) => new Int32Array(count).fill(value);
  return {
    nodes: {
      n,
      name: Array.from({ length: n }, (_, i) => `n${i}`),
      cpu: filled(n, 64_000),
      memory: filled(n, 512_000),
      gpus: new Uint16Array(n).fill(8),
      model: new Array<string>(n).fill(model),
    },
    pods: {
      n: pods,
      name: Array.from({ length: pods }, (_, i) => `p${i}`),
      cpu: filled(pods, 4000),
      memory: filled(pods, 1000),
      gpus: new Uint16Array(pods).fill(1),
      milli: filled(pods, 1000),
      spec: new Array<string>(pods).fill(""),
    },
  };
}

describe("placements as a report", () => {
  it("is a valid report, dated with --as-of and not with the clock", () => {
    expect(defineReport(report)).toEqual(report);
    expect(report).toMatchObject({ id: "packing", generatedAt: result.as_of });
    expect(report.provenance?.inputs).toEqual(result.createdFrom.inputs);
  });

  it("bears no date that people see when none was given", async () => {
    const undated = packingReport({ ...result, as_of: null });
    expect(undated.generatedAt).toBe(UNDATED);
    const pages = [renderMarkdown(undated), renderQmd(undated), await renderHtml(undated, { interactive: "none" })];
    for (const page of pages) expect(page).not.toMatch(/As of|1970/);
    expect(renderMarkdown(report)).toContain("As of 1 September 2026");
  });

  it("is the same for the same result, and leaves it as it was", () => {
    const before = JSON.stringify(result);
    expect(JSON.stringify(packingReport(structuredClone(result)))).toBe(JSON.stringify(report));
    expect(JSON.stringify(result)).toBe(before);
  });

  it("has every section in order, each opening with a sentence", () => {
    const heads = ["verdict", "policies", "nodes", "fragmentation", "pending", "fill", "method"];
    for (const id of heads) expect(proseOf(report, id)).toMatch(/^# [A-Z][^\n]+\n\n\S[^\n]+[.:]$/);
    const order = heads.map((id) => report.cells.findIndex((cell) => cell.id === id));
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it("repeats the result's figures", () => {
    const { nodes_map: nodes, bound } = result;
    const values = figuresOf(report, "verdict-figures").items.map(({ value }) => value);
    expect(values[0]).toBeCloseTo(result.allocation_ratio_final ?? Number.NaN, 2);
    expect(values[1]).toBeCloseTo((100 * result.allocated_gpu_milli) / (bound?.lp ?? 0), 2);
    expect(values[2]).toBeCloseTo(sum(nodes.map(unusable)) / 1000, 1);
    expect(values[3]).toBe(result.pods_unschedulable);
    const models = tableOf(report, "fragmentation-table").rows;
    expect(models.map((row) => [row["model"], row["nodes"], row["gpus"]]).sort()).toEqual(
      Object.entries(result.by_model)
        .map(([name, { nodes: count, gpus }]) => [name, count, gpus])
        .sort(),
    );
    for (const row of models) {
      const model = result.by_model[String(row["model"])];
      expect(row["free"]).toBeCloseTo(model.gpus - model.allocated_gpu_milli / 1000, 2);
    }
    const reasons = tableOf(report, "pending-reasons").rows;
    expect(sum(reasons.map((row) => Number(row["pods"])))).toBe(result.pods_unschedulable);
    const sizes = tableOf(report, "pending-size-table").rows;
    expect(sum(sizes.map((row) => Number(row["arrived"])))).toBe(result.pods_placed + result.pods_unschedulable);
    expect(sum(sizes.map((row) => Number(row["pods"])))).toBe(result.pods_unschedulable);
  });

  it("ranks the policies and names what the choice is worth", () => {
    const rows = tableOf(report, "policies-scores").rows;
    expect(rows.map((row) => row["policy"]).sort()).toEqual(["fgd", "random"]);
    expect(Number(rows[0]["filled"])).toBeGreaterThanOrEqual(Number(rows[1]["filled"]));
    expect(proseOf(report, "policies")).toMatch(/GPUs? \(|same number/);
    const twice = packingReport({
      ...result,
      comparison: [...result.comparison, { ...result.comparison[0], policy: "fgd" }],
    });
    expect(tableOf(twice, "policies-scores").rows).toHaveLength(2);
  });

  it("says how to compare where only one policy was run, and leaves out a bound that was not computed", () => {
    const alone = packingReport({ ...result, comparison: [], bound: null });
    expect(defineReport(alone)).toEqual(alone);
    expect(proseOf(alone, "policies")).toContain("--compare");
    expect(figuresOf(alone, "verdict-figures").items).toHaveLength(3);
    expect(renderMarkdown(alone)).not.toContain("bound");
  });

  it("says so where another policy is better", () => {
    const more = { ...result.comparison[0], policy: "auto", allocated_gpu_milli: result.allocated_gpu_milli + 2000 };
    expect(proseOf(packingReport({ ...result, comparison: [more] }), "verdict-words")).toContain(
      "auto would fill 2 GPUs more.",
    );
  });

  it("takes offline for a yardstick and not for a policy to choose", () => {
    const offline = {
      ...result.comparison[0],
      policy: "offline",
      allocated_gpu_milli: result.allocated_gpu_milli + 3000,
    };
    const made = packingReport({ ...result, comparison: [...result.comparison, offline] });
    expect(proseOf(made, "verdict-words")).toMatch(
      /The other policy compared fills no more\. Knowing all pods.*3 GPUs more/,
    );
    expect(tableOf(made, "policies-scores").rows[0]["policy"]).toBe("offline");
    const only = packingReport({ ...result, comparison: [offline] });
    expect(proseOf(only, "policies")).toMatch(/would fill 3 GPUs more than fgd\.$/);
    const own = packingReport({ ...result, policy: "offline" });
    expect(proseOf(own, "policies")).not.toContain("Knowing");
  });

  it("gives every chart a title and an alternative text with figures of its own", () => {
    const alts = chartsOf(report).map(({ alt }) => alt);
    expect(new Set(alts).size).toBe(alts.length);
    expect(alts).toHaveLength(6);
    for (const { alt, spec } of chartsOf(report)) {
      expect(alt).toMatch(/\d/);
      expect(String(spec["title"])).toMatch(/^[A-Z]/);
      expect(Math.max(...rowCounts(spec))).toBeLessThanOrEqual(5000);
    }
  });
});

describe("what is free but unusable", () => {
  it("is the fragmentation of Weng et al. over the typical pods that ask for GPUs, split by cause", async () => {
    const { binpack } = await import("../../src/binpack/index.js");
    const { fragmentCauses } = await import("../../src/binpack/fragment-causes.js");
    const { nodes, pods } = await packingTables();
    const { cluster, typical } = binpack(nodes, pods, { policy: "random", order: "shuffle", seed: 3 });
    const kinds = Array.from({ length: typical.n }, (_, k) => k).filter((k) => typical.gpus[k] > 0);
    const count = Int32Array.from(kinds, (k) => typical.count[k]);
    const asking = {
      n: kinds.length,
      cpu: Int32Array.from(kinds, (k) => typical.cpu[k]),
      gpus: Uint16Array.from(kinds, (k) => typical.gpus[k]),
      milli: Int32Array.from(kinds, (k) => typical.milli[k]),
      spec: kinds.map((k) => typical.spec[k]),
      count,
      frequency: Float64Array.from(count, (c) => c / sum([...count])),
    };
    const causes = fragmentCauses(cluster, typical);
    const expected = fragmentation(cluster, asking);
    expect(sum([...expected])).toBeGreaterThan(0);
    expected.forEach((f, node) => {
      expect(causes.model[node] + causes.cpu[node] + causes.pieces[node]).toBeCloseTo(f, 6);
    });
  });

  it("names the cause: too little CPU, a model that is not asked for, pieces that are too small", async () => {
    const { nodes, pods } = small(2, 10);
    const lost = async (change: (tables: ReturnType<typeof small>) => void) => {
      const tables = structuredClone({ nodes, pods });
      change(tables);
      return (await fixturePacking(tables, { order: "file" })).nodes_map;
    };
    // Of 16 GPUs 10 are taken; what follows keeps typical pods from the rest.
    const cpu = await lost(({ nodes: n }) => n.cpu.fill(20_000));
    expect(sum(cpu.map((node) => node.unusable_cpu))).toBe(6000);
    const model = await lost((tables) => {
      tables.nodes.model[1] = "T4";
      tables.pods.spec.fill("A100");
    });
    expect(sum(model.map((node) => node.unusable_model))).toBe(8000);
    const pieces = await lost((tables) => {
      tables.pods.milli.fill(600);
    });
    expect(sum(pieces.map((node) => node.unusable_pieces))).toBe(4000);
  });
});

describe("the map of the nodes", () => {
  const nodes = (model: string, n: number): NodeState[] =>
    Array.from({ length: n }, (_, i) => ({
      name: `${model}-${i}`,
      model,
      gpus: 8,
      allocated_gpu_milli: (i * 37) % 8001,
      unusable_cpu: 0,
      unusable_model: 0,
      unusable_pieces: i % 100,
      cpu_left_milli: 1000,
    }));

  it("shows 1,213 nodes one by one, the fullest first", () => {
    const { cells, lines, named, nodesPerCell } = nodeCells(byModel([...nodes("T4", 404), ...nodes("G2", 809)]));
    expect({ cells: cells.length, nodesPerCell, named }).toEqual({
      cells: 1213,
      nodesPerCell: 1,
      named: ["G2 (809)", "T4 (404)"],
    });
    expect(lines).toHaveLength(Math.ceil(809 / MAP.columns) + Math.ceil(404 / MAP.columns));
    const filled = cells.slice(0, 809).map((cell) => cell.nodes[0].allocated_gpu_milli);
    expect(filled).toEqual([...filled].sort((a, b) => b - a));
  });

  it("bins 12,000 nodes, says so, and loses none", () => {
    const many = { ...result, nodes_map: nodes("G2", 12_130) };
    const { cells, lines, nodesPerCell } = nodeCells(byModel(many.nodes_map));
    expect(lines.length).toBeLessThanOrEqual(MAP.mostLines);
    expect(sum(cells.map((cell) => cell.nodes.length))).toBe(12_130);
    expect(nodesPerCell).toBe(7);
    const made = packingReport(many);
    expect(defineReport(made)).toEqual(made);
    expect(cellOf(made, "nodes-filled")).toMatchObject({
      caption: expect.stringContaining("mean of 7 neighbouring nodes"),
    });
    for (const { spec } of chartsOf(made)) expect(Math.max(...rowCounts(spec))).toBeLessThanOrEqual(5000);
  });

  it("puts many models into few lines, and models of one name into lines of their own", () => {
    const models = Array.from({ length: 60 }, (_, i) => nodes(`M${i}`, 60 - i)).flat();
    const groups = byModel(models);
    expect(groups).toHaveLength(20);
    expect(groups.at(-1)?.model).toBe("41 other models");
    expect(sum(groups.map((group) => group.nodes.length))).toBe(models.length);
    const alike = nodeCells(byModel([...nodes("A", 100), ...nodes("A (100)", 3), ...nodes("A, from 81", 2)]));
    expect(new Set(alike.lines).size).toBe(alike.lines.length);
  });

  it("sorts a value into its class", () => {
    const classes = [0, 0.5, 1].map((from) => ({ name: `${from}`, from, colour: "#000000" }));
    expect([-1, 0, 0.4, 0.5, 0.99, 1, 7].map((v) => classOf(classes, v).name)).toEqual([
      "0",
      "0",
      "0",
      "0.5",
      "0.5",
      "1",
      "1",
    ]);
  });
});

describe("small and hostile clusters", () => {
  it.each([
    ["no pods", 3, 0],
    ["one node and one pod", 1, 1],
    ["a full node", 1, 8],
    ["one pod too many", 1, 9],
    ["no nodes", 0, 2],
  ])("makes a valid report of %s", async (name, nodes, pods) => {
    const made = packingReport(await fixturePacking(small(nodes, pods)));
    expect(defineReport(made)).toEqual(made);
    const words = renderMarkdown(made);
    expect(words).not.toMatch(/NaN|undefined|Infinity|null/);
    const said: Record<string, RegExp> = {
      "no pods": /No pod arrived/,
      "one node and one pod": /The only pod has a place\./,
      "a full node": /No GPU is free/,
      "one pod too many": /1 of 9 pods/,
      "no nodes": /no GPUs: there is nothing to fill/,
    };
    expect(words).toMatch(said[name]);
  });

  it("makes a valid report of nodes without GPUs", async () => {
    const tables = small(2, 3);
    tables.nodes.gpus.fill(0);
    tables.nodes.model.fill("");
    const made = packingReport(await fixturePacking(tables));
    expect(defineReport(made)).toEqual(made);
    expect(chartsOf(made).map(({ id }) => id)).not.toContain("nodes-filled");
  });

  it("keeps hostile names text", async () => {
    const hostile = [
      "<img src=x onerror=alert(1)>",
      "# x\n\n- [a](javascript:alert(1))",
      "_a_ *b* `c` | d",
      "__proto__",
    ];
    const tables = small(4, 40);
    tables.nodes.name = hostile.map((name, i) => `${name}${i}`);
    tables.nodes.model = [...hostile];
    tables.pods.spec.fill(hostile[1]);
    tables.pods.name = tables.pods.name.map((name, i) => hostile[i % 4] + name);
    const made = packingReport(await fixturePacking(tables));
    expect(defineReport(made)).toEqual(made);
    for (const cell of made.cells) {
      if (cell.kind !== "prose") continue;
      expect(cell.markdown).not.toContain("<img");
      expect(cell.markdown).not.toMatch(/(?<!\\)\]\(/);
    }
    expect(
      tableOf(made, "fragmentation-table")
        .rows.map((row) => row["model"])
        .sort(),
    ).toEqual([...hostile].sort());
  });
});

describe("the notebook of the kind packing", () => {
  it("makes the report of a result read from JSON", () => {
    expect(notebooks["packing"](JSON.parse(JSON.stringify(result)))).toEqual(report);
  });

  it("refuses what is none and says where", () => {
    expect(() => notebooks["packing"]({ ...result, gpus: "8" })).toThrow(/^not a packing result at \$\.gpus: /);
    const nodes = [{ ...result.nodes_map[0], gpus: -1 }];
    expect(() => notebooks["packing"]({ ...result, nodes_map: nodes })).toThrow(/at \$\.nodes_map\[0\]\.gpus: /);
    expect(() => notebooks["packing"](null)).toThrow(ReportError);
  });
});
