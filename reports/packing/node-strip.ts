import { chartSpec } from "../../src/report/charts/chart-input.js";
import type { VegaLiteSpec } from "../../src/report/index.js";
import { LIGHT } from "../../src/report/palette.js";
import { inGpus } from "../gpu-words.js";
import { freeMilli, total, unusableMilli } from "./gpus.js";
import { MAP, type NodeCell, type NodeCells } from "./node-cells.js";

/** A class of squares: everything from `from` on, up to the next class. */
export interface NodeClass {
  name: string;
  from: number;
  colour: string;
}

interface NodeStripInput {
  title: string;
  map: NodeCells;
  value: (cell: NodeCell) => number;
  /** By rising `from`; the first holds everything below the second. */
  classes: readonly NodeClass[];
}

const LINE = 14;

/** The class of a value. */
export function classOf(classes: readonly NodeClass[], value: number): NodeClass {
  return classes.findLast(({ from }) => value >= from) ?? classes[0];
}

/** Nodes as lines of squares, model by model, coloured by class. */
export function nodeStrip({ title, map, value, classes }: NodeStripInput): VegaLiteSpec {
  const values = map.cells.map((cell) => ({
    column: cell.column,
    line: cell.line,
    class: classOf(classes, value(cell)).name,
    node: cell.nodes.length === 1 ? cell.nodes[0].name : `${cell.nodes[0].name} and ${cell.nodes.length - 1} more`,
    gpus: cell.nodes.reduce((sum, { gpus }) => sum + gpus, 0),
    free: inGpus(total(cell.nodes, freeMilli)),
    unusable: inGpus(total(cell.nodes, unusableMilli)),
    cores: Math.round(total(cell.nodes, ({ cpu_left_milli }) => cpu_left_milli) / 100) / 10,
  }));
  const number = (field: string, name: string) => ({ field, type: "quantitative", title: name });
  return chartSpec(
    { title, height: Math.max(map.lines.length, 1) * LINE },
    {
      data: { values },
      mark: { type: "rect" },
      encoding: {
        x: {
          field: "column",
          type: "ordinal",
          axis: null,
          scale: { paddingInner: 0.12, domain: Array.from({ length: MAP.columns }, (_, i) => i) },
        },
        y: {
          field: "line",
          type: "ordinal",
          axis: { title: null, ticks: false, domain: false, grid: false, values: map.named },
          scale: { paddingInner: 0.15, domain: map.lines },
        },
        color: {
          field: "class",
          type: "nominal",
          scale: { domain: classes.map(({ name }) => name), range: classes.map(({ colour }) => colour) },
          legend: { title: null, symbolType: "square", symbolStrokeWidth: 0 },
        },
        tooltip: [
          { field: "node", type: "nominal", title: "Node" },
          number("gpus", "GPUs"),
          number("free", "Free GPUs"),
          number("unusable", "Of them unusable"),
          number("cores", "CPU cores left"),
        ],
      },
    },
  );
}

/** Colours from pale to dark, the palest visible on the page. */
export const SHADES = Object.freeze([LIGHT.line, ...LIGHT.heat.slice(2)]);
