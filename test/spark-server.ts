import { inject } from "vitest";

/** A Spark Thrift server for tests. */
export interface SparkServer {
  /** For `openEngine`. */
  url: string;
  /** Says that this test file is done with it; the shared server itself ends with the test run. */
  stop(): Promise<void>;
}

/**
 * The Spark Thrift server that all test files share; the first call starts it, which takes half a minute. Ask at the top of a
 * file: `const spark = await startSpark()`, then `describe.skipIf(!spark)`.
 *
 * @returns null, with a message, where there is no Java or no pyspark; in continuous integration that is an error
 */
export async function startSpark(): Promise<SparkServer | null> {
  const answer = await fetch(inject("sparkBroker"));
  const { url, reason } = (await answer.json()) as { url?: string; reason?: string };
  if (url !== undefined) return { url, stop: async () => {} };
  if (process.env["CI"] === "true") throw new Error(`no Spark in continuous integration: ${reason}`);
  console.warn(`\n*** tests on Spark are SKIPPED: ${reason} ***\n`);
  return null;
}
