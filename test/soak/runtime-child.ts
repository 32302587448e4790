/**
 * The local runtime in a process of its own, with places for faults: functions reach the services through proxies, start
 * behind a shim, and can be killed one by one. Started by `runtime-process.ts`.
 */
import { setTimeout as delay } from "node:timers/promises";
import { setEnvironmentData } from "node:worker_threads";
import { apiKeysTable } from "#shared/adapters/dynamodb/api-keys-table.ts";
import { documentClient } from "#shared/adapters/dynamodb/document-client.ts";
import { grants } from "#shared/contract/words.ts";
import { hashApiKey, shortKeyOf } from "#shared/api-key.ts";
import { createRandom } from "../../local/generator/random.ts";
import { type Assembly, readAssembly } from "../../emulator/assembly.ts";
import type { FunctionDefinition } from "../../emulator/functions/environment.ts";
import type { FunctionPool } from "../../emulator/functions/function-pool.ts";
import { createClients } from "../../emulator/services/clients.ts";
import type { Endpoints } from "../../emulator/services/service.ts";
import { type Runtime, startRuntime } from "../../emulator/start-runtime.ts";
import { synthesise } from "../../local/synthesise.ts";
import { meddler } from "./meddler.ts";
import {
  calmWorld,
  type FromRuntime,
  handlerVariable,
  type RuntimeSetup,
  sharedFaultsKey,
  targetAddress,
  type ToRuntime,
} from "./runtime-messages.ts";

const setup = JSON.parse(process.argv[2] ?? "") as RuntimeSetup;
const send = (message: FromRuntime): void => void process.send?.(message);
process.once("disconnect", () => process.exit());

const sharedFaults = new Int32Array(new SharedArrayBuffer(8));
setEnvironmentData(sharedFaultsKey, sharedFaults);
let world = calmWorld;
const random = createRandom(setup.seed);
const pools: FunctionPool[] = [];

/**
 * The stack with a shorter visibility time-out, so that what a killed invocation held comes back within a run, and with
 * fewer invocations at a time: after each kill a new environment starts, and many of them would starve a small machine.
 */
const soakAssembly = async (): Promise<Assembly> => {
  const { template, assetDirectory } = await readAssembly(await synthesise());
  const resources = Object.entries(template.Resources).map(([id, resource]) => {
    const { Type, Properties } = resource;
    const changes: Readonly<Record<string, unknown>> = {
      ...(Type === "AWS::SQS::Queue" &&
        "RedrivePolicy" in Properties && { VisibilityTimeout: setup.visibilityTimeoutSeconds }),
      ...(Type === "AWS::Lambda::EventSourceMapping" &&
        "ScalingConfig" in Properties && { ScalingConfig: { MaximumConcurrency: setup.concurrency } }),
    };
    return [id, { ...resource, Properties: { ...Properties, ...changes } }] as const;
  });
  return { template: { ...template, Resources: Object.fromEntries(resources) }, assetDirectory };
};

const throughProxies = (definition: FunctionDefinition, endpoints: Endpoints): FunctionDefinition => {
  const { proxies } = setup;
  const variables = Object.entries(definition.environment).map(([name, value]) => {
    const isQueueUrl = name.endsWith("QUEUE_URL") && value.startsWith(endpoints.sqs);
    return [name, isQueueUrl ? proxies.sqs + value.slice(endpoints.sqs.length) : value] as const;
  });
  return {
    ...definition,
    handlerFile: `${import.meta.dirname}/function-shim.ts`,
    environment: {
      ...Object.fromEntries(variables),
      AWS_ENDPOINT_URL_DYNAMODB: proxies.dynamodb,
      AWS_ENDPOINT_URL_KINESIS: proxies.kinesis,
      AWS_ENDPOINT_URL_S3: proxies.s3,
      AWS_ENDPOINT_URL_SQS: proxies.sqs,
      [handlerVariable]: definition.handlerFile,
    },
  };
};

const createKeys = async ({ endpoints, created }: Runtime): Promise<void> => {
  const tableName = Object.entries(created.tables).find(([id]) => /ApiKeys/.test(id))?.[1] ?? "";
  const clients = createClients(endpoints);
  const table = apiKeysTable({ client: documentClient(clients.dynamodb), tableName });
  for (const [customerId, key] of Object.entries(setup.keys)) {
    await table.put({
      keyHash: hashApiKey(key),
      id: `00000000-0000-4000-8000-${customerId.padStart(12, "0")}`,
      customerId,
      label: "soak",
      grants: [...grants],
      shortKey: shortKeyOf(key),
      createdAt: new Date(0).toISOString(),
    });
  }
  clients.destroy();
};

const kill = async (threadId: number | undefined): Promise<{ functionName?: string; threadId?: number }> => {
  const busy = pools.flatMap((pool) =>
    pool.busy().map((environment) => ({ environment, functionName: pool.definition.name })),
  );
  const candidates =
    threadId === undefined ? busy : busy.filter(({ environment }) => environment.threadId === threadId);
  const [first, ...others] = candidates;
  if (first === undefined) return {};
  const { environment, functionName } = random.pick([first, ...others]);
  await environment.kill();
  return { functionName, threadId: environment.threadId };
};

const meddle = meddler({ random, share: () => world.meddling, told: (how) => send({ kind: "meddled", how }) });
let hasEndpoints = false;
const runtime = await startRuntime({
  assembly: soakAssembly,
  port: setup.port,
  dataDir: setup.dataDir,
  windowSeconds: 1,
  functionEnvironment: (apiUrl) => ({
    // One address, so that every other one is as forbidden as under the strict policy.
    ALLOWED_TARGET_RANGES: `${targetAddress}/32`,
    API_BASE_URL: apiUrl,
    DEFINITION_CACHE_SECONDS: "0",
    RETRY_SCALE: String(setup.retryScale),
  }),
  adaptFunction: (definition, endpoints) => {
    if (!hasEndpoints) send({ kind: "endpoints", endpoints });
    hasEndpoints = true;
    return throughProxies(definition, endpoints);
  },
  wrapFunction: (pool) => {
    pools.push(pool);
    return meddle({
      ...pool,
      invoke: async (event) => {
        const result = await pool.invoke(event);
        if (result.kind === "failed" && result.error.errorType === "Sandbox.Timedout") send({ kind: "timed_out" });
        return result;
      },
    });
  },
  onFunctionLog: ({ functionName, text }) => send({ kind: "log", text: `${functionName} ${text}` }),
  onError: (message, error) => send({ kind: "log", text: `runtime ${message}: ${String(error)}` }),
});

process.on("message", (message: ToRuntime) => {
  switch (message.kind) {
    case "world":
      world = message.world;
      Atomics.store(sharedFaults, 0, world.clockOffsetMs);
      Atomics.store(sharedFaults, 1, world.dnsFlips ? 1 : 0);
      return;
    case "kill":
      void kill(message.threadId).then((killed) => send({ kind: "killed", request: message.request, ...killed }));
      return;
    case "invoke":
      void runtime.invoke(message.logicalId, message.event).then(({ kind }) => {
        send({ kind: "invoked", request: message.request, isAnswered: kind === "answered" });
      });
  }
});
process.once("SIGTERM", () => void Promise.race([runtime.stop(), delay(5_000)]).finally(() => process.exit()));

await createKeys(runtime);
send({
  kind: "ready",
  apiUrl: runtime.apiUrl,
  created: runtime.created,
  functionIds: runtime.functions.map(({ logicalId }) => logicalId),
});
