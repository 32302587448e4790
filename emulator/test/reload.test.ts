import { writeFileSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { reloadOnChange } from "../../local/reload.ts";
import type { Assembly } from "../assembly.ts";
import type { Runtime } from "../start-runtime.ts";
import { type FixtureStack, fixtureAssembly } from "./fixture-assembly.ts";
import { startFixture } from "./fixture-stack.ts";

const version = (name: string): FixtureStack => ({
  functions: {
    Changing: {
      code: `export const handler = async ({ waitMs = 0 }) => {
        await new Promise((resolve) => setTimeout(resolve, waitMs));
        return ${JSON.stringify(name)};
      };`,
    },
  },
});

let directory: string;
let sources: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "emulator-reload-"));
  sources = join(directory, "sources");
  await mkdir(sources);
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
});

/** A synthesis: its code is in a directory of its own. */
const synthesised = async (name: string, stack: FixtureStack = version(name)): Promise<Assembly> =>
  await fixtureAssembly(join(directory, name), stack);
const invoke = async ({ invoke: run }: Runtime, event: object = {}): Promise<unknown> => {
  const result = await run("Changing", JSON.stringify(event));
  return result.kind === "answered" ? JSON.parse(result.payload) : result.error;
};

describe("a runtime that reloads", () => {
  it("runs other code from the next invocation on, and lets the one under way finish", async () => {
    const { runtime } = await startFixture(version("one"));
    expect(await invoke(runtime)).toBe("one");
    const underWay = invoke(runtime, { waitMs: 300 });
    const withVariable: FixtureStack = {
      functions: { Changing: { code: "export const handler = async () => process.env.A;", environment: { A: "b" } } },
    };
    expect(runtime.reload(await synthesised("two", withVariable))).toEqual({
      functions: ["Changing"],
      needsRestart: false,
    });
    expect(await invoke(runtime)).toBe("b");
    expect(await underWay).toBe("one");
    expect(await Promise.all([invoke(runtime), invoke(runtime), invoke(runtime)])).toEqual(["b", "b", "b"]);
  });

  it("leaves a function alone that has not changed", async () => {
    const { runtime } = await startFixture({
      functions: { Changing: { code: "let calls = 0; export const handler = async () => (calls += 1);" } },
    });
    await invoke(runtime);
    const same = {
      functions: { Changing: { code: "let calls = 0; export const handler = async () => (calls += 1);" } },
    };
    expect(runtime.reload(await synthesised("same", same))).toEqual({ functions: [], needsRestart: false });
    expect(await invoke(runtime)).toBe(2);
  });

  it("says when more than functions has changed", async () => {
    const { runtime } = await startFixture(version("one"));
    const more = { ...version("one"), resources: { Jobs: { Type: "AWS::SQS::Queue" } } };
    expect(runtime.reload(await synthesised("more", more))).toMatchObject({ needsRestart: true });
  });

  it("changes nothing when a function has no code", async () => {
    const { runtime } = await startFixture(version("one"));
    const assembly = await synthesised("two");
    const broken = { ...assembly, assetDirectory: (key: string) => join(directory, "nowhere", key) };
    expect(() => runtime.reload(broken)).toThrow("has no file index.mjs");
    expect(await invoke(runtime)).toBe("one");
  });
});

describe("watching sources", () => {
  const watch = (runtime: Runtime, assembly: () => Promise<Assembly>) => {
    const told: string[] = [];
    const note = (text: string): void => void told.push(text.replaceAll(/\d+\.\d s/g, "N s"));
    const { stop } = reloadOnChange({ directories: [sources], runtime, assembly, onNote: note, onProblem: note });
    onTestFinished(stop);
    return told;
  };
  /** All at the same time: else a busy machine may build for the first of them alone. */
  const change = (...names: readonly string[]): void => {
    for (const name of names) writeFileSync(join(sources, name), String(Math.random()));
  };

  it("builds once for changes that come together, and keeps the old code when the build fails", async () => {
    const { runtime } = await startFixture(version("one"));
    const builds = ["fails", "two"];
    const told = watch(runtime, async () => {
      const next = builds.shift() ?? "three";
      if (next === "fails") throw new Error("The stack could not be synthesised.\n\nhandler.ts:3:5: ERROR: Unexpected");
      return await synthesised(next);
    });
    change("handler.ts", "handler.ts", "handler.ts", "notes.txt");
    await expect.poll(() => told.length, { timeout: 60_000 }).toBe(2);
    expect(told).toEqual([
      "sources/handler.ts changed: building",
      "The functions stay as they were:\n  The stack could not be synthesised.\n  handler.ts:3:5: ERROR: Unexpected",
    ]);
    expect(await invoke(runtime)).toBe("one");
    change("handler.ts", "other.ts");
    await expect.poll(() => told.length, { timeout: 60_000 }).toBeGreaterThanOrEqual(4);
    expect(told[2]).toMatch(/(?:handler|other)\.ts and 1 more changed: building$/);
    expect(told[3]).toBe("Reloaded Changing after N s");
    expect(await invoke(runtime)).toBe("two");
  });

  it("sees files that are replaced again and again, and those in new directories", async () => {
    const { runtime } = await startFixture(version("one"));
    const told = watch(runtime, async () => await synthesised("two"));
    const changes = (): number => told.filter((text) => text.endsWith("changed: building")).length;
    const replace = async (): Promise<void> => {
      change("next.tmp");
      await rename(join(sources, "next.tmp"), join(sources, "handler.ts"));
    };
    for (const wanted of [1, 2, 3]) {
      await replace();
      await expect.poll(changes, { timeout: 60_000 }).toBe(wanted);
    }
    await mkdir(join(sources, "new", "newer"), { recursive: true });
    change("new/newer/index.ts");
    // The directory may not be watched yet when the file is written.
    const again = (): number => {
      change("new/newer/index.ts");
      return changes();
    };
    await expect.poll(again, { timeout: 60_000, interval: 500 }).toBeGreaterThan(3);
    expect(told).toContain("sources/new/newer/index.ts changed: building");
  });
});
