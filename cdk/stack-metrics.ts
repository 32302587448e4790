import { Aws, type Duration } from "aws-cdk-lib";
import type { RestApi as ApiGatewayRestApi } from "aws-cdk-lib/aws-apigateway";
import { MathExpression, Metric, type MetricOptions } from "aws-cdk-lib/aws-cloudwatch";
import type { IStream } from "aws-cdk-lib/aws-kinesis";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { MetricFilter } from "aws-cdk-lib/aws-logs";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { FunctionName } from "#shared/contract/env.ts";
import { metricNames, metricNamespace } from "#shared/contract/metrics.ts";

/** Namespace of the metrics that the functions of this stack emit: another stack's in the account never mix with them. */
export const ownNamespace = `${metricNamespace}/${Aws.STACK_NAME}`;

/** What alarms and dashboard look at. */
export interface MetricSources {
  readonly api: ApiGatewayRestApi;
  /** Counts requests that ended in the authorizer. */
  readonly authorizerFaults: MetricFilter;
  readonly batch: LambdaFunction;
  /** Id of the mapping by which `batch` reads the stream. */
  readonly streamMapping: string;
  /** Dead-letter queues by the name of their queue. */
  readonly deadLetters: Readonly<Record<string, Queue>>;
  readonly deliver: LambdaFunction;
  readonly deliveries: Queue;
  readonly functions: readonly LambdaFunction[];
  /** Queue of the steps of replays. */
  readonly replays: Queue;
  readonly retries: Queue;
  /** Where documents of Amazon SES come in; undefined when the stack takes none. */
  readonly ses: { readonly queue: Queue; readonly topic: ITopic } | undefined;
  readonly stream: IStream;
}

type Options = Required<Pick<MetricOptions, "period" | "statistic">>;

/** Metrics of the stack by what they tell. */
export const stackMetrics = (sources: MetricSources) => ({
  /** A metric that a function emits by itself, as a sum unless asked otherwise. */
  own: (
    name: keyof typeof metricNames,
    { service, ...options }: Pick<Options, "period"> & Partial<Options> & { readonly service: FunctionName },
  ) =>
    new Metric({
      namespace: ownNamespace,
      metricName: metricNames[name],
      dimensionsMap: { service },
      statistic: "Sum",
      ...options,
    }),
  apiFaults: (options: Options) => sources.api.deploymentStage.metricServerError(options),
  apiRefusals: (options: Options) => sources.api.deploymentStage.metricClientError(options),
  apiRequests: (options: Options) => sources.api.deploymentStage.metricCount(options),
  authorizerFaults: (options: Options) => sources.authorizerFaults.metric(options),
  /** Executions that are running or set aside in the account and region, whoever's functions they are. */
  accountConcurrency: (options: Options) =>
    new Metric({ namespace: "AWS/Lambda", metricName: "ClaimedAccountConcurrency", ...options }),
  /** Records that the mapping gave up, because of their age or after the last repetition. */
  recordsGivenUp: (options: Options) =>
    new Metric({
      namespace: "AWS/Lambda",
      metricName: "DroppedEventCount",
      dimensionsMap: { EventSourceMappingUUID: sources.streamMapping },
      ...options,
    }),
  batch: (metricName: string, options: Options) => sources.batch.metric(metricName, options),
  deadLetters: (options: Options) =>
    Object.fromEntries(
      Object.entries(sources.deadLetters).map(([name, queue]) => [
        name,
        queue.metricApproximateNumberOfMessagesVisible(options),
      ]),
    ),
  deliver: (metricName: string, options: Options) => sources.deliver.metric(metricName, options),
  deliveriesAge: (options: Options) => sources.deliveries.metricApproximateAgeOfOldestMessage(options),
  deliveriesWaiting: (options: Options) => sources.deliveries.metricApproximateNumberOfMessagesVisible(options),
  errors: (options: Options) =>
    eachFunction(sources.functions, (lambda, label) => lambda.metricErrors({ ...options, label })),
  replaysAge: (options: Options) => sources.replays.metricApproximateAgeOfOldestMessage(options),
  retriesAge: (options: Options) => sources.retries.metricApproximateAgeOfOldestMessage(options),
  retriesDelayed: (options: Options) => sources.retries.metricApproximateNumberOfMessagesDelayed(options),
  retriesWaiting: (options: Options) => sources.retries.metricApproximateNumberOfMessagesVisible(options),
  /** Undefined when the stack takes no documents of Amazon SES. */
  sesDocumentsAge: (options: Options) => sources.ses?.queue.metricApproximateAgeOfOldestMessage(options),
  /** Documents that the topic could not pass on. Undefined as above. */
  sesDocumentsDropped: (options: Options) => sources.ses?.topic.metricNumberOfNotificationsFailed(options),
  stream: (metricName: string, options: Options) => sources.stream.metric(metricName, options),
  /** 1 for each period in which records arrived and `batch` was not invoked, whoever else read the stream. */
  unreadRecords: (period: Duration) =>
    new MathExpression({
      expression: "IF(FILL(records, 0) > 0 AND FILL(windows, 0) == 0, 1, 0)",
      label: "records arrived, none read",
      period,
      usingMetrics: {
        records: sources.stream.metric("IncomingRecords", { period, statistic: "Sum" }),
        windows: sources.batch.metric("Invocations", { period, statistic: "Sum" }),
      },
    }),
  throttles: (options: Options) =>
    eachFunction(sources.functions, (lambda, label) => lambda.metricThrottles({ ...options, label })),
});

export type StackMetrics = ReturnType<typeof stackMetrics>;

/** One metric for each function, under the name of its construct. */
const eachFunction = (
  functions: readonly LambdaFunction[],
  metricOf: (lambda: LambdaFunction, label: string) => Metric,
): Record<string, Metric> =>
  Object.fromEntries(
    functions.map((lambda) => {
      const label = (lambda.node.scope?.node.id ?? lambda.node.id).toLowerCase();
      return [label, metricOf(lambda, label)];
    }),
  );
