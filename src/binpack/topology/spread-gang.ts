import type { NodeLevel, Topology } from "./domains.js";
import type { FreeDomain } from "./free-domain.js";
import { freeDomains } from "./free-domains.js";
import { type GangSearch, placeByPolicy, placeOnNodes, remove } from "./gang-search.js";
import { countsOf } from "./gang-shape.js";
import { splitGang } from "./split-gang.js";

/** Most steps (domains × states²) of the exact split; larger gangs fill one domain after another. */
const MOST_STEPS = 2e7;
/** Makes a domain far from the data cost more than any that is near. */
const FAR = 1e12;

/** Places the whole gang on these nodes over as few domains of the level as possible, or no pod of it. */
export function spreadGang(
  search: GangSearch,
  topology: Topology,
  level: NodeLevel,
  nodes: ArrayLike<number>,
  balanced: boolean,
): boolean {
  const { shape, capacities, reach } = search;
  const usable = freeDomains(search, topology, level, nodes).filter((domain) =>
    domain.nodes.some((node) => capacities.some((copies) => copies[node] > 0)),
  );
  if (!reach || usable.length * shape.states ** 2 > MOST_STEPS) return fillDomains(search, usable, balanced);
  const most = Math.max(...usable.map((domain) => domain.near));
  const domains = usable.map((domain) => ({
    reach: reach(domain.nodes),
    free: domain.free + (most - domain.near) * FAR,
  }));
  const split = splitGang(shape, domains, balanced);
  if (!split) return false;
  const done = split.every(({ domain, part }) => placeOnNodes(search, usable[domain].nodes, countsOf(shape, part)));
  if (!done) remove(search, placedOf(search));
  return done;
}

/**
 * For gangs too large to split exactly: the domain with the most room first, each filled as far as the policy can.
 * Balanced, in a second round, no domain gets more than its share of the pods when that needs no further domain.
 */
function fillDomains(search: GangSearch, domains: readonly FreeDomain[], balanced: boolean): boolean {
  const { size } = search.shape;
  const byRoom = domains.map((domain) => ({ domain, room: roomIn(search, domain) }));
  byRoom.sort((a, b) => b.room - a.room);
  const ordered = byRoom.map(({ domain }) => domain);
  const used = fill(search, ordered, size);
  if (used === 0 || used === 1 || !balanced) return used > 0;
  remove(search, placedOf(search));
  return fill(search, ordered.slice(0, used), Math.ceil(size / used)) > 0 || fill(search, ordered, size) > 0;
}

/** Fills domains with up to `most` pods each until the gang has its place; the number used, 0 when it has not. */
function fill(search: GangSearch, domains: readonly FreeDomain[], most: number): number {
  let used = 0;
  for (const { nodes } of domains) {
    let room = most;
    const counts = search.shape.pods.map((pods) => {
      const open = Math.min(room, pods.filter((pod) => search.cluster.nodeOf[pod] < 0).length);
      room -= open;
      return open;
    });
    if (placeByPolicy(search, nodes, counts, true).placed.length > 0) used++;
    if (placedOf(search).length === search.shape.size) return used;
  }
  remove(search, placedOf(search));
  return 0;
}

function placedOf({ cluster, shape }: GangSearch): number[] {
  return shape.pods.flat().filter((pod) => cluster.nodeOf[pod] >= 0);
}

/** GPU thousandths of the gang's pods (their number, without GPUs) that the domain has room for, kind by kind. */
function roomIn({ cluster, shape, capacities }: GangSearch, { nodes }: FreeDomain): number {
  const { gpus, milli } = cluster.pods;
  let room = 0;
  shape.pods.forEach((pods, kind) => {
    const copies = nodes.reduce((sum, node) => sum + capacities[kind][node], 0);
    room += Math.min(pods.length, copies) * (shape.milli > 0 ? gpus[pods[0]] * milli[pods[0]] : 1);
  });
  return room;
}
