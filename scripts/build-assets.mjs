// Bundles the scripts that HTML reports embed into dist/assets/, with the licences of what is bundled, and the base map.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { baseMap } from "./base-map.mjs";

const RUNTIME = "src/report/html/runtime";
const OUT = "dist/assets";
const BANNER =
  "/*! Contains Vega, (c) University of Washington Interactive Data Lab (BSD-3-Clause), and D3, (c) Mike Bostock (ISC)." +
  " Full texts: THIRD-PARTY-LICENSES.txt in the npm package fleetlens. */";

/** What add-ons take from the script `charts` of the same page: two instances of the dataflow would not know each other. */
const SHARED = ["vega-dataflow", "vega-scale", "vega-scenegraph", "vega-util"];

const shared = {
  name: "shared",
  setup(bundle) {
    bundle.onResolve({ filter: new RegExp(`^(${SHARED.join("|")})$`) }, ({ path }) => ({ path, namespace: "shared" }));
    bundle.onLoad({ filter: /.*/, namespace: "shared" }, ({ path }) => ({
      contents: `module.exports = globalThis.fleetlensVega[${JSON.stringify(path)}];`,
    }));
  },
};

/** Folders of the packages that a bundle holds. */
function packagesOf(metafile) {
  const folders = Object.keys(metafile.inputs).map(
    (input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1],
  );
  return new Set(folders.filter(Boolean));
}

function licence(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? readFileSync(join(folder, file), "utf8").trim() : "";
  return `${name} ${version} (${license})\n\n${text}\n`;
}

mkdirSync(OUT, { recursive: true });
const bundled = new Set();
for (const name of ["tables", "charts", "geo", "rest"]) {
  const { metafile } = await build({
    entryPoints: [`${RUNTIME}/entry-${name}.js`],
    outfile: `${OUT}/report-${name}.js`,
    bundle: true,
    minify: true,
    format: "iife",
    platform: "browser",
    target: "es2022",
    charset: "ascii",
    legalComments: "none",
    banner: name === "tables" ? {} : { js: BANNER },
    plugins: name === "geo" || name === "rest" ? [shared] : [],
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "warning",
    metafile: true,
  });
  for (const folder of packagesOf(metafile)) if (existsSync(join(folder, "package.json"))) bundled.add(folder);
}
bundled.add("node_modules/world-atlas");
writeFileSync(`${OUT}/land-110m.json`, baseMap());
const texts = [...bundled].sort().map(licence);
writeFileSync(`${OUT}/THIRD-PARTY-LICENSES.txt`, texts.join(`\n${"-".repeat(80)}\n\n`));
