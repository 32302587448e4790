import { describe, expect, it } from "vitest";
import { resourcesOf, synthTemplate } from "./template.ts";

interface Queue {
  readonly MessageRetentionPeriod: number;
  readonly RedrivePolicy?: { readonly deadLetterTargetArn: string; readonly maxReceiveCount: number };
  readonly SqsManagedSseEnabled: boolean;
  readonly VisibilityTimeout?: number;
}

interface Mapping {
  readonly Enabled?: boolean;
  readonly EventSourceArn: string;
  readonly MaximumBatchingWindowInSeconds?: number;
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
      // An outage of hours makes no dead letters.
      expect(queue.RedrivePolicy).toEqual({ deadLetterTargetArn: `${id}DeadLetters`, maxReceiveCount: 100 });
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
    "hides a message of $EventSourceArn for six time-outs of its consumer, and while it gathers others",
    ({ EventSourceArn, FunctionName, MaximumBatchingWindowInSeconds = 0 }) => {
      const visibility = queues.get(EventSourceArn)?.VisibilityTimeout;
      expect(visibility).toBeGreaterThanOrEqual(6 * timeoutSecondsOf(FunctionName) + MaximumBatchingWindowInSeconds);
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
      MaximumRecordAgeInSeconds: 23 * 3_600,
      MetricsConfig: { Metrics: ["EventCount"] },
      ParallelizationFactor: 1,
      StartingPosition: "TRIM_HORIZON",
    });
  });

  it.each([
    [24, 23],
    [48, 47],
    [8_760, 7 * 24],
  ])("gives a record up while a stream that keeps %i h still has it: after %i h", (streamRetentionHours, ageHours) => {
    const of = synthTemplate({ streamRetentionHours: String(streamRetentionHours) });
    const mapping = [...resourcesOf(of, "AWS::Lambda::EventSourceMapping").values()].find(
      ({ EventSourceArn }) => EventSourceArn === "EventsStream",
    );
    expect(mapping).toMatchObject({ MaximumRecordAgeInSeconds: ageHours * 3_600 });
  });

  it.each([
    ["QueuesDeliveries", 100, 0],
    ["QueuesRetries", 50, 1],
  ])(
    "takes ten messages from %s, in at most %i invocations, and waits %i s for them",
    (queue, concurrency, seconds) => {
      expect(mappingOf(queue)).toEqual({
        BatchSize: 10,
        EventSourceArn: queue,
        FunctionName: "DeliveryFunction",
        FunctionResponseTypes: ["ReportBatchItemFailures"],
        MaximumBatchingWindowInSeconds: seconds,
        ScalingConfig: { MaximumConcurrency: concurrency },
      });
    },
  );

  it("takes the steps of replays one by one, and few at a time", () => {
    expect(mappingOf("ReplaySteps")).toMatchObject({
      BatchSize: 1,
      FunctionName: "ReplayFunction",
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      ScalingConfig: { MaximumConcurrency: 5 },
    });
  });

  it.each([
    ["QueuesDeliveriesDeadLetters", "DeliveryFunction"],
    ["QueuesRetriesDeadLetters", "DeliveryFunction"],
    ["ReplayStepsDeadLetters", "ReplayFunction"],
  ])("leaves the dead letters in %s until an operator lets %s take them", (queue, consumer) => {
    expect(mappingOf(queue)).toEqual({
      BatchSize: 1,
      Enabled: false,
      EventSourceArn: queue,
      FunctionName: consumer,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      MaximumBatchingWindowInSeconds: 0,
      ScalingConfig: { MaximumConcurrency: 2 },
    });
  });

  it("has no other mapping, and none but those for dead letters is off", () => {
    expect(mappings).toHaveLength(7);
    const off = mappings.filter(({ Enabled }) => Enabled === false).map(({ EventSourceArn }) => EventSourceArn);
    expect(off.every(isDeadLetters)).toBe(true);
  });

  it("names the mappings that an operator turns on and off", () => {
    for (const name of ["DeliveriesRedriveMapping", "ReplaysRedriveMapping", "RetriesRedriveMapping"]) {
      const value = template.Outputs[name]?.Value ?? "";
      expect(template.Resources[value]?.Properties["Enabled"]).toBe(false);
    }
    const stream = template.Resources[template.Outputs["StreamMappingId"]?.Value ?? ""];
    expect(stream?.Properties["EventSourceArn"]).toBe("EventsStream");
  });
});
