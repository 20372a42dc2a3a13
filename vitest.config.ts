import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/longest-first.ts";

/**
 * Three projects: `unit` (pure, one process a core: importing yaml and ajv once instead of once a file is worth 10x),
 * `process` (tests that start the real program or real git), `system` (real wg, network namespaces, sshd; one at a time).
 */
const report = process.env.REEVE_TEST_REPORT;

const MEMORY = "test/support/memory-folder.ts";

export default defineConfig({
  test: {
    // A file to count the tests from; .ci/run asks for it.
    reporters: report === undefined ? ["default"] : ["default", ["json", { outputFile: report }]],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/process/**", "test/conformance/**", "test/system/**"],
          isolate: false,
          // Of the default one fewer than there are cores, two cores would have one.
          maxWorkers: availableParallelism(),
          globalSetup: MEMORY,
          // Property tests on a machine that is busy with something else.
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "process",
          include: ["test/{process,conformance}/**/*.test.ts"],
          testTimeout: 120_000,
          globalSetup: [MEMORY, "test/support/bundle-program.ts", "test/support/shared-domain.ts"],
          // These tests wait for programs that they start, and for time: two a core.
          maxWorkers: 2 * availableParallelism(),
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "system",
          include: ["test/system/**/*.test.ts"],
          testTimeout: 180_000,
          globalSetup: [MEMORY, "test/support/bundle-program.ts", "test/support/shared-domain.ts"],
          hookTimeout: 60_000,
          fileParallelism: false,
          // Alone, since they count the packets of a tunnel.
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
