import { InputError } from "../core/errors.js";
import type { Series } from "../core/series.js";

/** Name of the sum over all leaves. */
export const TOTAL = "_total";
/** Stands between the names of a node's levels. */
const SEPARATOR = "/";

/** Sums over leaves: `nodes[name]` lists the ids of the leaves that add up to it. */
export interface Hierarchy {
  nodes: Record<string, readonly string[]>;
}

/** A leaf and the names of the levels above it, from the top. */
export interface HierarchyLeaf {
  id: string;
  levels: readonly string[];
}

/**
 * The sums of a tree: `_total`, and one node for each branch, named by its path from the top (`eu`, `eu/a100`).
 *
 * @param leaves each leaf once; all with the same number of levels
 * @throws InputError for a leaf in two places, an empty name, a name that holds the separator, and a node that is named
 *   like a leaf or the total
 */
export function buildHierarchy(leaves: readonly HierarchyLeaf[]): Hierarchy {
  const nodes = new Map<string, string[]>([[TOTAL, []]]);
  const places = new Map<string, string>();
  for (const { id, levels } of leaves) {
    if (id === TOTAL) throw new InputError(`the name "${TOTAL}" is reserved for the sum; rename that series`, { id });
    levels.forEach((name) => {
      checkName(name, id);
    });
    const place = levels.join(SEPARATOR);
    const other = places.get(id);
    if (other !== undefined) {
      throw new InputError(`"${id}" lies both in "${other}" and in "${place}"; give the two parts names of their own`, {
        id,
      });
    }
    places.set(id, place);
    const branches = levels.map((_, depth) => levels.slice(0, depth + 1).join(SEPARATOR));
    if (branches.includes(TOTAL))
      throw new InputError(`the name "${TOTAL}" is reserved for the sum; rename that level`, { id });
    for (const node of [TOTAL, ...branches]) {
      const members = nodes.get(node);
      if (members) members.push(id);
      else nodes.set(node, [id]);
    }
  }
  for (const node of nodes.keys()) {
    if (!places.has(node)) continue;
    throw new InputError(`"${node}" names both a series and a sum of the hierarchy; rename one of them`, { id: node });
  }
  return { nodes: Object.fromEntries(nodes) };
}

function checkName(name: string, id: string): void {
  if (name === "") throw new InputError(`"${id}" has an empty level name in the hierarchy`, { id });
  if (!name.includes(SEPARATOR)) return;
  throw new InputError(
    `level name "${name}" of "${id}" holds "${SEPARATOR}", which stands between levels; write it otherwise`,
    { id, level: name },
  );
}

/**
 * Nodes that say something of their own: at least two leaves, and no other node before them with the same ones.
 */
export function distinctNodes({ nodes }: Hierarchy): string[] {
  const seen = new Set<string>();
  return Object.entries(nodes).flatMap(([name, leaves]) => {
    const key = JSON.stringify(leaves.toSorted());
    if (leaves.length < 2 || seen.has(key)) return [];
    seen.add(key);
    return [name];
  });
}

/** How base forecasts of leaves and sums are made to agree. */
export type ReconcileMethod = "bu" | "mint" | "td";

/**
 * The panel that must be forecast: with `td` the total is a series of its own, with `mint` every distinct node. A sum
 * is missing where one of its leaves is; a leaf adds nothing before its first value, since it was not there yet.
 *
 * @param panel leaves on one grid, all ending with the same step
 */
export function panelWithSums(panel: readonly Series[], hierarchy: Hierarchy, method: ReconcileMethod): Series[] {
  if (method === "bu") return [...panel];
  const byId = new Map(panel.map((series) => [series.id, series]));
  const wanted = method === "td" ? [TOTAL] : distinctNodes(hierarchy);
  const sums = wanted.map((node) =>
    sumSeries(
      node,
      hierarchy.nodes[node].flatMap((id) => byId.get(id) ?? []),
    ),
  );
  return [...panel, ...sums];
}

function sumSeries(id: string, members: readonly Series[]): Series {
  const longest = members.reduce((most, s) => (s.y.length > most.y.length ? s : most));
  const y = new Float64Array(longest.y.length);
  for (const { y: values } of members) {
    const offset = y.length - values.length;
    const opened = values.findIndex((v) => !Number.isNaN(v));
    for (let i = Math.max(0, opened); i < values.length; i++) y[offset + i] += values[i];
  }
  return { ...longest, id, y };
}
