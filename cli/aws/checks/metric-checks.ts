import { CloudWatchClient, DescribeAlarmsCommand, GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import { metricNames, metricNamespace } from "#shared/contract/metrics.ts";
import { dayMs } from "#shared/text/times.ts";
import type { Check } from "../../doctor-checks.ts";
import { type AwsConfig, runCheck } from "./run-check.ts";

/** How many batches came to the end of their four hours within the last day. */
export const expiredCheck = async (config: AwsConfig, { now, stackName }: MetricInput): Promise<Check> =>
  await runCheck("expired, 24 h", async () => {
    const client = new CloudWatchClient(config);
    const sum = async (MetricName: string): Promise<number> => {
      const { Datapoints = [] } = await client.send(
        new GetMetricStatisticsCommand({
          Namespace: `${metricNamespace}/${stackName}`,
          MetricName,
          Dimensions: [{ Name: "service", Value: "deliver" }],
          StartTime: new Date(now - dayMs),
          EndTime: new Date(now),
          Period: dayMs / 1_000,
          Statistics: ["Sum"],
        }),
      );
      return Datapoints.reduce((total, { Sum = 0 }) => total + Sum, 0);
    };
    try {
      const [batches, events] = await Promise.all([sum(metricNames.batchesExpired), sum(metricNames.eventsExpired)]);
      const detail = `${batches} batches with ${events} events`;
      if (batches === 0) return { state: "ok", detail };
      return { state: "warning", detail, fix: "See whose they are: docs/runbook.md#events-expired." };
    } finally {
      client.destroy();
    }
  });

/** Which alarms are on. */
export const alarmsCheck = async (config: AwsConfig, { stackName }: MetricInput): Promise<Check> =>
  await runCheck("alarms", async () => {
    const client = new CloudWatchClient(config);
    try {
      const { MetricAlarms = [] } = await client.send(
        new DescribeAlarmsCommand({ AlarmNamePrefix: `${stackName}-`, StateValue: "ALARM" }),
      );
      // Another stack's name may go on where this one's ends.
      const own = new RegExp(`^${stackName}-(Observability|StreamNotRead$)`);
      const names = MetricAlarms.flatMap(({ AlarmName = "" }) => (own.test(AlarmName) ? [AlarmName] : []));
      if (names.length === 0) return { state: "ok", detail: "no alarm is on" };
      return {
        state: "warning",
        detail: names.join(", "),
        fix: "Each alarm's description names its part of the runbook.",
      };
    } finally {
      client.destroy();
    }
  });

interface MetricInput {
  /** Unix milliseconds. */
  readonly now: number;
  readonly stackName: string;
}
