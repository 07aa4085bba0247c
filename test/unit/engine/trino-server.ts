import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request that the server got. */
export interface Asked {
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  body: string;
}

/** What to answer with: an object as JSON, text as it is, a number as a status. */
export type Reply = object | string | number;

/**
 * A server of this machine that speaks Trino's statement protocol from a script: the first reply answers the POST, each
 * later one the GET of the `nextUri` before.
 */
export async function startTrinoServer(scripts: Record<string, readonly Reply[]>) {
  const asked: Asked[] = [];
  const queues = new Map<string, Reply[]>();
  let origin = "";

  const next = (id: string) => `${origin}/v1/statement/executing/${id}/y/${asked.length}`;

  function answer(response: ServerResponse, id: string): void {
    const reply = queues.get(id)?.shift() ?? 404;
    if (typeof reply === "number") response.writeHead(reply, { "Retry-After": "0" }).end("busy");
    else if (typeof reply === "string") response.end(reply);
    else {
      const more = (queues.get(id)?.length ?? 0) > 0;
      response.end(JSON.stringify({ id, stats: { state: "RUNNING" }, ...(more && { nextUri: next(id) }), ...reply }));
    }
  }

  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      asked.push({ method, path: url, headers, body });
      if (method === "DELETE") return response.writeHead(204).end();
      const id = method === "POST" ? `q${asked.length}` : url.split("/")[4];
      // A refused POST is posted again.
      const key = Object.keys(scripts).find((part) => body.includes(part));
      if (method === "POST" && key !== undefined) {
        const script = queues.get(key) ?? [...scripts[key]];
        queues.set(key, script).set(id, script);
      }
      answer(response, id);
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `trino+${origin}`,
    asked,
    async stop() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
