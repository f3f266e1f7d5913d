import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 2,
    // A worker reads the modules once for all its files: they hold no state.
    isolate: false,
    testTimeout: 600_000,
    hookTimeout: 900_000,
    globalSetup: "./test/support/shared-directory.ts",
    reporters: ["default", "./test/summary-reporter.ts"],
  },
});
