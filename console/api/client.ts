import { currentKey, expireSession } from "../session.ts";
import { ApiError, type ApiProblem } from "./api-error.ts";
import { noteServerDate } from "./clock.ts";
import { jsonOf } from "#shared/text/json.ts";

export interface ApiRequest {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
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

/** The API's envelope. */
export interface ApiAnswer<Results> {
  readonly results: Results;
  readonly next_cursor?: string;
}

/** Below the console's own address, whatever stands before it. */
const apiUrl = new URL("../v1/", document.baseURI);

/** Address of an API path such as `/webhooks`, for people to call themselves. */
export const apiAddress = (path: string): string => new URL(path.replace(/^\//, ""), apiUrl).href;

const withQuery = (path: string, query: ApiRequest["query"] = {}): string => {
  const address = new URL(apiAddress(path));
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) address.searchParams.set(name, String(value));
  }
  return address.href;
};

/** Calls the API and returns the whole envelope; throws `ApiError` for everything but success. */
export const callApiPage = async <Results>(path: string, request: ApiRequest = {}): Promise<ApiAnswer<Results>> => {
  const { method = "GET", query, body, headers = {}, signal, key = currentKey() } = request;
  const { response, text } = await exchange(withQuery(path, query), {
    method,
    headers: {
      ...headers,
      ...(key === undefined ? {} : { authorization: key }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    body: body === undefined ? null : JSON.stringify(body),
    cache: "no-store",
    credentials: "omit",
    ...(signal === undefined ? {} : { signal }),
  });
  noteServerDate(response.headers.get("date"));
  const json = jsonOf(text);
  if (response.ok && (json !== undefined || text === "")) return (json ?? { results: undefined }) as ApiAnswer<Results>;
  if (response.status === 401 && request.key === undefined) expireSession();
  const requestId = response.headers.get("x-amzn-requestid") ?? undefined;
  throw new ApiError({ status: response.status, problems: problemsOf(json, response), requestId });
};

/** Calls the API and returns the results. */
export const callApi = async <Results>(path: string, request?: ApiRequest): Promise<Results> =>
  (await callApiPage<Results>(path, request)).results;

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
