import { CfnOutput } from "aws-cdk-lib";
import type { IStream } from "aws-cdk-lib/aws-kinesis";
import { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { CfnLogGroup } from "aws-cdk-lib/aws-logs";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { apiStage } from "#shared/contract/api-paths.ts";
import {
  batchWindowSeconds,
  keyManagementRequestsPerSecond,
  keyRequestsPerSecond,
  maxWindowRecords,
} from "#shared/contract/limits.ts";
import { ApiDomain } from "./api-domain.ts";
import { ApiRoutes } from "./api-routes.ts";
import { Batching } from "./batching.ts";
import { Console } from "./console.ts";
import { deliverConcurrencyDefaults, Delivery, DeliveryQueues, recordRetentionDefault } from "./delivery.ts";
import { createStream } from "./event-stream.ts";
import { type FunctionCode, provideFunctionCode } from "./function-code.ts";
import { Listen } from "./listen.ts";
import { allow } from "./node-function.ts";
import { Observability } from "./observability.ts";
import { Replay } from "./replay.ts";
import { RestApi } from "./rest-api.ts";
import { SesSource, type SesSourceProps } from "./ses-source.ts";
import type { TidepostProps } from "./stack-props.ts";
import { StaticEgress } from "./static-egress.ts";
import { Storage } from "./storage.ts";
import { acknowledgeNoTracing, enableTracing } from "./tracing.ts";
import { updateAfter } from "./update-order.ts";

/** The whole system. It knows neither account nor region. A stack holds one, because some names are made of the stack's. */
export class TidepostSystem extends Construct {
  /** ARN of the topic that alarms are published on; absent when there is none. */
  readonly alarmTopicArn: string | undefined;
  /** What the API's domain must point at; absent without a domain. */
  readonly apiDomainTarget: string | undefined;
  /** Base URL of the REST API, ending in `/api/v1`. */
  readonly apiUrl: string;
  /** Address of the web console; absent without one. */
  readonly consoleUrl: string | undefined;
  /** Name of the dashboard in CloudWatch. */
  readonly dashboardName: string;
  /** Dead-letter queues by what they belong to. */
  readonly deadLetters: Readonly<Record<string, IQueue>>;
  /** Addresses that POSTs come from; absent unless `staticEgress` is on. */
  readonly egressAddresses: readonly string[] | undefined;
  /** Topic that Amazon SES publishes on; absent unless `sesEvents` is on. */
  readonly sesTopic: ITopic | undefined;
  /** Stream that producers put events on: `stream.grantWrite(producer)`. */
  readonly stream: IStream;

  /** `functionCode` gives the code of a function by its name. */
  constructor(scope: Construct, id: string, props: TidepostProps, functionCode: FunctionCode) {
    super(scope, id);
    provideFunctionCode(this, functionCode);
    const { allowedTargetRanges = [], retainData = true, streamRetentionHours = 24 } = props;
    const windowSeconds = props.batchWindowSeconds ?? batchWindowSeconds;

    const storage = new Storage(this, "Storage", { retainData });
    const stream = props.stream ?? createStream(this, props);
    this.stream = stream;
    const queues = new DeliveryQueues(this, "Queues");
    const egress = props.staticEgress === true ? new StaticEgress(this, "Egress") : undefined;
    const restApi = new RestApi(this, "RestApi", {
      asksForKey: props.sesEvents === true,
      createLogRole: props.createApiLogRole ?? true,
      publicBaseUrl:
        props.domain === undefined ? props.publicBaseUrl : `https://${props.domain.domainName}/${apiStage}`,
      throttleBurst: props.throttleBurst ?? 500,
      throttleRequestsPerSecond: props.throttleRequestsPerSecond ?? 1_000,
    });
    const domain =
      props.domain === undefined ? undefined : new ApiDomain(this, "Domain", { api: restApi.api, ...props.domain });
    const withConsole = props.console ?? true;
    const keyLimits = {
      keyRequestsPerSecond: props.keyRequestsPerSecond ?? keyRequestsPerSecond,
      keyManagementRequestsPerSecond: props.keyManagementRequestsPerSecond ?? keyManagementRequestsPerSecond,
    };
    const recordRetentionDays = props.recordRetentionDays ?? recordRetentionDefault;
    const maxKeepBodiesDays = props.maxKeepBodiesDays ?? 0;
    const replay = new Replay(this, "Replay", {
      recordRetentionDays,
      retries: queues.retries,
      storage,
      stream,
      streamRetentionHours,
    });
    const routes = new ApiRoutes(this, "Routes", {
      allowedTargetRanges,
      egress,
      hasDocuments: withConsole,
      isPortalFramed: (props.portalFrameOrigins ?? []).length > 0,
      maxKeepBodiesDays,
      ...keyLimits,
      replays: replay.queue,
      reservedConcurrency: props.apiReservedConcurrency,
      restApi,
      retries: queues.retries,
      storage,
      stream,
      streamRetentionHours,
      windowSeconds,
    });
    const { listen } = new Listen(this, "Listen", {
      authorizer: routes.keyAuthorizer,
      ...keyLimits,
      restApi,
      storage,
      stream,
      streamRetentionHours,
    });
    if (withConsole) new Console(this, "Console", { ...props, restApi });
    const batching = new Batching(this, "Batching", {
      deliveries: queues.deliveries,
      retries: queues.retries,
      parallelizationFactor: props.parallelizationFactor ?? 1,
      reservedConcurrency: props.batchReservedConcurrency,
      retentionHours: streamRetentionHours,
      storage,
      stream,
      windowRecords: props.windowRecords ?? maxWindowRecords,
      windowSeconds,
    });
    const { batch } = batching;
    const delivery = new Delivery(this, "Delivery", {
      allowedTargetRanges,
      deliveriesConcurrency: props.deliveriesConcurrency ?? deliverConcurrencyDefaults.deliveriesConcurrency,
      egress,
      maxKeepBodiesDays,
      queues,
      recordRetentionDays,
      reservedConcurrency: props.deliverReservedConcurrency,
      retriesConcurrency: props.retriesConcurrency ?? deliverConcurrencyDefaults.retriesConcurrency,
      storage,
      stream,
    });
    const { deliver, redriveMappings } = delivery;
    const ses = createSesSource(this, {
      authorizer: routes.ingestAuthorizer,
      ...keyLimits,
      restApi,
      storage,
      stream,
      props,
    });
    const deadLetters = {
      ...queues.deadLetters,
      replays: replay.deadLetters,
      ...(ses === undefined ? {} : { ses: ses.deadLetters }),
    };
    const writers = [routes.ingest, ...(ses === undefined ? [] : [ses.ses])];
    for (const writer of writers) updateAfter(writer, [batch, replay.replay, listen]);
    updateAfter(batch, [deliver, routes.api]);
    updateAfter(routes.api, [deliver, replay.replay]);
    // The key that AWS manages asks for no permission; one of the account's own does.
    const { encryptionKey } = stream;
    if (encryptionKey !== undefined) {
      for (const reader of [batch, listen, replay.replay]) allow(reader, ["kms:Decrypt"], [encryptionKey.keyArn]);
      for (const writer of [...writers, deliver, routes.api])
        allow(writer, ["kms:GenerateDataKey"], [encryptionKey.keyArn]);
    }
    const observability = new Observability(this, "Observability", {
      accessLogs: restApi.accessLogs,
      api: restApi.api,
      accountConcurrency: props.accountConcurrency ?? 1_000,
      batch,
      streamMapping: batching.mapping,
      deadLetters,
      deliver,
      deliveries: queues.deliveries,
      functions: this.node.findAll().filter((construct) => construct instanceof LambdaFunction),
      replays: replay.queue,
      retries: queues.retries,
      ses,
      stream,
      alarmEmail: props.alarmEmail,
      alarmTopic: props.alarmTopic,
    });

    keepLogsFor(this, props.logRetentionDays ?? 30);
    if (props.tracing === true) enableTracing(this);
    else acknowledgeNoTracing(this);
    this.alarmTopicArn = observability.alarmTopicArn;
    this.apiDomainTarget = domain?.target;
    this.apiUrl = `${restApi.baseUrl}/v1`;
    this.consoleUrl = withConsole ? `${restApi.baseUrl}/console/` : undefined;
    this.dashboardName = observability.dashboardName;
    this.deadLetters = deadLetters;
    this.egressAddresses = egress?.addresses;
    this.sesTopic = ses?.topic;
    if (props.outputs === false) return;
    const outputs: Readonly<Record<string, readonly [value: string, description: string]>> = {
      ...(this.alarmTopicArn === undefined
        ? {}
        : { AlarmTopicArn: [this.alarmTopicArn, "Topic that alarms are published on"] }),
      ApiUrl: [this.apiUrl, "Base URL of the REST API"],
      ...(domain === undefined ? {} : { ApiDomainTarget: [domain.target, "What the API's domain must point at"] }),
      ApiKeysTableName: [storage.apiKeys.tableName, "Table of API keys"],
      BatchFunctionName: [batch.functionName, "Function that forms batches"],
      BatchesTableName: [storage.batches.tableName, "Table of batches and their attempts"],
      ...(this.consoleUrl === undefined ? {} : { ConsoleUrl: [this.consoleUrl, "Web console"] }),
      BucketName: [storage.bucket.bucketName, "Bucket of batch bodies, quarantine and failed windows"],
      DashboardName: [this.dashboardName, "Dashboard in CloudWatch"],
      DeliveriesDeadLettersUrl: [queues.deadLetters.deliveries.queueUrl, "Dead letters of first attempts"],
      DeliveriesRedriveMapping: [redriveMappings.deliveries, "Takes the dead letters of first attempts when turned on"],
      DeliverFunctionName: [deliver.functionName, "Function that POSTs batches"],
      ...(egress === undefined
        ? {}
        : { EgressAddresses: [egress.addresses.join(","), "Addresses that POSTs come from"] }),
      ReplaysDeadLettersUrl: [replay.deadLetters.queueUrl, "Dead letters of replays"],
      ReplaysRedriveMapping: [replay.redriveMapping, "Takes the dead letters of replays when turned on"],
      RetriesDeadLettersUrl: [queues.deadLetters.retries.queueUrl, "Dead letters of retries"],
      RetriesRedriveMapping: [redriveMappings.retries, "Takes the dead letters of retries when turned on"],
      ...(ses === undefined ? {} : sesOutputs(ses)),
      StreamMappingId: [batching.mapping, "Mapping by which batch reads the stream"],
      StreamName: [stream.streamName, "Kinesis stream that producers put events on"],
      WebhooksKeyArn: [storage.webhooksKeyArn, "Key that encrypts the table of webhooks"],
      WebhooksTableName: [storage.webhooks.tableName, "Table of webhooks"],
    };
    for (const [name, [value, description]] of Object.entries(outputs)) {
      // The command line finds them by these names, wherever in an app the construct stands.
      new CfnOutput(this, name, { value, description }).overrideLogicalId(name);
    }
  }
}

const createSesSource = (
  scope: Construct,
  {
    props,
    ...parts
  }: Pick<SesSourceProps, "authorizer" | "keyRequestsPerSecond" | "restApi" | "storage" | "stream"> & {
    readonly props: TidepostProps;
  },
): SesSource | undefined =>
  props.sesEvents === true
    ? new SesSource(scope, "Ses", {
        ...parts,
        campaignTag: props.sesCampaignTag ?? "campaign_id",
        customer: props.sesCustomer ?? "1",
        customerTag: props.sesCustomerTag ?? "customer_id",
        subaccountTag: props.sesSubaccountTag ?? "subaccount_id",
        topics: props.sesTopics ?? [],
      })
    : undefined;

const sesOutputs = ({ deadLetters, queue, redriveMapping, topic }: SesSource) =>
  ({
    SesDeadLettersUrl: [deadLetters.queueUrl, "Dead letters of Amazon SES's documents"],
    SesQueueUrl: [queue.queueUrl, "Queue of Amazon SES's documents"],
    SesRedriveMapping: [redriveMapping, "Takes the dead letters of Amazon SES's documents when turned on"],
    SesTopicArn: [topic.topicArn, "Topic for the event destination of a configuration set of Amazon SES"],
  }) as const;

/** One retention for every log group of the system, wherever it is declared. */
const keepLogsFor = (system: Construct, days: number): void => {
  for (const logGroup of system.node.findAll()) if (logGroup instanceof CfnLogGroup) logGroup.retentionInDays = days;
};
