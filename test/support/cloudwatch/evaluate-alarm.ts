import * as z from "zod";
import type { MetricStore } from "./metric-store.ts";
import { evaluateExpression } from "./metric-math.ts";

const statistic = z.enum(["Maximum", "SampleCount", "Sum"]);
const dimensions = z
  .array(z.object({ Name: z.string(), Value: z.string() }))
  .default([])
  .transform((list) => Object.fromEntries(list.map(({ Name, Value }) => [Name, Value])));

const metricStat = z.object({
  Metric: z.object({ Dimensions: dimensions, MetricName: z.string(), Namespace: z.string() }),
  Period: z.number(),
  Stat: statistic,
});

/** `AWS::CloudWatch::Alarm` as far as the stack uses it; what it does not know it refuses. */
const alarmProperties = z
  .strictObject({
    ActionsEnabled: z.boolean().optional(),
    AlarmDescription: z.string(),
    AlarmName: z.string().optional(),
    ComparisonOperator: z.enum(["GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold"]),
    DatapointsToAlarm: z.number().optional(),
    Dimensions: dimensions,
    EvaluationPeriods: z.number(),
    MetricName: z.string().optional(),
    Metrics: z
      .array(z.object({ Expression: z.string().optional(), Id: z.string(), MetricStat: metricStat.optional() }))
      .optional(),
    Namespace: z.string().optional(),
    Period: z.number().optional(),
    Statistic: statistic.optional(),
    Threshold: z.number(),
    TreatMissingData: z.enum(["breaching", "notBreaching", "missing"]).default("missing"),
  })
  .readonly();

export type AlarmProperties = z.output<typeof alarmProperties>;

/** Reads an alarm of a template. */
export const readAlarm = (properties: unknown): AlarmProperties => alarmProperties.parse(properties);

/** State of an alarm as CloudWatch would see it at a time (Unix milliseconds), from the data of the periods before. */
export const alarmState = (
  alarm: AlarmProperties,
  { now, store }: { readonly now: number; readonly store: MetricStore },
): "ALARM" | "INSUFFICIENT_DATA" | "OK" => {
  const periodMs = periodOf(alarm) * 1_000;
  const values = Array.from({ length: alarm.EvaluationPeriods }, (_, index) => {
    const to = now - index * periodMs;
    return valueOf(alarm, store, { from: to - periodMs, to });
  });
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0 && alarm.TreatMissingData === "missing") return "INSUFFICIENT_DATA";
  const missing = alarm.TreatMissingData === "breaching" ? values.length - known.length : 0;
  const breaching = known.filter((value) => breaches(alarm, value)).length + missing;
  return breaching >= (alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods) ? "ALARM" : "OK";
};

const periodOf = ({ Metrics = [], Period }: AlarmProperties): number =>
  Period ?? Metrics.find(({ MetricStat }) => MetricStat !== undefined)?.MetricStat?.Period ?? Number.NaN;

const valueOf = (
  alarm: AlarmProperties,
  store: MetricStore,
  range: { readonly from: number; readonly to: number },
): number | undefined => {
  const { Dimensions, MetricName, Metrics, Namespace, Statistic } = alarm;
  if (Metrics === undefined) {
    if (MetricName === undefined || Namespace === undefined || Statistic === undefined) {
      throw new Error("An alarm has neither a metric nor an expression.");
    }
    const metric = { dimensions: Dimensions, name: MetricName, namespace: Namespace };
    return store.read(metric, { ...range, statistic: Statistic });
  }
  const byId = Metrics.flatMap(({ Id, MetricStat }) => {
    if (MetricStat === undefined) return [];
    const { Metric, Stat } = MetricStat;
    const metric = { dimensions: Metric.Dimensions, name: Metric.MetricName, namespace: Metric.Namespace };
    return [[Id, store.read(metric, { ...range, statistic: Stat })] as const];
  });
  const expression = Metrics.find(({ Expression }) => Expression !== undefined)?.Expression ?? "";
  return evaluateExpression(expression, Object.fromEntries(byId));
};

const breaches = ({ ComparisonOperator, Threshold }: AlarmProperties, value: number): boolean => {
  switch (ComparisonOperator) {
    case "GreaterThanOrEqualToThreshold":
      return value >= Threshold;
    case "GreaterThanThreshold":
      return value > Threshold;
    case "LessThanThreshold":
      return value < Threshold;
  }
};
