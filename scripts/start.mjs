// `npm start`: sets everything up, plans the bundled cluster and says where the report is.
import { existsSync, readdirSync, statSync } from "node:fs";
import { resolve } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { checkNode, ensureBuilt, ensureInstalled, node } from "./setup.mjs";

const OUT = "out";

try {
  checkNode();
  process.chdir(resolve(import.meta.dirname, ".."));
  ensureInstalled();
  ensureBuilt();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

const started = Date.now();
const code = node("dist/src/cli/main.js", "plan", "fixtures/cluster/plan.yaml", "--out", OUT);
if (code !== 0) process.exit(code);

const isFresh = (file) => statSync(resolve(OUT, file)).mtimeMs >= started - 2000;
const reports = existsSync(OUT) ? readdirSync(OUT).filter((file) => file.endsWith(".html") && isFresh(file)) : [];
if (reports.length === 0) {
  console.error(`the plan ended without an HTML report in ${resolve(OUT)}`);
  process.exit(1);
}
for (const report of reports) {
  const path = resolve(OUT, report);
  console.log(`\nThe report: ${path}\nOpen it:    ${pathToFileURL(path)}`);
}
