import { type Command, Option } from "commander";
import type { ApiAccess } from "./api-client.ts";
import type { Terminal } from "./terminal.ts";
import { usageError } from "./usage-error.ts";

/** Options of every command that calls the API. */
export interface AccessOptions {
  readonly url: string;
  readonly key?: string;
  readonly json?: boolean;
}

/** Where `npm run dev` serves the API. */
const localUrl = "http://127.0.0.1:4010/api/v1";

/** Adds the options of a command that calls the API. */
export const addAccessOptions = (command: Command): Command =>
  command
    .addOption(new Option("--url <url>", "base URL of the API").env("TIDEPOST_URL").default(localUrl))
    .addOption(
      new Option("--key <source>", "where the API key comes from: - for standard input").env("TIDEPOST_API_KEY"),
    )
    .option("--json", "print one JSON document, and errors as JSON");

/** Which API a command calls, and with which key. */
export const readAccess = async (command: Command, terminal: Terminal): Promise<ApiAccess> => {
  const { url, key } = command.opts<AccessOptions>();
  if (command.getOptionValueSource("key") === "cli" && key !== "-") {
    throw usageError("The API key does not go on the command line, where others can read it", keyFix);
  }
  const value = (key === "-" ? await terminal.readInput() : (key ?? "")).trim();
  if (value === "") throw usageError("An API key is needed", keyFix);
  if (!/^[\x21-\x7e]+$/.test(value)) throw usageError("The API key has characters that no key has", keyFix);
  return { url: baseUrlOf(url), key: value };
};

const keyFix = "Set TIDEPOST_API_KEY, or pipe the key in with --key -";

/** The base URL with its version, whether or not it was given with one. */
const baseUrlOf = (text: string): string => {
  const url = URL.parse(text);
  if (url === null || !["http:", "https:"].includes(url.protocol)) {
    throw usageError(`'${text}' is not a URL of an API`, `Give one as in --url ${localUrl}`);
  }
  const path = url.pathname.replace(/\/+$/, "");
  return `${url.origin}${path.endsWith("/v1") ? path : `${path}/v1`}`;
};
