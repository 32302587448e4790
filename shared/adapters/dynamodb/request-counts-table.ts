import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { requestWindowSeconds } from "#shared/contract/limits.ts";
import { requestCountsPrefix } from "#shared/contract/tables.ts";
import type { RequestCountStore } from "#shared/stream.ts";
import { unlessConditionFails } from "./conditional-write.ts";
import type { TableOptions } from "./document-client.ts";

/** How long a count is kept after its window. */
const keptSeconds = 3_600;

/** How many requests of a key have been let through in a window: an item each in the batches table. */
export const requestCountsTable = ({ client, tableName }: TableOptions): RequestCountStore => ({
  take: async ({ key, window, size, max }) =>
    await unlessConditionFails(
      client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: { pk: `${requestCountsPrefix}${key}`, sk: String(window) },
          UpdateExpression: "SET taken = if_not_exists(taken, :zero) + :size, #ttl = :ttl",
          ConditionExpression: "attribute_not_exists(taken) OR taken <= :room",
          ExpressionAttributeNames: { "#ttl": "ttl" },
          ExpressionAttributeValues: {
            ":zero": 0,
            ":size": size,
            ":room": max - size,
            ":ttl": (window + 1) * requestWindowSeconds + keptSeconds,
          },
        }),
      ),
    ),
});
