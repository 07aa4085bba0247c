import type { VegaLiteSpec } from "../types.js";

/** A column of numbers; NaN and null are missing. */
export type Numbers = ArrayLike<number | null>;

/** What every chart builder takes beside its data. */
export interface ChartText {
  title?: string;
  xTitle?: string;
  yTitle?: string;
  /** Unit of the values, put behind the axis title. */
  unit?: string;
  /** Height of the plot in pixels. */
  height?: number;
}

/** What the builders of charts over time take beside. */
export interface TimeText extends ChartText {
  /** IANA zone of the time axis; default UTC. */
  timeZone?: string;
}

/** Height of a plot in pixels unless the caller says otherwise. */
export const PLOT_HEIGHT = 260;

const SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json";

/** A spec with its schema, title and height; keys that are undefined are left out. */
export function chartSpec(text: ChartText, body: VegaLiteSpec): VegaLiteSpec {
  return {
    $schema: SCHEMA,
    ...(text.title ? { title: text.title } : {}),
    height: text.height ?? PLOT_HEIGHT,
    ...body,
  };
}

/** `Demand (GPU)`, `Demand`, `GPU`, or null for no title. */
export function axisTitle(title: string | undefined, unit: string | undefined): string | null {
  if (title && unit) return `${title} (${unit})`;
  return title ?? unit ?? null;
}

/** A number at six significant digits, which is finer than any screen; null when missing. */
export function chartNumber(value: number | null | undefined): number | null {
  return value == null || !Number.isFinite(value) ? null : Number(value.toPrecision(6));
}

/** Vega number format of tooltips: four significant digits, grouped, no trailing zeros. */
export const TOOLTIP_NUMBER = ",.4~r";

/** Name of a layer that only serves the pointer; still pictures leave it out. */
export const HOVER_LAYER = "fleetlens_hover";
