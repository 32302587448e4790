import { readFile } from "node:fs/promises";
import { jsonOf } from "#shared/text/json.ts";
import { compressions } from "#shared/contract/words.ts";
import { type Command, Option } from "commander";
import { list, pairs, readSecret, secretSource, wholeNumber } from "./options.ts";
import type { CommandTerminal } from "./terminal.ts";
import { usageError } from "./errors.ts";

/** What options say of how a webhook's POSTs are made. */
export interface PostOptions {
  readonly token?: string;
  readonly auth?: "none" | "basic" | "oauth2";
  readonly username?: string;
  readonly password?: string;
  readonly tokenUrl?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly scope?: string;
  readonly header?: Readonly<Record<string, string>>;
  readonly compression?: string;
  readonly signing?: boolean;
  readonly signingSecret?: string;
}

/** What options say of the content of events: JSON, or files with it, and lists of fields. */
export interface ContentOptions {
  readonly filter?: string;
  readonly fields?: string;
  readonly mask?: readonly string[];
}

/** What options say of a webhook, besides its POSTs. */
export interface WebhookOptions extends PostOptions, ContentOptions {
  readonly name?: string;
  readonly events?: readonly string[];
  readonly all?: boolean;
  readonly batchSize?: number;
  readonly maxBatchBytes?: number;
  readonly keepBodies?: number;
}

/** Largest 32-bit number: what is more is for the API to refuse. */
const maxInteger = 2_147_483_647;
const count = wholeNumber({ from: 1, to: maxInteger });

/** Adds the options that say which events and fields a webhook gets. */
export const addContentOptions = (command: Command): Command =>
  command
    .option("--filter <json>", "conditions over the fields of events: JSON, or a file with it")
    .option("--fields <json>", 'fields to deliver: {"include": […]} or {"exclude": […]}, or a file with it')
    .addOption(new Option("--mask <list>", "fields whose values are hashed, comma-separated").argParser(list));

/** The fields that concern the content of events. */
export const readContentFields = async ({ filter, fields, mask }: ContentOptions): Promise<Fields> =>
  present({
    filter: filter === undefined ? undefined : await readJson("--filter", filter),
    fields: fields === undefined ? undefined : await readJson("--fields", fields),
    mask,
  });

/**
 * The value of an option that is JSON, or a file with it. JSON is told apart by how it begins; `null` is JSON, too.
 *
 * @param parse undefined when a text is no JSON. @default numbers as JavaScript has them
 */
export const readJson = async (
  option: string,
  source: string,
  parse: (text: string) => unknown = jsonOf,
): Promise<unknown> => {
  const isJson = /^\s*[[{]/.test(source) || source.trim() === "null";
  const text = isJson ? source : await readText(option, source);
  const value = parse(text);
  if (value !== undefined) return value;
  throw usageError(`${option} is no JSON`, isJson ? "Mind the quotes of your shell." : `The file is ${source}.`);
};

const readText = async (option: string, path: string): Promise<string> => {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw usageError(`${option}: ${path} cannot be read`, error instanceof Error ? error.message : "");
  }
};

/** Adds the options that say what a webhook gets. */
export const addWebhookOptions = (command: Command): Command =>
  addContentOptions(command)
    .option("--name <text>", "display name")
    .addOption(new Option("--events <list>", "event types to deliver, comma-separated").argParser(list))
    .addOption(new Option("--all", "deliver all event types, including those of later versions").conflicts("events"))
    .addOption(new Option("--batch-size <events>", "maximum number of events in a batch").argParser(count))
    .addOption(new Option("--max-batch-bytes <bytes>", "maximum number of bytes in a batch's body").argParser(count))
    .addOption(
      new Option("--keep-bodies <days>", "days that delivered bodies are kept, 0 for not at all").argParser(
        wholeNumber({ from: 0, to: maxInteger }),
      ),
    );

/** Adds the options that say how POSTs are made. */
export const addPostOptions = (command: Command): Command =>
  command
    .option("--token <source>", `token sent as X-MessageSystems-Webhook-Token: ${secretSource}`)
    .addOption(new Option("--auth <type>", "further authentication").choices(["none", "basic", "oauth2"]))
    .option("--username <name>", "user name for --auth basic")
    .option("--password <source>", `password for --auth basic: ${secretSource}`)
    .option("--token-url <url>", "where --auth oauth2 gets its access token")
    .option("--client-id <id>", "client id for --auth oauth2")
    .option("--client-secret <source>", `client secret for --auth oauth2: ${secretSource}`)
    .option("--scope <text>", "scope for --auth oauth2")
    .addOption(
      new Option(
        "--header <name=value>",
        "header of every POST, may come several times; NAME=env:VARIABLE keeps it secret",
      ).argParser(pairs),
    )
    .addOption(new Option("--compression <kind>", "how bodies are compressed").choices(compressions))
    .option("--signing", "sign POSTs per the Standard Webhooks specification")
    .option("--no-signing", "do not sign POSTs")
    .option(
      "--signing-secret <source>",
      `secret of your own to sign with, whsec_…, for a receiver that enforces signatures: ${secretSource}`,
    );

/** The fields of a webhook that options have set, as the API names them. */
export const readWebhookFields = async (options: WebhookOptions, terminal: CommandTerminal): Promise<Fields> => ({
  ...present({
    name: options.name,
    events: options.events,
    events_mode: options.all === true ? "all" : options.events === undefined ? undefined : "selected",
    batch_size: options.batchSize,
    max_batch_bytes: options.maxBatchBytes,
    keep_bodies_days: options.keepBodies,
  }),
  ...(await readContentFields(options)),
  ...(await readPostFields(options, terminal)),
});

type Fields = Readonly<Record<string, unknown>>;

/** The fields that concern the POSTs alone. */
export const readPostFields = async (options: PostOptions, terminal: CommandTerminal): Promise<Fields> => {
  const secret = async (option: string, source: string | undefined): Promise<string | undefined> =>
    source === undefined ? undefined : await readSecret(terminal, { option, source });
  const auth = options.auth ?? impliedAuth(options);
  requireAuthFields(options, auth);
  const token = await secret("--token", options.token);
  const password = await secret("--password", options.password);
  const clientSecret = await secret("--client-secret", options.clientSecret);
  const signingSecret = await secret("--signing-secret", options.signingSecret);
  return present({
    auth_token: token,
    auth_type: auth,
    auth_credentials: auth === "basic" ? present({ username: options.username, password }) : undefined,
    auth_request_details: auth === "oauth2" ? oauthDetails(options, clientSecret) : undefined,
    custom_headers: options.header === undefined ? undefined : readHeaders(options.header, terminal.env),
    compression: options.compression,
    signing: options.signing ?? (signingSecret === undefined ? undefined : true),
    signing_secret: signingSecret,
  });
};

const impliedAuth = ({ username, tokenUrl }: PostOptions): PostOptions["auth"] =>
  username !== undefined ? "basic" : tokenUrl !== undefined ? "oauth2" : undefined;

const requireAuthFields = (options: PostOptions, auth: PostOptions["auth"]): void => {
  const belongs = [
    ["--username", options.username, "basic"],
    ["--password", options.password, "basic"],
    ["--token-url", options.tokenUrl, "oauth2"],
    ["--client-id", options.clientId, "oauth2"],
    ["--client-secret", options.clientSecret, "oauth2"],
    ["--scope", options.scope, "oauth2"],
  ] as const;
  for (const [option, value, type] of belongs) {
    if (value !== undefined && type !== auth) {
      throw usageError(`${option} goes with --auth ${type}`, `Add --auth ${type}, or leave ${option} out.`);
    }
  }
  if (auth === "basic" && options.username === undefined) {
    throw usageError("--auth basic needs a user name", `Add --username NAME, and --password with ${secretSource}.`);
  }
  if (auth === "oauth2" && (options.tokenUrl === undefined || options.clientId === undefined)) {
    throw usageError(
      "--auth oauth2 needs --token-url and --client-id",
      `Add them, and --client-secret with ${secretSource}.`,
    );
  }
};

const oauthDetails = ({ tokenUrl, clientId, scope }: PostOptions, clientSecret: string | undefined): Fields => ({
  url: tokenUrl,
  body: present({ grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret, scope }),
});

const readHeaders = (headers: Readonly<Record<string, string>>, env: CommandTerminal["env"]): Fields =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      const variable = /^env:(.+)$/.exec(value)?.[1];
      const found = variable === undefined ? value : env[variable];
      if (found !== undefined) return [name, found];
      throw usageError(
        `--header ${name} names the variable ${variable ?? ""}, which is not set`,
        "Set it, or give a value.",
      );
    }),
  );

/** An object without the fields that are undefined. */
const present = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
