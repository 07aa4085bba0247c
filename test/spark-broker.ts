import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestProject } from "vitest/node";
import { type SparkProcess, startSparkProcess } from "./spark-process.js";

declare module "vitest" {
  interface ProvidedContext {
    /** Address that starts the shared Spark, if it does not run yet, and tells where it is. */
    sparkBroker: string;
  }
}

/** Global setup: one Spark for the whole test run, started when the first test file asks for it. */
export default async function setup(project: TestProject) {
  let spark: Promise<SparkProcess> | undefined;
  const broker = createServer(async (_request, response) => {
    spark ??= startSparkProcess();
    const answer = await spark.then(
      ({ url }) => ({ url }),
      (error: Error) => ({ reason: error.message }),
    );
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((done) => broker.listen(0, "127.0.0.1", done));
  project.provide("sparkBroker", `http://127.0.0.1:${(broker.address() as AddressInfo).port}`);
  return async () => {
    broker.close();
    await (await spark?.catch(() => undefined))?.stop();
  };
}
