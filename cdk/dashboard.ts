import { Aws, Duration, Stack } from "aws-cdk-lib";
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
  type IWidget,
  TextWidget,
} from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import type { StackMetrics } from "./stack-metrics.ts";

const period = Duration.minutes(1);
const sum = { period, statistic: "Sum" };
const maximum = { period, statistic: "Maximum" };
const p99 = { period, statistic: "p99" };

/** Creates the one dashboard: alarms first, then the way of an event from the API to its target. */
export const createDashboard = (
  scope: Construct,
  { alarms, metrics }: { readonly alarms: readonly IAlarm[]; readonly metrics: StackMetrics },
): Dashboard => {
  const own = metrics.own;
  const lambdas = { errors: Object.values(metrics.errors(sum)), throttles: Object.values(metrics.throttles(sum)) };
  return new Dashboard(scope, "Dashboard", {
    // Dashboards are global to the account: a stack of this name in another region has one, too.
    dashboardName: `${Stack.of(scope).stackName}-${Aws.REGION}`,
    defaultInterval: Duration.hours(3),
    widgets: [
      [new AlarmStatusWidget({ alarms: [...alarms], title: "Alarms", width: 24, height: 3 })],
      [heading("Events in")],
      [
        graph("Requests", metrics.apiRequests(sum), metrics.apiRefusals(sum), metrics.apiFaults(sum)),
        graph(
          "Events ingested",
          own("eventsAccepted", { ...sum, service: "ingest" }),
          own("eventsRejected", { ...sum, service: "ingest" }),
        ),
        graph(
          "Records on the stream",
          metrics.stream("IncomingRecords", sum),
          metrics.stream("WriteProvisionedThroughputExceeded", sum),
        ),
      ],
      ...sesRow(metrics),
      [heading("Batches")],
      [
        graph("Age of the stream's last read record, ms", metrics.batch("IteratorAge", maximum)),
        graph("Age of a batch at hand-over, ms", own("batchAge", { ...p99, service: "batch" })),
        graph(
          "Events read",
          own("eventsRead", { ...sum, service: "batch" }),
          own("eventsUnrouted", { ...sum, service: "batch" }),
          own("recordsQuarantined", { ...sum, service: "batch" }),
        ),
      ],
      [heading("Delivery")],
      [
        graph(
          "Attempts",
          own("attemptsDelivered", { ...sum, service: "deliver" }),
          own("attemptsFailed", { ...sum, service: "deliver" }),
          own("batchesParked", { ...sum, service: "deliver" }),
        ),
        graph("Duration of an attempt, ms", own("attemptDuration", { ...p99, service: "deliver" })),
        graph(
          "Given up",
          own("batchesExpired", { ...sum, service: "deliver" }),
          own("eventsExpired", { ...sum, service: "deliver" }),
        ),
      ],
      [
        graph(
          "Waiting messages",
          metrics.deliveriesWaiting(maximum),
          metrics.retriesWaiting(maximum),
          metrics.retriesDelayed(maximum),
        ),
        graph("Longest wait for a turn at a slow target, ms", own("turnWait", { ...maximum, service: "deliver" })),
        graph(
          "Breakers",
          own("breakersOpened", { ...sum, service: "deliver" }),
          own("breakersClosed", { ...sum, service: "deliver" }),
        ),
      ],
      [heading("Faults")],
      [
        graph("Function errors", ...lambdas.errors),
        graph("Throttled functions", ...lambdas.throttles),
        graph("Dead letters", ...Object.values(metrics.deadLetters(maximum))),
      ],
    ],
  });
};

/** Only where the stack takes documents of Amazon SES. */
const sesRow = (metrics: StackMetrics): readonly IWidget[][] => {
  const age = metrics.sesDocumentsAge(maximum);
  if (age === undefined) return [];
  const own = (name: Parameters<StackMetrics["own"]>[0]) => metrics.own(name, { ...sum, service: "ses" });
  return [
    [
      graph("Amazon SES: age of the oldest document, s", age),
      graph("Amazon SES: events", own("eventsAccepted")),
      graph("Amazon SES: no events", own("documentsIgnored"), own("recordsQuarantined")),
    ],
  ];
};

const heading = (text: string): IWidget => new TextWidget({ markdown: `## ${text}`, width: 24, height: 1 });

const graph = (title: string, ...left: readonly IMetric[]): IWidget =>
  new GraphWidget({ title, left: [...left], width: 8 });
