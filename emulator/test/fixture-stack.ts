import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type Runtime, type RuntimeOptions, startRuntime } from "../start-runtime.ts";
import { type FixtureStack, fixtureAssembly } from "./fixture-assembly.ts";

export interface RunningFixture {
  readonly runtime: Runtime;
  /** JSON lines that the functions logged with `console.log`, in order of arrival. */
  readonly logged: readonly Readonly<Record<string, unknown>>[];
  /** Every line that the functions wrote. */
  readonly lines: readonly string[];
}

/** Starts a fixture's stack for the length of a test. */
export const startFixture = async (
  stack: FixtureStack,
  options: Partial<RuntimeOptions> = {},
): Promise<RunningFixture> => {
  const directory = await mkdtemp(join(tmpdir(), "emulator-fixture-"));
  const logged: Readonly<Record<string, unknown>>[] = [];
  const lines: string[] = [];
  const runtime = await startRuntime({
    assembly: () => fixtureAssembly(directory, stack),
    onFunctionLog: ({ text }) => {
      lines.push(text);
      try {
        logged.push(JSON.parse(text) as Readonly<Record<string, unknown>>);
      } catch {
        // Not a line of a fixture's handler.
      }
    },
    ...options,
  });
  onTestFinished(async () => {
    await runtime.stop();
    await rm(directory, { recursive: true, force: true });
  });
  return { runtime, logged, lines };
};
