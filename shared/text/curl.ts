/** A word that a POSIX shell takes as it is. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** Text, or text and what a variable of the shell holds: secrets are not in a command that people copy. */
export type Value = string | { readonly text: string; readonly variable: string };

/** A word that may end with what a variable holds. */
export const wordOf = (value: Value): string =>
  typeof value === "string"
    ? shellWord(value)
    : `${value.text === "" ? "" : shellWord(value.text)}"$${value.variable}"`;

interface CurlRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: Value])[];
  /** Further options, each as the shell takes it. */
  readonly options?: readonly string[];
  readonly body?: string;
}

/**
 * A request as a command for curl, one option a line. URLs are taken as they are: curl would make several requests of one
 * with brackets or braces.
 */
export const curlCommand = ({ method, url, headers, options = [], body }: CurlRequest): string =>
  [
    `curl --globoff${method === "GET" ? "" : ` -X ${method}`} ${shellWord(url)}`,
    ...headers.map(([name, value]) => `-H ${wordOf(headerOf(name, value))}`),
    ...options,
    ...(body === undefined ? [] : [`--data-raw ${shellWord(body)}`]),
  ].join(" \\\n  ");

const headerOf = (name: string, value: Value): Value =>
  typeof value === "string"
    ? // curl leaves a header without a value out unless it ends so.
      value === ""
      ? `${name};`
      : `${name}: ${value}`
    : { ...value, text: `${name}: ${value.text}` };

/** Headers that curl would add of its own, and that targets do not get from Tidepost. */
export const withoutExtras = ["-H Accept:", "-H Expect:"];

/** What compresses a body in a shell, by content encoding: it makes a file of the same name with this ending. */
export const compressors: Readonly<Record<string, { readonly command: string; readonly ending: string }>> = {
  gzip: { command: "gzip", ending: ".gz" },
  zstd: { command: "zstd --quiet --rm", ending: ".zst" },
};

interface SentRequest {
  readonly method: string;
  readonly url: string;
  /** As they were sent, with secrets masked. */
  readonly headers: Readonly<Record<string, string>>;
  /** Before compression. */
  readonly body: string;
}

/** A request that was sent, as a command for curl. What is masked in it is a variable of the shell. */
export const sentCommand = ({ method, url, headers, body }: SentRequest): string => {
  const sent = Object.entries(headers);
  const encoding = sent.find(([name]) => name.toLowerCase() === "content-encoding")?.[1] ?? "";
  const request = {
    method,
    url,
    headers: sent.map(([name, value]) => [name, value.startsWith("****") ? maskedValue(name) : value] as const),
    options: withoutExtras,
  };
  if (!(encoding in compressors)) return curlCommand({ ...request, body });
  const curl = curlCommand({ ...request, options: [...withoutExtras, "--data-binary @-"] });
  return `printf %s ${shellWord(body)} | ${encoding} |\n  ${curl.replaceAll("\n", "\n  ")}`;
};

const maskedValue = (name: string): Value => {
  const known: Readonly<Record<string, string>> = {
    authorization: "AUTHORIZATION",
    "x-messagesystems-webhook-token": "WEBHOOK_TOKEN",
  };
  return { text: "", variable: known[name.toLowerCase()] ?? variableOf(name) };
};

/** The variable that holds the value of a header. */
export const variableOf = (name: string): string => `HEADER_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}`;
