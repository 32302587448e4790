import { Duration, Validations } from "aws-cdk-lib";
import {
  AuthorizationType,
  CfnAuthorizer,
  type IAuthorizer,
  LambdaIntegration,
  type Method,
  RequestAuthorizer,
  TokenAuthorizer,
} from "aws-cdk-lib/aws-apigateway";
import type { IStream } from "aws-cdk-lib/aws-kinesis";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { ingestPath, keyPaths, portalPath, portalSessionPath, publicPaths } from "#shared/contract/api-paths.ts";
import { restTimeoutSeconds } from "#shared/contract/limits.ts";
import {
  apiKeysByCustomerIndex,
  batchesByIdIndex,
  failedBatchesIndex,
  pendingBatchesIndex,
} from "#shared/contract/tables.ts";
import { allow, nodeFunction } from "./node-function.ts";
import type { RestApi } from "./rest-api.ts";
import type { StaticEgress } from "./static-egress.ts";
import type { Storage } from "./storage.ts";

/** Seconds that API Gateway reuses an authorizer's answer; also the longest that a revoked key stays valid. */
const authorizerCacheSeconds = 60;

export interface ApiRoutesProps {
  /** CIDR ranges that test POSTs may reach besides public addresses. */
  readonly allowedTargetRanges: readonly string[];
  /**
   * Network that test POSTs leave by.
   * @default none
   */
  readonly egress?: StaticEgress | undefined;
  /** Whether the stack has a console, whose function serves the documents. */
  readonly hasDocuments: boolean;
  /** Most days that a webhook may have delivered bodies kept; 0: none may. */
  readonly maxKeepBodiesDays: number;
  /** Whether pages of other origins may show the console in a frame. */
  readonly isPortalFramed: boolean;
  /** Requests that one API key may send each second, to the ingest paths and to the others. */
  readonly keyRequestsPerSecond: number;
  readonly keyManagementRequestsPerSecond: number;
  /** Queue of the steps of replays. */
  readonly replays: Queue;
  /**
   * Concurrent executions set aside for each of the three functions.
   * @default none
   */
  readonly reservedConcurrency?: number | undefined;
  readonly restApi: RestApi;
  /** Queue of the attempts after the first. */
  readonly retries: Queue;
  readonly storage: Storage;
  readonly stream: IStream;
  /** Hours that the stream keeps a record. */
  readonly streamRetentionHours: number;
  /** How long events are collected for a batch. */
  readonly windowSeconds: number;
}

/** Routes of the REST API with the functions behind them: `authorize`, `api` and `ingest`. */
export class ApiRoutes extends Construct {
  /** Authorizer of routes that take the key from one of several headers. */
  readonly ingestAuthorizer: IAuthorizer;
  /** Authorizer of all other routes, whose answers API Gateway keeps for a minute. */
  readonly keyAuthorizer: IAuthorizer;
  readonly api: LambdaFunction;
  readonly ingest: LambdaFunction;

  constructor(scope: Construct, id: string, props: ApiRoutesProps) {
    super(scope, id);
    const { restApi } = props;
    const authorize = createAuthorize(new Construct(this, "Authorize"), props);
    const api = createApi(new Construct(this, "Api"), props);
    const ingest = createIngest(new Construct(this, "Ingest"), props);
    this.api = api;
    this.ingest = ingest;
    const { root } = restApi.api;
    const apiIntegration = integrationOf(api);

    this.keyAuthorizer = new TokenAuthorizer(this, "KeyAuthorizer", {
      handler: authorize,
      resultsCacheTtl: Duration.seconds(authorizerCacheSeconds),
    });
    for (const path of keyPaths) {
      const options = { authorizationType: AuthorizationType.CUSTOM, authorizer: this.keyAuthorizer };
      root.resourceForPath(path).addMethod("ANY", apiIntegration, options);
    }
    for (const path of publicPaths) {
      acknowledgePublic(
        root.resourceForPath(path).addMethod("ANY", apiIntegration, { authorizationType: AuthorizationType.NONE }),
      );
    }
    const portal = {
      authorizationType: AuthorizationType.CUSTOM,
      authorizer: createRequestAuthorizer(this, "PortalAuthorizer", authorize),
    };
    root.resourceForPath(portalPath).addMethod("ANY", apiIntegration, portal);
    const session = root.resourceForPath(portalSessionPath);
    session.addMethod("ANY", apiIntegration, portal);
    const exchange = session.addMethod("POST", apiIntegration, { authorizationType: AuthorizationType.NONE });
    acknowledgePublic(exchange, "It exchanges the token of a portal link, which the function checks, for a session.");
    this.ingestAuthorizer = createRequestAuthorizer(this, "IngestAuthorizer", authorize);
    root.resourceForPath(ingestPath).addMethod("ANY", integrationOf(ingest), {
      authorizationType: AuthorizationType.CUSTOM,
      authorizer: this.ingestAuthorizer,
    });

    // The resources hang below the API's construct, not below this one.
    Validations.of(restApi).acknowledge({
      id: "AwsSolutions-COG4",
      reason: "Callers are machines with an API key of this system, checked by the authorizer function.",
    });
  }
}

const createAuthorize = (scope: Construct, { reservedConcurrency, storage }: ApiRoutesProps): LambdaFunction => {
  const { apiKeys } = storage;
  const authorize = nodeFunction(scope, "authorize", {
    description: "turns an API key into its customer and grants.",
    memoryMb: 256,
    timeoutSeconds: 5,
    reservedConcurrency,
    environment: { API_KEYS_TABLE: apiKeys.tableName },
  });
  allow(authorize, ["dynamodb:GetItem", "dynamodb:UpdateItem"], [apiKeys.tableArn]);
  return authorize;
};

const createApi = (scope: Construct, props: ApiRoutesProps): LambdaFunction => {
  const { replays, restApi, retries, storage, stream } = props;
  const { apiKeys, batches, webhooks } = storage;
  const api = nodeFunction(scope, "api", {
    description: "answers the management API: webhooks, API keys, batches, documentation.",
    memoryMb: 512,
    timeoutSeconds: restTimeoutSeconds,
    egress: props.egress,
    reservedConcurrency: props.reservedConcurrency,
    environment: {
      ALLOWED_TARGET_RANGES: props.allowedTargetRanges.join(","),
      API_BASE_URL: restApi.baseUrl,
      API_KEYS_TABLE: apiKeys.tableName,
      BATCHES_TABLE: batches.tableName,
      BATCH_WINDOW_SECONDS: String(props.windowSeconds),
      BUCKET_NAME: storage.bucket.bucketName,
      HAS_DOCUMENTS: String(props.hasDocuments),
      KEY_REQUESTS_PER_SECOND: String(props.keyManagementRequestsPerSecond),
      MAX_KEEP_BODIES_DAYS: String(props.maxKeepBodiesDays),
      PORTAL_IS_FRAMED: String(props.isPortalFramed),
      REPLAYS_QUEUE_URL: replays.queueUrl,
      RETRIES_QUEUE_URL: retries.queueUrl,
      STREAM_NAME: stream.streamName,
      STREAM_RETENTION_HOURS: String(props.streamRetentionHours),
      WEBHOOKS_TABLE: webhooks.tableName,
    },
  });
  const readAndWrite = ["DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem"].map((name) => `dynamodb:${name}`);
  allow(api, [...readAndWrite, "dynamodb:BatchGetItem"], [webhooks.tableArn]);
  storage.allowWebhooksKey(api, "write");
  allow(api, readAndWrite, [apiKeys.tableArn]);
  allow(api, ["dynamodb:Query"], [`${apiKeys.tableArn}/index/${apiKeysByCustomerIndex}`]);
  // Replays and counts of requests are the parts of this table that the API writes.
  allow(
    api,
    ["BatchGetItem", "GetItem", "PutItem", "Query", "UpdateItem"].map((name) => `dynamodb:${name}`),
    [batches.tableArn],
  );
  // Events about webhooks that were changed.
  allow(api, ["kinesis:PutRecords"], [stream.streamArn]);
  allow(api, ["sqs:SendMessage"], [replays.queueArn, retries.queueArn]);
  const bodies = props.maxKeepBodiesDays > 0 ? ["batches/", "kept/"] : ["batches/"];
  storage.allowObjects(api, ["s3:GetObject"], bodies);
  // Without it S3 answers 403 instead of 404 for a body that is gone.
  allow(api, ["s3:ListBucket"], [storage.bucket.bucketArn]);
  const batchIndexes = [failedBatchesIndex, pendingBatchesIndex, batchesByIdIndex].map(
    (index) => `${batches.tableArn}/index/${index}`,
  );
  allow(api, ["dynamodb:Query"], batchIndexes);
  return api;
};

const createIngest = (
  scope: Construct,
  { keyRequestsPerSecond, reservedConcurrency, storage, stream }: ApiRoutesProps,
): LambdaFunction => {
  const ingest = nodeFunction(scope, "ingest", {
    description: "checks a producer's events and puts them on the stream.",
    memoryMb: 1_024,
    timeoutSeconds: restTimeoutSeconds,
    reservedConcurrency,
    environment: {
      BATCHES_TABLE: storage.batches.tableName,
      KEY_REQUESTS_PER_SECOND: String(keyRequestsPerSecond),
      STREAM_NAME: stream.streamName,
    },
  });
  allow(ingest, ["kinesis:PutRecord", "kinesis:PutRecords"], [stream.streamArn]);
  storage.allowRequestCounts(ingest);
  return ingest;
};

/**
 * Creates an authorizer that is asked about every request and whose answers nobody keeps.
 *
 * Producers may send the key in another header than Authorization, which a TOKEN authorizer would not see, and which one they use
 * is open. For a request without an identity source API Gateway would answer UNAUTHORIZED, which may ask for a password: a portal
 * session without a cookie is one that the function denies.
 */
const createRequestAuthorizer = (scope: Construct, id: string, handler: LambdaFunction): IAuthorizer => {
  const authorizer = new RequestAuthorizer(scope, id, {
    handler,
    identitySources: [],
    resultsCacheTtl: Duration.seconds(0),
  });
  const resource = authorizer.node.findAll().find((child) => child instanceof CfnAuthorizer);
  // CDK renders the empty list as an empty string; API Gateway wants the property left out.
  resource?.addPropertyDeletionOverride("IdentitySource");
  return authorizer;
};

// One permission for the API as a whole: the function routes by resource and method anyway.
export const integrationOf = (lambda: LambdaFunction): LambdaIntegration =>
  new LambdaIntegration(lambda, { scopePermissionToMethod: false });

/** Says of a method without a key why it needs none. */
export const acknowledgePublic = (
  method: Method,
  reason = "Documentation and samples are the same for everyone and need no key in the contract.",
): void => {
  Validations.of(method).acknowledge({ id: "AwsSolutions-APIG4", reason });
};
