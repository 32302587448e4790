import * as z from "zod";

const describedAlarms = z.object({
  MetricAlarms: z.array(
    z.object({
      AlarmName: z.string(),
      ComparisonOperator: z.string(),
      Dimensions: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
      MetricName: z.string(),
      Namespace: z.string(),
      StateValue: z.string(),
      Threshold: z.number(),
    }),
  ),
});

type DeployedAlarm = z.output<typeof describedAlarms>["MetricAlarms"][number];

/** Reads alarms of an emulator and sets their metrics, without an SDK client that nothing else needs. */
export const cloudwatch = (endpoint: string) => {
  const call = async (action: string, input: unknown): Promise<string> => {
    const response = await fetch(endpoint, {
      method: "POST",
      headers: {
        authorization: "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/monitoring/aws4_request",
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `GraniteServiceVersion20100801.${action}`,
      },
      body: JSON.stringify(input),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${action} answered ${response.status} ${text}`);
    return text;
  };
  return {
    alarms: async (): Promise<readonly DeployedAlarm[]> =>
      describedAlarms.parse(JSON.parse(await call("DescribeAlarms", {}))).MetricAlarms,

    /** Reports a value that the alarm is for. */
    provoke: async ({ ComparisonOperator, Dimensions, MetricName, Namespace, Threshold }: DeployedAlarm) => {
      const value = ComparisonOperator === "GreaterThanThreshold" ? Threshold + 1 : Threshold;
      await call("PutMetricData", { Namespace, MetricData: [{ Dimensions, MetricName, Value: value }] });
    },
  };
};
