import { ReportError } from "../../core/errors.js";
import { OUTER_WIDTH } from "./fit-guides.js";
import { REFUSING_LOADER } from "./refusing-loader.js";
import { textWidth } from "./text-width.js";
import { tidySvg } from "./tidy-svg.js";
import type { VegaSpec } from "./vega-spec.js";

/** Keeps the first error; Vega reports errors of the dataflow to its logger only. */
function errorKeeper() {
  const kept: { first?: string } = {};
  const logger = {
    level: () => logger,
    error: (...messages: unknown[]) => {
      kept.first ??= messages.map(String).join(" ");
      return logger;
    },
    warn: () => logger,
    info: () => logger,
    debug: () => logger,
  };
  return { kept, logger };
}

/**
 * Draws a Vega spec as SVG strings, without eval and without loading anything.
 *
 * @param widths whole widths in px, one picture each, for charts that are one plot; without any, one picture as the
 *   spec has it
 * @throws ReportError when Vega cannot evaluate the spec
 */
export async function drawSvg(spec: VegaSpec, widths: readonly number[] = []): Promise<string[]> {
  const [vega, { expressionInterpreter }] = await Promise.all([import("vega"), import("vega-interpreter")]);
  // The same everywhere: a canvas package that happens to be installed must not change the bytes.
  Object.assign((vega as unknown as { textMetrics: object }).textMetrics, { width: textWidth });
  const { kept, logger } = errorKeeper();
  try {
    const runtime = vega.parse(spec as never, undefined, { ast: true } as never);
    const view = new vega.View(runtime, {
      renderer: "none",
      loader: REFUSING_LOADER as unknown as ReturnType<typeof vega.loader>,
      logger: logger as never,
      expr: expressionInterpreter,
    } as ConstructorParameters<typeof vega.View>[1]);
    const pictures: string[] = [];
    for (const width of widths) {
      view.signal(OUTER_WIDTH, width).width(width);
      pictures.push(tidySvg(await view.toSVG()));
    }
    if (widths.length === 0) pictures.push(tidySvg(await view.toSVG()));
    view.finalize();
    if (kept.first) throw new Error(kept.first);
    return pictures;
  } catch (error) {
    throw new ReportError("E_REPORT_INVALID", `chart cannot be drawn: ${(error as Error).message}`);
  }
}
