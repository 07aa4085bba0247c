import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: "test/spark-broker.ts",
    testTimeout: 120_000,
    hookTimeout: 300_000,
    // Two cores is what continuous integration has; more workers only fight for memory.
    maxWorkers: 2,
  },
});
