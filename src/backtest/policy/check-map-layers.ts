import type { PolicyProblem } from "../types.js";
import { parseLayerTime } from "./layer-time.js";
import { duplicateIds, type PolicyUnderCheck, problem } from "./policy-check.js";

/** Ids and intervals of the changes of the map. */
export function checkMapLayers({ draft }: PolicyUnderCheck): PolicyProblem[] {
  const problems = duplicateIds(draft.map_layers, ["map_layers"], "id");
  for (const [i, layer] of (draft.map_layers ?? []).entries()) {
    if (layer?.from === undefined || layer.to === undefined) continue;
    if (parseLayerTime(layer.from) < parseLayerTime(layer.to)) continue;
    const message = `the layer ends at ${layer.to}, which is not after its start ${layer.from}`;
    problems.push(problem(["map_layers", i, "to"], "bad_interval", message));
  }
  return problems;
}
