import { GetObjectCommand, S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  PutRecordsCommand,
} from "@aws-sdk/client-kinesis";
import type { SQSEvent } from "aws-lambda";
import { mockClient } from "aws-sdk-client-mock";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { outboundClient } from "#shared/adapters/http/outbound-client.ts";
import { eventStream } from "#shared/adapters/kinesis/event-stream.ts";
import type { PackedRecord } from "#shared/events/pack-records.ts";
import { quarantine } from "#shared/adapters/s3/quarantine.ts";
import { decodeRecord, type OwnedEvent } from "#shared/events/decode-record.ts";
import { bytesOf } from "#shared/events/span.ts";
import { createTelemetry } from "#shared/runtime/telemetry.ts";
import { createHandler } from "../../../lambdas/ses/handler.ts";
import { type Aws, startAws } from "../../support/aws.ts";
import { captureLog } from "../../support/capture-log.ts";
import { killSwitch, type Moment } from "../../support/kill-switch.ts";
import { lambdaContext, sqsEvent } from "../../support/lambda-events.ts";
import { ampleLimit } from "../../support/request-limit.ts";
import { bounce, click, everyDocument, mail, send, snsEnvelope } from "../../unit/ses/documents.ts";
import { options } from "../../unit/ses/mapping.ts";

let aws: Aws;
/** Customer of the test at hand, whose events are told by it from those of other tests. */
let customerId: string;
beforeAll(async () => {
  aws = await startAws();
});
beforeEach(() => {
  customerId = crypto.randomUUID();
});
afterAll(async () => await aws.stop());

const deps = () => ({
  ...ampleLimit(aws),
  mapping: { ...options, customerId },
  now: Date.now,
  outbound: outboundClient({ allowedRanges: [] }),
  quarantine: quarantine(aws.bucket),
  stream: eventStream<PackedRecord>(aws.stream),
  telemetry: createTelemetry("ses"),
  topics: [],
});

/** Runs an invocation and returns the ids of the messages that come again. */
const take = async (event: SQSEvent, changed: Partial<ReturnType<typeof deps>> = {}): Promise<readonly string[]> => {
  const { batchItemFailures } = await createHandler({ ...deps(), ...changed })(event, lambdaContext());
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
};

/** Documents of the test's customer, whose tags name nobody. */
const { customer_id: _, ...anonymousTags } = mail()["tags"] as Record<string, unknown>;
const document = (n: number): object => send({ messageId: `message-${n}`, tags: anonymousTags });

/** Every event that the stream holds for a customer. */
const onStream = async (customer: string): Promise<readonly OwnedEvent[]> => {
  const { client, streamName } = aws.stream;
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName: streamName }));
  const events: OwnedEvent[] = [];
  for (const { ShardId } of Shards) {
    const start = { StreamName: streamName, ShardId, ShardIteratorType: "TRIM_HORIZON" } as const;
    const { ShardIterator } = await client.send(new GetShardIteratorCommand(start));
    const { Records = [] } = await client.send(new GetRecordsCommand({ ShardIterator }));
    for (const { Data } of Records) events.push(...decodeRecord(Buffer.from(Data ?? [])).events);
  }
  return events.filter((found) => found.customerId === customer);
};

const fieldsOnStream = async (customer = customerId): Promise<readonly Record<string, unknown>[]> =>
  (await onStream(customer)).flatMap((event) => Object.values(JSON.parse(String(bytesOf(event))).msys)) as Record<
    string,
    unknown
  >[];

const messageIds = async (): Promise<readonly string[]> =>
  (await fieldsOnStream()).map((fields) => String(fields["message_id"])).toSorted();

describe("documents", () => {
  it("of every type are on the stream as events when their messages are acknowledged", async () => {
    const named = Object.values(everyDocument).map((one) => {
      const { mail: message, ...rest } = one as { readonly mail: object };
      return { ...rest, mail: { ...message, tags: { ...anonymousTags, customer_id: [customerId] } } };
    });
    expect(await take(sqsEvent(named))).toEqual([]);
    const types = (await fieldsOnStream()).map((fields) => String(fields["type"]));
    expect(types.toSorted()).toEqual(
      [
        "injection",
        "delivery",
        "bounce",
        "out_of_band",
        "policy_rejection",
        "spam_complaint",
        "policy_rejection",
        "open",
        "click",
        "generation_failure",
        "delay",
        "list_unsubscribe",
        "link_unsubscribe",
      ].toSorted(),
    );
  });

  it("keep the route that batch reads without parsing", async () => {
    await take(sqsEvent([document(1), click({}, { tags: anonymousTags })]));
    const routes = (await onStream(customerId)).map(({ type, subaccountId }) => `${type} of ${subaccountId}`);
    expect(routes.toSorted()).toEqual(["click of 42", "injection of 42"]);
  });

  it("of several customers in one invocation go to each of them, one with many recipients as one event a recipient", async () => {
    const other = crypto.randomUUID();
    const destination = Array.from({ length: 50 }, (__, n) => `r${n}@example.org`);
    expect(
      await take(sqsEvent([document(1), send({ destination, tags: { customer_id: [other] } }), document(2)])),
    ).toEqual([]);
    expect(await messageIds()).toEqual(["message-1", "message-2"]);
    expect(await onStream(other)).toHaveLength(50);
  });

  it("that come twice have the same event ids", async () => {
    await take(sqsEvent([document(1)]));
    await take(sqsEvent([snsEnvelope(document(1))]));
    const ids = (await fieldsOnStream()).map((fields) => fields["event_id"]);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  it("belong to the customer that a message's attribute names, whatever their tags say", async () => {
    const event = sqsEvent([send()]);
    const attribute = { stringValue: customerId, dataType: "String" } as const;
    const [record] = event.Records;
    await take({
      Records: record === undefined ? [] : [{ ...record, messageAttributes: { "tidepost-customer": attribute } }],
    });
    expect(await fieldsOnStream()).toMatchObject([{ customer_id: customerId }]);
  });
});

describe("what is no document", () => {
  it("is acknowledged and counted when it comes with a new topic", async () => {
    const notice = "Successfully validated SNS topic for Amazon SES event publishing.";
    const log = await captureLog(async () => {
      expect(await take(sqsEvent([notice, snsEnvelope("?", { Type: "SubscriptionConfirmation" })]))).toEqual([]);
    });
    expect(log).toMatch(/"message":"documents.taken".*"setup":2/);
    expect(log).toMatch(/"DocumentsIgnored":2/);
  });

  it("is put aside alone: nothing of a thousand others is lost or stuck", async () => {
    const documents: unknown[] = Array.from({ length: 1_000 }, (__, n) => document(n));
    documents[500] = { ...document(500), eventType: "Teleported" };
    documents[501] = "{broken";
    expect(await take(sqsEvent(documents))).toEqual([]);
    expect(await messageIds()).toHaveLength(998);
    const stored = await Promise.all(
      ["500", "501"].map(async (id) => {
        const Key = `quarantine/1970-01-01/ses-${id}.json`;
        const { Body } = await aws.bucket.client.send(new GetObjectCommand({ Bucket: aws.bucket.bucketName, Key }));
        return JSON.parse((await Body?.transformToString()) ?? "");
      }),
    );
    expect(stored).toMatchObject([
      { shard: "ses", pieces: [{ problem: "unknown event type 'Teleported'" }] },
      { shard: "ses", pieces: [{ problem: expect.stringMatching(/^not valid JSON/), data: btoa("{broken") }] },
    ]);
    expect(JSON.parse(atob(stored[0].pieces[0].data))).toEqual(documents[500]);
  });

  it("comes again when it cannot be put aside; its neighbours do not", async () => {
    const s3 = mockClient(S3Client).rejects(
      new S3ServiceException({ name: "SlowDown", $fault: "server", $metadata: {} }),
    );
    try {
      expect(await take(sqsEvent([document(1), "nonsense", document(2)]))).toEqual(["1"]);
    } finally {
      s3.restore();
    }
    expect(await messageIds()).toEqual(["message-1", "message-2"]);
  });
});

describe("a stream that refuses", () => {
  it("gets every message again, and only those whose events it does not have", async () => {
    const kinesis = mockClient(KinesisClient);
    kinesis.on(PutRecordsCommand).callsFake(({ Records = [] }: { readonly Records?: readonly unknown[] }) => ({
      FailedRecordCount: Records.length,
      Records: Records.map(() => ({ ErrorCode: "ProvisionedThroughputExceededException" })),
    }));
    const event = sqsEvent([document(1), "nonsense", document(2), document(3)]);
    try {
      const log = await captureLog(async () => {
        expect(await take(event)).toEqual(["0", "2", "3"]);
      });
      expect(log).toMatch(/"message":"stream.refused".*ProvisionedThroughputExceededException/);
    } finally {
      kinesis.restore();
    }
    expect(await messageIds()).toEqual([]);
    expect(await take(event)).toEqual([]);
    expect(await messageIds()).toEqual(["message-1", "message-2", "message-3"]);
  });
});

describe("an invocation that is killed", () => {
  const moments: readonly Moment[] = ["before", "after"];
  it.each(moments.flatMap((moment) => [1, 2].map((at) => [at, moment] as const)))(
    "at its await %i, %s that took effect, loses nothing",
    async (at, moment) => {
      const event = sqsEvent([document(1), "nonsense", document(2), bounce({}, { messageId: "m3", tags: {} })]);
      const { struck, begin } = killSwitch(at, moment);
      const invocation = begin();
      const { quarantine: aside, stream } = deps();
      const first = await invocation.survive(
        take(event, { quarantine: invocation.watch("quarantine", aside), stream: invocation.watch("stream", stream) }),
      );
      expect(first).toBeUndefined();
      expect(struck()).toBeDefined();
      expect(await take(event)).toEqual([]);
      expect([...new Set(await messageIds())]).toEqual(["m3", "message-1", "message-2"]);
      const ids = new Set((await fieldsOnStream()).map((fields) => fields["event_id"]));
      expect(ids.size).toBe(3);
      expect(await aws.listKeys("quarantine/1970-01-01/ses-1.json")).toHaveLength(1);
    },
  );
});

it("holds no more events than its memory takes, however much a batch becomes", async () => {
  // Each becomes 100 events of 40 kB.
  const destination = Array.from({ length: 100 }, (__, n) => `r${n}@example.org`);
  const large = (n: number) => send({ messageId: `m${n}`, destination, tags: { note: ["x".repeat(40_000)] } });
  const calls: number[] = [];
  const stream = {
    putAll: async (records: Parameters<ReturnType<typeof eventStream>["putAll"]>[0]) => {
      calls.push(records.length);
      return await Promise.resolve({ records: [] });
    },
  };
  expect(await take(sqsEvent(Array.from({ length: 20 }, (__, n) => large(n))), { stream })).toEqual([]);
  expect(calls.length).toBeGreaterThanOrEqual(6);
});
