import { LIGHT } from "../palette.js";

/** System fonts: nothing is downloaded. DejaVu Sans stands in where pictures are made without any. */
export const FONT_STACK =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "DejaVu Sans", sans-serif';

/** Text sizes in charts, px; nothing is smaller than 11. */
const SIZE = { label: 12, title: 12, head: 15 };

/** Vega-Lite configuration of every chart, in the colours of the light palette; what a spec says itself comes first. */
export const CHART_CONFIG = Object.freeze({
  aria: false,
  font: FONT_STACK,
  background: null,
  // The last label of an axis may stand a little out of the plot.
  padding: { left: 4, top: 4, right: 12, bottom: 4 },
  view: { stroke: null, continuousHeight: 260, discreteHeight: 260 },
  mark: { color: LIGHT.category[0] },
  text: { color: LIGHT.text, fontSize: SIZE.label },
  rule: { color: LIGHT.ink },
  axis: {
    labelColor: LIGHT.muted,
    titleColor: LIGHT.muted,
    gridColor: LIGHT.grid,
    domainColor: LIGHT.line,
    tickColor: LIGHT.line,
    labelFontSize: SIZE.label,
    titleFontSize: SIZE.title,
    titleFontWeight: 500,
    labelLimit: 130,
    labelPadding: 6,
    titlePadding: 10,
    tickSize: 4,
  },
  // Without room between them, "190" and "200" read as one number.
  axisX: { labelSeparation: 8 },
  // The title of a vertical axis stands above it, where it is read without turning the head.
  axisLeft: {
    domain: false,
    ticks: false,
    titleAngle: 0,
    titleAlign: "left",
    titleX: 0,
    titleY: -14,
    titleBaseline: "bottom",
  },
  legend: {
    orient: "top",
    direction: "horizontal",
    offset: 8,
    labelColor: LIGHT.text,
    titleColor: LIGHT.muted,
    labelFontSize: SIZE.label,
    titleFontSize: SIZE.title,
    titleFontWeight: 500,
    labelLimit: 180,
    symbolSize: 110,
    columnPadding: 18,
    rowPadding: 4,
    gradientLength: 220,
    gradientThickness: 12,
  },
  header: { labelColor: LIGHT.text, titleColor: LIGHT.muted, labelFontSize: SIZE.label, titleFontSize: SIZE.title },
  title: {
    color: LIGHT.text,
    subtitleColor: LIGHT.muted,
    fontSize: SIZE.head,
    fontWeight: 600,
    anchor: "start",
    frame: "bounds",
    offset: 16,
  },
  range: { category: LIGHT.category, heatmap: LIGHT.heat, ramp: LIGHT.heat, ordinal: LIGHT.heat },
});
