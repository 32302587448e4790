import * as z from "zod";
import { DeleteCommand, GetCommand, PutCommand, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { getAll } from "./get-all.ts";
import type { WebhookStore } from "#shared/stores.ts";
import type { AttemptNote, Webhook } from "#shared/webhooks/webhook.ts";
import { unlessConditionFails } from "./conditional-write.ts";
import type { TableOptions } from "./document-client.ts";
import { healthItem, webhookItem } from "./webhook-item.ts";

const fleetItem = z.object({ version: z.number().default(0) });

const keyOf = (customerId: string, webhookId: string) => ({ pk: customerId, sk: webhookId });
const fleetKeyOf = (customerId: string) => ({ pk: `fleet#${customerId}`, sk: "version" });

/** Webhooks: partition key customer, sort key webhook. An item of each customer counts the changes of its webhooks. */
export const webhooksTable = (options: TableOptions): WebhookStore => {
  const { client, tableName } = options;
  /** Counts a change that was made, for those who keep the list of a customer's webhooks. */
  const counted = async (customerId: string, change: Promise<boolean>): Promise<boolean> => {
    if (!(await change)) return false;
    const count = client.send(
      new UpdateCommand({
        TableName: tableName,
        Key: fleetKeyOf(customerId),
        UpdateExpression: "ADD version :one",
        ExpressionAttributeValues: { ":one": 1 },
      }),
    );
    // The change is made whether it is counted or not, and a kept list ends within a minute: no reason to report a failure.
    await count.catch(() => undefined);
    return true;
  };

  return {
    create: async (webhook) =>
      await counted(
        webhook.customerId,
        unlessConditionFails(
          client.send(
            new PutCommand({
              TableName: tableName,
              Item: { ...keyOf(webhook.customerId, webhook.webhookId), ...webhook },
              ConditionExpression: "attribute_not_exists(pk)",
            }),
          ),
        ),
      ),

    replace: async (webhook, expectedRevision, { isNewTarget } = { isNewTarget: false }) => {
      const entries = managedFields.map((field) => [field, webhook[field]] as const);
      const set = entries.filter(([, value]) => value !== undefined);
      const emptied = entries.filter(([, value]) => value === undefined).map(([field]) => `#${field}`);
      const removed = isNewTarget ? [...emptied, "answerMs", "turns"] : emptied;
      const remove = removed.length === 0 ? "" : ` REMOVE ${removed.join(", ")}`;
      const raised = isNewTarget ? ", turnsRevision = if_not_exists(turnsRevision, :zero) + :one" : "";
      return await counted(
        webhook.customerId,
        unlessConditionFails(
          client.send(
            new UpdateCommand({
              TableName: tableName,
              Key: keyOf(webhook.customerId, webhook.webhookId),
              UpdateExpression: `SET ${set.map(([field]) => `#${field} = :${field}`).join(", ")}${raised}${remove}`,
              ConditionExpression: "attribute_exists(pk) AND #revision = :expectedRevision",
              ExpressionAttributeNames: Object.fromEntries(managedFields.map((field) => [`#${field}`, field])),
              ExpressionAttributeValues: {
                ...Object.fromEntries(set.map(([field, value]) => [`:${field}`, value])),
                ":expectedRevision": expectedRevision,
                ...(isNewTarget ? { ":zero": 0, ":one": 1 } : {}),
              },
            }),
          ),
        ),
      );
    },

    find: async (customerId, webhookId) => {
      const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: keyOf(customerId, webhookId) }));
      return Item === undefined ? undefined : webhookItem.parse(Item);
    },

    list: async (customerId) => {
      const webhooks: Webhook[] = [];
      let start: Record<string, unknown> | undefined;
      do {
        const page = await client.send(
          new QueryCommand({
            TableName: tableName,
            KeyConditionExpression: "pk = :customer",
            ExpressionAttributeValues: { ":customer": customerId },
            ExclusiveStartKey: start,
          }),
        );
        for (const found of page.Items ?? []) webhooks.push(webhookItem.parse(found));
        start = page.LastEvaluatedKey;
      } while (start !== undefined);
      return webhooks;
    },

    findMany: async (customerId, webhookIds) => {
      const found = await getAll(
        options,
        webhookIds.map((webhookId) => keyOf(customerId, webhookId)),
      );
      return found.map((webhook) => webhookItem.parse(webhook));
    },

    readFleetVersion: async (customerId) => {
      const { Item = {} } = await client.send(
        new GetCommand({ TableName: tableName, Key: fleetKeyOf(customerId), ConsistentRead: true }),
      );
      return fleetItem.parse(Item).version;
    },

    remove: async (customerId, webhookId, expectedRevision) =>
      await counted(
        customerId,
        unlessConditionFails(
          client.send(
            new DeleteCommand({
              TableName: tableName,
              Key: keyOf(customerId, webhookId),
              ...(expectedRevision === undefined
                ? { ConditionExpression: "attribute_exists(pk)" }
                : {
                    ConditionExpression: "#revision = :expectedRevision",
                    ExpressionAttributeNames: { "#revision": "revision" },
                    ExpressionAttributeValues: { ":expectedRevision": expectedRevision },
                  }),
            }),
          ),
        ),
      ),

    readHealth: async (customerId, webhookId) => {
      const { Item } = await client.send(
        new GetCommand({
          TableName: tableName,
          Key: keyOf(customerId, webhookId),
          ProjectionExpression:
            "active, settingsRevision, breaker, breakerRevision, answerMs, turns, turnsRevision, #name, subaccountId, " +
            "createdAt, keepBodiesDays, told, toldRevision",
          ExpressionAttributeNames: { "#name": "name" },
          ConsistentRead: true,
        }),
      );
      return Item === undefined ? undefined : healthItem.parse(Item);
    },

    changeBreaker: async ({ note, ...change }) => {
      const noted = note === undefined ? noNote : noteOf(note);
      return await unlessConditionFails(
        client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: keyOf(change.customerId, change.webhookId),
            UpdateExpression: updateOf(["breaker = :breaker", "breakerRevision = :next", ...noted.sets], noted.removes),
            ConditionExpression:
              "attribute_exists(pk) AND (breakerRevision = :expected OR " +
              "(attribute_not_exists(breakerRevision) AND :expected = :none))",
            ...(note === undefined ? {} : { ExpressionAttributeNames: noted.names }),
            ExpressionAttributeValues: {
              ":breaker": change.breaker,
              ":next": change.expectedRevision + 1,
              ":expected": change.expectedRevision,
              ":none": 0,
              ...noted.values,
            },
          }),
        ),
      );
    },

    noteAttempt: async ({ customerId, webhookId, ...note }) => {
      const { sets, removes, names, values } = noteOf(note);
      await unlessConditionFails(
        client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: keyOf(customerId, webhookId),
            UpdateExpression: updateOf(sets, removes),
            ConditionExpression: "attribute_exists(pk) AND (attribute_not_exists(#last) OR #last < :at)",
            ExpressionAttributeNames: names,
            ExpressionAttributeValues: values,
          }),
        ),
      );
    },
  };
};

/** Parts of an expression that notes an attempt. */
interface Noted {
  readonly sets: readonly string[];
  readonly removes: readonly string[];
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
}

const noNote: Noted = { sets: [], removes: [], names: {}, values: {} };

const noteOf = ({ kind, at, answerMs }: AttemptNote): Noted => ({
  sets: ["#last = :at", ...(answerMs === undefined ? [] : ["answerMs = :answerMs"]), ...healthySince[kind]],
  removes: kind === "failure" ? ["healthySince"] : [],
  names: { "#last": kind === "failure" ? "lastFailure" : "lastSuccessful" },
  values: { ":at": at, ...(answerMs === undefined ? {} : { ":answerMs": answerMs }) },
});

/** Since when a webhook has been healthy, after an attempt. */
const healthySince = {
  success: ["healthySince = if_not_exists(healthySince, :at)"],
  recovery: ["healthySince = :at"],
  failure: [],
} as const;

const updateOf = (sets: readonly string[], removes: readonly string[]): string =>
  `SET ${sets.join(", ")}${removes.length === 0 ? "" : ` REMOVE ${removes.join(", ")}`}`;

/** Fields that the API changes; the others are noted by delivery or never change. */
const managedFields = [
  "name",
  "active",
  "eventsMode",
  "events",
  "subaccountId",
  "exceptionSubaccounts",
  "filter",
  "fields",
  "mask",
  "maskKey",
  "batchSize",
  "maxBatchBytes",
  "keepBodiesDays",
  "maskedSettings",
  "revision",
  "settingsRevision",
  "updatedAt",
  "activeChangedAt",
  "subaccountSince",
  "rulesSince",
  "pastRules",
  "lastChange",
] as const satisfies readonly (keyof Webhook)[];
