import { KinesisClient } from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { documentClient } from "#shared/adapters/dynamodb/document-client.ts";
import { webhooksTable } from "#shared/adapters/dynamodb/webhooks-table.ts";
import type { Webhook } from "#shared/contract/api/webhook.ts";
import { maxBatchBytes, maxBatchEvents } from "#shared/contract/limits.ts";
import { healthEventKeys } from "#shared/contract/words.ts";
import type { OwnedEvent } from "#shared/events/decode-record.ts";
import { takeContent } from "#shared/webhooks/content.ts";
import { takes } from "#shared/webhooks/routing.ts";
import type { EventRules, Subscription } from "#shared/webhooks/webhook.ts";
import type { ApiAccess } from "../api.ts";
import { CliError, exitCodes, usageError } from "../errors.ts";
import { findWebhook } from "../find.ts";
import { readStackOutputs } from "../aws/stack.ts";
import type { Feed } from "./feed.ts";
import { pollFeed } from "./poll-feed.ts";
import { streamFeed } from "./stream-feed.ts";

/** Where events come from, and as whose batches they go. */
export interface Source {
  /** What is listened to, for people. */
  readonly name: string;
  readonly feed: Feed;
  readonly subscription: Subscription;
}

interface Wanted {
  /** Event keys; absent: every type. */
  readonly types: readonly string[] | undefined;
  /** ISO 8601; absent: now. */
  readonly since: string | undefined;
  /** Which webhook's events are wanted. */
  readonly webhook: string | undefined;
  readonly note: (text: string) => void;
}

/** Webhook of batches that are no webhook's. */
const anyWebhook: Subscription = {
  webhookId: "listen",
  customerId: "",
  active: true,
  eventsMode: "all",
  events: [],
  batchSize: maxBatchEvents,
  maxBatchBytes,
  revision: 0,
  settingsRevision: 0,
  maskedSettings: {},
};

/** Events of the customer of an API key, by the API. */
export const openByKey = async (
  access: ApiAccess,
  { types, since, webhook, note, signal }: Wanted & { readonly signal: AbortSignal | undefined },
): Promise<Source> => {
  const found = webhook === undefined ? undefined : await findWebhook(access, webhook);
  const query = {
    ...(types === undefined ? {} : { events: types.join(",") }),
    ...(found === undefined ? {} : { webhook_id: found.id }),
  };
  return {
    name: found === undefined ? access.url : `${access.url}, webhook ${found.name}`,
    feed: pollFeed({ access, from: since, query, signal, note }),
    subscription: found === undefined ? anyWebhook : subscriptionOf(found),
  };
};

const subscriptionOf = (found: Webhook): Subscription => ({
  ...anyWebhook,
  webhookId: found.id,
  batchSize: found.batch_size,
  maxBatchBytes: found.max_batch_bytes,
  revision: Number(found.etag.replaceAll('"', "")),
  maskedSettings: found.compression === "none" ? {} : { compression: found.compression },
});

/** Events of a stream, with the AWS credentials and region of the environment. */
export const openStream = async ({
  stack,
  stream,
  customer,
  types,
  since,
  webhook,
  note,
}: Wanted & {
  readonly stack: string | undefined;
  readonly stream: string | undefined;
  readonly customer: string | undefined;
}): Promise<Source> => {
  if (stack !== undefined && stream !== undefined) {
    throw usageError("Which stream is to be read?", "Give either --stack or --stream.");
  }
  if (webhook !== undefined && (stack === undefined || customer === undefined)) {
    throw usageError("Whose webhook is it?", "With AWS credentials, --webhook needs --stack and --customer.");
  }
  const outputs = stack === undefined ? {} : await readStackOutputs(stack);
  const streamName = stream ?? outputOf(outputs, "StreamName", stack);
  const found =
    webhook === undefined
      ? undefined
      : await readWebhook(outputOf(outputs, "WebhooksTableName", stack), { customer: customer ?? "", webhook });
  const rules: readonly EventRules[] = [
    {
      eventsMode: types === undefined ? "all" : "selected",
      // Events about webhooks come only to those who name them.
      events: types ?? (found === undefined ? [] : healthEventKeys),
    },
    ...(found === undefined ? [] : [found]),
  ];
  const isWanted = (event: OwnedEvent): boolean =>
    (customer === undefined || event.customerId === customer) && rules.every((rule) => takes(rule, event));
  const give = (event: OwnedEvent): OwnedEvent | undefined => {
    if (!isWanted(event)) return undefined;
    return found === undefined ? event : takeContent(found, event);
  };
  return {
    name: streamName,
    feed: streamFeed({
      client: new KinesisClient({ requestHandler: new NodeHttpHandler() }),
      streamName,
      since: since === undefined ? Date.now() : Date.parse(since),
      give,
      onUnreadable: (problem) => note(`A record could not be read: ${problem}`),
    }),
    subscription: found ?? anyWebhook,
  };
};

const outputOf = (outputs: Readonly<Record<string, string>>, name: string, stack = ""): string => {
  const value = outputs[name];
  if (value !== undefined) return value;
  throw new CliError(exitCodes.failed, {
    message: `The stack ${stack} has no output ${name}`,
    fix: "Check --stack: it must name a finished deployment of Tidepost of this version.",
  });
};

const readWebhook = async (
  tableName: string,
  { customer, webhook }: { readonly customer: string; readonly webhook: string },
): Promise<Subscription> => {
  const found = await webhooksTable({ client: documentClient(), tableName }).find(customer, webhook.toLowerCase());
  if (found !== undefined) return found;
  throw new CliError(exitCodes.failed, {
    message: `There is no webhook '${webhook}' of the customer ${customer}`,
    fix: "Give its whole id.",
    code: "1600",
  });
};
