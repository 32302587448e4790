import { usageError } from "../usage-error.ts";

/** Where `npm run dev` serves the API, and with which key. */
export const localUrl = "http://127.0.0.1:4010/api";
export const localKey = "local-key";

/** The base URL of an API with its version, whether or not it was given with one. */
export const apiUrlOf = (text: string): string => {
  const url = URL.parse(text);
  if (url === null || !["http:", "https:"].includes(url.protocol) || url.username !== "" || url.password !== "") {
    throw usageError(`'${text}' is not a URL of an API`, `Give one as in --url ${localUrl}`);
  }
  const path = url.pathname.replace(/\/+$/, "");
  return `${url.origin}${path.endsWith("/v1") ? path : `${path}/v1`}`;
};

/** Whether a URL leads to this machine alone. */
export const isLoopback = (url: string): boolean =>
  /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(URL.parse(url)?.hostname ?? "");

/** The console that belongs to an API. */
export const consoleUrlOf = (apiUrl: string): string => `${apiUrl.replace(/\/v1$/, "")}/console/`;
