import { LEVELS, type NodeTable } from "../types.js";

/** The levels at which a domain is a set of whole nodes. */
export type NodeLevel = "zone" | "block" | "rack" | "node";

/** The domains of one level. */
export interface Domains {
  /** Domain of each node. */
  readonly of: Int32Array;
  /** Nodes of each domain, ascending. */
  readonly members: readonly Int32Array[];
  /** Name of each domain from the zone down, e.g. `eu-1/b2/r07`. */
  readonly path: readonly string[];
}

/** The domains of a cluster: every zone is a union of blocks, every block of racks, every rack of nodes. */
export type Topology = Readonly<Record<NodeLevel, Domains>>;

/**
 * The domains of each level. A domain is the whole path of names, so that two racks of one name in different blocks are
 * two. Nothing is known about neighbours of a node that has no name at a level: its domain there is the narrower one
 * it is in (its rack, or the node alone), which is certainly inside one domain.
 */
export function createTopology(nodes: NodeTable): Topology {
  const node = number(nodes.n, (k) => [`n${k}`, path(nodes, k, 3) + nodes.name[k]]);
  const rack = above(nodes, node, 2, nodes.rack);
  const block = above(nodes, rack, 1, nodes.block);
  return { node, rack, block, zone: above(nodes, block, 0, nodes.zone) };
}

function above(nodes: NodeTable, narrower: Domains, depth: number, names: readonly string[] | undefined): Domains {
  return number(nodes.n, (k) => {
    const name = names?.[k] ?? "";
    if (name === "") return [`-${narrower.of[k]}`, narrower.path[narrower.of[k]]];
    return [
      JSON.stringify(LEVELS.slice(0, depth + 1).map((level) => at(nodes, k, level))),
      path(nodes, k, depth) + name,
    ];
  });
}

/** Names of the node above the given depth, each with a slash behind it; levels without a name are left out. */
function path(nodes: NodeTable, node: number, depth: number): string {
  const names = LEVELS.slice(0, depth).map((level) => at(nodes, node, level));
  return names
    .filter((name) => name !== "")
    .map((name) => `${name}/`)
    .join("");
}

function at(nodes: NodeTable, node: number, level: (typeof LEVELS)[number]): string {
  if (level === "node" || level === "nvlink") return "";
  return nodes[level]?.[node] ?? "";
}

/** Numbers nodes of one key alike, in the order of the nodes. */
function number(n: number, keyAndPath: (node: number) => [key: string, path: string]): Domains {
  const known = new Map<string, number>();
  const of = new Int32Array(n);
  const lists: number[][] = [];
  const paths: string[] = [];
  for (let node = 0; node < n; node++) {
    const [key, path] = keyAndPath(node);
    let domain = known.get(key);
    if (domain === undefined) {
      domain = lists.length;
      known.set(key, domain);
      lists.push([]);
      paths.push(path);
    }
    of[node] = domain;
    lists[domain].push(node);
  }
  return { of, members: lists.map((list) => Int32Array.from(list)), path: paths };
}
