import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, expect, it } from "vitest";
import { deliverySettingsTable } from "#shared/adapters/dynamodb/settings-table.ts";
import type { DeliverySettings } from "#shared/webhooks/settings.ts";
import { type Aws, startAws } from "../../support/aws.ts";

let aws: Aws;
beforeAll(async () => {
  aws = await startAws();
});
afterAll(async () => await aws.stop());

/** Four of these are more than DynamoDB reads in one request, which is 1 MB. */
const settings: DeliverySettings = {
  target: "https://example.com/hook",
  authToken: "",
  auth: { type: "none" },
  customHeaders: { "X-Long": "x".repeat(300_000) },
};

it("lets every superseded revision of a webhook's settings end, also those behind the first megabyte", async () => {
  const { client, tableName } = aws.tables.webhooks;
  const table = deliverySettingsTable({ client, tableName });
  const [webhookId, other] = ["one", "other"];
  const revisions = [1, 2, 3, 4, 5, 6, 7, 8];
  for (const revision of revisions) await table.put({ webhookId, revision, settings });
  await table.put({ webhookId: other, revision: 1, settings });
  const ttlOf = async (id: string, revision: number): Promise<unknown> => {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: "pk = :pk AND sk = :sk",
        ExpressionAttributeValues: { ":pk": `settings#${id}`, ":sk": String(revision).padStart(9, "0") },
      }),
    );
    return Items[0]?.["ttl"];
  };
  const ttls = async () => await Promise.all(revisions.map(async (revision) => await ttlOf(webhookId, revision)));

  await table.retire(webhookId, { keep: 8, ttl: 1_000 });
  expect(await ttls()).toEqual([...Array.from({ length: 7 }, () => 1_000), undefined]);
  // A deletion keeps no revision, and leaves those alone that end already.
  await table.retire(webhookId, { ttl: 2_000 });
  expect(await ttls()).toEqual([...Array.from({ length: 7 }, () => 1_000), 2_000]);
  expect(await ttlOf(other, 1)).toBeUndefined();
});
