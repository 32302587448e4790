import { currentKey, currentPortal, expireSession } from "../session.ts";
import { ApiError, type ApiProblem } from "./api-error.ts";
import { noteServerDate } from "./clock.ts";
import type { AnswerTo, OperationKey, ResultsOf } from "#shared/contract/api/answers.ts";
import { ignoredFieldsHeader, ignoredFieldsText } from "#shared/text/ignored-fields.ts";
import { exactJsonOf, jsonOf } from "#shared/text/json.ts";
import { flash } from "../shell/flashes.ts";

export interface ApiRequest {
  /** Values of the path's `{name}` segments. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Absent values are left out. */
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /**
   * Key to call with.
   * @default the one that is signed in with; an answer of 401 then ends the session
   */
  readonly key?: string;
}

/** Below the console's own address, whatever stands before it. */
const apiUrl = new URL("../v1/", document.baseURI);

/** Address of an API path such as `/webhooks`, for people to call themselves. */
export const apiAddress = (path: string): string => new URL(path.replace(/^\//, ""), apiUrl).href;

/** Path below the API's address. A portal session has the same paths as a key, below one of its own. */
const pathFor = (path: string, portal: string | undefined): string =>
  portal === undefined || path.startsWith("/v1/portal/")
    ? path.slice("/v1".length)
    : `/portal${path.slice("/v1".length)}`;

const methodAndAddress = (
  operation: OperationKey,
  { parameters = {}, query = {} }: ApiRequest,
  portal: string | undefined,
) => {
  const [method = "", pattern = ""] = operation.split(" ");
  const path = pattern.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = parameters[name];
    if (value === undefined) throw new Error(`${operation} needs the parameter ${name}`);
    return encodeURIComponent(value);
  });
  const address = new URL(apiAddress(pathFor(path, portal)));
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) address.searchParams.set(name, String(value));
  }
  return { method, address: address.href };
};

/**
 * Calls an operation of the API and returns the whole answer; throws `ApiError` for everything but success.
 *
 * Answers are taken for what the contract says of them: the console is served by the API that it calls, in the same version,
 * and the tests of the API hold every answer to these schemas. Parsing them in the browser would make the console's code
 * larger by 38 kB (gzip) of 480. In development, where both sides change, they are parsed.
 */
export const callApiPage = async <Key extends OperationKey>(
  operation: Key,
  request?: ApiRequest,
): Promise<AnswerTo<Key>> => (await call(operation, request)) as AnswerTo<Key>;

/** Calls an operation of the API and returns the results; undefined when its answer has no body. */
export const callApi = async <Key extends OperationKey>(
  operation: Key,
  request?: ApiRequest,
): Promise<ResultsOf<Key>> => {
  const answer = await call(operation, request);
  const isEnvelope = typeof answer === "object" && answer !== null && "results" in answer;
  return (isEnvelope ? answer.results : undefined) as ResultsOf<Key>;
};

/** What answers with events of the user's, whose numbers are shown to the last digit. Reading so takes a few times as long. */
const withEvents: ReadonlySet<OperationKey> = new Set<OperationKey>([
  "POST /v1/events/search",
  "GET /v1/events/search/{search_id}",
  "POST /v1/events/search/{search_id}/cancel",
  "GET /v1/webhooks/{id}/batches/{batch_id}/body",
  "POST /v1/webhooks/filter-test/stream",
  "GET /v1/webhooks/filter-test/stream/{test_id}",
  "POST /v1/webhooks/filter-test/stream/{test_id}/cancel",
]);

const call = async (operation: OperationKey, request: ApiRequest = {}): Promise<unknown> => {
  const { body, headers = {}, signal, key = currentKey() } = request;
  const portal = key === undefined ? currentPortal() : undefined;
  const { method, address } = methodAndAddress(operation, request, portal);
  const { response, text } = await exchange(address, {
    method,
    headers: {
      ...headers,
      ...(key === undefined ? {} : { authorization: key }),
      ...(portal === undefined ? {} : { "x-tidepost-portal": portal }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    body: body === undefined ? null : JSON.stringify(body),
    cache: "no-store",
    credentials: portal === undefined ? "omit" : "same-origin",
    ...(signal === undefined ? {} : { signal }),
  });
  noteServerDate(response.headers.get("date"));
  const json = withEvents.has(operation) ? exactJsonOf(text) : jsonOf(text);
  if (response.ok && (json !== undefined || text === "")) {
    warnOfIgnored(response.headers.get(ignoredFieldsHeader));
    return import.meta.env.DEV ? (await import("./parse-answer.ts")).parseAnswer(operation, json) : json;
  }
  if (response.status === 401 && request.key === undefined) expireSession();
  const requestId = response.headers.get("x-amzn-requestid") ?? undefined;
  throw new ApiError({ status: response.status, problems: problemsOf(json, response), requestId });
};

/** The console sends only what the API of its version knows: a page that was open during an update may send more. */
const warnOfIgnored = (header: string | null): void => {
  const text = ignoredFieldsText(header);
  if (text === undefined) return;
  const content = "Load this page again: the API may have changed since.";
  flash({ type: "warning", header: text, content, id: "ignored-fields" });
};

const exchange = async (address: string, init: RequestInit): Promise<{ response: Response; text: string }> => {
  try {
    const response = await fetch(address, init);
    return { response, text: await response.text() };
  } catch (error) {
    if (init.signal?.aborted === true) throw error;
    const problem = {
      message: "The API cannot be reached",
      description: `Called: ${init.method ?? "GET"} ${address}`,
      fix: "Check your network connection, and that Tidepost runs.",
    };
    throw new ApiError({ status: 0, problems: [problem] }, { cause: error });
  }
};

const problemsOf = (json: unknown, { status, statusText }: Response): readonly [ApiProblem, ...ApiProblem[]] => {
  const errors = (json as { readonly errors?: readonly ApiProblem[] } | undefined)?.errors ?? [];
  const [first = foreignAnswer(status, statusText), ...others] = errors;
  return [first, ...others];
};

/** An answer without our envelope: something between this browser and the API has given it. */
const foreignAnswer = (status: number, statusText: string): ApiProblem => ({
  message: `The answer (${`${status} ${statusText}`.trim()}) is not one of the API's`,
  fix: "Check what stands between this browser and Tidepost, such as a proxy.",
});
