import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { TurnStore } from "#shared/delivery/turns.ts";
import { unlessConditionFails } from "./conditional-write.ts";
import type { TableOptions } from "./document-client.ts";

/** Whether a target is not known to take longer for a POST. */
const isNotSlower = "(attribute_not_exists(answerMs) OR answerMs < :answerMs)";

/** The turns of webhooks stand in their items: whoever reads a webhook's health for an attempt reads them, too. */
export const turnsTable = ({ client, tableName }: TableOptions): TurnStore => ({
  change: async ({ customerId, webhookId, turns, expectedRevision, answerMs }) =>
    await unlessConditionFails(
      client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: { pk: customerId, sk: webhookId },
          UpdateExpression:
            "SET turns = :turns, turnsRevision = :next" + (answerMs === undefined ? "" : ", answerMs = :answerMs"),
          ConditionExpression:
            "attribute_exists(pk) AND (turnsRevision = :expected OR " +
            "(attribute_not_exists(turnsRevision) AND :expected = :none))" +
            (answerMs === undefined ? "" : ` AND ${isNotSlower}`),
          ExpressionAttributeValues: {
            ...(answerMs === undefined ? {} : { ":answerMs": answerMs }),
            ":turns": turns,
            ":next": expectedRevision + 1,
            ":expected": expectedRevision,
            ":none": 0,
          },
        }),
      ),
    ),

  leave: async ({ customerId, webhookId, batchId }) => {
    await unlessConditionFails(
      client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: { pk: customerId, sk: webhookId },
          UpdateExpression: "REMOVE turns.held.#id SET turnsRevision = turnsRevision + :one",
          ConditionExpression: "attribute_exists(turns.held.#id)",
          ExpressionAttributeNames: { "#id": batchId },
          ExpressionAttributeValues: { ":one": 1 },
        }),
      ),
    );
  },

  noteSlow: async ({ customerId, webhookId, answerMs }) => {
    await unlessConditionFails(
      client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: { pk: customerId, sk: webhookId },
          UpdateExpression: "SET answerMs = :answerMs",
          ConditionExpression: `attribute_exists(pk) AND ${isNotSlower}`,
          ExpressionAttributeValues: { ":answerMs": answerMs },
        }),
      ),
    );
  },
});
