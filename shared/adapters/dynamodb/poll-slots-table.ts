import { PutCommand, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { pollSlotsPartition } from "#shared/contract/tables.ts";
import type { PollSlotStore } from "#shared/stream.ts";
import * as z from "zod";
import { unlessConditionFails } from "./conditional-write.ts";
import type { TableOptions } from "./document-client.ts";

const item = z.object({ sk: z.string(), customerId: z.string(), isHeld: z.boolean(), until: z.number() });

const keyOf = (slot: number) => ({ pk: pollSlotsPartition, sk: String(slot) });
const ttlOf = (until: number): number => Math.ceil(until / 1_000);

/** Slots of polls for events in the batches table, one item each: they bound how many polls read the stream at once. */
export const pollSlotsTable = ({ client, tableName }: TableOptions): PollSlotStore => ({
  list: async () => {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": pollSlotsPartition },
        ConsistentRead: true,
      }),
    );
    return Items.map((found) => {
      const { sk, ...slot } = item.parse(found);
      return { slot: Number(sk), ...slot };
    });
  },

  take: async ({ slot, holder, customerId, now, until }) =>
    await unlessConditionFails(
      client.send(
        new PutCommand({
          TableName: tableName,
          Item: { ...keyOf(slot), holder, customerId, isHeld: true, until, ttl: ttlOf(until) },
          ConditionExpression: "attribute_not_exists(pk) OR #until <= :now",
          ExpressionAttributeNames: { "#until": "until" },
          ExpressionAttributeValues: { ":now": now },
        }),
      ),
    ),

  release: async ({ slot, holder, until }) => {
    await unlessConditionFails(
      client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: keyOf(slot),
          UpdateExpression: "SET #until = :until, isHeld = :no",
          ConditionExpression: "holder = :holder",
          ExpressionAttributeNames: { "#until": "until" },
          ExpressionAttributeValues: { ":until": until, ":no": false, ":holder": holder },
        }),
      ),
    );
  },
});
