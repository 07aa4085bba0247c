// Writes the generated fixture files anew: node scripts/fixtures.mjs [FOLDER], default fixtures; its folders are cluster,
// gc, rca, drift, gate, cost and backtest.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { build } from "esbuild";

const { outputFiles } = await build({
  entryPoints: ["fixtures/generate.ts"],
  bundle: true,
  write: false,
  format: "esm",
  platform: "node",
  packages: "external",
});
// Node resolves the external packages from the file's folder, so the bundle lives in the repository while it runs.
await mkdir(".tmp", { recursive: true });
const bundle = new URL(`../.tmp/fixtures-${process.pid}.mjs`, import.meta.url);
await writeFile(bundle, outputFiles[0].contents);
try {
  const { writeCostBill, writeDrift, writeFixtures, writeFleet, writeGates, writeLineage, writeRca } = await import(
    bundle.href
  );
  const folder = process.argv[2] ?? "fixtures";
  await writeFixtures(`${folder}/cluster`);
  await writeLineage(`${folder}/gc`);
  await writeRca(`${folder}/rca`);
  await writeDrift(`${folder}/drift`);
  await writeGates(`${folder}/gate`);
  await writeCostBill(`${folder}/cost`);
  await writeFleet(`${folder}/backtest`, "fixtures/backtest");
} finally {
  await rm(bundle, { force: true });
}
