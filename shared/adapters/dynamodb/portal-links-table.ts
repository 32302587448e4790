import { DeleteCommand, GetCommand, PutCommand, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { portalLinkDays } from "#shared/contract/limits.ts";
import { apiKeysByCustomerIndex } from "#shared/contract/tables.ts";
import { portalGrants } from "#shared/contract/words.ts";
import type { PortalLink, PortalLinkStore } from "#shared/portal/portal-link.ts";
import { unlessConditionFails } from "./conditional-write.ts";
import type { TableOptions } from "./document-client.ts";

const item = z.object({
  linkId: z.string(),
  owner: z.string().min(1),
  subaccount: z.union([z.literal("all"), z.number()]),
  label: z.string(),
  grants: z.array(z.enum(portalGrants)),
  keyId: z.string(),
  tokenHash: z.string(),
  createdAt: z.number(),
  openUntil: z.number(),
  sessionMs: z.number(),
  session: z.object({ hash: z.string(), openedAt: z.number(), endsAt: z.number() }).exactOptional(),
  ttl: z.number(),
});

const linkOf = (stored: unknown): PortalLink => {
  const { owner: customerId, ttl: _ttl, ...link } = item.parse(stored);
  return { ...link, customerId };
};

/** Keys of the table are hashes in hex, of which none begins so. */
const keyOf = (linkId: string) => ({ keyHash: `portal#${linkId}` });
/** Ids of customers have no space: a list of a customer's API keys has no links, and none of another customer's. */
const partitionOf = (customerId: string): string => `portal ${customerId}`;

/** Sorts behind every time. */
const behindAll = ":";
/** Links that are read at once, and how often a list reads before it answers with what it has. */
const readItems = 200;
const maxReads = 10;

const ttlOf = (endsAt: number): number => Math.floor(endsAt / 1_000) + portalLinkDays * 24 * 60 * 60;

/**
 * Portal links in the table of API keys, one item each, with its session. The index by customer holds them under a partition of
 * their own, by when they were made; it follows a little behind the table.
 */
export const portalLinksTable = ({ client, tableName }: TableOptions): PortalLinkStore => {
  // Consistent, so that a session is there as soon as its link is opened, and ends when the link is revoked.
  const find = async (linkId: string): Promise<PortalLink | undefined> => {
    const command = new GetCommand({ TableName: tableName, Key: keyOf(linkId), ConsistentRead: true });
    const { Item } = await client.send(command);
    return Item === undefined ? undefined : linkOf(Item);
  };

  return {
    find,

    create: async ({ customerId, ...link }) => {
      const { linkId, createdAt, openUntil } = link;
      const place = { customerId: partitionOf(customerId), id: `${new Date(createdAt).toISOString()}#${linkId}` };
      const Item = { ...keyOf(linkId), ...place, ...link, owner: customerId, ttl: ttlOf(openUntil) };
      await client.send(new PutCommand({ TableName: tableName, Item }));
    },

    open: async ({ linkId, tokenHash }, session) =>
      await unlessConditionFails(
        client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: keyOf(linkId),
            UpdateExpression: "SET #session = :session, #ttl = :ttl",
            ConditionExpression: "tokenHash = :tokenHash AND attribute_not_exists(#session) AND openUntil >= :now",
            ExpressionAttributeNames: { "#session": "session", "#ttl": "ttl" },
            ExpressionAttributeValues: {
              ":session": session,
              ":ttl": ttlOf(session.endsAt),
              ":tokenHash": tokenHash,
              ":now": session.openedAt,
            },
          }),
        ),
      ),

    endSession: async (linkId, at) => {
      await unlessConditionFails(
        client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: keyOf(linkId),
            UpdateExpression: "SET #session.endsAt = :at",
            ConditionExpression: "#session.endsAt > :at",
            ExpressionAttributeNames: { "#session": "session" },
            ExpressionAttributeValues: { ":at": at },
          }),
        ),
      );
    },

    list: async (customerId, { subaccount, limit, after, now }) => {
      const found: (PortalLink & { readonly place: string })[] = [];
      let before = after ?? behindAll;
      let isAll = false;
      for (let reads = 0; reads < maxReads && !isAll && found.length <= limit; reads += 1) {
        const { Items = [], LastEvaluatedKey } = await client.send(
          new QueryCommand({
            TableName: tableName,
            IndexName: apiKeysByCustomerIndex,
            KeyConditionExpression: "customerId = :customerId AND id < :before",
            ExpressionAttributeValues: { ":customerId": partitionOf(customerId), ":before": before },
            ScanIndexForward: false,
            Limit: readItems,
          }),
        );
        for (const stored of Items) {
          before = String(stored["id"]);
          const isLive = Number(stored["ttl"]) * 1_000 > now;
          const link = linkOf(stored);
          if (isLive && (subaccount === "all" || link.subaccount === subaccount))
            found.push({ ...link, place: before });
        }
        isAll = LastEvaluatedKey === undefined;
      }
      const links = found.slice(0, limit);
      if (found.length > limit) return { links, next: links.at(-1)?.place ?? before };
      return isAll ? { links } : { links, next: before };
    },

    remove: async (customerId, linkId) =>
      await unlessConditionFails(
        client.send(
          new DeleteCommand({
            TableName: tableName,
            Key: keyOf(linkId),
            ConditionExpression: "#owner = :owner",
            ExpressionAttributeNames: { "#owner": "owner" },
            ExpressionAttributeValues: { ":owner": customerId },
          }),
        ),
      ),
  };
};
