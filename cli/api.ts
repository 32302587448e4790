import * as z from "zod";
import { type IssuedApiKey, createApiKeyAnswer } from "#shared/contract/api/api-key.ts";
import type { Answer } from "#shared/contract/api/common.ts";
import { apiErrors } from "#shared/contract/api/errors.ts";
import { errorAnswer } from "#shared/contract/api/error-answer.ts";
import { type ProbeResult, probeAnswer } from "#shared/contract/api/probe.ts";
import { readable } from "#shared/contract/api/read-answer.ts";
import { type WebhookSummary, summariesAnswer, summaryAnswer } from "#shared/contract/api/summary.ts";
import { webhooksAnswer } from "#shared/contract/api/webhook.ts";
import { ignoredFieldsHeader, ignoredFieldsText } from "#shared/text/ignored-fields.ts";
import { exactJsonOf } from "#shared/text/json.ts";
import { type ApiError, CliError, exitCodes } from "./errors.ts";

/** Longer than API Gateway lets a request run. */
const timeoutMs = 35_000;

/** The answer to a request that has none but that it was done. */
export const noResults = z.object({ results: z.unknown().optional() });

const errorEnvelope = readable(errorAnswer);

/** Which API is called, and with which key. */
export interface ApiAccess {
  /** Up to and including the version: `https://x.example.com/api/v1`. */
  readonly url: string;
  readonly key: string;
  /** Where the key came from, for those whose key is refused. */
  readonly keySource?: string;
  /** Told each request and its answer. */
  readonly trace?: (text: string) => void;
  /** Told what the API did not do of a request that it did, once for each text. */
  readonly warn?: (text: string) => void;
}

/** A schema of the contract, of an answer in its envelope. */
type AnswerSchema = z.ZodType<{ readonly results?: unknown }>;

/** A request to the API. */
export interface ApiRequest<Schema extends AnswerSchema> {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Below the version: `/webhooks`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** JSON text. */
  readonly body?: string | Buffer<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
  /** What is answered. */
  readonly answer: Schema;
  /** Ends the request early. */
  readonly signal?: AbortSignal | undefined;
}

/** A page of a list. */
interface Page<Body> {
  /** The whole answer: its results, and what stands beside them. */
  readonly answer: Body;
  /** When it was answered, by the clock of the API and to the second; Unix milliseconds. */
  readonly servedAt: number;
  /** The same as it came. */
  readonly text: string;
}

/** Calls the API and returns its results; throws what the user is to be told. */
export const callApi = async <Schema extends AnswerSchema>(
  access: ApiAccess,
  apiRequest: ApiRequest<Schema>,
): Promise<Answer<Schema>["results"]> => (await callApiPage(access, apiRequest)).answer.results;

/** Calls the API and returns a page of its results; throws what the user is to be told. */
export const callApiPage = async <Schema extends AnswerSchema>(
  access: ApiAccess,
  { method, path, query = {}, body, headers = {}, answer, signal }: ApiRequest<Schema>,
): Promise<Page<Answer<Schema>>> => {
  const { url, key } = access;
  const search = new URLSearchParams(query).toString();
  const address = `${url}${path}${search === "" ? "" : `?${search}`}`;
  const startedAt = performance.now();
  const { response, text } = await request(address, {
    method,
    headers: {
      authorization: key,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
    // The key is for this address alone.
    redirect: "manual",
    signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal === undefined ? [] : [signal])]),
  });
  access.trace?.(`${method} ${address} ${response.status} in ${Math.round(performance.now() - startedAt)} ms`);
  // Events in answers may have numbers with more digits than a number of JavaScript.
  const json = text === "" && response.ok ? {} : exactJsonOf(text);
  const exitCode = isRefusal(response) ? exitCodes.notAllowed : exitCodes.failed;
  const errors = errorEnvelope.safeParse(json).data?.errors;
  const { status } = response;
  if (errors !== undefined) {
    const explained = status === 401 ? explainKey(errors, access) : errors.map((error) => explainPath(error, url));
    throw new CliError(exitCode, explained, { status, retryAfterMs: retryAfterMs(response) });
  }
  const found = response.ok ? readable(answer).safeParse(json) : undefined;
  if (found?.success === true) {
    const ignored = ignoredFieldsText(response.headers.get(ignoredFieldsHeader));
    if (ignored !== undefined) access.warn?.(ignored);
    const servedAt = Date.parse(response.headers.get("date") ?? "");
    return { answer: found.data, servedAt: Number.isNaN(servedAt) ? Date.now() : servedAt, text };
  }
  throw new CliError(
    exitCode,
    {
      message: `The server at ${url} does not appear to be Tidepost: it gave an unexpected answer to ${method} ${path}`,
      fix: urlFix(url),
      response: { status, headers: Object.fromEntries(response.headers), body: text },
    },
    // What stands before the API answers so when the API is away or busy. Its 404 says nothing of a webhook.
    status === 429 || status >= 500 ? { status, retryAfterMs: retryAfterMs(response) } : {},
  );
};

/** Something between that asks for more shall not stop a command for hours. */
const maxRetryAfterSeconds = 60;

const retryAfterMs = ({ headers }: Response): number | undefined => {
  const text = headers.get("retry-after") ?? "";
  return /^\d+$/.test(text) ? Math.min(Number(text), maxRetryAfterSeconds) * 1_000 : undefined;
};

const urlFix = (url: string): string =>
  `Check that --url or TIDEPOST_URL is the base URL of a Tidepost API of this version${stageHint(url)}.`;

/** The local system answers as Tidepost below any path: no command asks for one that there is not. */
const explainPath = (error: ApiError, url: string): ApiError =>
  error.code === apiErrors.noSuchPath.code ? { ...error, fix: urlFix(url) } : error;

/** A URL without a path lacks the stage, which all but APIs with a domain of their own have. */
const stageHint = (url: string): string =>
  URL.parse(url)?.pathname === "/v1" ? `, with its stage: ${url.replace(/\/v1$/, "/api")}` : "";

const explainKey = (errors: readonly ApiError[], { keySource }: ApiAccess): readonly ApiError[] =>
  errors.map((error) => ({
    ...error,
    fix: `Check the API key${keySource === undefined ? "" : `: it came from ${keySource}`}. tidepost config list shows where each value comes from.`,
  }));

const isRefusal = ({ status }: Response): boolean => status === 401 || status === 403;

const request = async (address: string, init: RequestInit): Promise<{ response: Response; text: string }> => {
  try {
    const response = await fetch(address, init);
    return { response, text: await response.text() };
  } catch (error) {
    throw new CliError(
      exitCodes.unreachable,
      {
        message: `The API cannot be reached: ${causeOf(error)}`,
        description: `Called: ${address}`,
        code: "unreachable",
        fix: "Check --url or TIDEPOST_URL. On this machine: npm run dev",
      },
      { cause: error },
    );
  }
};

/** `fetch` says only that it failed; why is in the cause, or in its parts when several addresses were tried. */
const causeOf = (error: unknown): string => {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (cause instanceof AggregateError) return causeOf(cause.errors[0]);
  return cause instanceof Error ? cause.message : String(cause);
};

/** Most rows of one page. */
const pageRows = 100;

/** A list of the API, which comes in pages. */
interface ListRequest<Row> {
  /** Below the version: `/portal-links`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Most rows that are wanted. */
  readonly limit: number;
  readonly answer: z.ZodType<{ readonly results: readonly Row[]; readonly next_cursor?: string | undefined }>;
}

/** Rows of a list, a page at a time until enough are there, and whether there are more. */
export const listRows = async <Row>(
  access: ApiAccess,
  { path, query = {}, limit, answer }: ListRequest<Row>,
): Promise<{ readonly rows: readonly Answer<z.ZodType<Row>>[]; readonly hasMore: boolean }> => {
  const rows: Answer<z.ZodType<Row>>[] = [];
  let cursor: string | undefined;
  do {
    const page = await callApiPage(access, {
      method: "GET",
      path,
      query: {
        ...query,
        limit: String(Math.min(pageRows, limit - rows.length)),
        ...(cursor === undefined ? {} : { cursor }),
      },
      answer,
    });
    rows.push(...page.answer.results);
    cursor = page.answer.next_cursor;
  } while (cursor !== undefined && rows.length < limit);
  return { rows, hasMore: cursor !== undefined };
};

/** Webhooks on a page: the first ones come soon. */
const pageSize = 100;

/** Pages of the webhooks with their status, as they come. A server of version 0.1 has everything on one page, unfiltered. */
export const summaryPages = async function* (
  access: ApiAccess,
  query: Readonly<Record<string, string>> = {},
  limit = pageSize,
): AsyncGenerator<Answer<typeof summariesAnswer>> {
  let cursor: string | undefined;
  do {
    const { answer } = await callApiPage(access, {
      method: "GET",
      path: "/webhooks/summary",
      query: { ...query, limit: String(limit), ...(cursor === undefined ? {} : { cursor }) },
      answer: summariesAnswer,
    });
    yield answer;
    cursor = answer.next_cursor;
  } while (cursor !== undefined);
};

/** The status of one webhook. */
export const readSummary = async (access: ApiAccess, id: string, signal?: AbortSignal): Promise<WebhookSummary> =>
  await callApi(access, { method: "GET", path: `/webhooks/${id}/summary`, answer: summaryAnswer, signal });

/** Has the API send a test POST with settings that need not be stored. */
export const probeTarget = async (access: ApiAccess, fields: Readonly<Record<string, unknown>>): Promise<ProbeResult> =>
  await callApi(access, { method: "POST", path: "/webhooks/probe", body: JSON.stringify(fields), answer: probeAnswer });

/** When it was asked, by the clock of the API, whose times all batches have; to the second, as ISO 8601. */
export const serverTime = async (access: ApiAccess): Promise<string> => {
  const askedAt = performance.now();
  const query = { limit: "1" };
  const { servedAt } = await callApiPage(access, { method: "GET", path: "/webhooks", query, answer: webhooksAnswer });
  return new Date(servedAt - (performance.now() - askedAt)).toISOString();
};

/** Creates a key by the API; it gets the customer of the key in use. */
export const issueKey = async (
  access: ApiAccess,
  wanted: { readonly label: string; readonly grants: readonly string[] },
): Promise<IssuedApiKey> =>
  await callApi(access, {
    method: "POST",
    path: "/api-keys",
    body: JSON.stringify(wanted),
    answer: createApiKeyAnswer,
  });
