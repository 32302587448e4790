import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { BatchRef, RestRecord } from "#shared/delivery/record.ts";
import type { BatchStore } from "#shared/stores.ts";
import { type Change, claimAgain, claimBatch, isOpen, isToSendAgain, iso, openStates } from "./batch-claims.ts";
import { batchItem, batchKeyOf, lastAttemptOf } from "./batch-item.ts";
import { unlessConditionFails } from "./conditional-write.ts";
import type { TableOptions } from "./document-client.ts";

/**
 * Records of batches and their attempts: partition key webhook, sort key time and batch id. `failedWebhookId` puts a batch
 * into the index of those that have failed, `pendingWebhookId` into that of those that wait; a batch that is delivered at
 * once never costs a write in either.
 */
export const batchesTable = ({ client, tableName }: TableOptions): BatchStore => {
  const find = async (ref: BatchRef) => {
    const { Item } = await client.send(
      new GetCommand({ TableName: tableName, Key: batchKeyOf(ref), ConsistentRead: true }),
    );
    return Item === undefined ? undefined : batchItem.parse(Item);
  };

  /** Makes a conditional change and returns the changed attributes, or undefined when the condition does not hold. */
  const update = async (ref: BatchRef, change: Change): Promise<Readonly<Record<string, unknown>> | undefined> => {
    try {
      const { Attributes = {} } = await client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: batchKeyOf(ref),
          UpdateExpression: change.expression,
          ConditionExpression: change.condition,
          ExpressionAttributeNames: { "#state": "state", ...change.names },
          ExpressionAttributeValues: change.values,
          ReturnValues: "UPDATED_NEW",
        }),
      );
      return Attributes;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  };

  return {
    find,

    claim: async (request) => await claimBatch({ find, update }, request),

    recordParked: async (ref, { attempt, nextAttemptAt }) => {
      await update(ref, {
        expression: "SET #state = :parked, claimedUntil = :zero, nextAttemptAt = :next, pendingWebhookId = :webhookId",
        condition: "#state = :sending AND recordedAttempts < :attempt",
        values: {
          ":webhookId": ref.webhookId,
          ":sending": "sending",
          ":parked": "parked",
          ":zero": 0,
          ":attempt": attempt,
          ":next": iso(nextAttemptAt),
        },
      });
    },

    /** A later attempt than the first is proof of a failed one, even if that was never recorded. */
    recordDelivered: async (ref, attempt, { endedAt, kept }) => {
      await update(ref, {
        expression:
          "SET #state = :delivered, endedAt = :at, claimedUntil = :zero, recordedAttempts = :attempt, " +
          "attempts = list_append(attempts, :record), lastAttempt = :last" +
          (attempt.attempt > 1 ? ", failedWebhookId = :webhookId" : "") +
          (kept === undefined ? "" : ", kept = :kept") +
          " REMOVE nextAttemptAt, pendingWebhookId",
        condition: "#state <> :delivered",
        values: {
          ...(kept === undefined ? {} : { ":kept": kept }),
          ...(attempt.attempt > 1 ? { ":webhookId": ref.webhookId } : {}),
          ":last": lastAttemptOf(attempt),
          ":delivered": "delivered",
          ":at": iso(endedAt),
          ":zero": 0,
          ":attempt": attempt.attempt,
          ":record": [attempt],
        },
      });
    },

    claimAgain: async (request) => await claimAgain({ find, update }, request),

    recordAgain: async (ref, attempt, again) => {
      await update(ref, {
        expression: "SET sentAgain = :again, claimedUntil = :zero, attempts = list_append(attempts, :record)",
        condition: isToSendAgain,
        values: { ":delivered": "delivered", ":again": again, ":zero": 0, ":record": [attempt] },
      });
    },

    countSentElsewhere: async (ref, most) => {
      const counted = await update(ref, {
        expression: "SET sentElsewhere = if_not_exists(sentElsewhere, :zero) + :one",
        condition: "attribute_exists(#state) AND (attribute_not_exists(sentElsewhere) OR sentElsewhere < :most)",
        values: { ":zero": 0, ":one": 1, ":most": most },
      });
      return counted !== undefined;
    },

    recordFailed: async (ref, attempt, nextAttemptAt) => {
      await update(ref, {
        expression:
          "SET #state = :retrying, claimedUntil = :zero, recordedAttempts = :attempt, " +
          "attempts = list_append(attempts, :record), lastAttempt = :last, " +
          "failedWebhookId = :webhookId, pendingWebhookId = :webhookId" +
          (nextAttemptAt === undefined ? "" : ", nextAttemptAt = :next"),
        condition: "#state = :sending AND recordedAttempts < :attempt",
        values: {
          ":webhookId": ref.webhookId,
          ":last": lastAttemptOf(attempt),
          ":sending": "sending",
          ":retrying": "retrying",
          ":zero": 0,
          ":attempt": attempt.attempt,
          ":record": [nextAttemptAt === undefined ? attempt : { ...attempt, nextAttemptAt: iso(nextAttemptAt) }],
          ...(nextAttemptAt === undefined ? {} : { ":next": iso(nextAttemptAt) }),
        },
      });
    },

    recordSplit: async (ref, attempt, splitInto) => {
      await update(ref, {
        expression:
          "SET #state = :split, endedAt = :at, claimedUntil = :zero, recordedAttempts = :attempt, splitInto = :into, " +
          "attempts = list_append(attempts, :record), lastAttempt = :last, failedWebhookId = :webhookId " +
          "REMOVE nextAttemptAt, pendingWebhookId",
        condition: "#state = :sending AND recordedAttempts < :attempt",
        values: {
          ":webhookId": ref.webhookId,
          ":last": lastAttemptOf(attempt),
          ":sending": "sending",
          ":split": "split",
          ":at": attempt.at,
          ":zero": 0,
          ":attempt": attempt.attempt,
          ":into": splitInto,
          ":record": [attempt],
        },
      });
    },

    notePartDelivered: async (root) => {
      await update(root, {
        expression: "SET hasPartDelivered = :true",
        condition: "attribute_exists(#state)",
        values: { ":true": true },
      });
    },

    hasPartDelivered: async (root) => (await find(root))?.hasPartDelivered === true,

    recordRestParked: async (rest, nextAttemptAt) => {
      await update(rest, {
        expression: `SET #state = :parked, nextAttemptAt = :next, pendingWebhookId = :webhookId, ${restAttributes}`,
        condition: "attribute_not_exists(pk) OR #state = :parked",
        names: restNames,
        values: { ...restValues(rest), ":parked": "parked", ":next": iso(nextAttemptAt) },
      });
    },

    recordRestExpired: async (rest, { at, reason }) => {
      const written = await update(rest, {
        expression:
          `SET #state = :expired, endedAt = :at, expiredFor = :reason, failedWebhookId = :webhookId, ${restAttributes} ` +
          "REMOVE nextAttemptAt, pendingWebhookId",
        condition: "attribute_not_exists(pk) OR #state = :parked",
        names: restNames,
        values: {
          ...restValues(rest),
          ":parked": "parked",
          ":expired": "expired",
          ":at": iso(at),
          ":reason": reason,
        },
      });
      return written !== undefined;
    },

    recordRestCut: async (ref, { replayId }) => {
      await update(ref, {
        expression: "SET #state = :split, replayId = :replayId",
        condition: "#state = :expired AND attribute_exists(chain)",
        values: { ":expired": "expired", ":split": "split", ":replayId": replayId },
      });
    },

    removeRest: async (ref) => {
      await unlessConditionFails(
        client.send(
          new DeleteCommand({
            TableName: tableName,
            Key: batchKeyOf(ref),
            ConditionExpression: "#state = :parked",
            ExpressionAttributeNames: { "#state": "state" },
            ExpressionAttributeValues: { ":parked": "parked" },
          }),
        ),
      );
    },

    recordExpired: async (ref, at, reason) => {
      await update(ref, {
        expression:
          "SET #state = :expired, endedAt = :at, claimedUntil = :zero, failedWebhookId = :webhookId" +
          (reason === undefined ? "" : ", expiredFor = :reason") +
          " REMOVE nextAttemptAt, pendingWebhookId",
        condition: isOpen,
        values: {
          ...(reason === undefined ? {} : { ":reason": reason }),
          ...openStates,
          ":webhookId": ref.webhookId,
          ":expired": "expired",
          ":at": iso(at),
          ":zero": 0,
        },
      });
    },
  };
};

/** What the record of a rest says besides its state. */
const restAttributes =
  "batchId = :batchId, webhookId = :webhookId, customerId = :customerId, createdAt = :createdAt, events = :events, " +
  "#bytes = :bytes, #ttl = :ttl, eventTypes = :eventTypes, chain = :chain, " +
  "attempts = :none, recordedAttempts = :zero, claimedUntil = :zero, " +
  "firstAttemptAt = if_not_exists(firstAttemptAt, :firstAttemptAt), expiresAt = if_not_exists(expiresAt, :expiresAt)";
const restNames = { "#bytes": "bytes", "#ttl": "ttl" };
const restValues = (rest: RestRecord): Change["values"] => ({
  ":batchId": rest.batchId,
  ":webhookId": rest.webhookId,
  ":customerId": rest.customerId,
  ":createdAt": rest.createdAt,
  ":events": rest.events,
  ":bytes": rest.bytes,
  ":ttl": rest.ttl,
  ":eventTypes": rest.eventTypes,
  ":chain": rest.chain,
  ":none": [],
  ":zero": 0,
  ":firstAttemptAt": iso(rest.firstAttemptAt),
  ":expiresAt": iso(rest.cutoff),
});
