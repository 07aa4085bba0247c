import { LEVELS } from "../types.js";
import type { Bench, Unit } from "./bench.js";

/** How well a placed unit stands in what it prefers; a move must not make either worse. */
export interface Standing {
  /** Domains of its preferred level that it uses; 0 without one. */
  domains: number;
  /** Pods in the zone of their data. */
  near: number;
}

export function standingOf({ work, topology }: Bench, unit: Unit): Standing {
  const { nodes, pods, nodeOf } = work;
  const level = LEVELS.findLast((name) => unit.some((pod) => pods.preferredLevel?.[pod] === name));
  const of = level && topology[level === "nvlink" ? "node" : level].of;
  return {
    domains: of ? new Set(unit.map((pod) => of[nodeOf[pod]])).size : 0,
    near: unit.filter((pod) => pods.dataZone?.[pod] && pods.dataZone[pod] === nodes.zone?.[nodeOf[pod]]).length,
  };
}

export function isWorse(now: Standing, before: Standing): boolean {
  return now.domains > before.domains || now.near < before.near;
}
