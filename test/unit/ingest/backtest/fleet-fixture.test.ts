import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { writeFleet } from "../../../../fixtures/generate.js";

it("the logs, labels, cohorts, roads and edge events of the fixture fleet are what their generator makes", async () => {
  const folder = await mkdtemp(join(tmpdir(), "fleetlens-test-"));
  try {
    await writeFleet(folder, "fixtures/backtest");
    const names = (await readdir(folder)).sort();
    expect(names).toEqual(["cohorts.csv", "edge-events.csv", "labels.csv", "logs.parquet", "roads.geojson"]);
    for (const name of names) {
      const same = (await readFile(join(folder, name))).equals(await readFile(join("fixtures/backtest", name)));
      if (!same) expect.fail(`fixtures/backtest/${name} is stale: run node scripts/fixtures.mjs`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 60_000);
