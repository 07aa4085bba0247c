import type { NodeTable } from "../binpack/types.js";
import type { PoolConfig } from "./cluster-config.js";

/** Nodes of a pool, all like its template: node i lies in zone i modulo the zones, and in the zone's racks in turn. */
export function poolNodeTable({ name, count = 0, template, zones, racks_per_zone }: PoolConfig): NodeTable {
  const gpus = template?.gpus ?? 0;
  const digits = String(count - 1).length;
  const zoneCount = zones?.length ?? 1;
  const rackOf = (node: number): string => `r${Math.floor(node / zoneCount) % (racks_per_zone ?? 1)}`;
  const indexes = Array.from({ length: count }, (_, node) => node);
  const unlimited = 2 ** 31 - 1;
  return {
    n: count,
    name: indexes.map((node) => `${name}-${String(node).padStart(digits, "0")}`),
    cpu: new Int32Array(count).fill(template?.cpu_milli ?? unlimited),
    memory: new Int32Array(count).fill(template?.memory_mib ?? unlimited),
    gpus: new Uint16Array(count).fill(gpus),
    model: new Array<string>(count).fill(template?.model ?? ""),
    zone: zones && indexes.map((node) => zones[node % zoneCount]),
    rack: racks_per_zone === undefined ? undefined : indexes.map(rackOf),
    nvlink: template?.nvlink === undefined ? undefined : new Uint16Array(count).fill(template.nvlink),
  };
}
