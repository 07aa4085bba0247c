import { readFile } from "node:fs/promises";
import { UnavailableError } from "../../core/errors.js";

/** Scripts that pages embed, built by scripts/build-assets.mjs: tables only, the usual charts, every chart. */
export type RuntimeName = "tables" | "charts" | "charts-full";

/** From dist/src/report/html, and from src/report/html when the sources run directly. */
const PLACES = ["../../../assets/", "../../../dist/assets/"];

/**
 * The text of a script that pages embed.
 *
 * @throws UnavailableError when the assets were not built
 */
export async function readRuntime(name: RuntimeName): Promise<string> {
  for (const place of PLACES) {
    try {
      return await readFile(new URL(`${place}report-${name}.js`, import.meta.url), "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  throw new UnavailableError("E_RENDERER_UNAVAILABLE", "the scripts of HTML reports are missing; run: npm run build");
}

/** Transforms of the smaller runtime; anything else takes the bigger one. */
const USUAL_TRANSFORMS = new Set([
  "aggregate",
  "bin",
  "collect",
  "countpattern",
  "cross",
  "density",
  "dotbin",
  "extent",
  "facet",
  "field",
  "filter",
  "flatten",
  "fold",
  "formula",
  "identifier",
  "impute",
  "joinaggregate",
  "kde",
  "lookup",
  "pivot",
  "project",
  "quantile",
  "sample",
  "sequence",
  "stack",
  "timeunit",
  "window",
]);

/** Whether a compiled chart needs geography, forces or another transform that the smaller runtime lacks. */
export function needsFullRuntime(vega: Record<string, unknown>): boolean {
  const lists = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value : []);
  const transforms = [...lists(vega["data"]), ...lists(vega["marks"])].flatMap((one) => lists(one["transform"]));
  return (
    "projections" in vega ||
    transforms.some(({ type }) => !USUAL_TRANSFORMS.has(String(type))) ||
    lists(vega["marks"]).some((mark) => mark["type"] === "group" && needsFullRuntime(mark))
  );
}
