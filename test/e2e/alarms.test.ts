import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { CreateTableCommand, DeleteTableCommand, DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import { DeleteStreamCommand, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { DeleteQueueCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Assembly } from "../../emulator/assembly.ts";
import { chainOf } from "../support/chain-message.ts";
import { alarmNames, watchAlarms } from "../support/cloudwatch/alarm-watch.ts";
import { answer } from "../support/receiver-behaviour.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";

type Watch = Awaited<ReturnType<typeof watchAlarms>>;

const key = "alarm-key";
const settings = { interval: 250, timeout: 240_000 };
let receiver: Receiver;
/** Alarms that a test of this file has seen to go on. */
const provoked = new Set<string>();

beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(async () => {
  await receiver.close();
});
/** An action that is done the first time only. */
const firstTime = (act: () => Promise<unknown>): (() => Promise<void>) => {
  let isDone = false;
  return async () => {
    if (isDone) return;
    isDone = true;
    await act();
  };
};

/** Does something again and again until all of these alarms are on; none of them was before it was done. */
const expectRaised = async (
  system: Watch,
  names: readonly string[],
  provoke: () => Promise<void> | void,
): Promise<void> => {
  expect(system.raised().filter((name) => names.includes(name))).toEqual([]);
  await expect
    .poll(async () => {
      await provoke();
      return names.filter((name) => !system.raised().includes(name));
    }, settings)
    .toEqual([]);
  for (const name of names) provoked.add(name);
};

const idOf = (named: Readonly<Record<string, unknown>>, prefix: string): string => {
  const found = Object.keys(named).find((id) => id.replace(/[0-9A-F]{8}$/, "") === prefix);
  if (found === undefined) throw new Error(`There is no ${prefix} in ${Object.keys(named).join(", ")}`);
  return found;
};
const queueUrl = ({ created }: Watch, name: string): string => created.queueUrls[idOf(created.queueUrls, name)] ?? "";
const tableName = ({ created }: Watch, name: string): string => created.tables[idOf(created.tables, name)] ?? "";

const event = (type: string) =>
  JSON.stringify({
    msys: { track_event: { type, customer_id: "1", event_id: randomUUID(), timestamp: "1700000000" } },
  });

const putRecords = async (system: Watch, data: readonly string[]): Promise<void> => {
  const [stream] = Object.values(system.created.streams);
  const Records = data.map((text) => ({ Data: Buffer.from(text), PartitionKey: randomUUID() }));
  await system.clients.kinesis.send(new PutRecordsCommand({ Records, StreamName: stream?.name }));
  system.put("AWS/Kinesis", "IncomingRecords", { StreamName: "EventsStream" }, data.length);
};

const createWebhook = async (system: Watch, target: string, type: string): Promise<string> => {
  const body = { name: type, target, events: [type] };
  const { status, text, json } = await system.call("POST", "/v1/webhooks", { body });
  expect(status, text).toBe(200);
  return String(json.results.id);
};

/** A chain on the queue of first attempts, all of whose events are in a frame that was damaged on its way. */
const sendDamagedChain = async (system: Watch, webhookId: string): Promise<void> => {
  const createdAt = new Date().toISOString();
  const events = [event("click"), event("click")].map((text) => JSON.parse(text) as unknown);
  const parts = { webhookId, customerId: "local", createdAt, events, batchSize: 1, damagedFrame: 0, isInline: true };
  const message = await chainOf({ storeObject: () => Promise.reject(new Error("it is inside its message")) }, parts);
  const QueueUrl = queueUrl(system, "QueuesDeliveries");
  await system.clients.sqs.send(new SendMessageCommand({ MessageBody: JSON.stringify(message), QueueUrl }));
};

/** Turns all mappings off, as an operator can. */
const turnMappingsOff = ({ Resources }: Assembly["template"]): void => {
  const mappings = Object.values(Resources).filter(({ Type }) => Type === "AWS::Lambda::EventSourceMapping");
  expect(mappings.length).toBeGreaterThan(2);
  for (const { Properties } of mappings) Properties["Enabled"] = false;
};

describe("a system whose functions are not invoked raises", () => {
  let system: Watch;
  beforeAll(async () => {
    system = await watchAlarms({ change: turnMappingsOff, key });
  });
  afterAll(async () => await system.stop());

  it("StreamNotRead when records arrive and nobody reads", async () => {
    await expectRaised(system, ["StreamNotRead"], async () => await putRecords(system, [event("click")]));
  });

  it("DeliveriesWaiting when nobody takes what waits", async () => {
    const QueueUrl = queueUrl(system, "QueuesDeliveries");
    const message = new SendMessageCommand({ MessageBody: "{}", QueueUrl });
    await expectRaised(
      system,
      ["DeliveriesWaiting"],
      firstTime(async () => await system.clients.sqs.send(message)),
    );
  });
});

// One system from its good days to its last: each test leaves it more broken than the one before.
describe("a system", () => {
  let system: Watch;
  let webhookId: string;
  /** How long each invocation of `batch` is held up. */
  let heldUpMs = 0;
  beforeAll(async () => {
    system = await watchAlarms({
      heldUpMs: (logicalId) => (logicalId.startsWith("BatchingFunction") ? heldUpMs : 0),
      key,
    });
  });
  afterAll(async () => await system.stop());

  it("raises no alarm while it does its work", async () => {
    webhookId = await createWebhook(system, `${receiver.url}/healthy`, "click");
    for (const round of [1, 2, 3]) {
      await system.ingest([event("click")]);
      await receiver.until(
        ({ requests }) =>
          requests.filter(({ path, body }) => path === "/healthy" && body.includes("event_id")).length >= round,
        240_000,
      );
    }
    // Two seconds are a minute on the alarms' clock: a busy machine may read that late.
    expect(system.raised().filter((name) => name !== "StreamLag")).toEqual([]);
  });

  it("raises what only AWS reports: throttles, executions, and what mappings and queues have kept too long", async () => {
    const throttles = ["BatchingFunction", "DeliveryFunction"].map((FunctionName) => ({ FunctionName }));
    const mapping = "BatchingFunctionKinesisEventSourceTidepostEventsStream0220E2EE";
    const names = ["ConcurrencyUsed", "ReplaysWaiting", "RetriesWaiting", "WindowsLost", "WindowsPutAside"];
    const throttled = ["FunctionsThrottledBatch", "FunctionsThrottledDeliver", "ProducersThrottled"];
    await expectRaised(system, [...throttled, ...names], () => {
      for (const dimensions of throttles) system.put("AWS/Lambda", "Throttles", dimensions, 1);
      system.put("AWS/Lambda", "ClaimedAccountConcurrency", {}, 900);
      for (const name of ["QueuesRetries", "ReplaySteps"]) {
        system.put("AWS/SQS", "ApproximateAgeOfOldestMessage", { QueueName: `${name}.QueueName` }, 1_801);
      }
      system.put("AWS/Lambda", "DestinationDeliveryFailures", { FunctionName: "BatchingFunction" }, 1);
      system.put("AWS/Lambda", "DroppedEventCount", { EventSourceMappingUUID: mapping }, 1);
      system.put("AWS/Kinesis", "WriteProvisionedThroughputExceeded", { StreamName: "EventsStream" }, 1);
    });
  });

  it("raises StreamLag when windows come faster than they are read", async () => {
    await expect.poll(() => system.raised(), settings).not.toContain("StreamLag");
    // More than a minute on the alarms' clock, and short enough for a figure in each of its minutes.
    heldUpMs = 2_100;
    await expectRaised(system, ["StreamLag"], async () => await putRecords(system, [event("click"), event("click")]));
    heldUpMs = 0;
  });

  it("raises RecordsQuarantined, EventsExpired, DeadLetters and WindowsFailedCrashed by what they are about", async () => {
    await expectRaised(
      system,
      ["RecordsQuarantinedRead"],
      firstTime(async () => await putRecords(system, ["neither an event nor a record"])),
    );
    await expectRaised(
      system,
      ["RecordsQuarantinedDelivered"],
      firstTime(async () => await sendDamagedChain(system, webhookId)),
    );

    receiver.respond("/dead", { kind: "sequence", steps: [answer(200), answer(503)] });
    await createWebhook(system, `${receiver.url}/dead`, "open");
    const opens = Array.from({ length: 10_000 }, () => event("open"));
    await expectRaised(
      system,
      ["EventsExpired"],
      firstTime(async () => await system.ingest(opens)),
    );

    // SQS puts a message there after a hundred receives, which take hours.
    const queues = [
      ["QueuesDeliveriesDeadLetters", "DeadLettersDeliveries"],
      ["QueuesRetriesDeadLetters", "DeadLettersRetries"],
      ["ReplayStepsDeadLetters", "DeadLettersReplays"],
    ] as const;
    await expectRaised(
      system,
      queues.map(([, alarm]) => alarm),
      firstTime(async () => {
        for (const [name] of queues) {
          const QueueUrl = queueUrl(system, name);
          await system.clients.sqs.send(new SendMessageCommand({ MessageBody: '{"version":99}', QueueUrl }));
        }
      }),
    );

    const batch = system.functions.find(({ logicalId }) => logicalId.startsWith("BatchingFunction"));
    await expectRaised(system, ["WindowsFailedCrashed"], async () => {
      expect((await system.invoke(batch?.logicalId ?? "", '{"no":"records"}')).kind).toBe("failed");
    });
  });

  it("raises RecordsNotWritten when the table of batches goes away during an attempt", async () => {
    const { dynamodb } = system.clients;
    const TableName = tableName(system, "StorageBatches");
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
    const hasTable = async (): Promise<boolean> =>
      await dynamodb.send(new DescribeTableCommand({ TableName })).then(
        ({ Table: found }) => found?.TableStatus === "ACTIVE",
        () => false,
      );

    // A target during whose answer the table disappears: the attempt is claimed, and cannot be recorded.
    let vanishing = false;
    const server = createServer((request, response) => {
      request.resume();
      const vanish = vanishing
        ? dynamodb.send(new DeleteTableCommand({ TableName })).catch(() => undefined)
        : undefined;
      const answerLate = async (): Promise<void> => {
        await vanish;
        if (vanish !== undefined) await vi.waitUntil(async () => !(await hasTable()), settings);
        response.end();
      };
      answerLate().catch(() => response.destroy());
    });
    try {
      const url = await listen(server);
      await createWebhook(system, url, "click");
      vanishing = true;
      await expectRaised(system, ["RecordsNotWritten"], async () => {
        if (!(await hasTable())) {
          const { AttributeDefinitions, GlobalSecondaryIndexes = [], KeySchema } = Table ?? {};
          const indexes = GlobalSecondaryIndexes.map(({ IndexName, KeySchema: keys, Projection }) => ({
            IndexName,
            KeySchema: keys,
            Projection,
          }));
          const create = { AttributeDefinitions, BillingMode: "PAY_PER_REQUEST", KeySchema, TableName } as const;
          await dynamodb
            .send(new CreateTableCommand({ ...create, GlobalSecondaryIndexes: indexes }))
            .catch(() => undefined);
          return;
        }
        await putRecords(system, [event("click")]);
      });
    } finally {
      server.close();
    }
  });

  it("raises WindowsFailedReported when there is no queue for batches", async () => {
    await system.clients.sqs.send(new DeleteQueueCommand({ QueueUrl: queueUrl(system, "QueuesDeliveries") }));
    await expectRaised(system, ["WindowsFailedReported"], async () => await putRecords(system, [event("click")]));
  });

  it("raises ChangesNotReported when there is no stream for an event that a webhook asks for", async () => {
    await createWebhook(system, `${receiver.url}/healthy`, "webhook_changed");
    const [stream] = Object.values(system.created.streams);
    await system.clients.kinesis.send(new DeleteStreamCommand({ StreamName: stream?.name }));
    await expectRaised(system, ["ChangesNotReported"], async () => {
      const body = { name: randomUUID() };
      expect((await system.call("PUT", `/v1/webhooks/${webhookId}`, { body })).status).toBe(200);
    });
  });

  it("raises ApiFaults and AuthorizerFaults when tables are gone", async () => {
    const { dynamodb } = system.clients;
    await dynamodb.send(new DeleteTableCommand({ TableName: tableName(system, "StorageWebhooks") }));
    await expectRaised(system, ["ApiFaults"], async () => {
      expect((await system.call("GET", "/v1/webhooks")).status).toBe(500);
    });

    await dynamodb.send(new DeleteTableCommand({ TableName: tableName(system, "StorageApiKeys") }));
    await expectRaised(system, ["AuthorizerFaults"], async () => {
      await system.call("GET", "/v1/webhooks", { headers: { authorization: randomUUID() } });
    });
  });
});

it("each alarm of the stack was raised in one of these tests", () => {
  expect([...provoked].toSorted()).toEqual(alarmNames);
});

const listen = async (server: Server): Promise<string> => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return `http://127.0.0.1:${address.port}/`;
};
