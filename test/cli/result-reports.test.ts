import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fleetlens } from "./program.js";

const CLUSTER = "fixtures/cluster";

describe("the reports of packings and simulations", () => {
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
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    ["m.json", "packing", "How full the cluster gets"],
    ["simulation/summary.json", "queues", "Do jobs wait too long?"],
  ])("%s", (result, name, heading) => {
    const to = join(folder, name);
    const { code, stderr } = fleetlens(["report", "render", join(folder, result), "--to", "html,md,json", "--out", to]);
    expect(code, stderr).toBe(0);
    expect(readdirSync(to).sort()).toEqual([`${name}.html`, `${name}.json`, `${name}.md`]);
    expect(readFileSync(join(to, `${name}.md`), "utf8")).toContain(`## ${heading}`);
    expect(fleetlens(["report", "validate", join(to, `${name}.json`)]).stdout).toBe("ok\n");
  });

  it("are refused with the path of what is wrong", () => {
    const broken = join(folder, "broken.json");
    writeFileSync(broken, JSON.stringify({ ...JSON.parse(readFileSync(join(folder, "m.json"), "utf8")), gpus: -1 }));
    const { code, stderr } = fleetlens(["report", "render", broken, "--to", "md", "--out", join(folder, "none")]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/E_REPORT_INVALID.*\$\.gpus/s) });
    expect(readdirSync(folder)).not.toContain("none");
  });
});
