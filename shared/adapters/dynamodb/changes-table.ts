import { DeleteCommand, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { changeDays, maxChanges } from "#shared/contract/limits.ts";
import { changeActions, differenceKinds } from "#shared/contract/words.ts";
import type { ChangePlace, ChangeStore, ChangedWebhook } from "#shared/webhooks/change-store.ts";
import type { TableOptions } from "./document-client.ts";

const value = z.union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number()]))]);

/** A change as it is stored, in its webhook or apart. */
export const changeItem = z.object({
  revision: z.number(),
  at: z.string(),
  action: z.enum(changeActions),
  keyId: z.string().exactOptional(),
  portalLinkId: z.string().exactOptional(),
  keyLabel: z.string().exactOptional(),
  imported: z.literal(true).exactOptional(),
  fields: z.array(
    z.object({
      field: z.string(),
      kind: z.enum(differenceKinds),
      from: value.exactOptional(),
      to: value.exactOptional(),
    }),
  ),
  omitted: z.number().exactOptional(),
  untold: z.literal(true).exactOptional(),
});

const item = z.object({ createdAt: z.string(), change: changeItem, ttl: z.number() });

const daySeconds = 24 * 60 * 60;
/** Digits of a revision in sort keys, so that these sort as numbers. */
const revisionDigits = 9;

const partitionOf = ({ customerId, webhookId }: Omit<ChangedWebhook, "createdAt">): string =>
  `changes#${customerId}#${webhookId}`;
const sortOf = ({ createdAt, revision }: ChangePlace): string =>
  `${createdAt}#${String(revision).padStart(revisionDigits, "0")}`;
/** Sorts behind every time. */
const behindAll = ":";

/**
 * Changes of webhooks in the webhooks table: partition key customer and webhook, sort key the webhook's creation and the
 * revision that a change has made. They end by TTL, or when enough newer ones are there.
 */
export const changesTable = ({ client, tableName }: TableOptions): ChangeStore => ({
  keep: async (webhook, change, now) => {
    const ttl = Math.floor(Date.parse(change.at) / 1_000) + changeDays * daySeconds;
    if (ttl * 1_000 <= now) return;
    const { createdAt } = webhook;
    const pk = partitionOf(webhook);
    const sk = sortOf({ createdAt, revision: change.revision });
    await client.send(new PutCommand({ TableName: tableName, Item: { pk, sk, createdAt, change, ttl } }));
    const oldest = change.revision - maxChanges;
    if (oldest < 1) return;
    const key = { pk, sk: sortOf({ createdAt, revision: oldest }) };
    await client.send(new DeleteCommand({ TableName: tableName, Key: key }));
  },

  list: async (webhook, { before, limit, now }) => {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: "pk = :pk AND sk < :before",
        ExpressionAttributeValues: {
          ":pk": partitionOf(webhook),
          ":before": before === undefined ? behindAll : sortOf(before),
        },
        ScanIndexForward: false,
        ConsistentRead: true,
        Limit: limit,
      }),
    );
    // What is past its time may not be swept yet.
    return Items.map((found) => item.parse(found)).filter(({ ttl }) => ttl * 1_000 > now);
  },
});
