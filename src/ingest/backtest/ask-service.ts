import { setTimeout as sleep } from "node:timers/promises";
import type { z } from "zod";
import { EngineError, UnavailableError } from "../../core/errors.js";
import { problemText, schemaProblems } from "../../core/schema-problems.js";

/** Limits of one question to a service. */
export interface AskOptions {
  /** Longest wait for an answer, ms. */
  timeoutMs: number;
  /** Waits before asking again where the service cannot be reached or is overloaded, ms. */
  retryMs: readonly number[];
  /** Largest answer, bytes. */
  maxBytes: number;
  signal?: AbortSignal;
}

export const DEFAULT_ASK_OPTIONS: Readonly<AskOptions> = Object.freeze({
  timeoutMs: 15_000,
  retryMs: Object.freeze([250, 1000]),
  maxBytes: 16 * 2 ** 20,
});

/** What a service answered. */
interface Answer {
  status: number;
  text: string;
}

/** Statuses after which asking again may help. */
const OVERLOADED = new Set([429, 502, 503, 504]);

/**
 * Asks a JSON service and checks its answer. Redirects are not followed.
 *
 * @returns the status, and the body as the schema gives it
 * @throws UnavailableError where the service cannot be reached, is too slow or overloaded, after asking again; EngineError
 *   where it answers something else than the schema, or too much
 */
export async function askService<T>(
  url: string,
  request: { method: "GET" } | { method: "POST"; body: unknown },
  schema: z.ZodType<T>,
  options: AskOptions,
): Promise<{ status: number; body: T }> {
  const { status, text } = await askAgain(url, request, options);
  const { origin } = new URL(url);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const message = `match service ${origin}: answered ${status} with something that is no JSON: ${text.slice(0, 80)}`;
    throw new EngineError(message, { url: origin, status }, { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { status, body: parsed.data };
  const problems = problemText(schemaProblems(schema, value, parsed.error));
  throw new EngineError(`match service ${origin}: unexpected answer (status ${status}): ${problems}`, {
    url: origin,
    status,
  });
}

async function askAgain(url: string, request: Parameters<typeof askService>[1], options: AskOptions): Promise<Answer> {
  const { origin } = new URL(url);
  let why = "";
  for (const wait of [0, ...options.retryMs]) {
    if (wait > 0) await sleep(wait, undefined, { signal: options.signal });
    try {
      const answer = await askOnce(url, request, options);
      if (!OVERLOADED.has(answer.status)) return answer;
      why = `status ${answer.status}`;
    } catch (error) {
      options.signal?.throwIfAborted();
      if (error instanceof EngineError) throw error;
      const { name, message, cause } = error as Error;
      why =
        name === "TimeoutError"
          ? `no answer within ${options.timeoutMs} ms`
          : String((cause as Error)?.message ?? message);
    }
  }
  const times = options.retryMs.length + 1;
  throw new UnavailableError("E_MATCH_SERVICE", `match service ${origin}: ${why}, asked ${times} times`, {
    url: origin,
  });
}

async function askOnce(
  url: string,
  request: Parameters<typeof askService>[1],
  { timeoutMs, maxBytes, signal }: AskOptions,
): Promise<Answer> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const response = await fetch(url, {
    method: request.method,
    redirect: "error",
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    ...(request.method === "POST"
      ? { body: JSON.stringify(request.body), headers: { "content-type": "application/json" } }
      : {}),
  });
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.byteLength;
    if (bytes > maxBytes) {
      const { origin } = new URL(url);
      throw new EngineError(`match service ${origin}: the answer is larger than ${maxBytes} bytes`, { url: origin });
    }
    parts.push(part);
  }
  return { status: response.status, text: Buffer.concat(parts).toString("utf8") };
}
