import { defineConfig } from "vitest/config";

interface Group {
  /** Groups run one after another, in this order. */
  readonly order: number;
  /** Files that run side by side; Vitest's own choice would leave a processor idle. */
  readonly files: number | "100%";
  readonly timeoutMs: number;
  /** @default all files of the folder with the project's name */
  readonly include?: readonly string[];
  /**
   * Files that share a process and its modules, where loading those takes longer than the tests.
   * @default false
   */
  readonly shareModules?: boolean;
  /**
   * Keeps what functions log off the screen, where they run in the test's own process: some 6,500 lines.
   * @default false
   */
  readonly isSilent?: boolean;
  /** Files that run before the first file of the group and after the last. */
  readonly globalSetup?: readonly string[];
  /**
   * Time between two looks at what a test waits for.
   * @default Vitest's, which is short
   */
  readonly pollMs?: number;
}

const project = (
  name: string,
  { order, files, timeoutMs, include, shareModules = false, isSilent = false, globalSetup = [], pollMs }: Group,
) => ({
  test: {
    name,
    include: [...(include ?? [`test/${name}/**/*.test.ts`])],
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
    sequence: { groupOrder: order },
    maxWorkers: files,
    isolate: !shareModules,
    globalSetup: [...globalSetup],
    ...(pollMs === undefined ? {} : { expect: { poll: { interval: pollMs } } }),
    setupFiles: ["test/support/use-seed.ts"],
    env: isSilent ? { POWERTOOLS_LOG_LEVEL: "SILENT", POWERTOOLS_METRICS_DISABLED: "true" } : {},
  },
});

// `test/run.ts` runs e2e, most of which waits for timers, at the same time as all others.
export default defineConfig({
  test: {
    // The runs of `test/run.ts` would write it at the same time.
    cache: false,
    projects: [
      project("unit", {
        order: 2,
        files: "100%",
        timeoutMs: 60_000,
        include: ["{test,emulator/test}/unit/**/*.test.ts"],
        shareModules: true,
        isSilent: true,
      }),
      project("integration", { order: 2, files: "100%", timeoutMs: 120_000, shareModules: true, isSilent: true }),
      project("emulator", {
        order: 2,
        files: "100%",
        timeoutMs: 120_000,
        include: ["emulator/test/*.test.ts"],
        shareModules: true,
      }),
      // One file at a time, and first: what comes last must keep every processor busy.
      project("infra", { order: 0, files: 1, timeoutMs: 300_000, shareModules: true }),
      project("structure", { order: 1, files: 1, timeoutMs: 300_000, shareModules: true }),
      project("e2e", {
        order: 3,
        files: 4,
        timeoutMs: 600_000,
        shareModules: true,
        // Hostile answers and arguments take minutes: `npm run test:hostile` tries them.
        include: ["test/e2e/!(hostile-targets|hostile-cli).test.ts"],
        globalSetup: ["test/e2e/prepare.ts"],
        // Each look is a request or more to a system that has other things to do.
        pollMs: 250,
      }),
    ],
  },
});
