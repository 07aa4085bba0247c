import { LIGHT } from "../palette.js";
import type { VegaLiteSpec } from "../types.js";
import { type ChartText, chartNumber, chartSpec } from "./chart-input.js";

/** A node of {@link topologyMap}. */
export interface TopologyNode {
  name: string;
  /** Rack, zone or pool: nodes of a group stand together. */
  group: string;
  /** GPUs in use, of `total`. */
  used?: number;
  total?: number;
  /** A word such as "down" or "reserved"; when any node has one, colour shows states instead of use. */
  state?: string;
}

/** Input of {@link topologyMap}. */
export interface TopologyMapInput extends ChartText {
  nodes: readonly TopologyNode[];
  /** Nodes per line before a group goes on in the next; default 24. */
  columns?: number;
}

const DEFAULT_COLUMNS = 24;
const CELL = 20;

/**
 * One square per node, group by group, coloured by the share of its GPUs in use (or by its state).
 *
 * @example topologyMap({ nodes: [{ name: "n1", group: "rack a", used: 6, total: 8 }] })
 */
export function topologyMap(input: TopologyMapInput): VegaLiteSpec {
  const columns = input.columns ?? DEFAULT_COLUMNS;
  const byGroup = new Map<string, number>();
  const values = input.nodes.map((node) => {
    const index = byGroup.get(node.group) ?? 0;
    byGroup.set(node.group, index + 1);
    const line = Math.floor(index / columns);
    return {
      column: index % columns,
      line: line === 0 ? node.group : `${node.group} (${line * columns + 1} on)`,
      name: node.name,
      group: node.group,
      used: chartNumber(node.used),
      total: chartNumber(node.total),
      share: node.total ? chartNumber((node.used ?? 0) / node.total) : null,
      state: node.state ?? "in service",
    };
  });
  // Groups keep the order of their first node, and a group's further lines follow its first.
  const lines = [...byGroup].flatMap(([group, count]) =>
    Array.from({ length: Math.ceil(count / columns) }, (_, line) =>
      line === 0 ? group : `${group} (${line * columns + 1} on)`,
    ),
  );
  const states = [...new Set(values.map(({ state }) => state))].sort();
  const byState = input.nodes.some(({ state }) => state !== undefined);
  const color = byState
    ? {
        field: "state",
        type: "nominal",
        scale: { domain: states, range: states.map((_, i) => LIGHT.category[i % LIGHT.category.length]) },
        legend: { title: null },
      }
    : {
        field: "share",
        type: "quantitative",
        scale: { type: "quantize", domain: [0, 1], range: LIGHT.heat },
        legend: { title: "GPUs in use", format: ".0%" },
      };
  return chartSpec(
    { ...input, height: input.height ?? Math.max(lines.length, 1) * CELL },
    {
      data: { values },
      mark: { type: "rect", stroke: LIGHT.hover, strokeWidth: 0.5 },
      encoding: {
        x: {
          field: "column",
          type: "ordinal",
          axis: null,
          scale: { paddingInner: 0.15, domain: Array.from({ length: columns }, (_, i) => i) },
        },
        y: {
          field: "line",
          type: "ordinal",
          axis: { title: input.yTitle ?? null, ticks: false, domain: false, grid: false },
          scale: { paddingInner: 0.15, domain: lines },
        },
        color,
        tooltip: [
          { field: "name", type: "nominal", title: "Node" },
          { field: "group", type: "nominal", title: "Group" },
          { field: "used", type: "quantitative", title: "In use" },
          { field: "total", type: "quantitative", title: "GPUs" },
          ...(byState ? [{ field: "state", type: "nominal", title: "State" }] : []),
        ],
      },
    },
  );
}
