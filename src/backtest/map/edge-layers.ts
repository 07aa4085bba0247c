import { InputError } from "../../core/errors.js";
import type { MapLayer } from "../types.js";

/** The layers of a policy by the edge that they change, in the order of the policy. */
export type EdgeLayers = ReadonlyMap<string, readonly MapLayer[]>;

export function edgeLayers(layers: readonly MapLayer[]): EdgeLayers {
  const byEdge = new Map<string, MapLayer[]>();
  for (const layer of layers) {
    const own = byEdge.get(layer.edge);
    if (own) own.push(layer);
    else byEdge.set(layer.edge, [layer]);
  }
  return byEdge;
}

/**
 * Checks that every layer changes an edge that there is. With a match service the edges are not known beforehand.
 *
 * @throws InputError with the JSON Pointer of the first that does not
 */
export function checkMapLayers(layers: readonly MapLayer[], edgeIds: readonly string[]): void {
  if (layers.length === 0) return;
  const known = new Set(edgeIds);
  const at = layers.findIndex(({ edge }) => !known.has(edge));
  if (at < 0) return;
  const path = `/map_layers/${at}/edge`;
  const { id, edge } = layers[at];
  const message = `${path}: layer "${id}" changes edge "${edge}", which the road graph does not have`;
  throw new InputError(`${message}; correct the id, or give the graph that the policy is for`, { path, edge });
}

/** The speed limit at a time: of several layers the last of the policy, without one that of the road. */
export function limitAt(layers: readonly MapLayer[], ts: number, ofRoad: number): number {
  let limit = ofRoad;
  for (const layer of layers)
    if (layer.op === "set_speed_limit" && layer.from <= ts && ts < layer.to) limit = layer.value_mps;
  return limit;
}

/** Whether a layer closes the edge at a time. */
export function closedAt(layers: readonly MapLayer[], ts: number): boolean {
  return layers.some((layer) => layer.op === "close" && layer.from <= ts && ts < layer.to);
}
