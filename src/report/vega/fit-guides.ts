import type { VegaSpec } from "./vega-spec.js";

/** Signal with the whole width of a picture in px; live views set it along with the width. */
export const OUTER_WIDTH = "fleetlensOuterWidth";

/** Width of a column of a legend above its plot, px. */
const LEGEND_COLUMN = 142;

/** Room for the title of the left axis, which stands above the plot, px. */
const TITLE_ROOM = 24;

/** The share of the width that labels of the left axis may take, and what they always may, px. */
const LABELS = { share: 0.3, least: 80 };

const list = (value: unknown): VegaSpec[] => (Array.isArray(value) ? value : []);

/**
 * Makes the guides of a plot follow its width: legends wrap, labels of categories are cut no sooner than needed, and a
 * legend or title keeps clear of the left axis' title, which Vega leaves out of its layout.
 */
export function fitGuides(vega: VegaSpec): VegaSpec {
  const titled = list(vega["axes"]).some(({ orient, title, grid }) => orient === "left" && title && grid !== true);
  const legends = list(vega["legends"]);
  const room = titled ? TITLE_ROOM : 0;
  const columns = `max(1, floor((${OUTER_WIDTH} - 40) / ${LEGEND_COLUMN}))`;
  const wrapped = {
    columns: { signal: columns },
    labelLimit: { signal: `max(${LABELS.least}, (${OUTER_WIDTH} - 40) / ${columns} - 24)` },
  };
  const title = vega["title"] as VegaSpec | undefined;
  return {
    ...vega,
    signals: [...list(vega["signals"]), { name: OUTER_WIDTH, value: vega["width"] ?? 0 }],
    axes: list(vega["axes"]).map((axis) =>
      axis["orient"] === "left" && axis["labels"] !== false
        ? { labelLimit: { signal: `max(${LABELS.least}, ${OUTER_WIDTH} * ${LABELS.share})` }, ...axis }
        : axis,
    ),
    legends: legends.map((legend) => ({
      offset: 8 + room,
      ...(legend["type"] === "gradient" ? {} : wrapped),
      ...legend,
    })),
    ...(title && legends.length === 0 ? { title: { offset: 16 + room, ...title } } : {}),
  };
}
