import { chartSpec } from "../../src/report/charts/chart-input.js";
import type { VegaLiteSpec } from "../../src/report/index.js";
import { LIGHT } from "../../src/report/palette.js";
import { ACTION_COLOURS, SHOWN_ACTIONS } from "./actions.js";
import { bytesWords } from "./bytes.js";
import { type BytesMap, HEAD, MAP } from "./map-cells.js";
import { reasonWords } from "./reasons.js";

/** Text within a box: its size, its distance from the borders, and the width of a bold character at most, px. */
const TEXT = Object.freeze({ size: 12, inset: 6, character: 8.5 });

/** Lines of text: the class, below it the reason, and the kind above its cells. */
const LINES = Object.freeze({
  class: { leastHeight: 22, leastWidth: 40, dy: 6, fontWeight: 600 },
  reason: { leastHeight: 36, leastWidth: 64, dy: 21, fontWeight: 400 },
  head: { leastHeight: HEAD.leastHeight, leastWidth: 40, dy: 4, fontWeight: 600 },
});

const position = (channel: "x" | "y", field: string): VegaLiteSpec => ({
  field,
  type: "quantitative",
  axis: null,
  scale: {
    domain: [0, channel === "x" ? MAP.width : MAP.height],
    nice: false,
    zero: false,
    ...(channel === "y" ? { reverse: true } : {}),
  },
});

const tooltip = (field: string, title: string): VegaLiteSpec => ({ field, type: "nominal", title });

/** A line of text in a box: what it says, how much room it needs in px, how far down it stands. */
interface Line {
  field: string;
  leastHeight: number;
  leastWidth: number;
  dy: number;
  fontWeight: number;
}

/** Text at the head of boxes, cut to their width as drawn, and left out of those too small for it. */
function text({ field, leastHeight, leastWidth, dy, fontWeight }: Line): VegaLiteSpec {
  return {
    transform: [
      { filter: `datum.height >= ${leastHeight}` },
      { calculate: `(datum.right - datum.left) / ${MAP.width} * width - ${2 * TEXT.inset}`, as: "room" },
      { filter: `datum.room >= ${leastWidth}` },
      // A size cut short would read as a smaller one.
      { calculate: `datum.room < datum.long ? datum.name : datum.name + "  " + datum.size`, as: "head" },
    ],
    mark: {
      type: "text",
      align: "left",
      baseline: "top",
      dx: TEXT.inset,
      dy,
      fontSize: TEXT.size,
      fontWeight,
      limit: { expr: "datum.room" },
    },
    encoding: { x: position("x", "left"), y: position("y", "top"), text: { field, type: "nominal" } },
  };
}

/** The map as a chart: area is bytes, colour is what happens. */
export function mapChart({ kinds, cells }: BytesMap, title: string): VegaLiteSpec {
  const edges = ({ x, y, width, height }: BytesMap["cells"][number]["box"]) => {
    const round = (value: number) => Math.round(100 * value) / 100;
    return { left: round(x), right: round(x + width), top: round(y), bottom: round(y + height), height: round(height) };
  };
  const values = cells.map(({ kind, class: name, row, box }) => ({
    ...edges(box),
    kind,
    class: name,
    action: row.action,
    reason: reasonWords(row.reason, row.action).label,
    size: bytesWords(row.bytes),
    objects: row.objects.toLocaleString("en-US"),
  }));
  const heads = kinds
    .filter(({ named }) => named)
    .map(({ kind, bytes, box }) => {
      const size = bytesWords(bytes);
      return { ...edges(box), name: kind, size, long: TEXT.character * (kind.length + size.length + 2) };
    });
  return chartSpec(
    { title, height: MAP.height },
    {
      data: { values },
      layer: [
        {
          mark: { type: "rect", stroke: LIGHT.muted, strokeWidth: 0.75 },
          encoding: {
            x: position("x", "left"),
            x2: { field: "right" },
            y: position("y", "top"),
            y2: { field: "bottom" },
            color: {
              field: "action",
              type: "nominal",
              scale: { domain: SHOWN_ACTIONS, range: ACTION_COLOURS },
              legend: { title: null, symbolType: "square" },
            },
            tooltip: [
              tooltip("kind", "Kind"),
              tooltip("class", "Class"),
              tooltip("action", "Decision"),
              tooltip("reason", "Reason"),
              tooltip("size", "Size"),
              tooltip("objects", "Objects"),
            ],
          },
        },
        text({ field: "class", ...LINES.class }),
        text({ field: "reason", ...LINES.reason }),
        { data: { values: heads }, ...text({ field: "head", ...LINES.head }) },
      ],
    },
  );
}
