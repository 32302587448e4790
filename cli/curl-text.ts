import type { Webhook } from "./answers/webhook.ts";

/** The POST of a batch as a curl command that takes the body from a pipe; secrets are variables of the shell. */
export const curlText = (webhook: Webhook, batchId: string): string => {
  const parts = [
    `curl -X POST ${quoted(webhook.target)}`,
    header("Content-Type", "application/json"),
    header("X-MessageSystems-Batch-ID", batchId),
    ...(webhook.compression === "gzip" ? [header("Content-Encoding", "gzip")] : []),
    ...(isSet(webhook.auth_token) ? [secretHeader("X-MessageSystems-Webhook-Token", "WEBHOOK_TOKEN")] : []),
    ...Object.keys(webhook.custom_headers).map((name) => secretHeader(name, variableOf(name))),
    ...authentication(webhook),
    "--data-binary @-",
  ];
  const zip = webhook.compression === "gzip" ? "gzip | " : "";
  return `${zip}${parts.join(" \\\n  ")}`;
};

/** The variables that the command needs. */
export const curlVariables = (webhook: Webhook): readonly string[] => [
  ...(isSet(webhook.auth_token) ? ["WEBHOOK_TOKEN"] : []),
  ...Object.keys(webhook.custom_headers).map(variableOf),
  ...(webhook.auth_type === "basic" ? ["WEBHOOK_PASSWORD"] : []),
  ...(webhook.auth_type === "oauth2" ? ["ACCESS_TOKEN"] : []),
];

const authentication = ({ auth_type: type, auth_credentials: { username = "" } }: Webhook): readonly string[] => {
  if (type === "basic") return [`-u ${quoted(`${username}:`)}"$WEBHOOK_PASSWORD"`];
  if (type === "oauth2") return [`-H "Authorization: Bearer $ACCESS_TOKEN"`];
  return [];
};

const isSet = (token: string | null | undefined): boolean => token !== undefined && token !== null && token !== "";

const header = (name: string, value: string): string => `-H ${quoted(`${name}: ${value}`)}`;

const secretHeader = (name: string, variable: string): string => `-H ${quoted(`${name}: `)}"$${variable}"`;

const variableOf = (name: string): string => `HEADER_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}`;

/** A word as a shell takes it literally. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
