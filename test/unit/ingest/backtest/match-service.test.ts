import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { townPosition } from "../../../../fixtures/road-city.js";
import { EngineError, InputError, UnavailableError } from "../../../../src/core/errors.js";
import { createMatchService } from "../../../../src/ingest/backtest/match-service.js";

type Handler = (request: IncomingMessage, body: string, response: ServerResponse) => void;

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A service on this machine; @returns its origin */
async function serve(handler: Handler): Promise<string> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => handler(request, Buffer.concat(parts).toString("utf8"), response));
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const json = (response: ServerResponse, status: number, value: unknown): void => {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
};

/** Positions every 20 m to the east, one each second. */
function trace(n: number) {
  const positions = Array.from({ length: n }, (_, i) => townPosition(20 * i, 0));
  return {
    ts: Float64Array.from(positions, (_, i) => 1_700_000_000_000 + 1000 * i),
    lon: Float64Array.from(positions, ([lon]) => lon),
    lat: Float64Array.from(positions, ([, lat]) => lat),
  };
}

describe("OSRM", () => {
  it("is asked in batches of at most 100 and names edges by their nodes", async () => {
    const asked: URL[] = [];
    const origin = await serve((request, _, response) => {
      const url = new URL(request.url ?? "", "http://host");
      asked.push(url);
      const places =
        url.pathname
          .split("/")
          .at(-1)
          ?.split(";")
          .map((one) => one.split(",").map(Number)) ?? [];
      // The second half is another matching; one position is on no road.
      const half = Math.floor(places.length / 2);
      const tracepoints = places.map(([lon, lat], i) =>
        i === 1
          ? null
          : {
              ...{ location: [lon, lat + 0.0001], name: "", distance: 11.1, hint: "x", alternatives_count: 0 },
              matchings_index: i < half ? 0 : 1,
              waypoint_index: i < half ? Math.max(0, i - 1) : i - half,
            },
      );
      const legs = (count: number, first: number) =>
        Array.from({ length: count - 1 }, (_, i) => ({
          annotation: { nodes: [first + i, first + i + 1, first + i + 2] },
        }));
      const matchings = [
        { confidence: 1, legs: legs(half - 1, 1000) },
        { legs: legs(places.length - half, 9_000_000_000) },
      ];
      json(response, 200, { code: "Ok", tracepoints, matchings });
    });
    const service = createMatchService(`${origin}/match/v1/driving/`, { sigmaM: 5 });
    expect(service.engine).toBe("osrm");
    const drive = trace(150);
    const { roads, edge, distance, offset, breaks } = await service.match(drive);
    expect(asked).toHaveLength(2);
    for (const url of asked) {
      expect(url.pathname.split("/").at(-1)?.split(";")).toHaveLength(75);
      expect(url.searchParams.get("annotations")).toBe("nodes");
      expect(url.searchParams.get("radiuses")).toBe(Array(75).fill(5).join(";"));
    }
    expect(asked[0].searchParams.get("timestamps")?.split(";").slice(0, 2)).toEqual(["1700000000", "1700000001"]);
    const names = Array.from(edge, (place) => roads.edgeIds[place] ?? null);
    expect(names.slice(0, 4)).toEqual(["1000-1001", null, "1001-1002", "1002-1003"]);
    // The last position of a matching is on the last leg's last segment.
    expect(names[36]).toBe("1035-1036");
    expect(names[37]).toBe("9000000000-9000000001");
    expect(distance[0]).toBeCloseTo(11.12, 2);
    expect(offset[0]).toBeNaN();
    expect(roads.speedLimit[0]).toBeNaN();
    expect(breaks).toEqual([
      { ts: drive.ts[1], reason: "no_candidate" },
      { ts: drive.ts[37], reason: "no_route" },
      { ts: drive.ts[76], reason: "no_candidate" },
      { ts: drive.ts[112], reason: "no_route" },
    ]);
  });

  it("lets positions near the last one sent share its place, and cuts at gaps", async () => {
    let asked = 0;
    const origin = await serve((_, __, response) => {
      asked++;
      const point = (waypoint_index: number) => ({ location: [13.4, 52.5], matchings_index: 0, waypoint_index });
      json(response, 200, {
        code: "Ok",
        tracepoints: [point(0), point(1)],
        matchings: [{ legs: [{ annotation: { nodes: [1, 2] } }] }],
      });
    });
    const drive = trace(5);
    drive.lon[1] = drive.lon[0];
    drive.lat[3] = Number.NaN;
    drive.ts[4] += 60_000;
    const { edge, breaks } = await createMatchService(`${origin}/match/v1/car`).match(drive);
    expect(asked).toBe(1);
    expect(Array.from(edge)).toEqual([0, 0, 0, -1, -1]);
    expect(breaks).toEqual([{ ts: drive.ts[4], reason: "gap" }]);
  });

  it("matches nothing where the service says so", async () => {
    const origin = await serve((_, __, response) => json(response, 400, { code: "NoMatch", message: "no match" }));
    const drive = trace(3);
    const { edge, breaks } = await createMatchService(`${origin}/match/v1/car`).match(drive);
    expect(Array.from(edge)).toEqual([-1, -1, -1]);
    expect(breaks).toEqual([{ ts: drive.ts[0], reason: "no_candidate" }]);
  });
});

describe("Valhalla", () => {
  it("is asked for attributes, and tells ways, offsets and limits", async () => {
    let body: Record<string, unknown> = {};
    const origin = await serve((request, text, response) => {
      body = { ...JSON.parse(text), method: request.method };
      const point = { lat: 52.5, lon: 13.4, type: "matched", distance_from_trace_point: 1.5 };
      json(response, 200, {
        units: "kilometers",
        edges: [
          { way_id: 4_711, length: 0.2, speed_limit: 50, names: ["Main"] },
          { way_id: 12, length: 0.1, speed_limit: "unlimited" },
        ],
        matched_points: [
          { ...point, edge_index: 0, distance_along_edge: 0.25 },
          { ...point, type: "interpolated", edge_index: 1, distance_along_edge: 0.5 },
          { ...point, type: "unmatched", edge_index: 2 ** 64 },
          { ...point, edge_index: 0, begin_route_discontinuity: true },
        ],
      });
    });
    const service = createMatchService(`${origin}/trace_attributes`, { sigmaM: 5, radiusM: 40 });
    expect(service.engine).toBe("valhalla");
    const drive = trace(4);
    const { roads, edge, distance, offset, breaks } = await service.match(drive);
    expect(body).toMatchObject({
      ...{ method: "POST", shape_match: "map_snap", costing: "auto" },
      trace_options: { gps_accuracy: 5, search_radius: 40 },
    });
    expect(body["shape"]).toHaveLength(4);
    expect(Array.from(edge, (place) => roads.edgeIds[place] ?? null)).toEqual(["4711", "12", null, "4711"]);
    expect(Array.from(offset)).toEqual([50, 50, Number.NaN, Number.NaN]);
    expect(Array.from(distance)).toEqual([1.5, 1.5, Number.NaN, 1.5]);
    expect(roads.speedLimit[0]).toBeCloseTo(50 / 3.6, 9);
    expect(roads.speedLimit[1]).toBeNaN();
    expect(breaks).toEqual([
      { ts: drive.ts[2], reason: "no_candidate" },
      { ts: drive.ts[3], reason: "no_route" },
    ]);
  });

  it("matches nothing where no path was found, and passes other refusals on", async () => {
    let code = 444;
    const origin = await serve((_, __, response) =>
      json(response, 400, { error_code: code, error: "told", status_code: 400, status: "Bad Request" }),
    );
    const service = createMatchService(`${origin}/trace_attributes`);
    expect((await service.match(trace(2))).breaks).toHaveLength(1);
    code = 154;
    await expect(service.match(trace(2))).rejects.toThrow(/154: told/);
  });
});

describe("a service that fails", () => {
  const limits = { retryMs: [1, 1], timeoutMs: 200, maxBytes: 1000 };
  const failing = async (handler: Handler) =>
    createMatchService(`${await serve(handler)}/match/v1/car`, {}, limits).match(trace(2));

  it("is asked again where it is overloaded, a bounded number of times", async () => {
    let asked = 0;
    const failed = failing((_, __, response) => {
      asked++;
      response.writeHead(503).end();
    });
    await expect(failed).rejects.toThrow(UnavailableError);
    await expect(failed).rejects.toThrow(/status 503, asked 3 times/);
    expect(asked).toBe(3);
  });
  it("is given up where it does not answer in time or cannot be reached", async () => {
    await expect(failing(() => {})).rejects.toThrow(/no answer within 200 ms/);
    const nowhere = createMatchService("http://127.0.0.1:1/match/v1/car", {}, limits);
    await expect(nowhere.match(trace(2))).rejects.toThrow(UnavailableError);
  });
  it("must answer what it should, in bounds", async () => {
    const answers: [Handler, RegExp][] = [
      [(_, __, response) => response.end("<html>"), /no JSON: <html>/],
      [(_, __, response) => json(response, 200, { code: 1 }), /unexpected answer \(status 200\): code/],
      [(_, __, response) => json(response, 200, { code: "Ok", tracepoints: [], matchings: [] }), /: Ok/],
      [(_, __, response) => json(response, 400, { code: "TooBig", message: "too many" }), /TooBig: too many/],
      [(_, __, response) => response.end("x".repeat(2000)), /larger than 1000 bytes/],
    ];
    for (const [handler, message] of answers) {
      const failed = failing(handler);
      await expect(failed).rejects.toThrow(EngineError);
      await expect(failed).rejects.toThrow(message);
    }
  });
  it("is not followed elsewhere", async () => {
    const moved: Handler = (_, __, response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end();
    await expect(failing(moved)).rejects.toThrow(UnavailableError);
  });
  it("can be left by its signal", async () => {
    const origin = await serve(() => {});
    const { match } = createMatchService(`${origin}/match/v1/car`, {}, { signal: AbortSignal.timeout(50) });
    await expect(match(trace(2))).rejects.toMatchObject({ name: "TimeoutError" });
  });
});

describe("the URL of a service", () => {
  it.each([
    "",
    "host",
    "ftp://host/match/v1/car",
    "file:///etc/passwd",
    "http://host/",
    "http://host/match/v1/",
    "http://u:p@host/match/v1/car",
    "http://host/trace_attributes?x=1",
  ])("is refused where it is none: %s", (url) => {
    expect(() => createMatchService(url)).toThrow(InputError);
  });
});
