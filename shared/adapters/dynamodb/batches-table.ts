import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { BatchRef, BatchRequest, RestRecord } from "#shared/delivery/record.ts";
import type { BatchStore } from "#shared/stores.ts";
import { batchItem, batchKeyOf, lastAttemptOf } from "./batch-item.ts";
import { unlessConditionFails } from "./conditional-write.ts";
import type { TableOptions } from "./document-client.ts";

/** States of batches that have not ended. */
const openStates = { ":sending": "sending", ":retrying": "retrying", ":parked": "parked" } as const;
const isOpen = "#state IN (:sending, :retrying, :parked)";

const iso = (at: number): string => new Date(at).toISOString();

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

  const claim: BatchStore["claim"] = async (request) => {
    const optional = optionalAttributes(request);
    const taken = await update(request, {
      expression:
        "SET #state = :sending, claimedUntil = :until, batchId = :batchId, webhookId = :webhookId, " +
        "customerId = :customerId, createdAt = :createdAt, events = :events, #bytes = :bytes, #ttl = :ttl, " +
        "settingsRevision = :settingsRevision, " +
        "attempts = if_not_exists(attempts, :none), recordedAttempts = if_not_exists(recordedAttempts, :zero), " +
        "firstAttemptAt = if_not_exists(firstAttemptAt, :firstAttemptAt), " +
        "expiresAt = if_not_exists(expiresAt, :expiresAt), " +
        "holds = if_not_exists(holds, :zero) + :one" +
        optional.map(([name]) => `, ${name} = :${name}`).join("") +
        " REMOVE nextAttemptAt",
      condition: `attribute_not_exists(pk) OR (${isOpen} AND recordedAttempts < :attempt AND claimedUntil <= :now)`,
      names: { "#bytes": "bytes", "#ttl": "ttl" },
      values: {
        ...openStates,
        ":until": request.until,
        ":now": request.now,
        ":attempt": request.attempt,
        ":batchId": request.batchId,
        ":webhookId": request.webhookId,
        ":customerId": request.customerId,
        ":settingsRevision": request.settingsRevision,
        ":createdAt": request.createdAt,
        ":events": request.events,
        ":bytes": request.bytes,
        ":ttl": request.ttl,
        ":none": [],
        ":zero": 0,
        ":one": 1,
        ":firstAttemptAt": iso(request.firstAttemptAt),
        ":expiresAt": iso(request.cutoff),
        ...Object.fromEntries(optional.map(([name, value]) => [`:${name}`, value])),
      },
    });
    if (taken !== undefined) {
      const firstAttemptAt = batchItem.shape.firstAttemptAt.parse(taken["firstAttemptAt"]);
      return { kind: "claimed", firstAttemptAt: Date.parse(firstAttemptAt), isFirst: taken["holds"] === 1 };
    }
    const found = await find(request);
    if (found === undefined) return { kind: "busy", until: request.now };
    if (found.state === "delivered" || found.state === "expired" || found.state === "split") return { kind: "ended" };
    if (found.recordedAttempts >= request.attempt) return { kind: "recorded" };
    return { kind: "busy", until: found.claimedUntil };
  };

  return {
    find,

    claim,

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
    recordDelivered: async (ref, attempt, endedAt) => {
      await update(ref, {
        expression:
          "SET #state = :delivered, endedAt = :at, claimedUntil = :zero, recordedAttempts = :attempt, " +
          "attempts = list_append(attempts, :record), lastAttempt = :last" +
          (attempt.attempt > 1 ? ", failedWebhookId = :webhookId" : "") +
          " REMOVE nextAttemptAt, pendingWebhookId",
        condition: "#state <> :delivered",
        values: {
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

    recordExpired: async (ref, at) => {
      await update(ref, {
        expression:
          "SET #state = :expired, endedAt = :at, claimedUntil = :zero, failedWebhookId = :webhookId " +
          "REMOVE nextAttemptAt, pendingWebhookId",
        condition: isOpen,
        values: {
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

/** What a record says of how its batch came about. */
const optionalAttributes = ({ replayId, stretch, formation }: BatchRequest): readonly (readonly [string, unknown])[] =>
  Object.entries({ replayId, stretch, ...formation }).filter(([, value]) => value !== undefined);

interface Change {
  readonly expression: string;
  readonly condition: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
}
