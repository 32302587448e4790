import type { SentRequest, TargetResponse } from "../../api/probe.ts";

const headerLines = (headers: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(headers).map(([name, value]) => `${name}: ${value}`);

/** Text as JSON laid out for people, when it is JSON. */
const readable = (body: string): string => {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
};

/** A request as it went over the wire. */
export const requestText = ({ method, url, headers, body }: SentRequest): string =>
  [`${method} ${url}`, ...headerLines(headers), "", body].join("\n");

/** An answer as it came back. */
export const responseText = ({ status, headers, body, truncated = false }: Partial<TargetResponse>): string =>
  [
    `HTTP ${status ?? ""}`,
    ...headerLines(headers ?? {}),
    "",
    body === undefined || body === "" ? "(no body)" : `${readable(body)}${truncated ? "\n… (cut off)" : ""}`,
  ].join("\n");

/** A word that a POSIX shell takes as it is. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** A request as a command line for curl. Masked secrets are left for the user to fill in. */
export const curlText = ({ method, url, headers, body }: SentRequest): string =>
  [
    `curl -i -X ${method} ${shellWord(url)}`,
    ...Object.entries(headers).map(([name, value]) => `  -H ${shellWord(`${name}: ${value}`)}`),
    `  --data-binary ${shellWord(body)}`,
  ].join(" \\\n");
