import { ReportError } from "../../core/errors.js";
import { HOVER_LAYER } from "../charts/chart-input.js";
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

/** Marks that only serve the pointer, left out of still pictures. */
function withoutHover(spec: VegaSpec): VegaSpec {
  const marks = (spec["marks"] ?? []) as VegaSpec[];
  return {
    ...spec,
    marks: marks
      .filter(({ name }) => !String(name ?? "").startsWith(HOVER_LAYER))
      .map((mark) => (mark["type"] === "group" ? withoutHover(mark) : mark)),
  };
}

/** The spec at another whole width; only for charts that are one plot. */
export function atWidth(spec: VegaSpec, width: number): VegaSpec {
  const signals = (spec["signals"] as VegaSpec[]).map((signal) =>
    signal["name"] === OUTER_WIDTH ? { ...signal, value: width } : signal,
  );
  return { ...spec, width, signals };
}

/**
 * Draws a Vega spec as an SVG string, without eval and without loading anything.
 *
 * @throws ReportError when Vega cannot evaluate the spec
 */
export async function drawSvg(spec: VegaSpec): Promise<string> {
  const [vega, { expressionInterpreter }] = await Promise.all([import("vega"), import("vega-interpreter")]);
  // The same everywhere: a canvas package that happens to be installed must not change the bytes.
  Object.assign((vega as unknown as { textMetrics: object }).textMetrics, { width: textWidth });
  const { kept, logger } = errorKeeper();
  try {
    const runtime = vega.parse(withoutHover(spec) as never, undefined, { ast: true } as never);
    const view = new vega.View(runtime, {
      renderer: "none",
      loader: REFUSING_LOADER as unknown as ReturnType<typeof vega.loader>,
      logger: logger as never,
      expr: expressionInterpreter,
    } as ConstructorParameters<typeof vega.View>[1]);
    const svg = await view.toSVG();
    view.finalize();
    if (kept.first) throw new Error(kept.first);
    return tidySvg(svg);
  } catch (error) {
    throw new ReportError("E_REPORT_INVALID", `chart cannot be drawn: ${(error as Error).message}`);
  }
}
