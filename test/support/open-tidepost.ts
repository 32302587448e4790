/** The local system inside the test's own process, with its stores and all that its functions log within reach. */
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { gzipSync } from "node:zlib";
import { createApiKey } from "../../local/create-api-key.ts";
import { type Assembly, readAssembly } from "../../emulator/assembly.ts";
import { createClients } from "../../emulator/services/clients.ts";
import { type RuntimeOptions, startRuntime } from "../../emulator/start-runtime.ts";
import { type StackSettings, synthesise } from "../../local/synthesise.ts";

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
  /** Keeps the data there; needed to look into queues. */
  readonly dataDir?: string;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers, and a wrong guess fails them
  readonly json: any;
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
      return assembly;
    },
    dataDir,
    windowSeconds: 1,
    functionEnvironment: (apiUrl) => ({
      ALLOWED_TARGET_RANGES: "127.0.0.0/8",
      API_BASE_URL: apiUrl,
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

  const call = async (
    method: string,
    path: string,
    request: { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> } = {},
  ): Promise<Answer> => {
    const { body, headers = {} } = request;
    const isJson = body !== undefined && typeof body !== "string" && !Buffer.isBuffer(body);
    const response = await fetch(`${runtime.apiUrl}${path}`, {
      method,
      headers: { authorization: key, ...(isJson ? { "content-type": "application/json" } : {}), ...headers },
      body: isJson ? JSON.stringify(body) : ((body ?? null) as string | Buffer<ArrayBuffer> | null),
    });
    const text = await response.text();
    answers.push({ request: `${method} ${path}`, text: `${JSON.stringify([...response.headers])} ${text}` });
    const isText = !(response.headers.get("content-type") ?? "").includes("json");
    return { status: response.status, text, json: isText || text === "" ? undefined : JSON.parse(text) };
  };

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
    /** Calls a path below the stage. */
    call,
    /** Ingests events as gzip NDJSON. */
    ingest: async (events: readonly string[]): Promise<void> => {
      const headers = { "content-encoding": "gzip", "content-type": "application/x-ndjson" };
      const { status, text } = await call("POST", "/v1/ingest/events", { body: gzipSync(events.join("\n")), headers });
      if (status !== 200) throw new Error(`ingest answered ${status} ${text}`);
    },
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
        return [logicalId, Items.map((item) => JSON.stringify(item))] as const;
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
