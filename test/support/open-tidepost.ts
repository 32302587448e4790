/** The local system inside the test's own process, with its stores and all that its functions log within reach. */
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createConsoleSite } from "../../local/console-site.ts";
import { createApiKey, isWarmedUp } from "../../local/start-system.ts";
import { type Assembly, readAssembly } from "../../emulator/assembly.ts";
import { createClients } from "../../emulator/services/clients.ts";
import { type RuntimeOptions, startRuntime } from "../../emulator/start-runtime.ts";
import { storedJson } from "./stored-json.ts";
import { type StackSettings, synthesise } from "../../local/synthesise.ts";
import { apiClient } from "./api-client.ts";

export interface OpenTidepostOptions {
  readonly key: string;
  /** Settings of the stack. @default those of a deployment */
  readonly settings?: StackSettings;
  /** Changes the template before it runs, to break the system. */
  readonly change?: ((template: Assembly["template"]) => void) | undefined;
  readonly onFunctionLog?: (text: string) => void;
  readonly wrapFunction?: RuntimeOptions["wrapFunction"];
  /** @default 60 */
  readonly retryScale?: number;
  /** Whether the console's files are built, which takes a while. @default false */
  readonly hasConsole?: boolean;
  /** Keeps the data there; needed to look into queues. */
  readonly dataDir?: string;
}

export type OpenTidepost = Awaited<ReturnType<typeof openTidepost>>;

/** Starts it with a window of one second. */
export const openTidepost = async (options: OpenTidepostOptions) => {
  const { key, retryScale = 60, dataDir } = options;
  const log: string[] = [];
  const runtime = await startRuntime({
    assembly: async () => {
      const assembly = await readAssembly(await synthesise(options.settings));
      options.change?.(assembly.template);
      if (options.hasConsole === true) await createConsoleSite((text) => log.push(text)).complete(assembly);
      return assembly;
    },
    dataDir,
    windowSeconds: 1,
    warmsUp: isWarmedUp,
    functionEnvironment: (apiUrl) => ({
      ALLOWED_TARGET_RANGES: "127.0.0.0/8",
      API_BASE_URL: apiUrl,
      BATCH_WINDOW_SECONDS: "1",
      DEFINITION_CACHE_SECONDS: "0",
      POWERTOOLS_LOG_LEVEL: "DEBUG",
      RETRY_SCALE: String(retryScale),
    }),
    onFunctionLog: ({ text }) => {
      log.push(text);
      options.onFunctionLog?.(text);
    },
    ...(options.wrapFunction === undefined ? {} : { wrapFunction: options.wrapFunction }),
    onError: (message, error) => void log.push(`${message}: ${error instanceof Error ? error.stack : String(error)}`),
  });
  await createApiKey(runtime, key);
  const clients = createClients(runtime.endpoints);
  const answers: { readonly request: string; readonly text: string }[] = [];

  const client = apiClient({
    baseUrl: runtime.apiUrl,
    ingestPath: "/v1/ingest/events",
    key,
    onAnswer: (request, { headers, text }) =>
      answers.push({ request, text: `${JSON.stringify([...headers])} ${text}` }),
  });

  return {
    /** Everything that functions and runtime have written so far, at the most talkative level. */
    log: log as readonly string[],
    /** Every answer of the API so far with its headers. */
    answers: answers as readonly (typeof answers)[number][],
    apiUrl: runtime.apiUrl,
    endpoints: runtime.endpoints,
    created: runtime.created,
    invoke: runtime.invoke,
    functions: runtime.functions,
    clients,
    /** Calls a path below the stage, and ingests. */
    ...client,
    /** Keys of the objects below a prefix of the bucket. */
    listKeys: async (prefix: string): Promise<readonly string[]> => {
      const [bucket] = Object.values(runtime.created.buckets);
      const { Contents = [] } = await clients.s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
      return Contents.map(({ Key = "" }) => Key);
    },
    /** All items of all tables, by the tables' logical ids. */
    dumpTables: async (): Promise<Readonly<Record<string, readonly string[]>>> => {
      const dumps = Object.entries(runtime.created.tables).map(async ([logicalId, tableName]) => {
        const { Items = [] } = await clients.dynamodb.send(new ScanCommand({ TableName: tableName }));
        return [logicalId, Items.map((item) => storedJson(item))] as const;
      });
      return Object.fromEntries(await Promise.all(dumps));
    },
    /** Every message of every queue, delayed ones included. */
    dumpQueues: (): readonly string[] => {
      const database = new DatabaseSync(join(dataDir ?? "", "queues", "fauxqs.db"), { readOnly: true });
      const rows = database.prepare("SELECT * FROM sqs_messages").all();
      database.close();
      return rows.map((row) => JSON.stringify(row));
    },
    stop: async (): Promise<void> => {
      clients.destroy();
      await runtime.stop();
    },
  };
};
