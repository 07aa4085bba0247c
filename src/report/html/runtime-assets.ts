import { readAsset } from "../read-asset.js";

/**
 * Scripts that pages embed, built by scripts/build-assets.mjs: tables only, the usual charts, and behind that as add-ons
 * maps and everything else.
 */
export type RuntimeName = "tables" | "charts" | "geo" | "rest";

/**
 * The text of a script that pages embed.
 *
 * @throws UnavailableError when the assets were not built
 */
export function readRuntime(name: RuntimeName): Promise<string> {
  return readAsset(`report-${name}.js`);
}

/** Transforms of the usual charts; anything else takes an add-on. */
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

/** Transforms of the add-on for maps. */
const GEO_TRANSFORMS = new Set([
  "contour",
  "geojson",
  "geopath",
  "geopoint",
  "geoshape",
  "graticule",
  "heatmap",
  "isocontour",
  "kde2d",
]);

/** The add-ons that a compiled chart needs, each once. */
export function addOnsOf(vega: Record<string, unknown>): Set<"geo" | "rest"> {
  const lists = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value : []);
  const transforms = [...lists(vega["data"]), ...lists(vega["marks"])].flatMap((one) => lists(one["transform"]));
  const needed = new Set<"geo" | "rest">("projections" in vega ? ["geo"] : []);
  for (const { type } of transforms) {
    if (GEO_TRANSFORMS.has(String(type))) needed.add("geo");
    else if (!USUAL_TRANSFORMS.has(String(type))) needed.add("rest");
  }
  for (const mark of lists(vega["marks"])) {
    if (mark["type"] === "group") for (const one of addOnsOf(mark)) needed.add(one);
  }
  return needed;
}
