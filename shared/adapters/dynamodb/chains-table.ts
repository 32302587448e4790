import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { GetCommand, UpdateCommand, type UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import type { ChainStore } from "#shared/delivery/chain-store.ts";
import type { TableOptions } from "./document-client.ts";

const chainItem = z.object({
  isEnded: z.boolean().default(false),
  hop: z.number(),
  next: z.number(),
  claimedUntil: z.number(),
  restFrom: z.number().exactOptional(),
});

const keyOf = (batchId: string) => ({ pk: `chain#${batchId}`, sk: "chain" });

/** How far chains are: an item each in the batches table, which no list of batches shows. */
export const chainsTable = ({ client, tableName }: TableOptions): ChainStore => {
  /** The item after a change, or undefined when its condition does not hold. */
  const update = async (
    batchId: string,
    change: Omit<UpdateCommandInput, "TableName" | "Key" | "ReturnValues">,
  ): Promise<z.output<typeof chainItem> | undefined> => {
    try {
      const { Attributes } = await client.send(
        new UpdateCommand({ TableName: tableName, Key: keyOf(batchId), ReturnValues: "ALL_NEW", ...change }),
      );
      return chainItem.parse(Attributes);
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  };

  return {
    // A message of a later hop was sent when all attempts of the hop before had been made.
    claim: async ({ batchId, hop, next, now, until, ttl }) => {
      const taken = await update(batchId, {
        UpdateExpression:
          "SET hop = :hop, claimedUntil = :until, #next = if_not_exists(#next, :next), #ttl = if_not_exists(#ttl, :ttl)",
        ConditionExpression:
          "attribute_not_exists(pk) OR " +
          "(attribute_not_exists(isEnded) AND (hop < :hop OR (hop = :hop AND claimedUntil <= :now)))",
        ExpressionAttributeNames: { "#next": "next", "#ttl": "ttl" },
        ExpressionAttributeValues: { ":hop": hop, ":until": until, ":next": next, ":now": now, ":ttl": ttl },
      });
      if (taken !== undefined) {
        return { kind: "claimed", next: Math.max(taken.next, next), restFrom: taken.restFrom };
      }
      const { Item } = await client.send(
        new GetCommand({ TableName: tableName, Key: keyOf(batchId), ConsistentRead: true }),
      );
      if (Item === undefined) return { kind: "busy", until: now };
      const found = chainItem.parse(Item);
      if (found.isEnded) return { kind: "ended" };
      return found.hop > hop ? { kind: "passed" } : { kind: "busy", until: found.claimedUntil };
    },

    passOn: async ({ batchId, hop, next }) => {
      await update(batchId, {
        UpdateExpression: "SET hop = :following, #next = :next, claimedUntil = :zero",
        ConditionExpression: "hop = :hop AND attribute_not_exists(isEnded)",
        ExpressionAttributeNames: { "#next": "next" },
        ExpressionAttributeValues: { ":hop": hop, ":following": hop + 1, ":next": next, ":zero": 0 },
      });
    },

    noteRest: async (batchId, from) => {
      await update(batchId, {
        UpdateExpression: "SET restFrom = :from",
        ConditionExpression: "attribute_exists(pk)",
        ExpressionAttributeValues: { ":from": from },
      });
    },

    end: async (batchId, ttl) => {
      const ended = await update(batchId, {
        UpdateExpression:
          "SET isEnded = :true, #ttl = :ttl, hop = if_not_exists(hop, :zero), " +
          "#next = if_not_exists(#next, :zero), claimedUntil = :zero",
        ExpressionAttributeNames: { "#next": "next", "#ttl": "ttl" },
        ExpressionAttributeValues: { ":true": true, ":ttl": ttl, ":zero": 0 },
      });
      return ended?.restFrom;
    },
  };
};
