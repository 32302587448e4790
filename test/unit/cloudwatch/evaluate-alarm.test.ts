import { describe, expect, it } from "vitest";
import { matchesFilter, readEmf } from "../../support/cloudwatch/emf.ts";
import { alarmState, readAlarm } from "../../support/cloudwatch/evaluate-alarm.ts";
import { evaluateExpression } from "../../support/cloudwatch/metric-math.ts";
import { createMetricStore } from "../../support/cloudwatch/metric-store.ts";

const metric = { namespace: "AWS/SQS", name: "Age", dimensions: { QueueName: "q" } };
const properties = {
  AlarmDescription: "",
  ComparisonOperator: "GreaterThanThreshold",
  Dimensions: [{ Name: "QueueName", Value: "q" }],
  EvaluationPeriods: 3,
  MetricName: "Age",
  Namespace: "AWS/SQS",
  Period: 60,
  Statistic: "Maximum",
  Threshold: 60,
  TreatMissingData: "notBreaching",
};
const minute = 60_000;

/** State at minute 3 of an alarm over values by minute from 0. */
const stateOf = (values: readonly (number | undefined)[], changes: object = {}) => {
  const store = createMetricStore();
  for (const [index, value] of values.entries())
    if (value !== undefined) store.put(metric, { at: index * minute, value });
  return alarmState(readAlarm({ ...properties, ...changes }), { now: 3 * minute, store });
};

describe("an alarm", () => {
  it.each([
    [[61, 61, 61], "ALARM"],
    [[61, 60, 61], "OK"],
    [[61, undefined, 61], "OK"],
    [[undefined, undefined, undefined], "OK"],
    [[61, 61, 61, 1], "ALARM"],
  ] as const)("of values %j by the minute is %s at the third", (values, state) => {
    expect(stateOf(values)).toBe(state);
  });

  it("counts missing data as it is told", () => {
    expect(stateOf([61, undefined, 61], { TreatMissingData: "breaching" })).toBe("ALARM");
    expect(stateOf([], { TreatMissingData: "missing" })).toBe("INSUFFICIENT_DATA");
  });

  it("needs all periods unless told how many", () => {
    expect(stateOf([61, 1, 61], { DatapointsToAlarm: 2 })).toBe("ALARM");
  });

  it("compares and sums as it is told", () => {
    expect(stateOf([60, 60, 60], { ComparisonOperator: "GreaterThanOrEqualToThreshold" })).toBe("ALARM");
    expect(stateOf([1, 1, 1], { ComparisonOperator: "LessThanThreshold" })).toBe("ALARM");
    const sum = { EvaluationPeriods: 1, Period: 180, Statistic: "Sum" };
    expect([stateOf([20, 20, 21], sum), stateOf([20, 20, 20], sum)]).toEqual(["ALARM", "OK"]);
  });

  it("sees no other metric", () => {
    expect(stateOf([61, 61, 61], { Dimensions: [{ Name: "QueueName", Value: "other" }] })).toBe("OK");
  });

  it("is refused when it has what is not known", () => {
    expect(() => readAlarm({ ...properties, ThresholdMetricId: "m" })).toThrow("ThresholdMetricId");
    expect(() => readAlarm({ ...properties, Statistic: "Average" })).toThrow("Statistic");
  });
});

describe("metric math", () => {
  const unread = "IF(FILL(records, 0) > 0 AND FILL(windows, 0) == 0, 1, 0)";
  it.each([
    [{ records: 5, windows: undefined }, 1],
    [{ records: 5, windows: 2 }, 0],
    [{ records: undefined, windows: undefined }, 0],
    [{ records: undefined, windows: 2 }, 0],
  ])("of %j is %s", (metrics, value) => {
    expect(evaluateExpression(unread, metrics)).toBe(value);
  });

  it("has no value where data is missing", () => {
    expect(evaluateExpression("a > 1", { a: undefined })).toBeUndefined();
    expect(evaluateExpression("a > 1 OR (b < 2)", { a: 0, b: 1 })).toBe(1);
  });

  it.each(["RATE(a)", "a + 1", "a >", "b"])("refuses %s", (expression) => {
    expect(() => evaluateExpression(expression, { a: 1 })).toThrow("Metric math that is not known here");
  });
});

it("reads metrics from a line of the embedded metric format", () => {
  const line = JSON.stringify({
    _aws: {
      CloudWatchMetrics: [{ Dimensions: [["service"]], Metrics: [{ Name: "A" }, { Name: "B" }], Namespace: "N" }],
    },
    A: 1,
    B: [2, 3],
    service: "batch",
  });
  const of = (name: string) => ({ dimensions: { service: "batch" }, name, namespace: "N" });
  expect(readEmf(line)).toEqual([
    { metric: of("A"), value: 1 },
    { metric: of("B"), value: 2 },
    { metric: of("B"), value: 3 },
  ]);
  expect(readEmf('{"message":"window.finished"}')).toEqual([]);
});

it("filters log lines by alternatives", () => {
  const pattern = '{ ($.error = "A") || ($.error = "B") }';
  expect([matchesFilter(pattern, { error: "B" }), matchesFilter(pattern, { error: "C" })]).toEqual([true, false]);
  expect(() => matchesFilter("{ $.status = 5* }", {})).toThrow("not known here");
});
