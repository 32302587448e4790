import { Duration } from "aws-cdk-lib";
import { ComparisonOperator, type IMetric } from "aws-cdk-lib/aws-cloudwatch";
import type { StackMetrics } from "./stack-metrics.ts";

/** A condition of the running system that a person must look at. */
export interface AlarmDefinition {
  /** Name in the stack; in kebab case, the heading of the runbook. */
  readonly id: string;
  /** What is watched, each by an alarm of its own. */
  readonly metrics: Readonly<Record<string, IMetric>>;
  readonly threshold: number;
  /** @default greater than or equal to the threshold */
  readonly comparison?: ComparisonOperator;
  /** Periods of the metric that must all breach. */
  readonly periods: number;
  /** What it means for those who send or wait for events. */
  readonly impact: string;
  /** Why the threshold is where it is. */
  readonly reason: string;
}

const minute = Duration.minutes(1);
const fiveMinutes = Duration.minutes(5);
/** Share of the account's executions at which somebody should ask for more. */
const concurrencyShare = 0.9;

/** Everything that alarms tell of. */
export const alarmDefinitions = (
  metrics: StackMetrics,
  { accountConcurrency }: { readonly accountConcurrency: number },
): readonly AlarmDefinition[] => [
  ...everyStack(metrics),
  concurrencyUsed(metrics, accountConcurrency),
  ...ofSes(metrics),
];

const concurrencyUsed = (metrics: StackMetrics, accountConcurrency: number): AlarmDefinition => ({
  id: "ConcurrencyUsed",
  metrics: { all: metrics.accountConcurrency({ statistic: "Maximum", period: minute }) },
  threshold: Math.floor(accountConcurrency * concurrencyShare),
  periods: 5,
  impact: "Functions will soon be turned away: events will be late, and requests to the API fail.",
  reason:
    "nine tenths of the executions that the setting accountConcurrency says the account has. Other systems of the account " +
    "count, too; a burst passes within five minutes.",
});

const ofSes = (metrics: StackMetrics): readonly AlarmDefinition[] => {
  const age = metrics.sesDocumentsAge({ statistic: "Maximum", period: minute });
  const dropped = metrics.sesDocumentsDropped({ statistic: "Sum", period: fiveMinutes });
  if (age === undefined || dropped === undefined) return [];
  return [
    {
      id: "SesDocumentsWaiting",
      metrics: { all: age },
      threshold: 300,
      comparison: ComparisonOperator.GREATER_THAN_THRESHOLD,
      periods: 5,
      impact:
        "Events of mail that was sent through Amazon SES reach their targets late; after four days they are lost.",
      reason:
        "a document waits five seconds for others. One that an invocation failed with is hidden for three minutes, so that five " +
        "minutes are more than one such failure.",
    },
    {
      id: "SesDocumentsLost",
      metrics: { all: dropped },
      threshold: 1,
      periods: 1,
      impact: "Documents of Amazon SES did not reach the queue: their events are gone.",
      reason:
        "SNS tries an outage of its own for 23 days; what it gives up at once is a queue or a permission that is gone.",
    },
    {
      id: "SesDocumentsQuarantined",
      metrics: { all: metrics.own("recordsQuarantined", { service: "ses", period: fiveMinutes }) },
      threshold: 1,
      periods: 1,
      impact: "Some documents of Amazon SES became no events because they could not be understood; all others did.",
      reason:
        "SES writes what the mapping knows, so that each is a new kind of document, a customer tag that is no customer's, or " +
        "another publisher. It can wait for office hours.",
    },
  ];
};

const everyStack = (metrics: StackMetrics): readonly AlarmDefinition[] => [
  {
    id: "StreamLag",
    metrics: { all: metrics.batch("IteratorAge", { statistic: "Maximum", period: minute }) },
    threshold: 60_000,
    comparison: ComparisonOperator.GREATER_THAN_THRESHOLD,
    periods: 3,
    impact: "Events reach their targets late; those older than the stream's retention would be lost.",
    reason:
      "a window closes after 30 s, so that twice that, three minutes running, is no window but a reader that falls behind.",
  },
  {
    id: "StreamNotRead",
    metrics: { all: metrics.unreadRecords(fiveMinutes) },
    threshold: 1,
    periods: 2,
    impact: "No event is delivered at all; those older than the stream's retention would be lost.",
    reason:
      "a reader that is gone reports no lag. Records that arrive while batch is not invoked once show it; a record at the end " +
      "of five minutes is read in the next, so that two in a row are no coincidence.",
  },
  {
    id: "WindowsFailed",
    metrics: {
      reported: metrics.own("windowsFailed", { service: "batch", period: fiveMinutes }),
      crashed: metrics.batch("Errors", { statistic: "Sum", period: fiveMinutes }),
    },
    threshold: 1,
    periods: 1,
    impact: "All events of a shard wait behind the failed window, until it passes or is put aside undelivered.",
    reason:
      "bad data never fails a window, so that even one failure means that a service of AWS or our code does not work.",
  },
  {
    id: "WindowsPutAside",
    metrics: { all: metrics.recordsGivenUp({ statistic: "Sum", period: fiveMinutes }) },
    threshold: 1,
    periods: 1,
    impact:
      "Events were given up undelivered, because they grew too old or failed too often; they are kept in the bucket.",
    reason: "every record that is given up holds events that somebody waits for, and comes back by an operator alone.",
  },
  {
    id: "WindowsLost",
    metrics: { all: metrics.batch("DestinationDeliveryFailures", { statistic: "Sum", period: fiveMinutes }) },
    threshold: 1,
    periods: 1,
    impact:
      "A window that was given up could not be put aside in the bucket: the stream alone has its events, and not for long.",
    reason:
      "nothing but a missing permission or bucket makes it fail, and each failure is a window that is not in the bucket.",
  },
  {
    id: "RecordsQuarantined",
    metrics: {
      read: metrics.own("recordsQuarantined", { service: "batch", period: fiveMinutes }),
      delivered: metrics.own("recordsQuarantined", { service: "deliver", period: fiveMinutes }),
    },
    threshold: 1,
    periods: 1,
    impact: "Some events were not delivered because they could not be read; everything around them was.",
    reason:
      "a correct producer never causes one, and each holds events that somebody waits for. It can wait for office hours.",
  },
  {
    id: "DeliveriesWaiting",
    metrics: { all: metrics.deliveriesAge({ statistic: "Maximum", period: minute }) },
    threshold: 60,
    comparison: ComparisonOperator.GREATER_THAN_THRESHOLD,
    periods: 8,
    impact: "Batches reach healthy targets late: first attempts wait for a free execution of deliver.",
    reason:
      "an invocation takes a minute at most, so that a message older than that was not taken. Eight minutes pass over a message " +
      "that one crashed invocation hid for its visibility time-out of six.",
  },
  {
    id: "RetriesWaiting",
    metrics: { all: metrics.retriesAge({ statistic: "Maximum", period: fiveMinutes }) },
    threshold: 1_800,
    comparison: ComparisonOperator.GREATER_THAN_THRESHOLD,
    periods: 3,
    impact:
      "Retries start late, and batches may reach the end of their four hours with fewer attempts than they had left.",
    reason:
      "a message is delayed for 15 minutes at most, so that one of twice that age waits for a free execution of deliver. A " +
      "quarter of an hour passes over a wave of retries that end together.",
  },
  {
    id: "ReplaysWaiting",
    metrics: { all: metrics.replaysAge({ statistic: "Maximum", period: fiveMinutes }) },
    threshold: 1_800,
    comparison: ComparisonOperator.GREATER_THAN_THRESHOLD,
    periods: 3,
    impact: "Replays stand still: what they are to send may leave the stream before they have read it.",
    reason:
      "a step is delayed for 15 minutes at most, so that one of twice that age fails or gets no execution. Replays that wait " +
      "for each other send new messages.",
  },
  {
    id: "DeadLetters",
    metrics: metrics.deadLetters({ statistic: "Maximum", period: fiveMinutes }),
    threshold: 1,
    periods: 1,
    impact: "Batches or replays stand still until somebody moves their messages back; after 14 days they are gone.",
    reason: "a target's failure never leads here, so that one message is already a fault of ours.",
  },
  {
    id: "EventsExpired",
    metrics: { all: metrics.own("eventsExpired", { service: "deliver", period: Duration.hours(1) }) },
    threshold: 10_000,
    periods: 1,
    impact: "Targets that failed for four hours have lost these events for good.",
    reason:
      "a dead target's events expire by contract; as many as a full batch within an hour are worth a word to its owner.",
  },
  {
    id: "RecordsNotWritten",
    metrics: { all: metrics.own("recordsNotWritten", { service: "deliver", period: fiveMinutes }) },
    threshold: 1,
    periods: 3,
    impact: "Batches are delivered, but their status is incomplete and breakers do not learn of failures.",
    reason: "a single write may fail once; failures in three periods running are not chance.",
  },
  {
    id: "ChangesNotReported",
    metrics: { all: metrics.own("recordsNotWritten", { service: "api", period: Duration.hours(1) }) },
    threshold: 1,
    periods: 1,
    impact: "Webhooks that ask for events about changes get those events late, or not before the next change.",
    reason:
      "changes are rare, so that failures would hardly come twice running; the clients of AWS repeat a single one.",
  },
  {
    id: "ApiFaults",
    metrics: { all: metrics.apiFaults({ statistic: "Sum", period: fiveMinutes }) },
    threshold: 5,
    periods: 1,
    impact: "Producers cannot hand in events, or webhooks cannot be managed.",
    reason: "clients repeat a request that gets a 5xx; five in five minutes outlast such repetition.",
  },
  {
    id: "AuthorizerFaults",
    metrics: { all: metrics.authorizerFaults({ statistic: "Sum", period: fiveMinutes }) },
    threshold: 1,
    periods: 2,
    impact: "Callers with a valid key are turned away, whatever they ask for.",
    reason:
      "refused keys do not count here, only an authorizer that breaks. One answer a minute is cached for each key, so that a " +
      "single fault hits one caller and ten minutes of them hit all.",
  },
  {
    id: "ProducersThrottled",
    metrics: { all: metrics.stream("WriteProvisionedThroughputExceeded", { statistic: "Sum", period: minute }) },
    threshold: 1,
    periods: 5,
    impact: "The stream refuses records: producers must send them again, and may lose them.",
    reason:
      "an on-demand stream grows by itself; it refuses for five minutes running only when one partition key is too hot or traffic more than doubled.",
  },
  {
    id: "FunctionsThrottled",
    metrics: {
      batch: metrics.batch("Throttles", { statistic: "Sum", period: minute }),
      deliver: metrics.deliver("Throttles", { statistic: "Sum", period: minute }),
    },
    threshold: 1,
    periods: 5,
    impact: "There are no free executions: the stream is read and batches are delivered late.",
    reason: "a burst's throttles end within a minute or two as Lambda adds environments; five minutes are a quota.",
  },
];
