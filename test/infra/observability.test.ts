import { readFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { functionEnv } from "#shared/contract/env.ts";
import { metricNames } from "#shared/contract/metrics.ts";
import { createTelemetry, type Telemetry } from "#shared/runtime/telemetry.ts";
import { captureLog } from "../support/capture-log.ts";
import { resourcesOf, synthTemplate } from "./template.ts";

interface Alarm {
  readonly AlarmActions?: readonly string[];
  readonly AlarmDescription: string;
  readonly ComparisonOperator: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
  readonly EvaluationPeriods: number;
  readonly MetricName?: string;
  /** Instead of a metric, what is computed from several. */
  readonly Metrics?: readonly { readonly Expression?: string; readonly MetricStat?: { readonly Period: number } }[];
  readonly Namespace?: string;
  readonly Period?: number;
  readonly Statistic?: string;
  readonly Threshold: number;
  readonly TreatMissingData: string;
}

/** With every alarm that settings may add. */
const template = synthTemplate({ sesEvents: "true" });
const alarms = new Map(
  [...resourcesOf<Alarm>(template, "AWS::CloudWatch::Alarm")].map(([id, alarm]) => [
    id.replace(/^Observability/, ""),
    alarm,
  ]),
);
const ownNamespace = "Tidepost/Stack";
const runbook = readFileSync("docs/runbook.md", "utf8");
/** Sections of the runbook by the anchor of their heading. */
const sections = new Map(
  runbook
    .split(/^## /m)
    .slice(1)
    .map((section) => [(section.split("\n", 1)[0] ?? "").toLowerCase().replaceAll(" ", "-"), section]),
);

/** Rows of its table of alarms: each cell in turn. */
const table = runbook
  .split("\n")
  .filter((line) => line.startsWith("| ["))
  .map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

describe("alarms", () => {
  it("watch what a person must know of, over these thresholds", () => {
    const facts = [...alarms].map(([id, alarm]) => {
      const operator = { GreaterThanThreshold: ">", GreaterThanOrEqualToThreshold: "≥", LessThanThreshold: "<" };
      const sign = operator[alarm.ComparisonOperator as keyof typeof operator];
      const expression = alarm.Metrics?.find(({ Expression }) => Expression !== undefined)?.Expression;
      const what = expression ?? `${alarm.Statistic} ${alarm.MetricName}`;
      const period = alarm.Period ?? alarm.Metrics?.find(({ MetricStat }) => MetricStat)?.MetricStat?.Period;
      const over = `${alarm.EvaluationPeriods} × ${period} s`;
      return `${id}: ${what} ${sign} ${alarm.Threshold} for ${over}`;
    });
    expect(facts.toSorted()).toEqual([
      "ApiFaults: Sum 5XXError ≥ 5 for 1 × 300 s",
      "AuthorizerFaults: Sum AuthorizerFaults ≥ 1 for 2 × 300 s",
      "ChangesNotReported: Sum RecordsNotWritten ≥ 1 for 1 × 3600 s",
      "ConcurrencyUsed: Maximum ClaimedAccountConcurrency ≥ 900 for 5 × 60 s",
      "DeadLettersDeliveries: Maximum ApproximateNumberOfMessagesVisible ≥ 1 for 1 × 300 s",
      "DeadLettersReplays: Maximum ApproximateNumberOfMessagesVisible ≥ 1 for 1 × 300 s",
      "DeadLettersRetries: Maximum ApproximateNumberOfMessagesVisible ≥ 1 for 1 × 300 s",
      "DeadLettersSes: Maximum ApproximateNumberOfMessagesVisible ≥ 1 for 1 × 300 s",
      "DeliveriesWaiting: Maximum ApproximateAgeOfOldestMessage > 60 for 8 × 60 s",
      "EventsExpired: Sum EventsExpired ≥ 10000 for 1 × 3600 s",
      "FunctionsThrottledBatch: Sum Throttles ≥ 1 for 5 × 60 s",
      "FunctionsThrottledDeliver: Sum Throttles ≥ 1 for 5 × 60 s",
      "ProducersThrottled: Sum WriteProvisionedThroughputExceeded ≥ 1 for 5 × 60 s",
      "RecordsNotWritten: Sum RecordsNotWritten ≥ 1 for 3 × 300 s",
      "RecordsQuarantinedDelivered: Sum RecordsQuarantined ≥ 1 for 1 × 300 s",
      "RecordsQuarantinedRead: Sum RecordsQuarantined ≥ 1 for 1 × 300 s",
      "ReplaysWaiting: Maximum ApproximateAgeOfOldestMessage > 1800 for 3 × 300 s",
      "RetriesWaiting: Maximum ApproximateAgeOfOldestMessage > 1800 for 3 × 300 s",
      "SesDocumentsLost: Sum NumberOfNotificationsFailed ≥ 1 for 1 × 300 s",
      "SesDocumentsQuarantined: Sum RecordsQuarantined ≥ 1 for 1 × 300 s",
      "SesDocumentsWaiting: Maximum ApproximateAgeOfOldestMessage > 300 for 5 × 60 s",
      "StreamLag: Maximum IteratorAge > 60000 for 3 × 60 s",
      "StreamNotRead: IF(FILL(records, 0) > 0 AND FILL(windows, 0) == 0, 1, 0) ≥ 1 for 2 × 300 s",
      "WindowsFailedCrashed: Sum Errors ≥ 1 for 1 × 300 s",
      "WindowsFailedReported: Sum WindowsFailed ≥ 1 for 1 × 300 s",
      "WindowsLost: Sum DestinationDeliveryFailures ≥ 1 for 1 × 300 s",
      "WindowsPutAside: Sum DroppedEventCount ≥ 1 for 1 × 300 s",
    ]);
  });

  it.each([...alarms])("%s says its impact, why its threshold, and what to do", (_, { AlarmDescription }) => {
    const [, impact, reason, anchor] =
      /^Impact: (.{20,})\nThreshold: (.{20,})\nRunbook: docs\/runbook\.md#([a-z-]+)$/.exec(AlarmDescription) ?? [];
    expect([impact, reason]).not.toContain(undefined);
    const section = sections.get(anchor ?? "");
    expect(section, `a heading for #${anchor}`).toBeDefined();
    for (const part of ["**Description.**", "**Investigation.**", "**Resolution.**"]) expect(section).toContain(part);
    expect(AlarmDescription.length).toBeLessThanOrEqual(1_024);
  });

  it.each([...alarms])(
    "%s has a row of the runbook's table: what becomes of data, causes, where to look, what to do",
    (_, alarm) => {
      const anchor = alarm.AlarmDescription.split("#")[1] ?? "";
      const rows = table.filter(([name]) => name?.endsWith(`(#${anchor})`) === true);
      expect(rows, anchor).toHaveLength(1);
      const [[, becomes, ...others] = []] = rows;
      expect(becomes).toMatch(/\b(late|put aside|dropped|not taken|delivered)\b/);
      expect(others).toHaveLength(4);
      for (const cell of others) expect(cell.length).toBeGreaterThan(2);
    },
  );

  it("are all in that table, and nothing else is", () => {
    const named = [...alarms.values()].map(({ AlarmDescription }) => AlarmDescription.split("#")[1] ?? "");
    const inTable = table.map(([name]) => /\(#(.+)\)$/.exec(name ?? "")?.[1] ?? "");
    expect(inTable.toSorted()).toEqual([...new Set(named)].toSorted());
  });

  it("watch whatever holds data: it is late when it waits, and lost when nothing takes it", () => {
    const watched = [...alarms.values()].flatMap(({ MetricName, Dimensions = [], Metrics = [] }) => [
      ...Dimensions.map(({ Value }) => `${MetricName} ${Value.replace(/\.\w+$/, "")}`),
      ...Metrics.map(({ Expression }) => String(Expression)),
    ]);
    const queues = [...resourcesOf(template, "AWS::SQS::Queue").keys()];
    expect(queues).toHaveLength(8);
    for (const id of queues) {
      const isDead = id.endsWith("DeadLetters");
      expect(watched).toContain(
        `${isDead ? "ApproximateNumberOfMessagesVisible" : "ApproximateAgeOfOldestMessage"} ${id}`,
      );
    }
    for (const [id, { EventSourceArn, FunctionName }] of resourcesOf<Record<string, string>>(
      template,
      "AWS::Lambda::EventSourceMapping",
    )) {
      // Of an SQS mapping the age of its queue tells the same.
      if (queues.includes(EventSourceArn ?? "")) continue;
      for (const metric of ["IteratorAge", "Errors", "DestinationDeliveryFailures"]) {
        expect(watched).toContain(`${metric} ${FunctionName}`);
      }
      expect(watched).toContain(`DroppedEventCount ${id}`);
      expect(watched.filter((metric) => metric.includes("windows"))).toHaveLength(1);
    }
    for (const id of resourcesOf(template, "AWS::SNS::Topic").keys()) {
      expect(watched).toContain(`NumberOfNotificationsFailed ${id}`);
    }
    // Whoever may put objects into quarantine counts them, and the count is watched.
    const quarantining = [...resourcesOf(template, "AWS::IAM::Policy").values()].flatMap((policy) =>
      JSON.stringify(policy).includes("quarantine/") ? [JSON.stringify(policy["Roles"])] : [],
    );
    const services = { batch: "Batching", deliver: "Delivery", ses: "Ses" };
    expect(quarantining).toHaveLength(Object.keys(services).length);
    for (const [service, construct] of Object.entries(services)) {
      expect(quarantining.filter((roles) => roles.includes(`"${construct}`))).toHaveLength(1);
      expect(watched).toContain(`RecordsQuarantined ${service}`);
    }
  });

  it("leave no section of the runbook without an alarm", () => {
    const named = [...alarms.values()].map(({ AlarmDescription }) => AlarmDescription.split("#")[1]);
    expect([...sections.keys()].filter((anchor) => !named.includes(anchor))).toEqual([]);
  });

  it("watch the records that the mapping of the stream gives up, which it counts only when asked to", () => {
    const mapping = template.Outputs["StreamMappingId"]?.Value;
    expect(alarms.get("WindowsPutAside")?.Dimensions).toEqual([{ Name: "EventSourceMappingUUID", Value: mapping }]);
    expect(template.Resources[mapping ?? ""]?.Properties["MetricsConfig"]).toEqual({ Metrics: ["EventCount"] });
  });

  it("watch the executions of the whole account, against what the operator says it has", () => {
    expect(alarms.get("ConcurrencyUsed")?.Dimensions).toBeUndefined();
    const small = resourcesOf<Alarm>(synthTemplate({ accountConcurrency: "10" }), "AWS::CloudWatch::Alarm");
    expect(small.get("ObservabilityConcurrencyUsed")?.Threshold).toBe(9);
  });

  it("take silence for health: what stops is watched by what goes on meanwhile", () => {
    expect([...alarms].filter(([, { TreatMissingData }]) => TreatMissingData !== "notBreaching")).toEqual([]);
  });

  it("are made in emulators, too, but for those on an expression, which emulators refuse", () => {
    const conditional = [...resourcesOf(template, "AWS::CloudWatch::Alarm").keys()].filter(
      (id) => template.Resources[id]?.Condition !== undefined,
    );
    expect(conditional).toEqual(["ObservabilityStreamNotRead"]);
    expect(template.Resources["ObservabilityStreamNotRead"]?.Condition).toBe("InRealAccount");
    expect(alarms.get("StreamNotRead")?.Metrics).toHaveLength(3);
  });

  it("cover every dead-letter queue", () => {
    const queues = [...resourcesOf(template, "AWS::SQS::Queue").keys()].filter((id) => id.endsWith("DeadLetters"));
    const watched = [...alarms]
      .filter(([id]) => id.startsWith("DeadLetters"))
      .map(([, { Dimensions }]) => Dimensions?.[0]?.Value.replace(/\.QueueName$/, ""));
    expect(queues.length).toBeGreaterThanOrEqual(2);
    expect(watched).toHaveLength(queues.length);
    expect(watched).toEqual(expect.arrayContaining(queues));
  });
});

describe("metrics", () => {
  const own = [...alarms.values()].filter(({ Namespace }) => Namespace?.startsWith("Tidepost") === true);

  it("are those that the code emits, or that a filter takes from the logs", () => {
    const filtered = [...resourcesOf(template, "AWS::Logs::MetricFilter").values()].map(
      ({ MetricTransformations }) =>
        (MetricTransformations as readonly { readonly MetricName: string; readonly MetricNamespace: string }[])[0],
    );
    expect(filtered).toEqual([{ MetricName: "AuthorizerFaults", MetricNamespace: ownNamespace, MetricValue: "1" }]);
    const known: readonly string[] = [...Object.values(metricNames), "AuthorizerFaults"];
    expect(own.length).toBeGreaterThanOrEqual(5);
    for (const { Dimensions = [], MetricName, Namespace } of own) {
      expect(Namespace).toBe(ownNamespace);
      expect(known).toContain(MetricName);
      for (const { Name, Value } of Dimensions) {
        expect(Name).toBe("service");
        expect(Object.keys(functionEnv)).toContain(Value);
      }
    }
  });

  it("are those on the dashboard, too", () => {
    const [dashboard] = resourcesOf(template, "AWS::CloudWatch::Dashboard").values();
    const body = String(dashboard?.["DashboardBody"]);
    const { widgets } = JSON.parse(body) as {
      readonly widgets: readonly { readonly properties: { readonly metrics?: readonly (readonly unknown[])[] } }[];
    };
    const shown = widgets
      .flatMap(({ properties }) => properties.metrics ?? [])
      .filter(([namespace]) => String(namespace).startsWith("Tidepost"));
    expect(shown.length).toBeGreaterThan(10);
    for (const [namespace, name, dimension, service] of shown) {
      expect([namespace, dimension]).toEqual([ownNamespace, "service"]);
      expect(Object.values(metricNames)).toContain(name);
      expect(Object.keys(functionEnv)).toContain(service);
    }
  });

  it("carry the namespace of the stack into every function", () => {
    for (const { Environment } of resourcesOf<{
      readonly Environment: { readonly Variables: Readonly<Record<string, string>> };
    }>(template, "AWS::Lambda::Function").values()) {
      expect(Environment.Variables["POWERTOOLS_METRICS_NAMESPACE"]).toBe(ownNamespace);
    }
  });

  const batch = { batchId: "b", webhookId: "w", events: 10_000 };
  const provocations: Readonly<Record<string, readonly [string, (telemetry: Telemetry) => void]>> = {
    ChangesNotReported: ["api", (telemetry) => telemetry.changeNotTold({ webhookId: "w", error: new Error("no") })],
    EventsExpired: ["deliver", (telemetry) => telemetry.batchExpired(batch)],
    RecordsNotWritten: ["deliver", (telemetry) => telemetry.recordNotWritten({ ...batch, error: new Error("no") })],
    RecordsQuarantinedDelivered: ["deliver", (telemetry) => telemetry.framesQuarantined({ ...batch, frames: 1 })],
    RecordsQuarantinedRead: [
      "batch",
      (telemetry) => {
        const counts = { records: 1, events: 0, unrouted: 0, quarantinedRecords: 1, batches: 0, chains: 0 };
        telemetry.windowFinished({ shard: "s", ...counts, ageMs: 0, durationMs: 0 });
      },
    ],
    SesDocumentsQuarantined: [
      "ses",
      (telemetry) => {
        telemetry.documentsTaken({ messages: 1, failed: 0, events: 0, ignored: 0, quarantined: 1, setup: 0 });
      },
    ],
    WindowsFailedReported: [
      "batch",
      (telemetry) => telemetry.windowFailed({ shard: "s", firstSequenceNumber: "1", error: new Error("no") }),
    ],
  };

  it("breach their alarm when the fact that it is about is reported", async () => {
    const byCode = [...alarms].filter(([, { Namespace }]) => Namespace === ownNamespace).map(([id]) => id);
    expect(byCode.filter((id) => id !== "AuthorizerFaults").toSorted()).toEqual(Object.keys(provocations).toSorted());
    for (const [id, [functionName, provoke]] of Object.entries(provocations)) {
      const log = await captureLog(() => {
        vi.stubEnv("POWERTOOLS_METRICS_NAMESPACE", ownNamespace);
        const telemetry = createTelemetry(functionName);
        provoke(telemetry);
        telemetry.metrics.publishStoredMetrics();
        return Promise.resolve();
      });
      const line = log.split("\n").find((text) => text.includes('"_aws"'));
      const emitted = JSON.parse(line ?? "{}");
      const alarm = alarms.get(id);
      const [metrics] = emitted["_aws"].CloudWatchMetrics;
      expect(metrics).toMatchObject({ Namespace: alarm?.Namespace, Dimensions: [["service"]] });
      expect(emitted.service).toBe(alarm?.Dimensions?.[0]?.Value);
      expect(Number(emitted[alarm?.MetricName ?? ""]), id).toBeGreaterThanOrEqual(alarm?.Threshold ?? Infinity);
    }
  });
});

describe("notification", () => {
  it("has no topic without an address", () => {
    expect(resourcesOf(synthTemplate(), "AWS::SNS::Topic").size).toBe(0);
    expect([...alarms.values()].filter(({ AlarmActions }) => AlarmActions !== undefined)).toEqual([]);
    expect(template.Outputs).not.toHaveProperty("AlarmTopicArn");
  });

  it("tells the address of every alarm, by a topic that CloudWatch may publish to", () => {
    const told = synthTemplate({ alarmEmail: "operations@example.com" });
    const subscriptions = [...resourcesOf(told, "AWS::SNS::Subscription").values()];
    expect(subscriptions).toMatchObject([{ Endpoint: "operations@example.com", Protocol: "email" }]);
    for (const { AlarmActions } of resourcesOf<Alarm>(told, "AWS::CloudWatch::Alarm").values()) {
      expect(AlarmActions).toEqual(["ObservabilityAlarmTopic"]);
    }
    expect(told.Outputs["AlarmTopicArn"]?.Value).toBe("ObservabilityAlarmTopic");
    const [policy] = resourcesOf(told, "AWS::SNS::TopicPolicy").values();
    expect(policy).toMatchObject({
      PolicyDocument: {
        Statement: [
          { Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } },
          { Effect: "Allow", Action: "sns:Publish", Principal: { Service: "cloudwatch.amazonaws.com" } },
        ],
      },
    });
  });

  it("publishes every alarm on a topic of the operator's, and makes none", () => {
    const alarmTopicArn = "arn:aws:sns:eu-west-1:111122223333:operations";
    const told = synthTemplate({ alarmTopicArn });
    expect(resourcesOf(told, "AWS::SNS::Topic").size).toBe(0);
    for (const { AlarmActions } of resourcesOf<Alarm>(told, "AWS::CloudWatch::Alarm").values()) {
      expect(AlarmActions).toEqual([alarmTopicArn]);
    }
    expect(told.Outputs["AlarmTopicArn"]?.Value).toBe(alarmTopicArn);
  });

  it("refuses what is no address", () => {
    expect(() => synthTemplate({ alarmEmail: "operations" })).toThrow('Setting "alarmEmail" must be');
  });
});
