import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { AttemptRecord, BatchRecord, BatchRef } from "#shared/domain/batch-record.ts";
import { batchItem, batchKeyOf, lastAttemptOf } from "./batch-item.ts";
import type { TableOptions } from "./document-client.ts";

/** Who may make an attempt. */
export type Claim =
  | { readonly kind: "claimed"; readonly firstAttemptAt: number }
  /** The batch was delivered or has expired. */
  | { readonly kind: "ended" }
  /** This attempt's outcome is recorded already: the message is a duplicate. */
  | { readonly kind: "recorded" }
  /** Another invocation makes an attempt, until then at the latest (Unix milliseconds). */
  | { readonly kind: "busy"; readonly until: number };

export interface ClaimRequest extends BatchRef {
  readonly customerId: string;
  readonly events: number;
  readonly bytes: number;
  readonly attempt: number;
  /** Unix milliseconds, as all times here. */
  readonly now: number;
  readonly until: number;
  /** Cutoff if this is the first attempt. */
  readonly cutoff: number;
  /** Unix seconds at which the record may be swept. */
  readonly ttl: number;
}

const iso = (at: number): string => new Date(at).toISOString();

/**
 * Records of batches and their attempts: partition key webhook, sort key time and batch id. `failedWebhookId` puts a batch
 * into the index of those that have failed; a batch that is delivered at once never costs a write there.
 */
export const batchesTable = ({ client, tableName }: TableOptions) => {
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
    find: async (ref: BatchRef): Promise<BatchRecord | undefined> => await find(ref),

    /**
     * Claims an attempt: of several copies of a message one makes the POST. A claim ends by itself, so that a crash
     * between claim and record leads to another attempt.
     */
    claim: async (request: ClaimRequest): Promise<Claim> => {
      const claimed = await update(request, {
        expression:
          "SET #state = :sending, claimedUntil = :until, batchId = :batchId, webhookId = :webhookId, " +
          "customerId = :customerId, createdAt = :createdAt, events = :events, #bytes = :bytes, #ttl = :ttl, " +
          "attempts = if_not_exists(attempts, :none), recordedAttempts = if_not_exists(recordedAttempts, :zero), " +
          "firstAttemptAt = if_not_exists(firstAttemptAt, :firstAttemptAt), " +
          "expiresAt = if_not_exists(expiresAt, :expiresAt) REMOVE nextAttemptAt",
        condition:
          "attribute_not_exists(pk) OR " +
          "(#state IN (:sending, :retrying) AND recordedAttempts < :attempt AND claimedUntil <= :now)",
        names: { "#bytes": "bytes", "#ttl": "ttl" },
        values: {
          ":sending": "sending",
          ":retrying": "retrying",
          ":until": request.until,
          ":now": request.now,
          ":attempt": request.attempt,
          ":batchId": request.batchId,
          ":webhookId": request.webhookId,
          ":customerId": request.customerId,
          ":createdAt": request.createdAt,
          ":events": request.events,
          ":bytes": request.bytes,
          ":ttl": request.ttl,
          ":none": [],
          ":zero": 0,
          ":firstAttemptAt": iso(request.now),
          ":expiresAt": iso(request.cutoff),
        },
      });
      if (claimed !== undefined) {
        return {
          kind: "claimed",
          firstAttemptAt: Date.parse(batchItem.shape.firstAttemptAt.parse(claimed["firstAttemptAt"])),
        };
      }
      const found = await find(request);
      if (found === undefined) return { kind: "busy", until: request.until };
      if (found.state === "delivered" || found.state === "expired") return { kind: "ended" };
      if (found.recordedAttempts >= request.attempt) return { kind: "recorded" };
      return { kind: "busy", until: found.claimedUntil };
    },

    /**
     * Records a delivered batch. Final, whatever else is under way. A later attempt than the first is proof of a failed
     * one, even if that was never recorded.
     */
    recordDelivered: async (ref: BatchRef, attempt: AttemptRecord, endedAt: number): Promise<void> => {
      await update(ref, {
        expression:
          "SET #state = :delivered, endedAt = :at, claimedUntil = :zero, recordedAttempts = :attempt, " +
          "attempts = list_append(attempts, :record), lastAttempt = :last" +
          (attempt.attempt > 1 ? ", failedWebhookId = :webhookId" : "") +
          " REMOVE nextAttemptAt",
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

    /** Records a failed attempt whose next step is already on the queue. */
    recordFailed: async (ref: BatchRef, attempt: AttemptRecord, nextAttemptAt: number | undefined): Promise<void> => {
      await update(ref, {
        expression:
          "SET #state = :retrying, claimedUntil = :zero, recordedAttempts = :attempt, " +
          "attempts = list_append(attempts, :record), lastAttempt = :last, failedWebhookId = :webhookId" +
          (nextAttemptAt === undefined ? "" : ", nextAttemptAt = :next"),
        condition: "#state = :sending AND recordedAttempts < :attempt",
        values: {
          ":webhookId": ref.webhookId,
          ":last": lastAttemptOf(attempt),
          ":sending": "sending",
          ":retrying": "retrying",
          ":zero": 0,
          ":attempt": attempt.attempt,
          ":record": [attempt],
          ...(nextAttemptAt === undefined ? {} : { ":next": iso(nextAttemptAt) }),
        },
      });
    },

    /** Records that a batch's retry window has passed. */
    recordExpired: async (ref: BatchRef, at: number): Promise<void> => {
      await update(ref, {
        expression:
          "SET #state = :expired, endedAt = :at, claimedUntil = :zero, failedWebhookId = :webhookId " +
          "REMOVE nextAttemptAt",
        condition: "#state IN (:sending, :retrying)",
        values: {
          ":webhookId": ref.webhookId,
          ":sending": "sending",
          ":retrying": "retrying",
          ":expired": "expired",
          ":at": iso(at),
          ":zero": 0,
        },
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
