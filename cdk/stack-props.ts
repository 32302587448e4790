import type { IStream } from "aws-cdk-lib/aws-kinesis";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { TidepostDomain } from "./api-domain.ts";
import type { streamModes } from "./event-stream.ts";

type OwnApp = "alarmTopicArn" | "certificateArn" | "domainName" | "hostedZoneId" | "streamMode";

/** What the construct takes: the settings of a deployment, but resources of one's own app as what they are there. */
export interface TidepostProps extends Omit<WebhookStackProps, OwnApp> {
  /**
   * Topic that alarms are published on when they start and end. Its policy must let CloudWatch publish.
   * @default none: with `alarmEmail` the construct has a topic of its own
   */
  readonly alarmTopic?: ITopic;
  /**
   * Domain of the API's own. The API is then at `https://<domainName>/api/v1`.
   * @default none: the host that API Gateway gives
   */
  readonly domain?: TidepostDomain;
  /**
   * Whether the stack gets the outputs by which the command line finds its parts, such as ApiUrl.
   * @default true
   */
  readonly outputs?: boolean;
  /**
   * Stream that producers put events on; say with `streamRetentionHours` how long it keeps them. A key of the account's own
   * that encrypts it must be known to the construct.
   * @default a new one, on demand unless `streamShards` is given
   */
  readonly stream?: IStream;
}

/** What a deployment may be told; `settings.ts` reads it from the CDK context. */
export interface WebhookStackProps {
  /**
   * Concurrent executions that the account has in the region: an alarm goes off when nine tenths are taken.
   * @default 1000
   */
  readonly accountConcurrency?: number;
  /**
   * Address that gets an e-mail when an alarm starts or ends, once its owner has confirmed the subscription.
   * @default none: alarms show in CloudWatch only
   */
  readonly alarmEmail?: string;
  /**
   * ARN of a topic of yours that alarms are published on when they start and end. Its policy must let CloudWatch publish.
   * @default none: with `alarmEmail` the stack has a topic of its own
   */
  readonly alarmTopicArn?: string;
  /**
   * CIDR ranges that deliveries may reach besides public addresses, such as those of receivers in a network of yours.
   * @default none
   */
  readonly allowedTargetRanges?: readonly string[];
  /**
   * Concurrent executions set aside for each of `api`, `authorize` and `ingest`.
   * @default none: they share the account's quota
   */
  readonly apiReservedConcurrency?: number;
  /**
   * Concurrent executions set aside for `batch`: at least one a shard, times the parallelization factor.
   * @default none: `batch` shares the account's quota
   */
  readonly batchReservedConcurrency?: number;
  /**
   * Longest that a window of the stream stays open before its events are made into batches, from 1 to 30.
   * @default 30
   */
  readonly batchWindowSeconds?: number;
  /**
   * ARN of the certificate of `domainName`, in the stack's region.
   * @default none
   */
  readonly certificateArn?: string;
  /**
   * Whether the API also serves the web console, and the documents at `/api/docs/`.
   * @default true
   */
  readonly console?: boolean;
  /**
   * Whether the stack creates the role with which API Gateway writes logs and makes it the account's, which holds for
   * every API in the region. Without such a role a stage with logs cannot be created; turn it off where one is set.
   * @default true
   */
  readonly createApiLogRole?: boolean;
  /**
   * Concurrent executions reserved for `deliver`: at least the sum of what its mappings may take at once, which is 154 by
   * default. Worth setting where other functions may use up the account's quota. New accounts have quotas too small for it.
   * @default none: `deliver` shares the account's quota
   */
  readonly deliverReservedConcurrency?: number;
  /**
   * Invocations that first attempts may take at once, each with up to ten batches.
   * @default 100
   */
  readonly deliveriesConcurrency?: number;
  /**
   * Domain of the API's own, which needs `certificateArn`. The API is then at `https://<domainName>/api/v1`.
   * @default none: the host that API Gateway gives
   */
  readonly domainName?: string;
  /**
   * Zone of Route 53 in which the stack makes the records of `domainName`.
   * @default none: make a CNAME to the output ApiDomainTarget
   */
  readonly hostedZoneId?: string;
  /**
   * Days that logs are kept.
   * @default 30
   */
  readonly logRetentionDays?: number;
  /**
   * Most days that a webhook may have delivered bodies kept, from 0 to 30 and at most `recordRetentionDays`. 0: no webhook may.
   * @default 0
   */
  readonly maxKeepBodiesDays?: number;
  /**
   * Windows of one shard that are read at once, each by its share of the partition keys, from 1 to 10. More than one helps
   * where more than about five busy webhooks share a shard; leave it where producers use KPL aggregation.
   * @default 1
   */
  readonly parallelizationFactor?: number;
  /**
   * Colour of the console in a portal session, `#rrggbb`: a line below its top bar.
   * @default none
   */
  readonly portalColor?: string;
  /**
   * Origins whose pages may show the console in a frame. With any, the cookies of portal sessions are sent in frames, too.
   * @default none
   */
  readonly portalFrameOrigins?: readonly string[];
  /**
   * URL of the logo that the console shows in a portal session.
   * @default none
   */
  readonly portalLogoUrl?: string;
  /**
   * Name that the console has in a portal session.
   * @default "Tidepost"
   */
  readonly portalName?: string;
  /**
   * Base URL of the API in links, up to and including `/api`, when it has a domain that the stack does not make.
   * @default the URL of `domainName` or the one that API Gateway gives
   */
  readonly publicBaseUrl?: string;
  /**
   * Days that the record of a batch stays readable after its last attempt, from 5 to 365.
   * @default 14
   */
  readonly recordRetentionDays?: number;
  /**
   * Whether tables, bucket, stream and key are protected and outlive the stack. Turn it off for trial stacks only.
   * @default true
   */
  readonly retainData?: boolean;
  /**
   * Invocations that retries may take at once, each with up to ten batches.
   * @default 50
   */
  readonly retriesConcurrency?: number;
  /**
   * Tag of a message sent through Amazon SES that names its campaign.
   * @default "campaign_id"
   */
  readonly sesCampaignTag?: string;
  /**
   * Customer of messages sent through Amazon SES whose tag names none.
   * @default "1"
   */
  readonly sesCustomer?: string;
  /**
   * Tag of a message sent through Amazon SES that names its customer.
   * @default "customer_id"
   */
  readonly sesCustomerTag?: string;
  /**
   * Whether the stack takes events of Amazon SES: it then has a topic for them, the output `SesTopicArn`.
   * @default false
   */
  readonly sesEvents?: boolean;
  /**
   * Tag of a message sent through Amazon SES that names its sub-account.
   * @default "subaccount_id"
   */
  readonly sesSubaccountTag?: string;
  /**
   * ARNs of topics whose subscriptions of `/api/v1/ingest/ses` by HTTPS are confirmed.
   * @default none
   */
  readonly sesTopics?: readonly string[];
  /**
   * Whether POSTs to targets come from two fixed addresses: the functions that make them then run in a network with NAT
   * gateways, which cost about $66 a month and $0.045 a gigabyte.
   * @default false
   */
  readonly staticEgress?: boolean;
  /**
   * How the stream scales: by itself, or by the number of its shards.
   * @default "on-demand"
   */
  readonly streamMode?: (typeof streamModes)[number];
  /**
   * Hours that the stream keeps records, from 24 to 8,760.
   * @default 24
   */
  readonly streamRetentionHours?: number;
  /**
   * Shards of a provisioned stream, each for 1 MB or 1,000 records a second.
   * @default none: needed for a provisioned stream, refused for one that scales by itself
   */
  readonly streamShards?: number;
  /**
   * Requests that one API key may send to the ingest paths each second, on average over ten: half of what the API admits, so
   * that one key does not take what others need.
   * @default 500
   */
  readonly keyRequestsPerSecond?: number;
  /**
   * Requests that one API key may send to all other paths each second, on average over ten.
   * @default 100
   */
  readonly keyManagementRequestsPerSecond?: number;
  /**
   * Requests that the API admits at once.
   * @default 500
   */
  readonly throttleBurst?: number;
  /**
   * Requests that the API admits each second: a tenth of what API Gateway gives an account.
   * @default 1000
   */
  readonly throttleRequestsPerSecond?: number;
  /**
   * Whether X-Ray traces the functions and the API, at X-Ray's price for each trace.
   * @default false
   */
  readonly tracing?: boolean;
  /**
   * Most records of a window, from 1 to 10,000.
   * @default 10000
   */
  readonly windowRecords?: number;
}
