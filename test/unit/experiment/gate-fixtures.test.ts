import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { writeGates } from "../../../fixtures/generate.js";

it("the inputs of the gates are what their generator makes", async () => {
  const folder = await mkdtemp(join(tmpdir(), "fleetlens-test-"));
  try {
    await writeGates(folder);
    const names = (await readdir(folder)).sort();
    expect(names).toContain("canary.parquet");
    for (const name of names) {
      const same = (await readFile(join(folder, name))).equals(await readFile(join("fixtures/gate", name)));
      if (!same) expect.fail(`fixtures/gate/${name} is stale: run node scripts/fixtures.mjs`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
