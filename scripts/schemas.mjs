// Writes schemas/ from the zod schemas of the built program. `--check` writes nothing and fails when a file is not
// current or nobody's.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import process from "node:process";
import { jsonSchemaText, PUBLISHED_SCHEMAS } from "../dist/src/cli/schemas.js";

mkdirSync("schemas", { recursive: true });
const wanted = new Map(PUBLISHED_SCHEMAS.map((published) => [published.file, jsonSchemaText(published)]));
const stale = [...wanted].filter(
  ([file, text]) => !existsSync(`schemas/${file}`) || readFileSync(`schemas/${file}`, "utf8") !== text,
);
const strays = readdirSync("schemas").filter((file) => !wanted.has(file));

if (process.argv.includes("--check")) {
  for (const [file] of stale) console.error(`schemas/${file} is not current: run npm run schemas`);
  for (const file of strays) console.error(`schemas/${file} belongs to no schema: run npm run schemas`);
  process.exitCode = stale.length + strays.length ? 1 : 0;
} else {
  for (const [file, text] of stale) writeFileSync(`schemas/${file}`, text);
  for (const file of strays) rmSync(`schemas/${file}`);
}
console.log(`${wanted.size} schemas, ${stale.length} changed, ${strays.length} strays`);
