import { CfnOutput, Stack } from "aws-cdk-lib";
import { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { CfnLogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { apiStage } from "#shared/contract/api-paths.ts";
import { batchWindowSeconds, maxWindowRecords } from "#shared/contract/limits.ts";
import { addSite as addBuiltSite } from "../console/build/site.ts";
import { ApiDomain } from "./api-domain.ts";
import { ApiRoutes } from "./api-routes.ts";
import { Batching } from "./batching.ts";
import { Console } from "./console.ts";
import { deliverConcurrencyDefaults, Delivery, DeliveryQueues } from "./delivery.ts";
import { EventStream } from "./event-stream.ts";
import { Listen } from "./listen.ts";
import { Observability } from "./observability.ts";
import { Replay } from "./replay.ts";
import { RestApi } from "./rest-api.ts";
import { SesSource, type SesSourceProps } from "./ses-source.ts";
import type { WebhookStackProps } from "./stack-props.ts";
import { StaticEgress } from "./static-egress.ts";
import { Storage } from "./storage.ts";
import { updateAfter } from "./update-order.ts";

/** The whole system in one stack that knows neither account nor region. */
export class WebhookStack extends Stack {
  /** `addSite` puts the console's files into its function's code; without it, the console is built and complete. */
  constructor(scope: Construct, id: string, props: WebhookStackProps = {}, addSite = addBuiltSite) {
    super(scope, id, { analyticsReporting: false, description: "Tidepost: event webhooks in batches" });
    const { allowedTargetRanges = [], domainName, retainData = true, streamRetentionHours = 24, streamShards } = props;
    const windowSeconds = props.batchWindowSeconds ?? batchWindowSeconds;

    const storage = new Storage(this, "Storage", { retainData });
    const { stream } = new EventStream(this, "Events", {
      retainData,
      retentionHours: streamRetentionHours,
      ...(streamShards === undefined ? {} : { shards: streamShards }),
    });
    const queues = new DeliveryQueues(this, "Queues");
    const egress = props.staticEgress === true ? new StaticEgress(this, "Egress") : undefined;
    const restApi = new RestApi(this, "RestApi", {
      asksForKey: props.sesEvents === true,
      createLogRole: props.createApiLogRole ?? true,
      publicBaseUrl: domainName === undefined ? props.publicBaseUrl : `https://${domainName}/${apiStage}`,
      throttleBurst: props.throttleBurst ?? 500,
      throttleRequestsPerSecond: props.throttleRequestsPerSecond ?? 1_000,
    });
    const domain = createDomain(this, restApi, props);
    const replay = new Replay(this, "Replay", { retries: queues.retries, storage, stream, streamRetentionHours });
    const routes = new ApiRoutes(this, "Routes", {
      allowedTargetRanges,
      egress,
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
      restApi,
      storage,
      stream,
      streamRetentionHours,
    });
    const withConsole = props.console ?? true;
    if (withConsole) new Console(this, "Console", { addSite, restApi });
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
      queues,
      recordRetentionDays: props.recordRetentionDays ?? 14,
      reservedConcurrency: props.deliverReservedConcurrency,
      retriesConcurrency: props.retriesConcurrency ?? deliverConcurrencyDefaults.retriesConcurrency,
      storage,
    });
    const { deliver, redriveMappings } = delivery;
    const ses = createSesSource(this, { authorizer: routes.ingestAuthorizer, restApi, storage, stream, props });
    for (const writer of [routes.ingest, ...(ses === undefined ? [] : [ses.ses])]) {
      updateAfter(writer, [batch, replay.replay, listen]);
    }
    updateAfter(batch, [deliver, routes.api]);
    const observability = new Observability(this, "Observability", {
      accessLogs: restApi.accessLogs,
      api: restApi.api,
      accountConcurrency: props.accountConcurrency ?? 1_000,
      batch,
      streamMapping: batching.mapping,
      deadLetters: {
        ...queues.deadLetters,
        replays: replay.deadLetters,
        ...(ses === undefined ? {} : { ses: ses.deadLetters }),
      },
      deliver,
      deliveries: queues.deliveries,
      functions: this.node.findAll().filter((construct) => construct instanceof LambdaFunction),
      retries: queues.retries,
      ses,
      stream,
      alarmEmail: props.alarmEmail,
      alarmTopicArn: props.alarmTopicArn,
    });

    keepLogsFor(this, props.logRetentionDays ?? 30);
    const outputs: Readonly<Record<string, readonly [value: string, description: string]>> = {
      ...(observability.alarmTopicArn === undefined
        ? {}
        : { AlarmTopicArn: [observability.alarmTopicArn, "Topic that alarms are published on"] }),
      ApiUrl: [`${restApi.baseUrl}/v1`, "Base URL of the REST API"],
      ...(domain === undefined ? {} : { ApiDomainTarget: [domain.target, "What the API's domain must point at"] }),
      ApiKeysTableName: [storage.apiKeys.tableName, "Table of API keys"],
      BatchFunctionName: [batch.functionName, "Function that forms batches"],
      BatchesTableName: [storage.batches.tableName, "Table of batches and their attempts"],
      ...(withConsole ? { ConsoleUrl: [`${restApi.baseUrl}/console/`, "Web console"] } : {}),
      BucketName: [storage.bucket.bucketName, "Bucket of batch bodies, quarantine and failed windows"],
      DashboardName: [observability.dashboardName, "Dashboard in CloudWatch"],
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
      new CfnOutput(this, name, { value, description });
    }
  }
}

const createSesSource = (
  scope: Construct,
  {
    props,
    ...parts
  }: Pick<SesSourceProps, "authorizer" | "restApi" | "storage" | "stream"> & {
    readonly props: WebhookStackProps;
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
    SesTopicArn: [topic.topicArn, "Topic to be named as event destination of a configuration set of Amazon SES"],
  }) as const;

const createDomain = (scope: Construct, { api }: RestApi, props: WebhookStackProps): ApiDomain | undefined => {
  const { certificateArn, domainName, hostedZoneId } = props;
  if (domainName === undefined || certificateArn === undefined) return undefined;
  return new ApiDomain(scope, "Domain", { api, certificateArn, domainName, hostedZoneId });
};

/** One retention for every log group of the stack, wherever it is declared. */
const keepLogsFor = (stack: Stack, days: number): void => {
  for (const logGroup of stack.node.findAll()) if (logGroup instanceof CfnLogGroup) logGroup.retentionInDays = days;
};
