import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import type { ToldStore } from "#shared/webhooks/told-store.ts";
import { unlessConditionFails } from "./conditional-write.ts";
import type { TableOptions } from "./document-client.ts";

/** What was told of a webhook as its item has it. */
export const toldItem = z.object({
  failingSince: z.number().exactOptional(),
  failingAt: z.number().exactOptional(),
  riskAt: z.number().exactOptional(),
  busyUntil: z.number().exactOptional(),
});

const subscriberKeyOf = (customerId: string) => ({ pk: `health-events#${customerId}`, sk: "subscriber" });

/** What events have told, in the items of the webhooks; an item of each customer says that somebody wants to know. */
export const toldTable = ({ client, tableName }: TableOptions): ToldStore => ({
  noteSubscriber: async (customerId) => {
    await client.send(
      new UpdateCommand({
        TableName: tableName,
        Key: subscriberKeyOf(customerId),
        UpdateExpression: "SET isThere = :yes",
        ExpressionAttributeValues: { ":yes": true },
      }),
    );
  },

  hasSubscriber: async (customerId) => {
    const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: subscriberKeyOf(customerId) }));
    return Item !== undefined;
  },

  change: async ({ customerId, webhookId }, { told, expectedRevision }) =>
    await unlessConditionFails(
      client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: { pk: customerId, sk: webhookId },
          UpdateExpression: "SET told = :told, toldRevision = :next",
          ConditionExpression:
            "attribute_exists(pk) AND (toldRevision = :expected OR " +
            "(attribute_not_exists(toldRevision) AND :expected = :none))",
          ExpressionAttributeValues: {
            ":told": told,
            ":next": expectedRevision + 1,
            ":expected": expectedRevision,
            ":none": 0,
          },
        }),
      ),
    ),

  noteChangeTold: async ({ customerId, webhookId }, revision) => {
    await unlessConditionFails(
      client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: { pk: customerId, sk: webhookId },
          UpdateExpression: "REMOVE lastChange.untold",
          ConditionExpression: "lastChange.revision = :revision",
          ExpressionAttributeValues: { ":revision": revision },
        }),
      ),
    );
  },
});
