import { gzipSync } from "node:zlib";

export interface ApiAnswer {
  readonly status: number;
  readonly text: string;
  /** The body; undefined where it is empty or no JSON. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers, and a wrong guess fails them
  readonly json: any;
  readonly headers: Headers;
}

interface ApiRequest {
  /** Text and bytes are sent as they are, anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls of a running API with a key. */
export interface ApiClient {
  readonly call: (method: string, path: string, request?: ApiRequest) => Promise<ApiAnswer>;
  /** Ingests events as gzip NDJSON; fails unless all are accepted. */
  readonly ingest: (events: readonly string[]) => Promise<void>;
}

export interface ApiClientOptions {
  /** Where the paths of calls begin. */
  readonly baseUrl: string;
  /** Path of ingest below the base URL. @default "/ingest/events" */
  readonly ingestPath?: string;
  readonly key: string;
  readonly onAnswer?: (request: string, answer: ApiAnswer) => void;
}

/** A client over the network; a request's own `authorization` takes the place of the key. */
export const apiClient = (options: ApiClientOptions): ApiClient => {
  const { baseUrl, ingestPath = "/ingest/events", key, onAnswer } = options;
  const call: ApiClient["call"] = async (method, path, { body, headers = {} } = {}) => {
    const isJson = body !== undefined && typeof body !== "string" && !Buffer.isBuffer(body);
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: { authorization: key, ...(isJson ? { "content-type": "application/json" } : {}), ...headers },
      body: isJson ? JSON.stringify(body) : ((body ?? null) as string | Buffer<ArrayBuffer> | null),
    });
    const text = await response.text();
    const hasJson = text !== "" && (response.headers.get("content-type") ?? "").includes("json");
    const answer = {
      status: response.status,
      text,
      json: hasJson ? JSON.parse(text) : undefined,
      headers: response.headers,
    };
    onAnswer?.(`${method} ${path}`, answer);
    return answer;
  };
  return {
    call,
    ingest: async (events) => {
      const headers = { "content-encoding": "gzip", "content-type": "application/x-ndjson" };
      const body = gzipSync(events.join("\n"));
      const { status, json, text } = await call("POST", ingestPath, { body, headers });
      if (status !== 200 || json.results.accepted !== events.length) {
        throw new Error(`ingest answered ${status} ${text}`);
      }
    },
  };
};
