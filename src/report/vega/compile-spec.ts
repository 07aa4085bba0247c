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

/** Removes input bindings from signals: they would write attributes named by the spec into the page. */
function withoutBindings(signals: unknown): unknown {
  if (!Array.isArray(signals)) return signals;
  return signals.map(({ bind: _, ...signal }: VegaSpec) => signal);
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
    vega = structuredClone(compiled.spec) as unknown as VegaSpec;
  } catch (error) {
    throw new ReportError("E_REPORT_INVALID", `spec is not valid Vega-Lite: ${(error as Error).message}`);
  }
  vega["signals"] = withoutBindings(vega["signals"]);
  return isSinglePlot(spec) ? fitGuides(vega) : vega;
}
