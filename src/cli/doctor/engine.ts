import { type Check, reason } from "./check.js";

/** Opens DuckDB with the settings that every command uses, and has it count. */
export async function checkEngine(): Promise<Check> {
  const base = { part: "engine", required: true };
  try {
    const { openEngine } = await import("../../engine/index.js");
    const engine = await openEngine();
    try {
      let sum: unknown;
      for await (const batch of engine.query({ sql: "SELECT sum(i)::BIGINT AS total FROM range(101) t(i)" })) {
        sum = batch.columns["total"].data[0];
      }
      if (sum !== 5050n) throw new Error(`the sum of 0 to 100 came back as ${sum}`);
      return { ...base, status: "ok", detail: `DuckDB ${engine.version} opens and answers` };
    } finally {
      await engine.close();
    }
  } catch (error) {
    const detail = `DuckDB does not answer: ${reason(error)}; reinstall with: npm install @duckdb/node-api`;
    return { ...base, status: "failed", detail };
  }
}
