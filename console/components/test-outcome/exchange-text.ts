import { readable } from "#shared/text/json.ts";
import type { ProbeResult, SentRequest } from "#shared/contract/api/probe.ts";

const headerLines = (headers: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(headers).map(([name, value]) => `${name}: ${value}`);

/** A request as it went over the wire. */
export const requestText = ({ method, url, headers, body }: SentRequest): string =>
  [`${method} ${url}`, ...headerLines(headers), "", body].join("\n");

type Answered = NonNullable<ProbeResult["token_response"]> & { readonly truncated?: boolean };

/** An answer as it came back. */
export const responseText = ({ status, headers, body, truncated = false }: Answered): string =>
  [
    `HTTP ${status ?? ""}`,
    ...headerLines(headers ?? {}),
    "",
    body === undefined || body === "" ? "(no body)" : `${readable(body)}${truncated ? "\n… (cut off)" : ""}`,
  ].join("\n");
