import { z } from "zod";
import { haversine } from "../../backtest/geo/haversine.js";
import { EngineError } from "../../core/errors.js";
import { type AskOptions, askService } from "./ask-service.js";
import type { AskMatch, MatchedPoint } from "./match-batch.js";

const Tracepoint = z.object({
  location: z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)]),
  matchings_index: z.int().min(0),
  waypoint_index: z.int().min(0),
});
const Leg = z.object({ annotation: z.object({ nodes: z.array(z.int()).min(1) }) });
const Answer = z.object({
  code: z.string(),
  message: z.string().optional(),
  tracepoints: z.array(Tracepoint.nullable()).optional(),
  matchings: z.array(z.object({ legs: z.array(Leg) })).optional(),
});

/** Codes of a trace that lies on no road. */
const NOTHING = new Set(["NoMatch", "NoSegment"]);

/**
 * The match service of OSRM (HTTP API v1, `/match/v1/{profile}`), asked with OSM nodes as annotation. An edge is named by
 * the two OSM nodes of the segment, in the direction driven: `1-2`.
 *
 * @param url up to the profile
 * @param sigmaM OSRM's `radiuses`: the deviation of a position
 */
export function askOsrm(url: string, sigmaM: number, options: AskOptions): AskMatch {
  return async ({ ts, lat, lon }) => {
    const places = lon.map((x, i) => `${x.toFixed(7)},${lat[i].toFixed(7)}`).join(";");
    const query = new URLSearchParams({
      annotations: "nodes",
      overview: "false",
      gaps: "split",
      radiuses: lon.map(() => sigmaM).join(";"),
      timestamps: ts.map((ms) => Math.floor(ms / 1000)).join(";"),
    });
    const { body } = await askService(`${url}/${places}?${query}`, { method: "GET" }, Answer, options);
    if (NOTHING.has(body.code)) return null;
    const { tracepoints, matchings } = body;
    const complete = body.code === "Ok" && matchings && tracepoints?.length === ts.length;
    if (!complete) throw refused(url, `${body.code}${body.message ? `: ${body.message}` : ""}`);
    let before = -1;
    return tracepoints.map((point, i): MatchedPoint | null => {
      if (!point) return null;
      const legs = matchings[point.matchings_index]?.legs ?? [];
      const nodes = legs[point.waypoint_index]?.annotation.nodes.slice(0, 2) ?? legs.at(-1)?.annotation.nodes.slice(-2);
      if (nodes?.length !== 2) return null;
      const cut = before >= 0 && point.matchings_index !== before;
      before = point.matchings_index;
      const distance = haversine(lat[i], lon[i], point.location[1], point.location[0]);
      return { edge: nodes.join("-"), offset: Number.NaN, distance, speedLimit: Number.NaN, cut };
    });
  };
}

function refused(url: string, why: string): EngineError {
  const { origin } = new URL(url);
  return new EngineError(`match service ${origin}: ${why}`, { url: origin });
}
