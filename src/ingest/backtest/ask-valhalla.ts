import { z } from "zod";
import { EngineError } from "../../core/errors.js";
import { type AskOptions, askService } from "./ask-service.js";
import type { AskMatch, MatchedPoint } from "./match-batch.js";

const Point = z.object({
  type: z.enum(["matched", "interpolated", "unmatched"]),
  // Valhalla writes 2^64 − 1 for no edge.
  edge_index: z.number().min(0).optional(),
  distance_along_edge: z.number().min(0).max(1).optional(),
  distance_from_trace_point: z.number().min(0).optional(),
  begin_route_discontinuity: z.boolean().optional(),
});
const Edge = z.object({
  way_id: z.int(),
  length: z.number().min(0).optional(),
  speed_limit: z.union([z.number(), z.string()]).optional(),
});
const Answer = z.union([
  z.object({ matched_points: z.array(Point), edges: z.array(Edge) }),
  z.object({ error_code: z.int(), error: z.string() }),
]);

/** Error codes of a trace that lies on no road, or on roads that do not join. */
const NOTHING = new Set([171, 442, 443, 444]);

const ATTRIBUTES = [
  ...["edge.way_id", "edge.length", "edge.speed_limit", "matched.point", "matched.type", "matched.edge_index"],
  ...["matched.distance_along_edge", "matched.distance_from_trace_point", "matched.begin_route_discontinuity"],
];

/**
 * The action `trace_attributes` of Valhalla. An edge is named by its OSM way; offsets run along Valhalla's own edges.
 *
 * @param url of the action
 * @param accuracy deviation of a position and search radius, metres
 */
export function askValhalla(
  url: string,
  { sigmaM, radiusM }: { sigmaM: number; radiusM: number },
  options: AskOptions,
): AskMatch {
  return async ({ ts, lat, lon }) => {
    const body = {
      shape: lon.map((x, i) => ({ lat: lat[i], lon: x, time: ts[i] / 1000 })),
      costing: "auto",
      shape_match: "map_snap",
      units: "kilometers",
      trace_options: { gps_accuracy: sigmaM, search_radius: radiusM },
      filters: { attributes: ATTRIBUTES, action: "include" },
    };
    const { body: answer } = await askService(url, { method: "POST", body }, Answer, options);
    if ("error_code" in answer) {
      if (NOTHING.has(answer.error_code)) return null;
      throw refused(url, `${answer.error_code}: ${answer.error}`);
    }
    const { matched_points: points, edges } = answer;
    if (points.length !== ts.length) throw refused(url, `${points.length} points for ${ts.length}`);
    return points.map((point, i): MatchedPoint | null => {
      const edge = edges[point.edge_index ?? -1];
      if (point.type === "unmatched" || !edge) return null;
      return {
        edge: String(edge.way_id),
        offset: (point.distance_along_edge ?? Number.NaN) * (edge.length ?? Number.NaN) * 1000,
        distance: point.distance_from_trace_point ?? Number.NaN,
        speedLimit: typeof edge.speed_limit === "number" && edge.speed_limit > 0 ? edge.speed_limit / 3.6 : Number.NaN,
        cut: i > 0 && point.begin_route_discontinuity === true,
      };
    });
  };
}

function refused(url: string, why: string): EngineError {
  const { origin } = new URL(url);
  return new EngineError(`match service ${origin}: ${why}`, { url: origin });
}
