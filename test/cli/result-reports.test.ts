import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fleetlens } from "./program.js";

const CLUSTER = "fixtures/cluster";

describe("the reports of results", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "fleetlens-result-reports-"));
    const packing = ["--nodes", `${CLUSTER}/nodes.csv`, "--pods", `${CLUSTER}/pods.csv`, "--compare", "fgd,random"];
    const out = ["--out", join(folder, "placements.parquet"), "--metrics", join(folder, "m.json")];
    const packed = fleetlens(["binpack", ...packing, ...out]);
    expect(packed.code, packed.stderr).toBe(0);
    const jobs = ["--jobs", `${CLUSTER}/queue-jobs.parquet`, "--cluster", `${CLUSTER}/cluster.yaml`];
    const simulated = fleetlens(["simulate", ...jobs, "--policy", "easy", "--out", join(folder, "simulation")]);
    expect(simulated.code, simulated.stderr).toBe(0);
    const cluster = ["--nodes", `${CLUSTER}/nodes.csv`, "--pods", `${CLUSTER}/pods.csv`];
    const plans = [
      "--pending",
      `${CLUSTER}/pending-pods.csv`,
      "--migrations",
      "10",
      "--catalog",
      `${CLUSTER}/catalog.json`,
    ];
    const planned = fleetlens(["binpack", ...cluster, ...plans, "--out", join(folder, "p.csv")]);
    expect(planned.code, planned.stderr).toBe(0);
    const failed = fleetlens(["binpack", ...cluster, "--replace-node", "node-03", "--out", join(folder, "r.csv")]);
    expect(failed.code, failed.stderr).toBe(0);
    const money = ["--demand", `${CLUSTER}/demand-scenarios.parquet`, "--prices", `${CLUSTER}/prices.json`];
    const bought = fleetlens(["capacity", ...money, "--out", join(folder, "capacity")]);
    expect(bought.code, bought.stderr).toBe(0);
    const columns = ["--queue", "queue", "--time", "time", "--value", "running_gpus+pending_gpus", "--weeks", "1"];
    const demand = [`${CLUSTER}/telemetry.parquet`, ...columns, "--model", "seasonal_naive"];
    const wanted = fleetlens(["demand", ...demand, "--out", join(folder, "demand.json")]);
    expect(wanted.code, wanted.stderr).toBe(0);
  }, 240_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    ["m.json", "packing", "How full the cluster gets"],
    ["simulation/summary.json", "queues", "Do jobs wait too long?"],
    ["p.defrag.json", "defrag", "What to move"],
    ["p.whatif.json", "what-if", "What to buy"],
    ["r.replaced.json", "replaced-node", "What if the node fails?"],
    ["capacity/capacity.json", "commitments", "What to commit"],
    ["demand.json", "demand", "How many GPUs will be wanted?"],
  ])("%s", (result, name, heading) => {
    const to = join(folder, "reports", name);
    const { code, stderr } = fleetlens(["report", "render", join(folder, result), "--to", "html,md,json", "--out", to]);
    expect(code, stderr).toBe(0);
    expect(readdirSync(to).sort()).toEqual([`${name}.html`, `${name}.json`, `${name}.md`]);
    expect(readFileSync(join(to, `${name}.md`), "utf8")).toContain(`## ${heading}`);
    expect(fleetlens(["report", "validate", join(to, `${name}.json`)]).stdout).toBe("ok\n");
  });

  it("never take the place of the result that they are made of", () => {
    const before = readFileSync(join(folder, "demand.json"));
    const { code, stderr } = fleetlens([
      "report",
      "render",
      join(folder, "demand.json"),
      "--to",
      "json",
      "--out",
      folder,
    ]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/E_INPUT: .*demand\.json is the input/),
    });
    expect(readFileSync(join(folder, "demand.json")).equals(before)).toBe(true);
  });

  it("are refused with the path of what is wrong", () => {
    const broken = join(folder, "broken.json");
    writeFileSync(broken, JSON.stringify({ ...JSON.parse(readFileSync(join(folder, "m.json"), "utf8")), gpus: -1 }));
    const { code, stderr } = fleetlens(["report", "render", broken, "--to", "md", "--out", join(folder, "none")]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/E_REPORT_INVALID.*\$\.gpus/s) });
    expect(readdirSync(folder)).not.toContain("none");
  });
});
