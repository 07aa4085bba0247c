// Bundles the scripts that HTML reports embed into dist/assets/.
import { mkdirSync } from "node:fs";
import { build } from "esbuild";

const RUNTIME = "src/report/html/runtime";

mkdirSync("dist/assets", { recursive: true });
for (const name of ["tables", "charts", "charts-full"]) {
  await build({
    entryPoints: [`${RUNTIME}/entry-${name}.js`],
    outfile: `dist/assets/report-${name}.js`,
    bundle: true,
    minify: true,
    format: "iife",
    platform: "browser",
    target: "es2022",
    charset: "ascii",
    legalComments: "none",
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "warning",
  });
}
