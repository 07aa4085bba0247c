import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeCostBill } from "../../../fixtures/generate.js";

describe("fixtures/cost", () => {
  it("is what the generator makes, and small", async () => {
    const folder = await mkdtemp(join(tmpdir(), "fleetlens-test-"));
    try {
      await writeCostBill(folder);
      const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".csv")).sort();
      expect(names).toEqual(["focus/2026-03.csv", "focus/2026-04.csv", "focus/2026-05.csv", "utilisation.csv"]);
      let bytes = 0;
      for (const name of names) {
        bytes += (await stat(join(folder, name))).size;
        const same = (await readFile(join(folder, name))).equals(await readFile(join("fixtures/cost", name)));
        if (!same) expect.fail(`fixtures/cost/${name} is stale: run node scripts/fixtures.mjs`);
      }
      expect(bytes).toBeLessThan(300_000);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
