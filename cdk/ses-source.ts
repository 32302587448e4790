import { Aws, Duration, Validations } from "aws-cdk-lib";
import { AuthorizationType, type IAuthorizer } from "aws-cdk-lib/aws-apigateway";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IStream } from "aws-cdk-lib/aws-kinesis";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Topic } from "aws-cdk-lib/aws-sns";
import { SqsSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { sesIngestPath } from "#shared/contract/api-paths.ts";
import { sesTimeoutSeconds } from "#shared/contract/limits.ts";
import { integrationOf } from "./api-routes.ts";
import { allow, nodeFunction } from "./node-function.ts";
import { queueWithDeadLetters, redriveWhenEnabled } from "./queue-with-dead-letters.ts";
import type { RestApi } from "./rest-api.ts";
import type { Storage } from "./storage.ts";

/** Documents wait so long for others to share a record with; the first one decides. */
const batchingWindowSeconds = 5;
/** Some 2,000 documents of usual size fill the 6 MB of an invocation. */
const batchMessages = 1_000;
/** Each takes some thousands of documents a second, so that few are enough. */
const invocations = 20;

export interface SesSourceProps {
  /** Tag that names the campaign of a message. */
  readonly campaignTag: string;
  /** Customer of messages whose tag names none. */
  readonly customer: string;
  /** Tag that names the customer of a message. */
  readonly customerTag: string;
  /** Lets keys in that come in any of the headers that producers use. */
  readonly authorizer: IAuthorizer;
  /** Requests that one API key may send each second to the ingest paths. */
  readonly keyRequestsPerSecond: number;
  readonly restApi: RestApi;
  readonly storage: Storage;
  readonly stream: IStream;
  /** Tag that names the sub-account of a message. */
  readonly subaccountTag: string;
  /** ARNs of topics whose subscriptions by HTTPS are confirmed. */
  readonly topics: readonly string[];
}

/** From Amazon SES to the stream: a topic that SES publishes on, its queue, a route of the API, and the `ses` function. */
export class SesSource extends Construct {
  readonly deadLetters: Queue;
  readonly queue: Queue;
  /** Mapping that takes the dead letters once it is turned on. */
  readonly redriveMapping: string;
  readonly ses: LambdaFunction;
  readonly topic: Topic;

  constructor(scope: Construct, id: string, props: SesSourceProps) {
    super(scope, id);
    const { storage, stream } = props;
    const { deadLetters, queue } = queueWithDeadLetters(this, "Documents", {
      visibilityTimeoutSeconds: 6 * sesTimeoutSeconds + batchingWindowSeconds,
    });
    this.deadLetters = deadLetters;
    this.queue = queue;
    this.topic = createTopic(this, queue);
    this.ses = nodeFunction(this, "ses", {
      description: "turns documents of Amazon SES into events and puts them on the stream.",
      memoryMb: 1_024,
      timeoutSeconds: sesTimeoutSeconds,
      environment: {
        BATCHES_TABLE: storage.batches.tableName,
        BUCKET_NAME: storage.bucket.bucketName,
        KEY_REQUESTS_PER_SECOND: String(props.keyRequestsPerSecond),
        SES_CAMPAIGN_TAG: props.campaignTag,
        SES_CUSTOMER: props.customer,
        SES_CUSTOMER_TAG: props.customerTag,
        SES_SUBACCOUNT_TAG: props.subaccountTag,
        SES_TOPICS: props.topics.join(","),
        STREAM_NAME: stream.streamName,
      },
    });
    allow(this.ses, ["kinesis:PutRecords"], [stream.streamArn]);
    storage.allowRequestCounts(this.ses);
    storage.allowObjects(this.ses, ["s3:PutObject"], ["quarantine/"]);
    this.ses.addEventSource(
      new SqsEventSource(queue, {
        batchSize: batchMessages,
        maxBatchingWindow: Duration.seconds(batchingWindowSeconds),
        maxConcurrency: invocations,
        reportBatchItemFailures: true,
      }),
    );
    props.restApi.api.root.resourceForPath(sesIngestPath).addMethod("ANY", integrationOf(this.ses), {
      authorizationType: AuthorizationType.CUSTOM,
      authorizer: props.authorizer,
    });
    this.redriveMapping = redriveWhenEnabled(this.ses, deadLetters);
    Validations.of(this).acknowledge({
      id: "Serverless-LambdaEventSourceMappingDestination",
      reason: "SQS mappings have no failure destination; the queue's dead-letter queue does that job.",
    });
  }
}

/** The topic, on which SES may publish for this account alone, and whose messages the queue gets as they are. */
const createTopic = (scope: Construct, queue: Queue): Topic => {
  const topic = new Topic(scope, "Topic", { enforceSSL: true });
  // SNS encrypts nothing at rest without a key of the customer's, as SES may not use AWS's own; what the topic passes on at
  // once, the queue stores encrypted.
  topic.addToResourcePolicy(
    new PolicyStatement({
      actions: ["sns:Publish"],
      principals: [new ServicePrincipal("ses.amazonaws.com")],
      resources: [topic.topicArn],
      conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } },
    }),
  );
  topic.addSubscription(new SqsSubscription(queue, { rawMessageDelivery: true }));
  Validations.of(scope).acknowledge({
    id: "Serverless-SNSRedrivePolicy",
    reason: "SNS tries an SQS queue for 23 days; a queue of the same account that is gone for longer is gone for good.",
  });
  return topic;
};
