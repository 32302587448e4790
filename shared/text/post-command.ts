import { compressors, curlCommand, shellWord, variableOf, withoutExtras, wordOf } from "./curl.ts";
import { traceIdOf, traceparentOf } from "./traceparent.ts";

/** What of a webhook, as the API shows it, decides how its batches are POSTed. */
export interface PostedWebhook {
  readonly target: string;
  readonly auth_type: string;
  readonly auth_credentials?: { readonly username?: string | undefined } | undefined;
  /** Masked. */
  readonly auth_token?: string | null | undefined;
  readonly custom_headers?: Readonly<Record<string, string>> | undefined;
  readonly compression?: string | undefined;
  readonly signing?: boolean | undefined;
}

/** Commands for a shell, and the variables that must be set before. */
export interface ShellText {
  readonly text: string;
  readonly variables: readonly string[];
}

interface PostedBatch {
  readonly batchId: string;
  /** The replay that the batch came from, if it did. */
  readonly replayId?: string | undefined;
  /** Version of Tidepost, which targets see as `User-Agent`. */
  readonly version: string;
  /** What prints the body as one line of JSON, and fails when it cannot. */
  readonly source: ShellText;
}

/**
 * The POST of a batch as its target gets it: with compression, authentication, custom headers and signature. Secrets are
 * variables of the shell. The signature is made anew, with the secret that `WEBHOOK_SECRET` holds: receivers refuse one
 * that is some minutes old. Nothing is sent when the body cannot be read whole.
 */
export const postCommand = (webhook: PostedWebhook, batch: PostedBatch): ShellText => {
  const { compression = "none", signing = false } = webhook;
  const compressor = compressors[compression];
  const custom = customHeaders(webhook.custom_headers ?? {});
  const { options, headers: authentication, variables } = authenticationOf(webhook);
  const hasToken = (webhook.auth_token ?? "") !== "";
  const isCustom = (wanted: string): boolean => custom.some(([name]) => name.toLowerCase() === wanted);
  const curl = curlCommand({
    method: "POST",
    // As the URL is written when it is called.
    url: URL.parse(webhook.target)?.href ?? webhook.target,
    headers: [
      ...(isCustom("user-agent") ? [] : [["User-Agent", `Tidepost/${batch.version}`] as const]),
      ...(isCustom("traceparent") ? [] : [["traceparent", traceparent(batch.batchId)] as const]),
      ...custom,
      ["Content-Type", "application/json"],
      ...(compressor === undefined ? [] : [["Content-Encoding", compression] as const]),
      ["X-MessageSystems-Batch-ID", batch.batchId],
      // As a delivery has it, so that Tidepost's own API refuses a POST that would come back to it.
      ["X-Tidepost-Hop", "1"],
      ...(batch.replayId === undefined ? [] : [["X-Tidepost-Replay", batch.replayId] as const]),
      ...(hasToken ? [["X-MessageSystems-Webhook-Token", { text: "", variable: "WEBHOOK_TOKEN" }] as const] : []),
      ...authentication,
      ...(signing ? signatureHeaders(batch.batchId) : []),
    ],
    options: [...options, ...withoutExtras, `--data-binary @"$DIR/body${compressor?.ending ?? ""}"`],
  });
  const all = [
    ...batch.source.variables,
    ...(hasToken ? ["WEBHOOK_TOKEN"] : []),
    ...custom.map(([, { variable }]) => variable),
    ...variables,
    ...(signing ? ["WEBHOOK_SECRET"] : []),
  ];
  // In a shell of its own: nothing of it stays, and the first step that fails ends it.
  const text = [
    "(",
    "set -eu",
    ...(all.length === 0 ? [] : [`: ${all.map((name) => `"\${${name}?}"`).join(" ")}`]),
    "DIR=$(mktemp -d)",
    `trap 'rm -r "$DIR"' EXIT`,
    `${batch.source.text} > "$DIR/events"`,
    `tr -d '\\n' < "$DIR/events" > "$DIR/body"`,
    ...(signing ? signature(batch.batchId) : []),
    ...(compressor === undefined ? [] : [`${compressor.command} "$DIR/body"`]),
    curl,
    ")",
  ].join("\n");
  return { text, variables: all };
};

/** Values are masked in answers of the API. Names that differ in punctuation alone still get a variable each. */
const customHeaders = (headers: Readonly<Record<string, string>>) => {
  const names = new Set<string>();
  return Object.keys(headers).map((name) => {
    const wanted = variableOf(name);
    let variable = wanted;
    for (let number = 2; names.has(variable); number += 1) variable = `${wanted}_${number}`;
    names.add(variable);
    return [name, { text: "", variable }] as const;
  });
};

const authenticationOf = ({ auth_type: type, auth_credentials: credentials }: PostedWebhook) => {
  const none = { options: [], headers: [], variables: [] };
  if (type === "basic") {
    const user = wordOf({ text: `${credentials?.username ?? ""}:`, variable: "WEBHOOK_PASSWORD" });
    return { ...none, options: [`-u ${user}`], variables: ["WEBHOOK_PASSWORD"] };
  }
  if (type !== "oauth2") return none;
  const header = ["Authorization", { text: "Bearer ", variable: "ACCESS_TOKEN" }] as const;
  return { ...none, headers: [header], variables: ["ACCESS_TOKEN"] };
};

/** In the trace of the batch, as a span that is no attempt's: an id that ends in a UUID's second half is never all zeros. */
const traceparent = (batchId: string): string => traceparentOf(batchId, traceIdOf(batchId).slice(-16));

const signatureHeaders = (batchId: string) =>
  [
    ["webhook-id", batchId],
    ["webhook-timestamp", { text: "", variable: "NOW" }],
    ["webhook-signature", { text: "v1,", variable: "SIGNATURE" }],
  ] as const;

/** Signs as Standard Webhooks do, with the tools that every machine with curl has. */
const signature = (batchId: string): readonly string[] => [
  "NOW=$(date +%s)",
  `KEY=$(printf %s "\${WEBHOOK_SECRET#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \\n')`,
  `SIGNATURE=$({ printf %s ${shellWord(batchId)}".$NOW."; cat "$DIR/body"; } |`,
  `  openssl dgst -sha256 -mac HMAC -macopt "hexkey:$KEY" -binary | openssl base64 -A)`,
];

const keyVariable = "TIDEPOST_API_KEY";

/**
 * The POST of a batch as its target gets it, with the body from the API; once the body is gone, a command that shows the
 * batch.
 *
 * @param api address of the batch at the API, without a query
 */
export const batchCommand = (
  api: string,
  batch: Omit<PostedBatch, "source"> & { readonly hasBody: boolean },
  webhook: PostedWebhook,
): string =>
  batch.hasBody
    ? postCommand(webhook, { ...batch, source: bodyFromApi(api) }).text
    : curlCommand({
        method: "GET",
        url: api,
        headers: [["Authorization", { text: "", variable: keyVariable }]],
      });

/**
 * A command that prints all events of a batch as the API has them, as one line. The API gives them a page at a time; a page
 * that does not come makes it fail.
 */
const bodyFromApi = (api: string): ShellText => ({
  variables: [keyVariable],
  text: [
    "(",
    "  OFFSET=0",
    `  while [ -n "$OFFSET" ]; do`,
    `    PAGE=$(curl -sf --globoff ${shellWord(`${api}/body?limit=1000&offset=`)}"$OFFSET" -H "Authorization: $TIDEPOST_API_KEY") ||`,
    "      { echo incomplete; exit 1; }",
    `    printf %s "$PAGE" | jq -c '.results[]'`,
    `    OFFSET=$(printf %s "$PAGE" | jq '.next_offset // empty')`,
    "  done",
    ") | jq -cs .",
  ].join("\n"),
});
