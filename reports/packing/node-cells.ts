import type { NodeState } from "../../src/binpack/index.js";
import { unusedName } from "../unused-name.js";
import { freeMilli, total } from "./gpus.js";
import type { ModelNodes } from "./models.js";

/** A square of the map: one node, or neighbours in the order of the map. */
export interface NodeCell {
  line: string;
  column: number;
  nodes: readonly NodeState[];
}

/** The map of the nodes: lines of squares, model by model. */
export interface NodeCells {
  cells: readonly NodeCell[];
  lines: readonly string[];
  /** The first line of each model, which bears its name. */
  named: readonly string[];
  /** Nodes of a square; the last of a model may stand for fewer. */
  nodesPerCell: number;
}

/** Squares of a line, and most lines: what a phone still shows. */
export const MAP = Object.freeze({ columns: 80, mostLines: 24 });

/** Nodes into squares: within a model the fullest first, as many to a square as keeps the map to its size. */
export function nodeCells(models: readonly ModelNodes[]): NodeCells {
  const count = (perCell: number) =>
    models.reduce((sum, { nodes }) => sum + Math.ceil(nodes.length / perCell / MAP.columns), 0);
  let nodesPerCell = 1;
  while (count(nodesPerCell) > Math.max(MAP.mostLines, models.length)) nodesPerCell++;
  const cells: NodeCell[] = [];
  const lines: string[] = [];
  const named: string[] = [];
  for (const { model, nodes } of models) {
    const sorted = [...nodes].sort(fullestFirst);
    for (let first = 0; first < sorted.length; first += MAP.columns * nodesPerCell) {
      const line = unusedName(first === 0 ? `${model} (${nodes.length})` : `${model}, from ${first + 1}`, lines);
      lines.push(line);
      if (first === 0) named.push(line);
      for (let column = 0; column < MAP.columns; column++) {
        const from = first + column * nodesPerCell;
        if (from >= sorted.length) break;
        cells.push({ line, column, nodes: sorted.slice(from, from + nodesPerCell) });
      }
    }
  }
  return { cells, lines, named, nodesPerCell };
}

function fullestFirst(a: NodeState, b: NodeState): number {
  const share = (node: NodeState) => node.allocated_gpu_milli / node.gpus;
  return share(b) - share(a) || b.gpus - a.gpus || (a.name < b.name ? -1 : 1);
}

/** Share of the GPUs of a square that is allocated. */
export function filledShare({ nodes }: NodeCell): number {
  const gpus = nodes.reduce((sum, node) => sum + node.gpus, 0);
  return 1 - total(nodes, freeMilli) / (1000 * gpus);
}
