import { describe, expect, it } from "vitest";
import { type FunctionName, functionEnv } from "#shared/contract/env.ts";
import {
  batchTimeoutSeconds,
  deliverTimeoutSeconds,
  replayTimeoutSeconds,
  sesTimeoutSeconds,
} from "#shared/contract/limits.ts";
import { resourcesOf, synthTemplate } from "./template.ts";

interface FunctionProperties {
  readonly Description: string;
  readonly Environment: { readonly Variables: Readonly<Record<string, string>> };
  readonly LoggingConfig: { readonly LogGroup: string };
  readonly MemorySize: number;
  readonly Role: string;
  readonly Timeout: number;
}

/** With every function that settings may add. */
const template = synthTemplate({ sesEvents: "true" });
const byId = resourcesOf<FunctionProperties>(template, "AWS::Lambda::Function");
const idOf: Record<FunctionName, string> = {
  api: "RoutesApiFunction",
  authorize: "RoutesAuthorizeFunction",
  batch: "BatchingFunction",
  console: "ConsoleFunction",
  deliver: "DeliveryFunction",
  ingest: "RoutesIngestFunction",
  listen: "ListenFunction",
  replay: "ReplayFunction",
  ses: "SesFunction",
};
const names = Object.keys(idOf) as FunctionName[];
const propertiesOf = (name: FunctionName): FunctionProperties => {
  const properties = byId.get(idOf[name]);
  if (properties === undefined) throw new Error(`There is no function ${name}.`);
  return properties;
};

it.each([
  ["ingest", ["batch", "replay"]],
  ["ses", ["batch", "replay"]],
  ["batch", ["deliver", "api"]],
  ["api", ["deliver", "replay"]],
] as const)("a deployment changes what reads the formats of %s before it: %s", (writer, readers) => {
  const order = template.Resources[idOf[writer]]?.DependsOn;
  expect(order).toEqual(expect.arrayContaining(readers.map((reader) => idOf[reader])));
});

it("has exactly the functions of the contract", () => {
  expect([...byId.keys()].toSorted()).toEqual(Object.values(idOf).toSorted());
  expect(names.toSorted()).toEqual(Object.keys(functionEnv).toSorted());
});

describe.each(names)("%s", (name) => {
  it("gets the environment that its schema accepts, and nothing else", () => {
    const { NODE_OPTIONS, POWERTOOLS_METRICS_NAMESPACE, UV_THREADPOOL_SIZE, ...variables } =
      propertiesOf(name).Environment.Variables;
    expect(UV_THREADPOOL_SIZE).toBe("16");
    expect(POWERTOOLS_METRICS_NAMESPACE).toBe("Tidepost/Stack");
    expect(NODE_OPTIONS).toBe("--enable-source-maps");
    expect(functionEnv[name].safeParse(variables).error).toBeUndefined();
    expect(Object.keys(variables).filter((variable) => !(variable in functionEnv[name].shape))).toEqual([]);
  });

  it("runs on Node 24 on arm64 under a role and with a log group of its own", () => {
    const { Description, LoggingConfig, Role } = propertiesOf(name);
    expect(propertiesOf(name)).toMatchObject({ Architectures: ["arm64"], Runtime: "nodejs24.x" });
    expect(LoggingConfig).toMatchObject({ ApplicationLogLevel: "INFO", LogFormat: "JSON", SystemLogLevel: "WARN" });
    expect(template.Resources[LoggingConfig.LogGroup]?.Properties["RetentionInDays"]).toBe(30);
    expect(Description).toMatch(new RegExp(`^Tidepost ${name}: .{10,}`));
    expect([...byId.values()].filter((other) => other.Role === Role)).toHaveLength(1);
  });
});

it("gives each function its memory and time-out", () => {
  const sizes = Object.fromEntries(
    names.map((name) => [name, [propertiesOf(name).MemorySize, propertiesOf(name).Timeout]]),
  );
  expect(sizes).toEqual({
    api: [512, 29],
    authorize: [256, 5],
    batch: [1_769, batchTimeoutSeconds],
    console: [256, 10],
    deliver: [1_024, deliverTimeoutSeconds],
    ingest: [1_024, 29],
    listen: [512, 29],
    replay: [1_769, replayTimeoutSeconds],
    ses: [1_024, sesTimeoutSeconds],
  });
});

it("lets deliver and replay feed themselves: retries and steps are more than Lambda's loop detection allows", () => {
  const allowed = names.filter((name) => "RecursiveLoop" in propertiesOf(name));
  expect(allowed).toEqual(["deliver", "replay"]);
  for (const name of allowed) expect(propertiesOf(name)).toMatchObject({ RecursiveLoop: "Allow" });
});

it("keeps the production rules of delivery: the strict address policy and the whole retry schedule", () => {
  const { ALLOWED_TARGET_RANGES, RETRY_SCALE } = propertiesOf("deliver").Environment.Variables;
  expect({ ALLOWED_TARGET_RANGES, RETRY_SCALE }).toEqual({ ALLOWED_TARGET_RANGES: "", RETRY_SCALE: "1" });
  expect(propertiesOf("api").Environment.Variables["ALLOWED_TARGET_RANGES"]).toBe("");
});
