// GPU demand of Philly's virtual clusters by the hour, from the developer half of its job table.
import { join } from "node:path";
import { openEngine } from "../src/engine/index.js";
import { demandFromJobs, type Series } from "../src/forecast/index.js";
import { DATA } from "./m4.js";

/** A series by virtual cluster, all on one grid. */
export async function philly(): Promise<Series[]> {
  const engine = await openEngine("duckdb", { memory: "1GB", allowedDirectories: [DATA] });
  const jobs = { queue: [] as string[], submit: [] as number[], end: [] as number[], gpus: [] as number[] };
  const sql =
    "SELECT queue, submit_s::DOUBLE AS submit, duration_s::DOUBLE AS duration, num_gpus::DOUBLE AS gpus FROM read_parquet($1)";
  try {
    for await (const { columns } of engine.query({ sql, params: [join(DATA, "philly/philly_jobs_dev.parquet")] })) {
      const { queue, submit, duration, gpus } = columns;
      for (let i = 0; i < submit.data.length; i++) {
        jobs.queue.push(String(queue.data[i]));
        jobs.submit.push(1000 * Number(submit.data[i]));
        jobs.end.push(1000 * (Number(submit.data[i]) + Number(duration.data[i])));
        jobs.gpus.push(Number(gpus.data[i]));
      }
    }
  } finally {
    await engine.close();
  }
  const until = jobs.submit.reduce((latest, at) => Math.max(latest, at), 0);
  return demandFromJobs({ ...jobs, until }, { freq: "h" });
}
