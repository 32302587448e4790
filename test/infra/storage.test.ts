import { describe, expect, it } from "vitest";
import { retireSettings } from "../../lambdas/api/webhooks/settings.ts";
import { resourcesOf, synthTemplate } from "./template.ts";

const template = synthTemplate();
const stateful = ["AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::Kinesis::Stream", "AWS::S3::Bucket"];

const attribute = (name: string) => ({ AttributeName: name, AttributeType: "S" });
const hashKey = (name: string) => ({ AttributeName: name, KeyType: "HASH" });
const rangeKey = (name: string) => ({ AttributeName: name, KeyType: "RANGE" });
const table = (name: string) => template.Resources[`Storage${name}`]?.Properties;

describe("tables", () => {
  it.each(["Webhooks", "Batches"])("keys %s by pk and sk and lets items end at ttl", (name) => {
    expect(table(name)).toMatchObject({
      AttributeDefinitions: expect.arrayContaining([attribute("pk"), attribute("sk")]) as unknown,
      KeySchema: [hashKey("pk"), rangeKey("sk")],
      TimeToLiveSpecification: { AttributeName: "ttl", Enabled: true },
    });
  });

  it("keys api-keys by the hash of the key, with an index by customer, and ends portal links", () => {
    expect(table("ApiKeys")).toMatchObject({
      KeySchema: [hashKey("keyHash")],
      GlobalSecondaryIndexes: [
        {
          IndexName: "byCustomer",
          KeySchema: [hashKey("customerId"), rangeKey("id")],
          Projection: { ProjectionType: "ALL" },
        },
      ],
    });
    expect(table("ApiKeys")).toMatchObject({ TimeToLiveSpecification: { AttributeName: "ttl", Enabled: true } });
  });

  it("indexes batches by id, and apart those that have failed with what a list shows of them", () => {
    expect(table("Batches")).toMatchObject({
      GlobalSecondaryIndexes: [
        {
          IndexName: "failed",
          KeySchema: [hashKey("failedWebhookId"), rangeKey("sk")],
          Projection: {
            ProjectionType: "INCLUDE",
            NonKeyAttributes: expect.arrayContaining(["lastAttempt"]) as unknown,
          },
        },
        {
          IndexName: "pending",
          KeySchema: [hashKey("pendingWebhookId"), rangeKey("expiresAt")],
          Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["createdAt", "events", "ttl"] },
        },
        {
          IndexName: "byBatchId",
          KeySchema: [hashKey("batchId"), rangeKey("pk")],
          Projection: { ProjectionType: "KEYS_ONLY" },
        },
      ],
    });
  });

  it("pays each table by request, with point-in-time recovery and deletion protection", () => {
    const tables = resourcesOf(template, "AWS::DynamoDB::Table");
    expect(tables.size).toBe(3);
    for (const properties of tables.values()) {
      expect(properties).toMatchObject({
        BillingMode: "PAY_PER_REQUEST",
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      });
    }
  });

  it("encrypts webhooks, the table with secrets, with a rotated key of ours", () => {
    expect(table("Webhooks")).toMatchObject({
      SSESpecification: { KMSMasterKeyId: "StorageWebhooksKey", SSEEnabled: true, SSEType: "KMS" },
    });
    expect(table("WebhooksKey")).toMatchObject({ EnableKeyRotation: true });
  });
});

/**
 * How long after its window a batch's last message can be worked on: one that an operator moves back lives once more as long
 * as any, and a chain's last one is sent a day and four hours after the first.
 */
const lastMessageSeconds =
  28 * 3_600 +
  2 *
    Math.max(
      ...[...resourcesOf(template, "AWS::SQS::Queue").values()].map((queue) => Number(queue["MessageRetentionPeriod"])),
    );

it("delivery settings that a change has superseded stay longer than any message that goes with them", async () => {
  const ends: number[] = [];
  const retire = async (_: string, { ttl }: { readonly ttl: number }): Promise<void> => {
    ends.push(ttl);
    await Promise.resolve();
  };
  await retireSettings({ now: () => 0, settings: { retire } }, "5b0f6c10-3c1d-4aee-9a2f-0242ac120002", 2);
  expect(ends).toHaveLength(1);
  expect(ends[0]).toBeGreaterThan(lastMessageSeconds);
});

describe("bucket", () => {
  it("is private and encrypted", () => {
    expect(table("Bucket")).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
  });

  it("keeps bodies longer than any message that points at them, and delivered ones for as many days as their prefix says", () => {
    const { LifecycleConfiguration } = table("Bucket") as {
      readonly LifecycleConfiguration: {
        readonly Rules: readonly { readonly ExpirationInDays?: number; readonly Prefix?: string }[];
      };
    };
    const days = new Map(LifecycleConfiguration.Rules.map((rule) => [rule.Prefix, rule.ExpirationInDays]));
    const keptDays = Array.from({ length: 30 }, (_, index) => [`kept/${index + 1}/`, index + 1] as const);
    expect(Object.fromEntries(days)).toEqual({
      ...Object.fromEntries(keptDays),
      "aws/lambda/": 30,
      "batches/": 30,
      "begun/": 2,
      "quarantine/": 30,
      undefined: undefined,
    });
    expect((days.get("batches/") ?? 0) * 86_400).toBeGreaterThan(lastMessageSeconds);
    expect(LifecycleConfiguration.Rules).toContainEqual(
      expect.objectContaining({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }),
    );
  });
});

describe("stream", () => {
  it("scales by itself, is encrypted and keeps a day", () => {
    expect(template.Resources["EventsStream"]?.Properties).toEqual({
      RetentionPeriodHours: 24,
      StreamEncryption: { EncryptionType: "KMS", KeyId: "alias/aws/kinesis" },
      StreamModeDetails: { StreamMode: "ON_DEMAND" },
    });
  });
});

describe("life cycle", () => {
  const policies = (of: typeof template) =>
    Object.values(of.Resources)
      .filter(({ Type }) => stateful.includes(Type))
      .map(({ DeletionPolicy }) => DeletionPolicy);

  it("keeps everything that holds data when the stack goes, but nothing of a deployment that failed to create it", () => {
    expect(policies(template)).toEqual(Array.from({ length: 6 }, () => "RetainExceptOnCreate"));
    const replaced = Object.values(template.Resources).filter(({ Type }) => stateful.includes(Type));
    expect(replaced.map(({ UpdateReplacePolicy }) => UpdateReplacePolicy)).toEqual(
      Array.from({ length: 6 }, () => "Retain"),
    );
  });

  it("lets a trial stack take its data with it", () => {
    const trial = synthTemplate({ retainData: "false" });
    expect(policies(trial)).toEqual(Array.from({ length: 6 }, () => "Delete"));
    for (const properties of resourcesOf(trial, "AWS::DynamoDB::Table").values()) {
      expect(properties["DeletionProtectionEnabled"]).toBe(false);
    }
  });
});
