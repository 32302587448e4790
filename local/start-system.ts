import { resolve } from "node:path";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SNSClient } from "@aws-sdk/client-sns";
import { type DevOptions, stackSettings } from "./options.ts";
import { type Assembly, readAssembly } from "../emulator/assembly.ts";
import type { FunctionDefinition, FunctionLogLine } from "../emulator/functions/environment.ts";
import { type Runtime, startRuntime } from "../emulator/start-runtime.ts";
import { synthesise } from "./synthesise.ts";
import type { FunctionPool } from "../emulator/functions/function-pool.ts";
import type { Screen } from "./screen.ts";
import { counted } from "#shared/text/numbers.ts";
import { apiKeysTable } from "#shared/adapters/dynamodb/api-keys-table.ts";
import { grants } from "#shared/contract/words.ts";
import { hashApiKey, shortKeyOf } from "#shared/api-key.ts";
import { region } from "../emulator/template/resource-identity.ts";

/** The stack, by default synthesised from the sources as they are. */
export const synthesiseStack = async (
  options: DevOptions,
  synthesised = synthesise(stackSettings(options)),
): Promise<Assembly> => await readAssembly(await synthesised);

/** Functions that most systems never invoke: each costs some 30 MB as soon as its code is loaded. */
export const isWarmedUp = ({ logicalId }: FunctionDefinition): boolean => !/^(?:Console|Listen|Replay)/.test(logicalId);

const loopbackRanges = "127.0.0.0/8,::1/128";

/** Turns a taken port into a sentence with a way out. */
export const explainPort = (error: unknown, port: number, option: string): unknown => {
  const { code, port: failedPort } = error as { readonly code?: string; readonly port?: number };
  const refused = { EADDRINUSE: "is taken by another program", EACCES: "may not be used by this account" };
  const reason = refused[code as keyof typeof refused];
  if (reason === undefined || failedPort !== port) return error;
  return new Error(`Port ${port} ${reason}. Choose another one: npm run dev -- ${option} ${port + 10}`);
};

/** What the stack consists of. */
export const stackText = ({ functions, created }: Pick<Runtime, "created" | "functions">): string => {
  const { tables, streams, queueUrls, buckets, topics } = created;
  const size = (list: object): number => Object.keys(list).length;
  return [
    counted(functions.length, "function"),
    counted(size(tables), "table"),
    counted(size(streams), "stream"),
    counted(size(queueUrls), "queue"),
    counted(size(buckets), "bucket"),
    ...(size(topics) === 0 ? [] : [counted(size(topics), "topic")]),
  ].join(", ");
};

interface SystemOptions {
  readonly options: DevOptions;
  readonly screen: Screen;
  /** What stands between the gateway and a function. */
  readonly wrapFunction: (pool: FunctionPool) => FunctionPool;
  readonly synthesised: Promise<string> | undefined;
  readonly onFunctionLog: (line: FunctionLogLine) => void;
}

/** Starts the local runtime with the settings of `npm run dev`, and stores its API key. */
export const startSystem = async (system: SystemOptions): Promise<Runtime> => {
  const { options, screen, wrapFunction, synthesised, onFunctionLog } = system;
  screen.doing("starting services, synthesising the stack");
  try {
    const runtime = await startRuntime({
      assembly: async () => await synthesiseStack(options, synthesised),
      port: options.port,
      dataDir: options.data === undefined ? undefined : resolve(options.data),
      windowSeconds: options.window,
      functionEnvironment: (apiUrl) => ({
        ALLOWED_TARGET_RANGES: options.strictTargets ? "" : loopbackRanges,
        API_BASE_URL: apiUrl,
        BATCH_WINDOW_SECONDS: String(options.window),
        // A webhook takes the events that are sent right after it was created; in production within a minute.
        DEFINITION_CACHE_SECONDS: "0",
        RETRY_SCALE: String(options.retryScale),
      }),
      wrapFunction,
      warmsUp: isWarmedUp,
      onFunctionLog,
      onError: (message, error) => {
        screen.tell({
          event: "problem",
          text: `${message}: ${error instanceof Error ? error.message : String(error)}`,
        });
      },
      onStep: (step) => screen.doing(step),
    });
    await createApiKey(runtime, options.key);
    return runtime;
  } catch (error) {
    throw explainPort(error, options.port, "--port");
  }
};

/** Customer that the local key belongs to. */
const localCustomerId = "1";
/** The same at every start, so that a start with kept data replaces the key instead of adding one. */
const localKeyId = "00000000-0000-4000-8000-000000000001";

/** Stores an API key that may do everything. */
export const createApiKey = async ({ endpoints, functions }: Runtime, key: string): Promise<void> => {
  const tableName = functions
    .map(({ environment }) => environment["API_KEYS_TABLE"])
    .find((name) => name !== undefined);
  if (tableName === undefined) throw new Error("No function of the stack has a variable API_KEYS_TABLE");
  const dynamodb = new DynamoDBClient({ endpoint: endpoints.dynamodb, region, credentials: endpoints.credentials });
  await apiKeysTable({ client: DynamoDBDocumentClient.from(dynamodb), tableName }).put({
    keyHash: hashApiKey(key),
    id: localKeyId,
    customerId: localCustomerId,
    label: "local runtime",
    grants: [...grants],
    shortKey: shortKeyOf(key),
    createdAt: new Date().toISOString(),
  });
  dynamodb.destroy();
};

/** The topic for documents of Amazon SES. */
export interface SesTopic {
  readonly arn: string;
  /** Where the topic's service is. */
  readonly endpoint: string;
  /** What opens that service, at this start. */
  readonly credentials: Runtime["endpoints"]["credentials"];
  readonly client: SNSClient;
}

/** The topic of a stack that takes documents of Amazon SES; undefined for another. */
export const sesTopicOf = ({ created, endpoints }: Pick<Runtime, "created" | "endpoints">): SesTopic | undefined => {
  const arn = Object.entries(created.topics).find(([id]) => id.startsWith("SesTopic"))?.[1];
  if (arn === undefined) return undefined;
  const { credentials, sns: endpoint } = endpoints;
  return { arn, endpoint, credentials, client: new SNSClient({ region, credentials, endpoint }) };
};
