import { EngineError, type FleetlensError, InputError } from "../../core/errors.js";
import type { Batch } from "../engine.js";
import type { TrinoAccess } from "./trino-access.js";
import { parseAnswer, type TrinoColumn, trinoBatch } from "./trino-columns.js";

/** An answer of the statement protocol, as far as it is read. */
interface Answer {
  nextUri?: string;
  columns?: TrinoColumn[];
  data?: unknown[][];
  error?: { message: string; errorName: string; errorType: string };
}

/** A coordinator answers within about a second, if only to say that there is nothing yet. */
const ANSWER_MS = 60_000;
const CANCEL_MS = 2000;
/** Waits before a coordinator that has no time is asked again. */
const RETRY_MS = Object.freeze([100, 200, 400, 800, 1600, 3200]);
const MOST = 400;

function unreachable({ name }: TrinoAccess, cause: unknown): EngineError {
  // What fetch throws says nothing; its cause does.
  const { message } = ((cause as Error).cause ?? cause) as Error;
  return new EngineError(`Trino at ${name} cannot be reached: ${message}`, { engine: "trino", name }, { cause });
}

async function request(access: TrinoAccess, url: string, init: RequestInit, ms: number): Promise<Response> {
  const limit = AbortSignal.timeout(ms);
  const signal = init.signal ? AbortSignal.any([init.signal, limit]) : limit;
  return fetch(url, { ...init, headers: access.headers, redirect: "error", signal }).catch((error: unknown) => {
    if (init.signal?.aborted) throw init.signal.reason;
    throw unreachable(access, limit.aborted ? new Error(`no answer within ${ms / 1000} s`) : error);
  });
}

/** Asks again while the coordinator says that it is busy, as the protocol wants it. */
async function ask(access: TrinoAccess, url: string, init: RequestInit, ms = ANSWER_MS): Promise<Answer> {
  for (let attempt = 0; ; attempt++) {
    const response = await request(access, url, init, ms);
    const body = await response.text().catch((error: unknown) => {
      if (init.signal?.aborted) throw init.signal.reason;
      throw unreachable(access, error);
    });
    if (response.ok) return answerOf(access, body);
    if (![429, 502, 503, 504].includes(response.status) || attempt === RETRY_MS.length) {
      throw refused(access, response.status, body);
    }
    await new Promise((done) => setTimeout(done, RETRY_MS[attempt]));
    init.signal?.throwIfAborted();
  }
}

function answerOf({ name }: TrinoAccess, body: string): Answer {
  try {
    return parseAnswer(body) as Answer;
  } catch (error) {
    throw new EngineError(`what answers at ${name} does not speak Trino's protocol`, { name }, { cause: error });
  }
}

function refused({ name }: TrinoAccess, status: number, body: string): EngineError {
  const login = status === 401 || status === 403;
  const hint = login ? "; the login is in FLEETLENS_TRINO_USER, _PASSWORD or _TOKEN" : "";
  const said = body.replaceAll(/\s+/g, " ").trim().slice(0, MOST);
  return new EngineError(`Trino at ${name} refused with ${status}${said && `: ${said}`}${hint}`, { name, status });
}

function failure({ message, errorName, errorType }: NonNullable<Answer["error"]>): FleetlensError {
  const details = { engine: "trino", errorName, errorType };
  const text = message.replaceAll(/\s+/g, " ").slice(0, MOST);
  return errorType === "USER_ERROR"
    ? new InputError(text, details)
    : new EngineError(`Trino gave up: ${text} (${errorName})`, details);
}

/** The login goes to no other place than the one that the user named. */
function ownAddress({ origin, name }: TrinoAccess, uri: string): string {
  if (new URL(uri).origin === new URL(origin).origin) return uri;
  throw new EngineError(`Trino at ${name} refers to another address, ${new URL(uri).origin}; use that in the URL`, {
    name,
  });
}

/**
 * Runs a statement by Trino's HTTP protocol: posts it, then follows `nextUri` until there is none.
 *
 * @param firstMs how long the first answer may take
 */
export async function* runStatement(
  access: TrinoAccess,
  sql: string,
  { signal, firstMs }: { signal?: AbortSignal; firstMs?: number } = {},
): AsyncGenerator<Batch> {
  let next: string | undefined;
  try {
    let answer = await ask(access, `${access.origin}/v1/statement`, { method: "POST", body: sql, signal }, firstMs);
    for (let columns: TrinoColumn[] = []; ; ) {
      next = answer.nextUri && ownAddress(access, answer.nextUri);
      if (answer.error) throw failure(answer.error);
      columns = answer.columns ?? columns;
      if (answer.data?.length) yield trinoBatch(columns, answer.data);
      if (next === undefined) return;
      answer = await ask(access, next, { signal });
    }
  } finally {
    // Left early, by an error or by the reader: the coordinator is told.
    if (next !== undefined) await request(access, next, { method: "DELETE" }, CANCEL_MS).catch(() => {});
  }
}
