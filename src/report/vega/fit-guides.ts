import type { VegaSpec } from "./vega-spec.js";

/** Signal with the whole width of a picture in px; live views set it along with the width. */
export const OUTER_WIDTH = "fleetlensOuterWidth";

/** Width of a column of a legend above its plot, and what of it the symbol and the gap take, px. */
const LEGEND = { column: 130, symbol: 36 };

/** The share of the width that is left to a plot beside labels of numbers, and beside names of categories. */
const PLOT = { numbers: 0.86, names: 0.64 };

/** Room for the title of the left axis, which stands above the plot, px. */
const TITLE_ROOM = 24;

/** The share of the width that labels of the left axis may take, and what they always may, px. */
const LABELS = { share: 0.3, least: 80 };

/** The share of the width that a title of an axis may take; longer ones end in an ellipsis. */
const TITLE_SHARE = 0.66;

const list = (value: unknown): VegaSpec[] => (Array.isArray(value) ? value : []);

/** Whether the left axis names categories, which may take much of the width. */
function hasNamesAtLeft(vega: VegaSpec): boolean {
  const scales = new Map(list(vega["scales"]).map(({ name, type }) => [name, String(type)]));
  return list(vega["axes"]).some(
    ({ orient, scale }) => orient === "left" && ["band", "point"].includes(scales.get(scale) ?? ""),
  );
}

/** Number of entries of a legend whose scale names them; many when they come from the data. */
function entryCount(vega: VegaSpec, legend: VegaSpec): number {
  const scale = list(vega["scales"]).find(({ name }) => name === (legend["fill"] ?? legend["stroke"]));
  return Array.isArray(scale?.["domain"]) ? Math.max(scale["domain"].length, 1) : 100;
}

/**
 * Makes the guides of a plot follow its width: legends wrap, labels of categories are cut no sooner than needed, and a
 * legend or title keeps clear of the left axis' title, which Vega leaves out of its layout.
 */
export function fitGuides(vega: VegaSpec): VegaSpec {
  const titled = list(vega["axes"]).some(({ orient, title, grid }) => orient === "left" && title && grid !== true);
  const legends = list(vega["legends"]);
  const room = titled ? TITLE_ROOM : 0;
  const plot = `${OUTER_WIDTH} * ${hasNamesAtLeft(vega) ? PLOT.names : PLOT.numbers}`;
  const wrapped = (legend: VegaSpec) => {
    const most = entryCount(vega, legend);
    const columns = `clamp(floor(${plot} / ${LEGEND.column}), 1, ${most})`;
    return { columns: { signal: columns }, labelLimit: { signal: `${plot} / ${columns} - ${LEGEND.symbol}` } };
  };
  const labelLimit = { signal: `max(${LABELS.least}, ${OUTER_WIDTH} * ${LABELS.share})` };
  const title = vega["title"] as VegaSpec | undefined;
  return {
    ...vega,
    signals: [...list(vega["signals"]), { name: OUTER_WIDTH, value: vega["width"] ?? 0 }],
    axes: list(vega["axes"]).map((axis) => ({
      ...(axis["orient"] === "left" && axis["labels"] !== false ? { labelLimit } : {}),
      ...(axis["title"] ? { titleLimit: { signal: `${OUTER_WIDTH} * ${TITLE_SHARE}` } } : {}),
      ...axis,
    })),
    legends: legends.map((legend) => ({
      offset: 8 + room,
      titleLimit: { signal: `${OUTER_WIDTH} * ${TITLE_SHARE}` },
      ...(legend["type"] === "gradient" ? {} : wrapped(legend)),
      ...legend,
    })),
    ...(title && legends.length === 0 ? { title: { offset: 16 + room, ...title } } : {}),
  };
}
