import { expect, onTestFinished, test, vi } from "vitest";
import type { FunctionPool } from "../functions/function-pool.ts";
import type { FixtureFunction } from "./fixture-assembly.ts";
import { startFixture } from "./fixture-stack.ts";

const start = async (definition: FixtureFunction) => {
  const fixture = await startFixture({ functions: { Subject: definition } });
  const invoke = async (event: unknown = {}): Promise<unknown> => {
    const result = await fixture.runtime.invoke("Subject", JSON.stringify(event));
    return result.kind === "answered" ? (JSON.parse(result.payload) as unknown) : result.error;
  };
  return { ...fixture, invoke };
};

test("a function sees its declared variables and nothing of this process", async () => {
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv("AWS_SESSION_TOKEN", "secret");
  vi.stubEnv("SOME_TOKEN", "secret");
  const { invoke } = await start({
    code: "export const handler = async () => process.env;",
    environment: { GREETING: { "Fn::Join": ["", ["hello ", { Ref: "AWS::Region" }]] } },
  });
  const variables = (await invoke()) as Readonly<Record<string, string>>;
  expect(variables).toMatchObject({
    AWS_ACCESS_KEY_ID: expect.stringMatching(/^LOCAL[0-9A-F]{32}$/),
    AWS_LAMBDA_FUNCTION_NAME: "Subject",
    AWS_REGION: "us-east-1",
    GREETING: "hello us-east-1",
  });
  expect(Object.values(variables)).not.toContain("secret");
  expect(Object.keys(variables).filter((name) => !/^(AWS_|LAMBDA_|LANG$|TZ$|_HANDLER$|GREETING$)/.test(name))).toEqual(
    [],
  );
});

test("the context has Lambda's fields", async () => {
  const { invoke } = await start({
    timeoutSeconds: 7,
    code: `export const handler = async (event, context) => ({ ...context, left: context.getRemainingTimeInMillis() });`,
  });
  const context = (await invoke()) as Readonly<Record<string, unknown>>;
  expect(context).toMatchObject({
    awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    functionName: "Subject",
    functionVersion: "$LATEST",
    invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:Subject",
    memoryLimitInMB: "128",
  });
  expect(context["left"]).toBeGreaterThan(0);
  expect(context["left"]).toBeLessThanOrEqual(7_000);
});

test("an environment is reused, and handles one invocation at a time", async () => {
  const { invoke } = await start({
    code: `
      let calls = 0, running = 0;
      export const handler = async () => {
        calls += 1; running += 1;
        const seen = { calls, running };
        await new Promise((resolve) => setTimeout(resolve, 50));
        running -= 1;
        return seen;
      };`,
  });
  expect(await invoke()).toEqual({ calls: 1, running: 1 });
  expect(await invoke()).toEqual({ calls: 2, running: 1 });
  const together = (await Promise.all([invoke(), invoke(), invoke()])) as readonly { readonly running: number }[];
  expect(together.map(({ running }) => running)).toEqual([1, 1, 1]);
});

test("an invocation takes an environment that becomes free before a new one has started", async () => {
  const { invoke } = await start({
    code: `
      const environment = Math.random();
      const { existsSync, writeFileSync } = await import("node:fs");
      const mark = new URL("first-has-loaded", import.meta.url);
      // Every environment but the first one takes its time to load.
      if (existsSync(mark)) await new Promise((resolve) => setTimeout(resolve, 5_000));
      else writeFileSync(mark, "");
      export const handler = async () => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        return environment;
      };`,
  });
  const environment = await invoke();
  expect(await Promise.all([invoke(), invoke(), invoke()])).toEqual([environment, environment, environment]);
});

test.each(["wait for something", "compute for long"])(
  "environments are started ahead of the invocations that will want them while several %s",
  async (what) => {
    const { invoke, lines } = await start({
      code: `
      import { existsSync, writeFileSync } from "node:fs";
      import { setTimeout as sleep } from "node:timers/promises";
      console.log("loaded");
      const mark = new URL("released", import.meta.url);
      export const handler = async ({ kind }) => {
        if (kind === "release") writeFileSync(mark, "");
        if (kind === "pause") await sleep(1_000);
        while (kind === "wait for something" && !existsSync(mark)) await sleep(20);
        while (kind === "compute for long" && !existsSync(mark));
      };`,
    });
    const loaded = () => lines.filter((line) => line.includes("loaded")).length;
    await invoke({ kind: "pause" });
    expect(loaded()).toBe(1);
    const waiting = [invoke({ kind: what }), invoke({ kind: what })];
    await vi.waitUntil(() => loaded() === 4, { timeout: 60_000 });
    await invoke({ kind: "release" });
    await Promise.all(waiting);
    expect(loaded()).toBe(4);
  },
);

test("an environment that is killed fails its invocation, and the next one gets a new environment", async () => {
  const pools: FunctionPool[] = [];
  const { runtime } = await startFixture(
    {
      functions: {
        Subject: {
          code: `
            let calls = 0;
            export const handler = async ({ hang }) => {
              calls += 1;
              while (hang);
              return process.env.GREETING + calls;
            };`,
        },
      },
    },
    {
      adaptFunction: (definition) => ({ ...definition, environment: { ...definition.environment, GREETING: "call " } }),
      wrapFunction: (pool) => {
        pools.push(pool);
        return pool;
      },
    },
  );
  const invoke = (hang: boolean) => runtime.invoke("Subject", JSON.stringify({ hang }));
  const answer = { kind: "answered", payload: '"call 1"' };
  expect(await invoke(false)).toMatchObject(answer);
  const hanging = invoke(true);
  await vi.waitFor(() => expect(pools[0]?.busy()).toHaveLength(1), { timeout: 60_000 });
  await pools[0]?.busy()[0]?.kill();
  expect(await hanging).toMatchObject({ kind: "failed", error: { errorType: "Runtime.ExitError" } });
  expect(pools[0]?.busy()).toEqual([]);
  expect(await invoke(false)).toMatchObject(answer);
});

test("a function that outlives its time-out is killed, and the next invocation gets a new environment", async () => {
  const { invoke, lines } = await start({
    timeoutSeconds: 3,
    code: `
      let calls = 0;
      export const handler = async ({ hang }) => {
        calls += 1;
        while (hang);
        return calls;
      };`,
  });
  expect(await invoke({ hang: false })).toBe(1);
  expect(await invoke({ hang: true })).toEqual({
    errorType: "Sandbox.Timedout",
    errorMessage: "Task timed out after 3.00 seconds",
  });
  expect(lines.join("\n")).toContain("Task timed out");
  expect(await invoke({ hang: false })).toBe(1);
});

test.each([
  ["throws while it loads", "throw new TypeError('no start');", "no start"],
  ["exports no handler", "export const other = 1;", "handler is undefined"],
  ["does not parse", "export const handler = (;", "Unexpected token"],
])("a function that %s fails its invocations", async (_name, code, message) => {
  const { invoke } = await start({ code });
  expect(await invoke()).toMatchObject({ errorMessage: expect.stringContaining(message) });
});

test("an error's type and message reach the caller", async () => {
  const { invoke } = await start({ code: "export const handler = async () => { throw new RangeError('too far'); };" });
  expect(await invoke()).toEqual({ errorType: "RangeError", errorMessage: "too far" });
});

test("a function that ends its process fails the invocation only", async () => {
  const { invoke } = await start({
    code: "export const handler = async ({ end }) => { if (end) process.exit(3); return 'fine'; };",
  });
  expect(await invoke({ end: true })).toMatchObject({ errorType: "Runtime.ExitError" });
  expect(await invoke({ end: false })).toBe("fine");
});

test("events and answers are limited to 6 MB", async () => {
  const { invoke } = await start({
    code: "export const handler = async ({ size = 0 }) => 'x'.repeat(size);",
  });
  expect(await invoke({ size: 6_000_000 })).toHaveLength(6_000_000);
  expect(await invoke({ size: 6_400_000 })).toMatchObject({ errorType: "Function.ResponseSizeTooLarge" });
  expect(await invoke({ padding: "x".repeat(6_400_000) })).toMatchObject({ errorType: "RequestTooLarge" });
});
