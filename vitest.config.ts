import { defineConfig } from "vitest/config";
import LongFirst from "./test/support/long-first.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 2,
    // A worker reads the modules once for all its files: they hold no state.
    isolate: false,
    testTimeout: 600_000,
    hookTimeout: 900_000,
    sequence: { sequencer: LongFirst },
    globalSetup: "./test/support/shared-directory.ts",
    reporters: ["default", "./test/summary-reporter.ts"],
  },
});
