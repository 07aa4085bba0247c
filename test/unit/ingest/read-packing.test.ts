import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { InputError } from "../../../src/core/errors.js";
import { readNodes, readPods, writeParquet } from "../../../src/ingest/index.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fleetlens-test-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function csv(head: string, ...rows: string[]): Promise<string> {
  const path = join(folder, "list.csv");
  await writeFile(path, `${[head, ...rows].join("\n")}\n`);
  return path;
}

async function refused(read: Promise<unknown>): Promise<{ message: string; row: unknown; column: unknown }> {
  const error = await read.then(
    () => expect.fail("nothing was refused"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(InputError);
  const { message, details } = error as InputError;
  return { message: message.replaceAll(folder, ""), row: details["row"], column: details["column"] };
}

const NODE = "sn,cpu_milli,memory_mib,gpu,model";
const POD = "name,cpu_milli,memory_mib,num_gpu,gpu_milli";

describe("readNodes", () => {
  it("reads the openb list as it is: no model is a node without GPU", async () => {
    const { nodes, inputs } = await readNodes(await csv(NODE, "a,32000,262144,0,", "b,64000,131072,2,P100"));
    expect(nodes).toMatchObject({ n: 2, name: ["a", "b"], model: ["", "P100"] });
    expect([[...nodes.cpu], [...nodes.memory], [...nodes.gpus]]).toEqual([
      [32_000, 64_000],
      [262_144, 131_072],
      [0, 2],
    ]);
    expect([nodes.zone, nodes.nvlink, nodes.labels, nodes.taints, nodes.priceHour, nodes.spot]).toEqual(
      Array(6).fill(undefined),
    );
    expect(inputs).toMatchObject([{ rows: 2 }]);
  });

  it("reads every optional column, empty cells included", async () => {
    const head = `${NODE},zone,block,rack,nvlink,numa,nics,labels,taints,pool,price_hour,spot,colour`;
    const { nodes } = await readNodes(
      await csv(
        head,
        "a,1,1,8,A,z,b,r,4,2,8,k=v;k2=v2,team=x:NoSchedule;gpu:NoSchedule,p,1.5,true,red",
        "b,1,1,0,,,,,,,,,,,,,",
      ),
    );
    expect(nodes).toMatchObject({
      zone: ["z", ""],
      block: ["b", ""],
      rack: ["r", ""],
      pool: ["p", ""],
      spot: [true, false],
    });
    expect([[...nodes.nvlink!], [...nodes.numa!], [...nodes.nics!]]).toEqual([
      [4, 0],
      [2, 0],
      [8, 0],
    ]);
    expect(nodes.labels).toEqual([{ k: "v", k2: "v2" }, {}]);
    expect(nodes.taints).toEqual([
      [
        { key: "team", value: "x" },
        { key: "gpu", value: "" },
      ],
      [],
    ]);
    expect([...nodes.priceHour!]).toEqual([1.5, Number.NaN]);
  });

  it.each([
    ["a missing column", "sn,cpu_milli,memory_mib,gpu", "a,1,1,0", 'no column "model"', undefined, "model"],
    ["an empty name", NODE, ",1,1,0,", 'row 1: column "sn": got an empty cell', 1, "sn"],
    ["negative CPU", NODE, "a,-1,1,0,", 'row 1: column "cpu_milli": got "-1", expected a whole number', 1, "cpu_milli"],
    ["memory that is no number", NODE, "a,1,nan,0,", 'row 1: column "memory_mib": got "nan"', 1, "memory_mib"],
    ["half a GPU", NODE, "a,1,1,0.5,A", 'row 1: column "gpu": got "0.5", expected whole GPUs', 1, "gpu"],
    [
      "GPUs without a model",
      NODE,
      "a,1,1,2,",
      'row 1: column "model": got an empty cell, expected the model',
      1,
      "model",
    ],
    [
      "a bad taint",
      `${NODE},taints`,
      "a,1,1,0,,k=v",
      'column "taints": got "k=v", expected taints such as',
      1,
      "taints",
    ],
    ["a bad label", `${NODE},labels`, "a,1,1,0,,=v", 'column "labels": got "=v"', 1, "labels"],
    ["a bad flag", `${NODE},spot`, "a,1,1,0,,maybe", 'column "spot": got "maybe", expected true or false', 1, "spot"],
    ["a negative price", `${NODE},price_hour`, "a,1,1,0,,-2", 'column "price_hour": got "-2"', 1, "price_hour"],
  ])("refuses %s", async (_, head, row, message, at, column) => {
    const error = await refused(readNodes(await csv(head, row)));
    expect(error.message).toContain("/list.csv");
    expect(error.message).toContain(message);
    expect([error.row, error.column]).toEqual([at, column]);
  });

  it("refuses a node that is there twice, and a list without nodes", async () => {
    const twice = await refused(readNodes(await csv(NODE, "a,1,1,0,", "b,1,1,0,", "a,2,2,0,")));
    expect(twice.message).toBe('/list.csv row 1 and /list.csv row 3: column "sn": node "a" is there twice; keep one');
    expect([twice.row, twice.column]).toEqual([3, "sn"]);
    expect((await refused(readNodes(await csv(NODE)))).message).toBe("/list.csv: the file has no rows");
  });
});

describe("readPods", () => {
  it("reads a list without gpu_spec; whole GPUs and pods without one set gpu_milli themselves", async () => {
    const { pods, warnings } = await readPods(
      await csv(
        `${POD},qos,creation_time`,
        "a,1000,64,1,470,LS,0",
        "b,0,0,2,300,BE,5",
        "c,5,6,0,800,,",
        "d,1,1,1,1000,,",
      ),
    );
    expect(pods).toMatchObject({ n: 4, name: ["a", "b", "c", "d"], spec: ["", "", "", ""] });
    expect([[...pods.gpus], [...pods.milli]]).toEqual([
      [1, 2, 0, 1],
      [470, 1000, 0, 1000],
    ]);
    expect([pods.group, pods.requiredLevel, pods.tolerations, pods.nics, warnings]).toEqual([
      ...Array(4).fill(undefined),
      [],
    ]);
  });

  it("reads every optional column from Parquet too", async () => {
    const path = join(folder, "pods.parquet");
    const text = (name: string, ...data: string[]) => ({ name, type: "VARCHAR" as const, data });
    const whole = (name: string, ...data: (number | null)[]) => ({ name, type: "INTEGER" as const, data });
    await writeParquet(path, [
      ...[text("name", "a", "b"), whole("cpu_milli", 1, 2), whole("memory_mib", 3, 4), whole("num_gpu", 1, 1)],
      ...[whole("gpu_milli", 500, 1000), text("gpu_spec", "A|B", ""), text("group", "g", "g")],
      ...[
        text("required_level", "rack", "rack"),
        text("preferred_level", "", "nvlink"),
        text("node_selector", "k=v", ""),
      ],
      ...[text("tolerations", "team=x:NoSchedule;gpu", ""), whole("nics", 1, null), text("data_zone", "z", "")],
      ...[whole("priority", -3, null), text("team", "t", "")],
    ]);
    const { pods } = await readPods(path);
    expect(pods).toMatchObject({
      spec: ["A|B", ""],
      group: ["g", "g"],
      requiredLevel: ["rack", "rack"],
      team: ["t", ""],
    });
    expect([pods.preferredLevel, pods.nodeSelector, pods.dataZone]).toEqual([
      ["", "nvlink"],
      [{ k: "v" }, {}],
      ["z", ""],
    ]);
    expect([pods.tolerations, [...pods.nics!], [...pods.priority!]]).toEqual([
      [["team=x", "gpu"], []],
      [1, 0],
      [-3, Number.NaN],
    ]);
  });

  it("clips a share of more than a GPU and says so", async () => {
    const path = await csv(POD, "a,1,1,1,900", "b,1,1,1,1200", "c,1,1,1,5000", "d,1,1,2,4000");
    const { pods, warnings } = await readPods(path);
    expect([...pods.milli]).toEqual([900, 1000, 1000, 1000]);
    expect(warnings).toEqual([`${path} row 2: column "gpu_milli": 1200 is more than a GPU; taken as 1000, and 1 more`]);
  });

  it("takes as many GPUs as the largest node has, else 8", async () => {
    const path = await csv(POD, "a,1,1,16,1000");
    expect((await readPods(path, { largestNode: 16 })).pods.gpus[0]).toBe(16);
    const error = await refused(readPods(path, { largestNode: 4 }));
    expect(error.message).toContain('row 1: column "num_gpu": got "16", expected at most 8 GPUs');
  });

  it("gives an empty table for an empty list", async () => {
    expect((await readPods(await csv(POD))).pods).toMatchObject({ n: 0, name: [], spec: [] });
  });

  it("refuses a gang whose rows do not follow one another, naming the row", async () => {
    const rows = ["a,1,1,1,1000,g", "b,1,1,1,1000,g", "c,1,1,1,1000,", "d,1,1,1,1000,h", "e,1,1,1,1000,g"];
    const error = await refused(readPods(await csv(`${POD},group`, ...rows)));
    expect(error.message).toBe(
      '/list.csv row 5: column "group": gang "g" goes on here after other pods (until row 2); put its rows together',
    );
    expect([error.row, error.column]).toEqual([5, "group"]);
  });

  it.each([
    ["a missing column", "name,cpu_milli,memory_mib,num_gpu", "a,1,1,0", 'no column "gpu_milli"', "gpu_milli"],
    ["negative memory", POD, "a,1,-5,0,0", 'row 1: column "memory_mib": got "-5"', "memory_mib"],
    ["an empty request", POD, "a,,1,0,0", 'row 1: column "cpu_milli": got an empty cell', "cpu_milli"],
    ["NaN", POD, "a,1,1,NaN,0", 'row 1: column "num_gpu": got "NaN", expected whole GPUs from 0', "num_gpu"],
    ["a share of nothing", POD, "a,1,1,1,0", 'row 1: column "gpu_milli": got "0", expected at least 1', "gpu_milli"],
    [
      "an unknown level",
      `${POD},required_level`,
      "a,1,1,0,0,row",
      "expected one of zone, block, rack, node, nvlink",
      "required_level",
    ],
    ["a selector that is none", `${POD},node_selector`, "a,1,1,0,0,=x", 'column "node_selector"', "node_selector"],
    ["half a NIC", `${POD},nics`, "a,1,1,0,0,0.5", 'column "nics": got "0.5"', "nics"],
    ["a priority that is no number", `${POD},priority`, "a,1,1,0,0,high", 'column "priority": got "high"', "priority"],
  ])("refuses %s", async (_, head, row, message, column) => {
    const error = await refused(readPods(await csv(head, row)));
    expect(error.message).toContain(message);
    expect(error.column).toBe(column);
  });

  it("refuses a pod that is there twice", async () => {
    const error = await refused(readPods(await csv(POD, "a,1,1,0,0", "a,1,1,0,0")));
    expect(error.message).toBe('/list.csv row 1 and /list.csv row 2: column "name": pod "a" is there twice; keep one');
  });
});
