import { haversine } from "../../backtest/geo/haversine.js";
import { type MatchOptions, matchOptions } from "../../backtest/map/match-options.js";
import type { Trace, TraceMatch } from "../../backtest/map/trace-match.js";
import { InputError } from "../../core/errors.js";
import { askOsrm } from "./ask-osrm.js";
import { type AskOptions, DEFAULT_ASK_OPTIONS } from "./ask-service.js";
import { askValhalla } from "./ask-valhalla.js";
import type { AskMatch, MatchBatch, MatchedPoint } from "./match-batch.js";

/** A service that matches traces in the place of a road graph. */
export interface MatchService {
  engine: "osrm" | "valhalla";
  match(trace: Trace): Promise<TraceMatch>;
}

/** Positions that services take at once by default. */
const BATCH = 100;
/** As in the matcher on a road graph. */
const NEAR_SIGMAS = 2;

/**
 * A match service by its URL: OSRM up to the profile (`http://host:5000/match/v1/driving`) or Valhalla's
 * `http://host:8002/trace_attributes`. The trace is cut at gaps and sent in batches of at most 100 positions; a position
 * within 2 σ of the last one sent shares its place. A position alone between two gaps is not sent.
 *
 * @throws InputError for a URL that is neither; `match` throws UnavailableError where the service cannot be reached, and
 *   EngineError where it answers what it should not
 */
export function createMatchService(
  url: string,
  options: Partial<MatchOptions> = {},
  limits: Partial<AskOptions> = {},
): MatchService {
  const filled = matchOptions(options);
  const { engine, base } = serviceOf(url);
  const ask = { ...DEFAULT_ASK_OPTIONS, ...limits };
  const askBatch = engine === "osrm" ? askOsrm(base, filled.sigmaM, ask) : askValhalla(base, filled, ask);
  return { engine, match: (trace) => matchBy(askBatch, trace, filled) };
}

function serviceOf(text: string): { engine: MatchService["engine"]; base: string } {
  const wrong = (why: string): InputError =>
    new InputError(
      `--match-url ${text}: ${why}; give http(s)://HOST/match/v1/PROFILE (OSRM) or http(s)://HOST/trace_attributes (Valhalla)`,
      { option: "--match-url", value: text },
    );
  if (!URL.canParse(text)) throw wrong("no URL");
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:") throw wrong("neither http nor https");
  if (url.username || url.password || url.search || url.hash) throw wrong("user, query and fragment are not taken");
  const base = `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
  if (/\/match\/v1\/[^/]+$/.test(base)) return { engine: "osrm", base };
  if (base.endsWith("/trace_attributes")) return { engine: "valhalla", base };
  throw wrong("neither of the services that are known");
}

async function matchBy(ask: AskMatch, trace: Trace, { sigmaM, maxGapMs }: MatchOptions): Promise<TraceMatch> {
  const { ts } = trace;
  const match = {
    edge: new Int32Array(ts.length).fill(-1),
    offset: new Float64Array(ts.length).fill(Number.NaN),
    distance: new Float64Array(ts.length).fill(Number.NaN),
    breaks: [] as TraceMatch["breaks"],
  };
  const edges = new Map<string, { place: number; speedLimit: number }>();
  /** The row sent for each row that has a position. */
  const sentFor = new Int32Array(ts.length).fill(-1);
  for (const [k, rows] of drives(trace, maxGapMs).entries()) {
    if (k > 0) match.breaks.push({ ts: ts[rows[0]], reason: "gap" });
    const sent = spreadOut(trace, rows, NEAR_SIGMAS * sigmaM, sentFor);
    /** No road was near the row before. */
    let lost = false;
    for (const batch of batchesOf(sent)) {
      const points = batch.length > 1 ? await ask(positionsOf(trace, batch)) : [];
      for (const [i, row] of batch.entries()) {
        const point = points?.[i] ?? null;
        if (point) put(row, point);
        if (point?.cut) match.breaks.push({ ts: ts[row], reason: "no_route" });
        if (!point && !lost && batch.length > 1) match.breaks.push({ ts: ts[row], reason: "no_candidate" });
        lost = !point;
      }
    }
  }
  for (let row = 0; row < ts.length; row++) if (sentFor[row] >= 0) share(sentFor[row], row);
  const facts = Array.from(edges.values());
  return { ...match, roads: { edgeIds: Array.from(edges.keys()), speedLimit: facts.map((fact) => fact.speedLimit) } };

  function put(row: number, { edge, offset, distance, speedLimit }: MatchedPoint): void {
    const known = edges.get(edge) ?? { place: edges.size, speedLimit };
    edges.set(edge, known);
    match.edge[row] = known.place;
    match.offset[row] = offset;
    match.distance[row] = distance;
  }
  function share(from: number, row: number): void {
    match.edge[row] = match.edge[from];
    match.offset[row] = match.offset[from];
    match.distance[row] = match.distance[from];
  }
}

/** Rows with a position, cut at gaps. */
function drives({ ts, lat, lon }: Trace, maxGapMs: number): number[][] {
  const all: number[][] = [];
  for (let row = 0; row < ts.length; row++) {
    if (Number.isNaN(lat[row]) || Number.isNaN(lon[row])) continue;
    const last = all.at(-1)?.at(-1);
    if (last === undefined || ts[row] - ts[last] > maxGapMs) all.push([]);
    all[all.length - 1].push(row);
  }
  return all;
}

/** The rows to send: those that are not near the last one sent, which stands in for them. */
function spreadOut({ lat, lon }: Trace, rows: readonly number[], near: number, sentFor: Int32Array): number[] {
  const sent: number[] = [];
  for (const row of rows) {
    const last = sent.at(-1);
    if (last === undefined || haversine(lat[last], lon[last], lat[row], lon[row]) >= near) sent.push(row);
    sentFor[row] = sent[sent.length - 1];
  }
  return sent;
}

/** Batches of nearly equal size, so that none is a single row. */
function batchesOf(rows: readonly number[]): number[][] {
  const count = Math.ceil(rows.length / BATCH);
  const at = (k: number): number => Math.floor((k * rows.length) / count);
  return Array.from({ length: count }, (_, k) => rows.slice(at(k), at(k + 1)));
}

function positionsOf({ ts, lat, lon }: Trace, rows: readonly number[]): MatchBatch {
  return {
    ts: rows.map((row) => ts[row]),
    lat: rows.map((row) => lat[row]),
    lon: rows.map((row) => lon[row]),
  };
}
