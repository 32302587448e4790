import { Aws, Duration, RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  Table,
  TableEncryption,
  type TableProps,
} from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { maxKeptBodyDays, messageDays } from "#shared/contract/limits.ts";
import {
  apiKeysByCustomerIndex,
  batchesByIdIndex,
  batchSummaryAttributes,
  failedBatchesIndex,
  pendingBatchAttributes,
  pendingBatchesIndex,
  requestCountsPrefix,
} from "#shared/contract/tables.ts";
import { allow } from "./node-function.ts";

export interface StorageProps {
  /** Whether tables, bucket and key outlive the stack. */
  readonly retainData: boolean;
}

/** Tables, bucket and the key: everything that holds data for longer than a queue or the stream does. */
export class Storage extends Construct {
  readonly apiKeys: Table;
  readonly batches: Table;
  readonly bucket: Bucket;
  readonly webhooks: Table;
  readonly #webhooksKey: Key;

  constructor(scope: Construct, id: string, { retainData }: StorageProps) {
    super(scope, id);
    const removalPolicy = removalPolicyOf(retainData);
    const table = {
      billingMode: BillingMode.PAY_PER_REQUEST,
      deletionProtection: retainData,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy,
    } satisfies Partial<TableProps>;
    const compositeKey = {
      partitionKey: { name: "pk", type: AttributeType.STRING },
      sortKey: { name: "sk", type: AttributeType.STRING },
      timeToLiveAttribute: "ttl",
    };

    // The one table with secrets (tokens, passwords, OAuth secrets of webhooks), hence the one with a key of its own.
    this.#webhooksKey = new Key(this, "WebhooksKey", {
      description: `Encrypts the webhooks table of ${Aws.STACK_NAME}`,
      enableKeyRotation: true,
      removalPolicy,
    });
    this.webhooks = new Table(this, "Webhooks", {
      ...table,
      ...compositeKey,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.#webhooksKey,
    });

    // No secret is stored in these two (API keys and portal links are kept as hashes), so the key that DynamoDB owns is enough: it costs
    // nothing, and a disabled key of ours cannot stop authorisation or the recording of attempts.
    this.batches = new Table(this, "Batches", { ...table, ...compositeKey, encryption: TableEncryption.DEFAULT });
    // Only batches that have failed are in it, so that it costs nothing as long as targets take their batches.
    this.batches.addGlobalSecondaryIndex({
      indexName: failedBatchesIndex,
      partitionKey: { name: "failedWebhookId", type: AttributeType.STRING },
      sortKey: { name: "sk", type: AttributeType.STRING },
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: [...batchSummaryAttributes],
    });
    this.batches.addGlobalSecondaryIndex({
      indexName: pendingBatchesIndex,
      partitionKey: { name: "pendingWebhookId", type: AttributeType.STRING },
      sortKey: { name: "expiresAt", type: AttributeType.STRING },
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: [...pendingBatchAttributes],
    });
    this.batches.addGlobalSecondaryIndex({
      indexName: batchesByIdIndex,
      partitionKey: { name: "batchId", type: AttributeType.STRING },
      sortKey: { name: "pk", type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    this.apiKeys = new Table(this, "ApiKeys", {
      ...table,
      partitionKey: { name: "keyHash", type: AttributeType.STRING },
      // Of portal links: keys have none.
      timeToLiveAttribute: "ttl",
      encryption: TableEncryption.DEFAULT,
    });
    this.apiKeys.addGlobalSecondaryIndex({
      indexName: apiKeysByCustomerIndex,
      partitionKey: { name: "customerId", type: AttributeType.STRING },
      sortKey: { name: "id", type: AttributeType.STRING },
      projectionType: ProjectionType.ALL,
    });

    this.bucket = createBucket(this, removalPolicy);
  }

  get webhooksKeyArn(): string {
    return this.#webhooksKey.keyArn;
  }

  /** Lets the function do the actions on the objects below the prefixes. */
  allowObjects(lambda: LambdaFunction, actions: readonly string[], prefixes: readonly string[]): void {
    const patterns = prefixes.map((prefix) => `${prefix}*`);
    allow(
      lambda,
      actions,
      patterns.map((pattern) => this.bucket.arnForObjects(pattern)),
    );

    const { "Fn::GetAtt": attribute } = Stack.of(this).resolve(this.bucket.bucketArn) as {
      "Fn::GetAtt": [string, string];
    };
    for (const pattern of patterns) {
      Validations.of(lambda.node.scope ?? lambda).acknowledge({
        id: `AwsSolutions-IAM5[Resource::<${attribute.join(".")}>/${pattern}]`,
        reason: "Keys of objects to come cannot be listed; the role reaches those below the named prefix only.",
      });
    }
  }

  /** Lets the function count the requests of API keys. The other items of the table are batches of every customer. */
  allowRequestCounts(lambda: LambdaFunction): void {
    lambda.addToRolePolicy(
      new PolicyStatement({
        actions: ["dynamodb:UpdateItem"],
        resources: [this.batches.tableArn],
        conditions: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [`${requestCountsPrefix}*`] } },
      }),
    );
  }

  /** Lets the function use the webhooks table's key, through DynamoDB only. */
  allowWebhooksKey(lambda: LambdaFunction, use: "read" | "write"): void {
    const readActions = ["kms:Decrypt", "kms:DescribeKey"];
    const writeActions = [
      "kms:Encrypt",
      "kms:GenerateDataKey",
      "kms:GenerateDataKeyWithoutPlaintext",
      "kms:ReEncryptFrom",
      "kms:ReEncryptTo",
    ];
    lambda.addToRolePolicy(
      new PolicyStatement({
        actions: use === "read" ? readActions : [...readActions, ...writeActions],
        resources: [this.#webhooksKey.keyArn],
        conditions: { StringEquals: { "kms:ViaService": `dynamodb.${Aws.REGION}.${Aws.URL_SUFFIX}` } },
      }),
    );
  }
}

/**
 * Kept when the stack goes, and when an update replaces it. What a deployment has made that failed goes with it: it is empty,
 * and a stream that stays costs $29 a month.
 */
export const removalPolicyOf = (retainData: boolean): RemovalPolicy =>
  retainData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;

/**
 * The days of a kept body are in its object's prefix, because a rule cannot take them from elsewhere. There is a rule for each number
 * of days, whatever the present setting allows: what an earlier one allowed must go as well.
 */
const keptBodyRules = Array.from({ length: maxKeptBodyDays }, (_, index) => ({
  id: `kept-bodies-${index + 1}`,
  prefix: `kept/${index + 1}/`,
  expiration: Duration.days(index + 1),
}));

const createBucket = (scope: Construct, removalPolicy: RemovalPolicy): Bucket => {
  const bucket = new Bucket(scope, "Bucket", {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    removalPolicy,
    // A backstop: code deletes bodies on delivery and at expiry. No message may ever point at a body that the lifecycle removed.
    lifecycleRules: [
      { id: "batch-bodies", prefix: "batches/", expiration: Duration.days(messageDays) },
      ...keptBodyRules,
      { id: "stuck-records", prefix: "begun/", expiration: Duration.days(2) },
      { id: "quarantine", prefix: "quarantine/", expiration: Duration.days(30) },
      { id: "failed-windows", prefix: "aws/lambda/", expiration: Duration.days(30) },
      { id: "unfinished-uploads", abortIncompleteMultipartUploadAfter: Duration.days(1) },
    ],
  });
  Validations.of(bucket).acknowledge({
    id: "AwsSolutions-S1",
    reason:
      "Objects live for seconds to days and only functions of the stack reach them; access logs would outnumber the objects. " +
      "An operator who needs them turns on CloudTrail data events for the bucket.",
  });
  return bucket;
};
