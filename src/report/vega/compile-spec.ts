import { ReportError } from "../../core/errors.js";
import type { VegaLiteSpec } from "../types.js";
import { CHART_CONFIG } from "./chart-config.js";
import { fitGuides } from "./fit-guides.js";
import { isSinglePlot } from "./prepare-spec.js";
import type { VegaSpec } from "./vega-spec.js";

const silent = {
  level: () => silent,
  error: () => silent,
  warn: () => silent,
  info: () => silent,
  debug: () => silent,
};

const list = (value: unknown): VegaSpec[] => (Array.isArray(value) ? value : []);

/**
 * A spec without images and without inputs: an image could only load something, and an input would write attributes
 * named by the spec into the page.
 */
function withoutInputs(spec: VegaSpec): VegaSpec {
  return {
    ...spec,
    ...("signals" in spec ? { signals: list(spec["signals"]).map(({ bind: _, ...signal }) => signal) } : {}),
    marks: list(spec["marks"])
      .filter(({ type }) => type !== "image")
      .map((mark) => (mark["type"] === "group" ? withoutInputs(mark) : mark)),
  };
}

/**
 * Compiles a prepared Vega-Lite spec with the house's configuration.
 *
 * @throws ReportError when Vega-Lite cannot make sense of the spec
 */
export async function compileSpec(spec: VegaLiteSpec): Promise<VegaSpec> {
  const { compile } = await import("vega-lite");
  let vega: VegaSpec;
  try {
    const options = { config: structuredClone(CHART_CONFIG), logger: silent };
    // Vega-Lite's types describe valid specs only; whether this one is valid is what compiling finds out.
    const compiled = compile(spec as never, options as unknown as Parameters<typeof compile>[1]);
    // As JSON, so that properties which are undefined do not hide defaults laid below them.
    vega = JSON.parse(JSON.stringify(compiled.spec)) as VegaSpec;
  } catch (error) {
    throw new ReportError("E_REPORT_INVALID", `spec is not valid Vega-Lite: ${(error as Error).message}`);
  }
  const inert = withoutInputs(vega);
  return isSinglePlot(spec) ? fitGuides(inert) : inert;
}
