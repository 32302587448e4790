import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { shardTurnsPartition } from "#shared/contract/tables.ts";
import type { ShardTurnStore } from "#shared/stream.ts";
import { unlessConditionFails } from "./conditional-write.ts";
import type { TableOptions } from "./document-client.ts";

/** Whose turn it is at each shard, one item each in the batches table. */
export const shardTurnsTable = ({ client, tableName }: TableOptions): ShardTurnStore => {
  const update = async (shard: string, change: Change): Promise<boolean> =>
    await unlessConditionFails(
      client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: { pk: shardTurnsPartition, sk: shard },
          UpdateExpression: change.expression,
          ConditionExpression: change.condition,
          ExpressionAttributeNames: { "#until": "until", ...change.names },
          ExpressionAttributeValues: change.values,
        }),
      ),
    );

  return {
    take: async ({ shard, holder, now, until, askedUntil }) => {
      const values = { ":holder": holder, ":now": now };
      const isFreeForHolder = "attribute_not_exists(nextHolder) OR nextHolder = :holder OR nextUntil <= :now";
      const isTaken = await update(shard, {
        expression: "SET holder = :holder, #until = :until, #ttl = :ttl REMOVE nextHolder, nextUntil",
        condition: `(attribute_not_exists(#until) OR #until <= :now OR holder = :holder) AND (${isFreeForHolder})`,
        names: { "#ttl": "ttl" },
        values: { ...values, ":until": until, ":ttl": Math.ceil(until / 1_000) },
      });
      if (isTaken) return true;
      await update(shard, {
        expression: "SET nextHolder = :holder, nextUntil = :next",
        condition: `attribute_exists(#until) AND (${isFreeForHolder})`,
        values: { ...values, ":next": askedUntil },
      });
      return false;
    },

    giveBack: async ({ shard, holder, until }) => {
      await update(shard, {
        expression: "SET #until = :zero",
        condition: "holder = :holder AND #until = :until",
        values: { ":holder": holder, ":until": until, ":zero": 0 },
      });
    },
  };
};

interface Change {
  readonly expression: string;
  readonly condition: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
}
