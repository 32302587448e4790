import { describe, expect, it } from "vitest";
import { resourcesOf, synthTemplate } from "./template.ts";

interface Queue {
  readonly MessageRetentionPeriod: number;
  readonly RedrivePolicy?: { readonly deadLetterTargetArn: string; readonly maxReceiveCount: number };
  readonly SqsManagedSseEnabled: boolean;
  readonly VisibilityTimeout?: number;
}

interface Mapping {
  readonly EventSourceArn: string;
  readonly FunctionName: string;
}

const template = synthTemplate();
const queues = resourcesOf<Queue>(template, "AWS::SQS::Queue");
const mappings = [...resourcesOf<Mapping>(template, "AWS::Lambda::EventSourceMapping").values()];
const mappingOf = (source: string) => mappings.find(({ EventSourceArn }) => EventSourceArn === source);
const isDeadLetters = (id: string) => id.endsWith("DeadLetters");
const timeoutSecondsOf = (functionId: string) => Number(template.Resources[functionId]?.Properties["Timeout"]);

describe("queues", () => {
  it("has deliveries, retries and the steps of replays, and one dead-letter queue for each", () => {
    expect([...queues.keys()].toSorted()).toEqual([
      "QueuesDeliveries",
      "QueuesDeliveriesDeadLetters",
      "QueuesRetries",
      "QueuesRetriesDeadLetters",
      "ReplaySteps",
      "ReplayStepsDeadLetters",
    ]);
  });

  it.each([...queues].filter(([id]) => !isDeadLetters(id)))(
    "moves what %s cannot handle to its dead letters",
    (id, queue) => {
      expect(queue.RedrivePolicy).toEqual({ deadLetterTargetArn: `${id}DeadLetters`, maxReceiveCount: 5 });
      const deadLetters = queues.get(`${id}DeadLetters`);
      expect(deadLetters?.RedrivePolicy).toBeUndefined();
      expect(deadLetters?.MessageRetentionPeriod).toBe(14 * 86_400);
      expect(queue.MessageRetentionPeriod).toBe(4 * 86_400);
    },
  );

  it.each([...queues])("encrypts %s and takes TLS only", (id, queue) => {
    expect(queue.SqsManagedSseEnabled).toBe(true);
    const policies = [...resourcesOf(template, "AWS::SQS::QueuePolicy").values()];
    const policy = policies.find(({ Queues }) => String(Queues).endsWith(`/${id}`));
    expect(policy?.["PolicyDocument"]).toMatchObject({
      Statement: [{ Condition: { Bool: { "aws:SecureTransport": "false" } }, Effect: "Deny" }],
    });
  });

  it.each(mappings.filter(({ EventSourceArn }) => queues.has(EventSourceArn)))(
    "hides a message of $EventSourceArn for six time-outs of its consumer",
    ({ EventSourceArn, FunctionName }) => {
      const visibility = queues.get(EventSourceArn)?.VisibilityTimeout;
      expect(visibility).toBeGreaterThanOrEqual(6 * timeoutSecondsOf(FunctionName));
    },
  );
});

describe("mappings", () => {
  it("reads the stream in the contract's windows and gives up a bad window to the bucket", () => {
    expect(mappingOf("EventsStream")).toEqual({
      BatchSize: 10_000,
      BisectBatchOnFunctionError: true,
      DestinationConfig: { OnFailure: { Destination: "StorageBucket" } },
      EventSourceArn: "EventsStream",
      FunctionName: "BatchingFunction",
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      MaximumBatchingWindowInSeconds: 30,
      MaximumRecordAgeInSeconds: 12 * 3_600,
      MaximumRetryAttempts: 10,
      ParallelizationFactor: 1,
      StartingPosition: "TRIM_HORIZON",
    });
  });

  it.each([
    ["QueuesDeliveries", 100],
    ["QueuesRetries", 50],
  ])("takes ten messages at once from %s, with at most %i invocations", (queue, maximumConcurrency) => {
    expect(mappingOf(queue)).toEqual({
      BatchSize: 10,
      EventSourceArn: queue,
      FunctionName: "DeliveryFunction",
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      MaximumBatchingWindowInSeconds: 0,
      ScalingConfig: { MaximumConcurrency: maximumConcurrency },
    });
  });

  it("takes the steps of replays one by one, and few at a time", () => {
    expect(mappingOf("ReplaySteps")).toMatchObject({
      BatchSize: 1,
      FunctionName: "ReplayFunction",
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      ScalingConfig: { MaximumConcurrency: 5 },
    });
  });

  it("has no other mapping", () => {
    expect(mappings).toHaveLength(4);
  });
});

describe("concurrency of deliver", () => {
  it("is not reserved by default, as new accounts have small quotas", () => {
    expect(template.Resources["DeliveryFunction"]?.Properties).not.toHaveProperty("ReservedConcurrentExecutions");
  });

  it("can be reserved, not below the sum of its mappings", () => {
    const reserved = synthTemplate({ deliverReservedConcurrency: "150" });
    expect(reserved.Resources["DeliveryFunction"]?.Properties["ReservedConcurrentExecutions"]).toBe(150);
    expect(() => synthTemplate({ deliverReservedConcurrency: "149" })).toThrow(/deliverReservedConcurrency/);
  });
});
